"""`proxx plugin` typed by a person: outside Resolve, and what it says of its settings."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from sidecar.cli.plugin_command import MENU
from sidecar.resolve.settings import PluginSettings, read_settings
from tests.sidecar.calling import Proxx
from tests.sidecar.test_manners import program


@pytest.mark.parametrize("words", [(), ("--answers", "talk")], ids=["python", "lua"])
@pytest.mark.parametrize("action", MENU)
def test_at_a_terminal_it_says_what_it_is_for(
    proxx: Proxx, action: str, words: tuple[str, ...]
) -> None:
    master, terminal = pty.openpty()
    done = subprocess.run(
        **program("plugin", action, *words),  # type: ignore[call-overload]
        cwd=proxx.folder,
        stdin=terminal,
        stdout=terminal,
        stderr=subprocess.PIPE,
    )
    os.close(terminal)
    os.close(master)
    assert done.returncode == 2
    assert b"is started by DaVinci Resolve: Workspace > Scripts > Proxx" in done.stderr
    assert not (proxx.folder / "talk").exists()


def test_with_nobody_to_answer_it_ends_at_once(proxx: Proxx) -> None:
    done = subprocess.run(
        **program("plugin", "review"),  # type: ignore[call-overload]
        cwd=proxx.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
    )
    assert done.returncode == 3
    assert b"the host in Resolve has ended" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("plugin",), "arguments are required"),
        (("plugin", "revue"), "invalid choice: 'revue'"),
        (("plugin", "review", "all"), "takes no 'all'"),
    ],
)
def test_wrong_words_are_refused(proxx: Proxx, words: tuple[str, ...], told: str) -> None:
    said = proxx(*words)
    assert said.code == 2
    assert told in said.err


PLACES = ("out=/m/out", "ffmpeg_jobs=/m/jobs", "resolve_jobs=/m/raw")


def edit(proxx: Proxx, *words: str) -> Any:
    """Edit the settings in the folder of the test."""
    return proxx("plugin", "--settings", "plugin.toml", "settings", *words)


def kept(proxx: Proxx) -> dict[str, Any]:
    return tomllib.loads((proxx.folder / "plugin.toml").read_text("utf-8"))


def test_settings_are_made_once_the_three_folders_are_said(proxx: Proxx) -> None:
    said = edit(proxx)
    assert said.code == 0
    assert "there are no settings yet: `proxx plugin settings out=DIR" in said.out
    assert edit(proxx, *PLACES[:2]).code == 2
    assert not (proxx.folder / "plugin.toml").exists()
    assert edit(proxx, *PLACES).code == 0
    assert kept(proxx) == {
        "out": "/m/out",
        "ffmpeg_jobs": "/m/jobs",
        "resolve_jobs": "/m/raw",
    }


def test_every_setting_is_shown_with_what_it_means(proxx: Proxx) -> None:
    edit(proxx, *PLACES, "source_roots=/a", "source_roots=/b", "clips_per_job=3")
    said = edit(proxx)
    head, *lines = said.out.splitlines()
    assert head == f"settings  {proxx.folder / 'plugin.toml'}"
    assert lines[0].startswith("log       /")
    values = dict(line.split(" = ") for line in lines if " = " in line)
    assert values.keys() == PluginSettings.model_fields.keys()
    assert values["profile"] == "prores_proxy (default)"
    assert values["source_roots"] == "/a, /b"
    assert values["clips_per_job"] == "3"
    assert values["record"] == "(not set)"
    assert max(map(len, lines)) <= 100


def test_a_program_reads_the_same(proxx: Proxx) -> None:
    told = json.loads(edit(proxx, "--json").out)
    assert told["settings"] is None
    edit(proxx, *PLACES)
    told = json.loads(edit(proxx, "--json").out)
    assert told["path"] == str(proxx.folder / "plugin.toml")
    assert Path(told["log"]).name == "plugin.log"
    assert told["settings"]["out"] == "/m/out"
    assert told["settings"]["clips_per_job"] == 1


def test_an_edit_is_all_or_none_and_tells_every_problem(proxx: Proxx) -> None:
    edit(proxx, *PLACES)
    before = (proxx.folder / "plugin.toml").read_bytes()
    words = ("clips_per_job=many", "out=proxies", "profil=h264", "profile=h26", "name=", "rule")
    said = edit(proxx, *words, "rule=avid", "config=/nowhere.toml", "skip_done=no", "skip_done=no")
    assert said.code == 2
    for told in (
        'clips_per_job: found "many", expected a whole number',
        'out: found "proxies": is no absolute path',
        "profil: expected KEY=VALUE with one of out, ",
        "profile: found 'h26'; there are",
        "rule: given 2 times, takes one",
        "config: No such file or directory",
        "skip_done: given 2 times, takes one",
    ):
        assert told in said.err
    assert "7 problems" in said.err
    assert (proxx.folder / "plugin.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("rule=avid",), "profile: found prores_proxy, which makes .mov"),
        (("rule=resolve", "name={source_name}_x"), "leave name out with rule resolve"),
        (("name={date}",), "leave out one of the two"),
        (("name={clip}",), "found the token {clip}"),
        (("resolve_jobs=/m/jobs",), "the watch folder of FFmpeg jobs"),
        (("profile=mine.toml",), "named by its whole path"),
        (("profile=/nowhere/mine.toml",), "No such file"),
    ],
)
def test_what_creation_would_refuse_is_refused_here(
    proxx: Proxx, words: tuple[str, ...], told: str
) -> None:
    edit(proxx, *PLACES)
    said = edit(proxx, *words)
    assert said.code == 2
    assert told in said.err
    assert "--" not in said.err


def test_a_key_without_a_value_takes_the_default_again(proxx: Proxx) -> None:
    edit(proxx, *PLACES, "rule=avid", "profile=dnxhr_lb_mxf")
    assert edit(proxx, "rule=", "profile=").code == 0
    assert kept(proxx).keys() == {"out", "ffmpeg_jobs", "resolve_jobs"}
    assert edit(proxx, "out=").code == 2


def test_settings_that_went_wrong_are_mended_by_an_edit(proxx: Proxx) -> None:
    edit(proxx, *PLACES)
    file = proxx.folder / "plugin.toml"
    file.write_text(file.read_text() + 'profile = "gone"\n')
    assert edit(proxx).code == 2
    assert edit(proxx, "profile=").code == 0
    assert read_settings(file).profile == "prores_proxy"


def record(proxx: Proxx, *words: str) -> Any:
    return proxx("plugin", "--settings", "plugin.toml", "record", *words)


def test_recording_is_begun_and_ended_by_the_settings(proxx: Proxx) -> None:
    assert record(proxx, "talk.jsonl").code == 2
    edit(proxx, *PLACES)
    said = record(proxx, "talk.jsonl")
    assert said.code == 0
    assert f"recorded in {proxx.folder / 'talk.jsonl'}" in said.out
    assert "names and paths of the project" in said.out
    assert kept(proxx)["record"] == str(proxx.folder / "talk.jsonl")
    assert json.loads(record(proxx, "off", "--json").out) == {"record": None}
    assert "record" not in kept(proxx)
    assert record(proxx).code == record(proxx, "a", "b").code == 2
