"""The outline for OpenCue, read as Cuebot reads it, and its command as a worker's shell does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from proxx_engine import CreationError, PlaceError
from sidecar.farm import opencue
from sidecar.farm.opencue import FRAME, command_line, job_name, outline_xml

GOLDEN = Path(__file__).with_name("golden_opencue.xml")
COMMAND = (
    *("proxx", "farm", "task", "/farm/Nacht 3/jobs", FRAME),
    *("--root", "Root1=/mnt/rushes", "--root", "Root2=/mnt/Bob's $proxies & more"),
)

CHILDREN = {
    "spec": "facility? dept? show shot user email? uid? job* depends*",
    "job": "paused? priority? maxretries? maxcores? maxgpus? autoeat? localbook? os? env* layers?",
    "layers": "layer+",
    "layer": "cmd range chunk cores? threadable? memory? gpus? gpu? gpu_memory? timeout? "
    "timeout_llu? tags? limits? env* services? outputs*",
    "env": "key*",
    "services": "service+",
    "outputs": "output*",
    "depends": "depend*",
}
"""Element → its children in order, as the language's version 1.15 has them; others hold text."""
CUEBOT_NAME = re.compile(r"[A-Za-z0-9_.-]{3,}")


def outline(**other: object) -> bytes:
    asked = {"name": "Night 3", "tasks": 5000, "command": COMMAND, "timeout_seconds": 7201}
    return outline_xml(**{**asked, **other})  # type: ignore[arg-type]


def test_what_is_written_is_what_is_kept() -> None:
    assert outline().decode() == GOLDEN.read_text("utf-8")


def test_the_same_job_gives_the_same_bytes_whoever_asks_with_whatever_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / ".config" / "opencue" / "outline.cfg"
    config.parent.mkdir(parents=True)
    config.write_text("[outline]\nspec_version = 1.8\nmaxretries = 7\n[Shell]\ntags = big\n")
    told = {
        "HOME": str(tmp_path),
        "OL_CONFIG": str(config),
        "OUTLINE_CONFIG_FILE": str(config),
        "OUTLINE_OUTLINE_SPEC_VERSION": "1.8",
        "OUTLINE_OUTLINE_MAXRETRIES": "7",
        "USER": "somebody",
        "LOGNAME": "somebody",
        "SHOW": "film",
        "SHOT": "sc10",
        "RENDER_TO": "cloud",
        "OL_OS": "rhel9",
        "OL_TAG_OVERRIDE": "big",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    before = outline()
    monkeypatch.chdir(tmp_path)
    assert before == outline() == GOLDEN.read_bytes()
    assert not (tmp_path / ".opencue").exists()


def test_cuebot_can_take_it() -> None:
    root = ElementTree.fromstring(outline())
    for element in root.iter():
        children = "".join(f"{child.tag} " for child in element)
        allowed = "".join(
            f"({word.rstrip('?*+')} ){word[-1] if word[-1] in '?*+' else ''}"
            for word in CHILDREN.get(element.tag, "").split()
        )
        assert re.fullmatch(allowed, children), f"{element.tag}: {children}"
    (job,), (layer,) = root.findall("job"), root.findall("job/layers/layer")
    assert CUEBOT_NAME.fullmatch(job.attrib["name"])
    assert layer.attrib["type"] == "Render"
    assert (job.findtext("maxretries"), job.findtext("autoeat")) == ("0", "False")
    assert (layer.findtext("range"), layer.findtext("chunk")) == ("1-5000", "1")
    assert layer.findtext("timeout") == "121", "minutes, not less than was asked"


def test_nothing_of_who_made_it_stands_in_it() -> None:
    root = ElementTree.fromstring(outline())
    assert [child.tag for child in root] == ["show", "shot", "user", "job", "depends"]


def test_each_frame_is_the_task_of_its_number() -> None:
    command = ElementTree.fromstring(outline()).findtext("job/layers/layer/cmd") or ""
    words = command.replace("#IFRAME#", "17").split()
    assert words[words.index("--root") - 1] == "17"


@pytest.mark.skipif(sys.platform == "win32", reason="asks sh")
@pytest.mark.parametrize("shell", [lambda line: line, lambda line: f"eval '{line}'"])
def test_the_workers_shell_reads_the_words_as_they_were_given(shell: Callable[[str], str]) -> None:
    words = [*COMMAND[1:], 'a"b', r"back\slash `id`", "Märchen", "!$?", "#tag", ""]
    if "eval" in shell(""):
        words = [word for word in words if "'" not in word]
    line = shell(command_line(("proxx", *words)).replace(FRAME, "7"))
    print_words = 'proxx() { for word in "$@"; do printf "%s\\n" "$word"; done; }\n'
    read = subprocess.run(["sh", "-c", print_words + line], capture_output=True, check=True)
    assert read.stdout.decode().split("\n")[:-1] == ["7" if w == FRAME else w for w in words]


def test_a_windows_worker_reads_them_too() -> None:
    line = command_line(("proxx", r"Z:\Nacht 3\jobs", FRAME, "--root", r"Root1=\\nas\media"))
    assert line == r'proxx "Z:\Nacht 3\jobs" #IFRAME# --root "Root1=\\nas\media"'


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("Night 3", "night_3"),
        ("A-Cam / Größe — Tag", "a_cam_gro_e_tag"),
        ("É", "proxx_e"),
        ("夜", "proxx"),
        ("", "proxx"),
        ("..", "proxx"),
        ("x" * 500, "x" * 120),
    ],
)
def test_a_name_is_spelt_as_cuebot_takes_it(name: str, spelt: str) -> None:
    assert job_name(name) == spelt
    assert CUEBOT_NAME.fullmatch(spelt)


@pytest.mark.parametrize(
    ("other", "codes"),
    [
        ({"tasks": 0}, ["SPEC_TOO_MANY"]),
        ({"tasks": 100_001}, ["SPEC_TOO_MANY"]),
        ({"user": "root"}, ["SPEC_BAD_NAME"]),
        ({"show": "my show", "shot": "x"}, ["SPEC_BAD_NAME", "SPEC_BAD_NAME"]),
        ({"command": ("proxx", "/mnt/#JOB#/a")}, ["SPEC_BAD_TEXT"]),
        ({"command": ("proxx", "/mnt/two\nlines")}, ["SPEC_BAD_TEXT"]),
        ({"command": ("proxx", r"C:\50% & more")}, ["SPEC_BAD_TEXT"]),
        ({"command": ("proxx", "/mnt/" + "x" * 4000)}, ["SPEC_TOO_LONG"]),
    ],
)
def test_what_opencue_cannot_hold_is_refused(other: dict[str, object], codes: list[str]) -> None:
    with pytest.raises(CreationError) as refused:
        outline(**other)
    assert [issue.code for issue in refused.value.issues] == codes


def test_as_many_tasks_as_a_job_may_have_are_one_short_range() -> None:
    xml = outline(tasks=opencue.MAX_FRAMES)
    assert b"<range>1-100000</range>" in xml
    assert len(xml) < 2000


def test_without_pyoutline_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = [sys.executable, "-I", "-S", "-c", "raise SystemExit('no module outline')"]
    run = subprocess.run
    monkeypatch.setattr(
        opencue.subprocess, "run", lambda command, **how: run(bare, **{**how, "env": os.environ})
    )
    with pytest.raises(PlaceError, match="TOOL_OPENCUE_MISSING"):
        outline()
