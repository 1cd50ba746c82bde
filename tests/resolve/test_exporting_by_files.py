"""Entry 1 by files: the same jobs as over a talk; each file of answers is taken once, and whole."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import JobSpec, RequestError, read_jobspec_file
from sidecar.resolve.by_files import Exchange
from sidecar.resolve.settings import PluginSettings
from tests.fakes.resolve import (
    FAILURES,
    FakeResolve,
    MixedScene,
    Scene,
    changes,
    mixed_timeline,
    user_state,
)
from tests.resolve.export_scene import Desk
from tests.resolve.file_desk import FileDesk, said
from tests.resolve_scripts.stage import ROOT
from tests.resolve_scripts.without_popen import Menu

MAKE = "make-proxies"
ASKED = (
    *("GetProjectManager", "GetCurrentProject", "Project.GetUniqueId", "Project.GetName"),
    *("GetMediaPool", "GetSelectedClips", "GetCurrentTimeline", "GetCurrentFolder"),
    *("GetClipList", "MediaPoolItem.GetUniqueId", "GetMediaId", "GetClipProperty"),
)
"""What a round asks of Resolve."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "Prüf Ordner 東京"


@pytest.fixture
def mixed(fake: FakeResolve, folder: Path) -> MixedScene:
    return mixed_timeline(fake, folder / "media")


@pytest.fixture
def settings(folder: Path) -> PluginSettings:
    doors = [folder / name for name in ("by files for ffmpeg", "by files for resolve")]
    for door in doors:
        door.mkdir(parents=True)
    return PluginSettings(
        out=folder / "proxies",
        ffmpeg_jobs=doors[0],
        resolve_jobs=doors[1],
        source_roots=(folder / "media",),
    )


@pytest.fixture
def desk(
    folder: Path, fake: FakeResolve, settings: PluginSettings, monkeypatch: pytest.MonkeyPatch
) -> FileDesk:
    desk = FileDesk(folder, fake, settings, monkeypatch)
    desk.exchange()
    return desk


def jobs(settings: PluginSettings) -> list[JobSpec]:
    doors = (settings.ffmpeg_jobs, settings.resolve_jobs)
    paths = [path for door in doors for path in sorted(door.glob("pending/*.job.json"))]
    return [read_jobspec_file(path) for path in paths]


def asked(job: JobSpec) -> Any:
    """A job without what differs between two acts that ask for the same."""
    told = job.model_dump(mode="json")
    for key in ("job_id", "created_at", "batch"):
        del told[key]
    return told


def test_the_same_jobs_as_over_a_talk_and_nothing_of_the_project_changes(
    fake: FakeResolve, folder: Path, mixed: MixedScene, desk: FileDesk, settings: PluginSettings
) -> None:
    live = Desk(folder, fake)
    live.click("lua", out=settings.out)
    before = user_state(fake)
    done = desk.round(MAKE)
    assert changes(before, user_state(fake)) == []
    assert done.exit_code == 0
    assert "  9 clips, 9 jobs (5 for ffmpeg, 4 for resolve) in " + str(settings.out) in done.lines
    assert [asked(job) for job in jobs(settings)] == [
        asked(job) for made in live.jobs().values() for job in made
    ]
    assert len(jobs(settings)) == 9
    assert done.lines[-1].startswith("2 Render Camera Raw cannot run where")
    log = desk.log.read_text(encoding="utf-8")
    assert f" {os.getpid()} exchange: 9 clips, 9 jobs (5 for ffmpeg, 4 for resolve) in " in log


def test_the_first_scope_that_shows_anything_counts(
    fake: FakeResolve, mixed: MixedScene, desk: FileDesk, settings: PluginSettings
) -> None:
    fake.current().media_pool.selected = [mixed.for_ffmpeg[2]]
    assert "1 clip" in said(desk.round(MAKE))
    assert [job.clips[0].resolve.media_id for job in jobs(settings) if job.clips[0].resolve] == [
        mixed.for_ffmpeg[2].media_id
    ]


def test_a_clip_of_which_not_all_is_told_at_once_is_asked_once_more(
    mixed: MixedScene, desk: FileDesk, settings: PluginSettings
) -> None:
    silent = mixed.for_ffmpeg[0]
    silent.tells_no_dict = True
    first = desk.round(MAKE)
    assert len(jobs(settings)) == 8
    assert "Resolve did not tell all of 1 clip in Documentary. With that project open" in said(
        first
    )
    assert "asks once more what Resolve did not tell of clips: 1." in desk.choose(MAKE)
    second = desk.exchange()
    made = [job.clips[0].resolve for job in jobs(settings)]
    assert len(made) == 9
    assert [one.media_id for one in made if one].count(silent.media_id) == 1
    assert second.data["planned"][MAKE] == {}


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


@pytest.mark.parametrize("failure", ["None", "raise"])
@pytest.mark.parametrize("method", ASKED)
def test_whatever_fails_is_told_and_the_next_round_mends_it(
    fake: FakeResolve,
    folder: Path,
    desk: FileDesk,
    settings: PluginSettings,
    method: str,
    failure: str,
) -> None:
    clip = Scene(fake, folder / "media").movie("A001.mov")
    fake.faults.always(method, FAILURES[failure])
    broken = desk.round(MAKE)
    fake.faults.clear()
    assert broken.exit_code != 4, said(broken)
    assert len(jobs(settings)) <= 1
    for path in desk.arrived():
        assert f"{path} is left there" in said(broken)
        path.unlink()
    assert desk.round(MAKE).exit_code == 0
    [job] = jobs(settings)
    assert job.clips[0].source.path == clip.path


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


def test_without_a_project_it_is_said(
    fake: FakeResolve, desk: FileDesk, settings: PluginSettings
) -> None:
    fake.open_project(None)
    done = desk.round(MAKE)
    assert (done.exit_code, done.complaints) == (2, ("no project was open",))
    assert len(desk.taken()) == 1


def test_without_a_resolve_it_is_said(
    folder: Path, settings: PluginSettings, desk: FileDesk
) -> None:
    menu = Menu(folder / "another", {})
    menu.locate(str(desk.folder.root))
    menu.choose(MAKE)
    done = desk.exchange()
    assert done.exit_code == 3
    assert done.complaints == ("the script was given no Resolve to work with",)


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

    monkeypatch.setattr("sidecar.resolve.by_files.replace_whole", refuses)
    shutil.rmtree(desk.folder.root / "to-resolve")
    with pytest.raises(OSError, match="Read-only") as raised:
        desk.exchange()
    assert "to-resolve" in str(raised.value)


def test_as_a_person_does_it_in_a_terminal(
    mixed: MixedScene, folder: Path, desk: FileDesk, settings: PluginSettings
) -> None:
    """A real process, in a folder that its words name."""
    elsewhere = folder / "elsewhere"
    desk.folder.root.rename(elsewhere)
    desk.folder.root.symlink_to(elsewhere)
    program = [sys.executable, "-m", "sidecar.cli.main", "plugin", "--settings", str(desk.settings)]
    desk.choose(MAKE)
    done = subprocess.run(
        [*program, "exchange", str(elsewhere)],
        capture_output=True,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(folder), "XDG_STATE_HOME": ""},
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "  9 clips, 9 jobs (5 for ffmpeg, 4 for resolve) in " in done.stdout
    assert len(jobs(settings)) == 9
    many = subprocess.run(
        [*program, "exchange", "a", "b"],
        capture_output=True,
        cwd=ROOT,
        text=True,
        check=False,
    )
    assert many.returncode == 2
    assert "takes one folder, found 2 words" in many.stderr
