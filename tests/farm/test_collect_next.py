"""What `proxx farm collect` says to do next is what helps: it is done here, word for word."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

from tests.sidecar.calling import Proxx, Said


def run_task(proxx: Proxx, bundle: Path, number: int) -> int:
    roots = json.loads((bundle / "jobs" / "roots.json").read_text())
    given = [word for name, root in roots.items() for word in ("--root", f"{name}={root}")]
    return proxx("farm", "task", bundle / "jobs", number, *given).code


def commands(said: Said) -> list[list[str]]:
    """The commands that a person is told to call next."""
    lines = [line for line in said.out.splitlines() if line.startswith("next: ")]
    return [shlex.split(part) for line in lines for part in line.split("`")[1::2]]


def test_what_failed_and_what_was_not_begun_is_one_new_bundle(proxx: Proxx) -> None:
    proxx.shoot("A.mov", "B.mov", "C.mov")
    bundle, again = proxx.folder / "the farm", proxx.folder / "NEW"
    assert proxx("create", "footage", "--out", "out").code == 0
    assert proxx("farm", "export", "out", "--bundle", bundle).code == 0
    proxx.cut("B.mov")
    assert [run_task(proxx, bundle, number) for number in (1, 2)] == [0, 1]
    proxx.shoot("B.mov")

    said = proxx("farm", "collect", bundle)
    # Given to the farm again, it would end at the same task again.
    assert "give the bundle to the farm again" not in said.out
    assert commands(said) == [
        ["proxx", "resubmit", str(bundle)],
        ["proxx", "farm", "export", str(bundle), "--bundle", "NEW"],
    ]
    assert [proxx(*command[1:]).code for command in commands(said)] == [0, 0]
    told = proxx.json("farm", "collect", bundle)
    assert [task["state"] for task in told["tasks"]] == ["proven", "failed", "waiting"]
    assert "resubmitted as" in told["tasks"][1]["sentence"]
    assert [run_task(proxx, again, number) for number in (1, 2)] == [0, 0]
    said = proxx("farm", "collect", again)
    assert (said.code, commands(said)) == (0, [])


def test_what_was_not_begun_alone_is_the_same_bundle(proxx: Proxx) -> None:
    proxx.shoot("A.mov", "B.mov")
    assert proxx("create", "footage", "--out", "out").code == 0
    assert proxx("farm", "export", "out", "--bundle", "farm").code == 0
    assert run_task(proxx, Path("farm"), 1) == 0
    said = proxx("farm", "collect", "farm")
    assert "give the bundle to the farm again" in said.out
    assert commands(said) == [["proxx", "farm", "run", str(proxx.folder / "farm")]]


def test_what_cannot_be_seen_from_here_is_told_with_its_cure(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    words = ("--path-map", f"P:\\shoot={proxx.folder}")
    assert proxx("create", "footage", "--out", "out", *words).code == 0
    assert proxx("farm", "export", "out", "--bundle", "farm").code == 0
    told = "P:\\shoot\\footage: a path of another system; say with --path-map what"
    assert told in proxx("farm", "collect", "out/../farm").err
    assert ".." not in proxx("farm", "collect", "out/../farm").out
    assert proxx("farm", "collect", "farm", *words).err == ""
