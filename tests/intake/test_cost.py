"""A look at many thousand files asks few of them; a change is seen all the same."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sidecar.intake.judging import Judge
from sidecar.intake.knowledge import Knowledge
from sidecar.intake.looking import EVERY_FILE_SECONDS, FILES_A_LOOK, Looking
from sidecar.intake.stillness import Patience
from sidecar.intake.telling import Teller
from sidecar.intake.units import HotFolder

CARDS, FILES = 20, 300


class Watching:
    """Looks at a hot folder every five seconds, and counts what it asks of the system."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.stats = 0.0, 0
        place, knowledge = HotFolder(root, frozenset()), Knowledge()
        judge = Judge(place, knowledge, Patience(), lambda: self.now)
        self.looking = Looking(place, judge, Patience(), Teller(), lambda: self.now)
        self.knowledge = knowledge
        true_stat = os.stat

        def stat(*arguments: object, **named: object) -> os.stat_result:
            self.stats += 1
            return true_stat(*arguments, **named)  # type: ignore[arg-type]

        monkeypatch.setattr("os.stat", stat)

    def look(self) -> int:
        """Return how often a look asked for a file's or a folder's facts."""
        self.now += 5
        self.stats = 0
        self.looking.look()
        return self.stats

    def rest(self) -> None:
        """Let all that is there be seen to."""
        for name, state in self.looking.states.items():
            assert state.watched is not None
            self.knowledge.at_rest[name] = state.watched.listing.digest
        self.look()

    def is_at_rest(self, name: str) -> bool:
        return self.looking.states[name].at_rest


@pytest.fixture
def watching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watching]:
    for card in range(CARDS):
        folder = tmp_path / f"CARD{card:02d}/CLIP"
        folder.mkdir(parents=True)
        for number in range(FILES):
            (folder / f"{number:04d}.txt").write_bytes(b"x")
    with monkeypatch.context() as patched:
        watching = Watching(tmp_path, patched)
        watching.look()
        watching.rest()
        yield watching


def test_what_was_seen_to_is_asked_little_at_each_look(watching: Watching) -> None:
    looks = [watching.look() for _look in range(int(EVERY_FILE_SECONDS / 5) * 3)]
    folders = 2 * CARDS
    assert max(looks) <= FILES_A_LOOK + FILES + 2 * folders + 2
    assert sorted(looks)[len(looks) // 2] <= folders + 2
    assert sum(looks) <= 4 * CARDS * FILES + len(looks) * (folders + 2)


def test_a_file_that_comes_is_seen_at_once(watching: Watching, tmp_path: Path) -> None:
    (tmp_path / "CARD07/CLIP/new.txt").touch()
    watching.look()
    assert not watching.is_at_rest("CARD07")
    assert watching.is_at_rest("CARD08")


def test_a_file_that_changes_in_its_place_is_seen_within_about_a_minute(
    watching: Watching, tmp_path: Path
) -> None:
    (tmp_path / "CARD07/CLIP/0000.txt").write_bytes(b"longer")
    seconds = 0
    while watching.is_at_rest("CARD07"):
        watching.look()
        seconds += 5
    assert seconds <= 2 * EVERY_FILE_SECONDS
