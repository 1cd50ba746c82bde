"""The real `proxx plugin make-proxies`, started by a menu file, once in each language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from proxx_engine import JobSpec, read_jobspec_file
from tests.resolve_scripts.plugin_stage import PluginStage
from tests.resolve_scripts.stage import LANGUAGES, Stage, Told

_OF_THE_ACT = {"job_id", "created_at", "batch", "modified_at", "project_id", "media_id"}
"""What a second act, in a second Resolve with the same clips, has of its own."""


def asked(value: Any) -> Any:
    """What is asked for, whoever asks and when."""
    if isinstance(value, dict):
        return {key: asked(one) for key, one in value.items() if key not in _OF_THE_ACT}
    return [asked(one) for one in value] if isinstance(value, list) else value


def jobs_in(door: Path) -> list[JobSpec]:
    return [read_jobspec_file(path) for path in sorted(door.glob("pending/*.job.json"))]


@pytest.fixture(scope="module")
def clicked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[PluginStage, Told]]:
    """One click in each language; the same clips, the same places."""
    home = tmp_path_factory.mktemp("export")
    done = {}
    for language in LANGUAGES:
        plugin = PluginStage(Stage(home / language, language))
        plugin.set(out=str(home / "proxies"), source_roots=[str(home / "media")])
        told = plugin.run("1 Make Proxies", scene=f"mixed {home / 'media'}")
        done[language] = (plugin, told)
    return done


def test_both_languages_make_the_same_jobs(clicked: dict[str, tuple[PluginStage, Told]]) -> None:
    made = []
    for plugin, told in clicked.values():
        doors = [plugin.folder / name for name in ("ffmpeg_jobs", "resolve_jobs")]
        jobs = [[asked(job.model_dump(mode="json")) for job in jobs_in(door)] for door in doors]
        assert [len(one) for one in jobs] == [5, 4], (told.console, told.log)
        made.append(jobs)
    assert made[0] == made[1]


def test_both_languages_are_told_the_same(clicked: dict[str, tuple[PluginStage, Told]]) -> None:
    said = []
    for plugin, told in clicked.values():
        lines = [line.replace(str(plugin.folder), "") for line in told.console]
        said.append([line for line in lines if not line.startswith("batch: ")])
    assert said[0] == said[1]
    assert said[0][-1] == "next, when they are done: 3 Link Finished Proxies"


def test_all_that_stood_in_the_console_stands_in_the_log(
    clicked: dict[str, tuple[PluginStage, Told]],
) -> None:
    for _plugin, told in clicked.values():
        assert all(line in told.log for line in told.console)
