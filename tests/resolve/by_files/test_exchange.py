"""`proxx plugin exchange` takes each file of answers once, and whole; what it leaves, it tells."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from proxx_engine import RequestError
from sidecar.resolve.by_files.exchange import Exchange
from sidecar.resolve.settings import PluginSettings
from tests.fakes.resolve import MixedScene
from tests.resolve.by_files.file_desk import FileDesk, jobs, said
from tests.resolve.by_files.file_desk import desk as desk
from tests.resolve.by_files.file_desk import folder as folder
from tests.resolve.by_files.file_desk import mixed as mixed
from tests.resolve.by_files.file_desk import settings as settings

MAKE = "make-proxies"


def test_nothing_is_taken_twice(
    mixed: MixedScene, desk: FileDesk, settings: PluginSettings
) -> None:
    desk.choose(MAKE)
    desk.choose(MAKE)
    done = desk.exchange()
    assert [one["exit_code"] for one in done.data["taken"]] == [0, 0]
    assert len(jobs(settings)) == 9  # what waits is not made again
    assert len(desk.taken()) == 2
    again = desk.exchange()
    assert again.data["taken"] == []
    assert again.lines[0] == "Nothing has come from Resolve since."
    assert len(jobs(settings)) == 9


def test_a_file_that_was_cut_anywhere_is_told_and_left(
    mixed: MixedScene, desk: FileDesk, settings: PluginSettings
) -> None:
    desk.choose(MAKE)
    [path] = desk.arrived()
    whole = path.read_bytes()
    ends = [place for place, byte in enumerate(whole) if byte == ord("\n")]
    for length in {0, 1, len(whole) // 2, len(whole) - 1, *ends, *(end + 1 for end in ends[:-1])}:
        path.write_bytes(whole[:length])
        done = desk.exchange()
        assert done.exit_code == 1
        [complaint] = done.complaints
        assert complaint.startswith(f"{path} is left there: ")
        assert complaint.endswith("1 Make Proxies in Resolve once more, and remove this file")
    assert desk.arrived() == [path]
    assert not settings.out.exists()
    assert jobs(settings) == []
    path.write_bytes(whole)
    assert desk.exchange().exit_code == 0
    assert len(jobs(settings)) == 9


def test_a_broken_file_keeps_no_other_from_being_taken(
    mixed: MixedScene, desk: FileDesk, settings: PluginSettings
) -> None:
    desk.choose(MAKE)
    [path] = desk.arrived()
    path.with_name("make-proxies-20200101T000000Z-001.answers.jsonl").write_bytes(b"{}\n[]\n")
    path.with_name("review-20200101T000000Z-001.answers.jsonl").write_bytes(b"")
    path.with_name("link-proxies-20200101T000000Z-001.part").write_bytes(b"half")
    done = desk.exchange()
    assert done.exit_code == 1
    assert len(done.complaints) == 2
    assert len(jobs(settings)) == 9


def test_answers_to_what_another_version_asked_are_left(
    mixed: MixedScene, desk: FileDesk, settings: PluginSettings
) -> None:
    asks = desk.folder.root / "to-resolve/make-proxies.requests.jsonl"
    asks.write_text(asks.read_text().replace('"GetSelectedClips"', '"GetTimeline"'))
    desk.choose(MAKE)
    done = desk.exchange()
    assert done.exit_code == 1
    assert "it answers what another version of Proxx asked" in said(done)
    assert len(desk.arrived()) == 1
    assert "GetTimeline" not in asks.read_text()
    assert jobs(settings) == []


def test_what_breaks_off_leaves_the_file_for_the_next_time(
    mixed: MixedScene, desk: FileDesk, settings: PluginSettings
) -> None:
    desk.choose(MAKE)
    aside = settings.resolve_jobs.with_name("away")
    settings.resolve_jobs.rename(aside)
    settings.resolve_jobs.write_text("no folder")
    done = desk.exchange()
    assert done.exit_code != 0
    assert "is left there: nothing was made of it" in said(done)
    assert len(desk.arrived()) == 1
    settings.resolve_jobs.unlink()
    aside.rename(settings.resolve_jobs)
    assert desk.exchange().exit_code == 0
    assert len(jobs(settings)) == 9


def test_an_exchange_that_ended_in_the_middle_is_told(
    mixed: MixedScene, desk: FileDesk, settings: PluginSettings
) -> None:
    desk.choose(MAKE)
    [path] = desk.arrived()
    held = desk.folder.root / "from-resolve/taking" / path.name
    path.rename(held)
    done = desk.exchange()
    assert done.exit_code == 1
    assert f"{held}: an exchange ended while it took this." in said(done)
    assert jobs(settings) == []
    held.rename(path)
    assert desk.exchange().exit_code == 0


def test_resolve_can_be_asked_before_there_are_settings(
    mixed: MixedScene, desk: FileDesk, settings: PluginSettings
) -> None:
    aside = desk.settings.rename(desk.settings.with_name("aside.toml"))
    shutil.rmtree(desk.folder.root)
    with pytest.raises(RequestError, match="there are no settings yet"):
        desk.exchange()
    desk.choose(MAKE)
    aside.rename(desk.settings)
    assert desk.exchange().exit_code == 0
    assert len(jobs(settings)) == 9


def test_what_another_exchange_took_is_left_to_it(
    mixed: MixedScene, desk: FileDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.choose(MAKE)
    [path] = desk.arrived()
    monkeypatch.setattr(Exchange, "arrived", lambda self: [path])
    assert desk.exchange().exit_code == 0
    again = desk.exchange()
    assert again.exit_code == 0
    assert "  another exchange took it" in again.lines


def test_a_folder_that_cannot_be_written_is_told(
    desk: FileDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a share that is mounted for reading says it."""

    def refuses(path: Path, data: bytes) -> None:
        raise OSError(30, "Read-only file system", str(path))

    monkeypatch.setattr("sidecar.resolve.by_files.exchange.replace_whole", refuses)
    shutil.rmtree(desk.folder.root / "to-resolve")
    with pytest.raises(OSError, match="Read-only") as raised:
        desk.exchange()
    assert "to-resolve" in str(raised.value)
