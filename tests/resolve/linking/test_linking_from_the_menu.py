"""Link Finished Proxies as a person chooses it in Resolve, through each host."""

from __future__ import annotations

import json
from pathlib import Path

from proxx_engine import Tools
from tests.fakes.resolve import Footage, MediaSpec
from tests.resolve_scripts.conftest import stage as stage
from tests.resolve_scripts.plugin_stage import PluginStage
from tests.resolve_scripts.stage import Stage
from tests.support import execute, make_job


def test_a_finished_proxy_is_linked(stage: Stage, footage: Footage, tools: Tools) -> None:
    plugin = PluginStage(stage)
    plugin.set()
    (plugin.folder / "media").mkdir()
    clip = footage.write(plugin.folder / "media" / "Élan 東京.mov", MediaSpec())
    out = plugin.folder / "out"
    ran = execute(make_job(clip, out, tools), out, tools)
    told = plugin.run("3 Link Finished Proxies", scene=str(clip))
    assert told.console[1:2] == ["linked: 1"], told.log
    assert told.log.endswith("ends with 0\n")
    [records] = out.glob("*.links.jsonl")
    record = json.loads(records.read_text())
    assert record["outcome"] == "linked"
    assert Path(record["read_back"][1]) == ran.proxy
