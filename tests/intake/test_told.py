"""The running tale: every line once, no flood, and one line on a terminal that is redrawn."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from sidecar.cli.intake_told import JsonTale, Tale
from sidecar.intake.telling import Moment, Teller

Capture = pytest.CaptureFixture[str]


def lines(capsys: Capture) -> list[str]:
    return [line[10:] for line in capsys.readouterr().out.splitlines()]


def test_a_terminal_shows_what_is_going_on_now(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with Tale() as tale:
        tale.moment(Moment(moving=(("CARD_A", 3_100_000_000), ("CARD_B", 5))))
        tale.arrived(["CARD_C"])
        tale.moment(Moment(checking=(("CARD_A", 10**9, 4 * 10**9),), waiting=("x.part",)))
        tale.inspecting(Path("/hot/CARD_B/\x1bA.mov"), 2, 9)
        tale.moment(Moment())
    said = capsys.readouterr()
    drawn = [line for line in re.split(r"\r\033\[K", said.err) if line]
    assert drawn == [
        "CARD_A is being copied, 3.1 GB; CARD_B is being copied, 5 B",
        "CARD_A is being copied, 3.1 GB; CARD_B is being copied, 5 B",
        "CARD_A is being compared, 1.0 GB of 4.0 GB; x.part: not whole yet",
        "inspecting 2 of 9: \\x1bA.mov",
    ]
    assert said.out.count("\n") == 1
    assert said.err.endswith("\r\033[K")


def test_elsewhere_it_is_silent_about_the_moment(capsys: Capture) -> None:
    with Tale() as tale:
        tale.moment(Moment(moving=(("CARD_A", 5),)))
        tale.inspecting(Path("A.mov"), 1, 1)
    assert capsys.readouterr() == ("", "")


def test_many_things_of_one_kind_are_few_lines(capsys: Capture) -> None:
    with Tale() as tale:
        tale.arrived([f"{number}.mov" for number in range(100)])
        tale.changed([(f"CARD/{number}.mov", None) for number in range(100)])
        tale.refused("CARD", [f"problem {number}" for number in range(100)])
        entries = [(f"CARD/{n}.xml", f"camera metadata of C{n}") for n in range(100)]
        tale.left_out(["CARD"], [*entries, ("CARD/x.wav", "sound only")])
    assert lines(capsys) == [
        "0.mov, 1.mov, 2.mov and 97 more: arrived",
        "CARD/0.mov, CARD/1.mov, CARD/2.mov and 97 more: are other files than were taken",
        "CARD: NOT TAKEN until it changes",
        *(f"  problem {number}" for number in range(5)),
        "  and 95 problems more",
        "CARD: left out",
        "  100 files: camera metadata",
        "  CARD/x.wav: sound only",
    ]


def test_names_cannot_drive_the_terminal(capsys: Capture) -> None:
    with Tale() as tale:
        tale.arrived(["\x1b[2J\nCARD"])
    assert lines(capsys) == ["\\x1b[2J\\nCARD: arrived"]


@pytest.mark.parametrize("name", sorted(n for n in vars(Teller) if not n.startswith("_")))
def test_everything_that_can_be_told_is_told_to_both(name: str) -> None:
    for kind in (Tale, JsonTale):
        assert name in vars(kind)


def test_a_program_is_told_each_thing_as_one_object(capsys: Capture) -> None:
    with JsonTale() as tale:
        tale.arrived(["a", "b"])
        tale.changed([("a/x.mov", "id")])
        tale.left_out(["a"], [("a/y", "why")])
        tale.trouble("x")
        tale.settled(1, 2)
        tale.moment(Moment(moving=(("a", 1),)))
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line.pop("event") for line in told] == [
        *("arrived", "arrived", "changed", "left_out", "trouble", "settled"),
    ]
    assert all(line.pop("time").endswith("Z") for line in told)
    assert told[2] == {"path": "a/x.mov", "job_id": "id"}
    assert told[3] == {"units": ["a"], "entries": [{"path": "a/y", "reason": "why"}]}
