"""Entry 1 by files: the same jobs as over a talk, whatever Resolve answers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import JobSpec
from sidecar.resolve.settings import PluginSettings
from tests.fakes.resolve import (
    FAILURES,
    FakeResolve,
    MixedScene,
    Scene,
    changes,
    user_state,
)
from tests.resolve.by_files.file_desk import FileDesk, jobs, said
from tests.resolve.by_files.file_desk import desk as desk
from tests.resolve.by_files.file_desk import folder as folder
from tests.resolve.by_files.file_desk import mixed as mixed
from tests.resolve.by_files.file_desk import settings as settings
from tests.resolve.export.export_scene import Desk
from tests.resolve_scripts.without_popen import Menu

MAKE = "make-proxies"
ASKED = (
    *("GetProjectManager", "GetCurrentProject", "Project.GetUniqueId", "Project.GetName"),
    *("GetMediaPool", "GetSelectedClips", "GetCurrentTimeline", "GetCurrentFolder"),
    *("GetClipList", "MediaPoolItem.GetUniqueId", "GetMediaId", "GetClipProperty"),
)
"""What a round asks of Resolve."""


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


def test_as_a_person_does_it_in_a_terminal(
    mixed: MixedScene, folder: Path, desk: FileDesk, settings: PluginSettings
) -> None:
    """In a folder that the words name."""
    elsewhere = folder / "elsewhere"
    desk.folder.root.rename(elsewhere)
    desk.folder.root.symlink_to(elsewhere)
    desk.choose(MAKE)
    done = desk.type_exchange(elsewhere)
    assert (done.returncode, done.stderr) == (0, "")
    assert "  9 clips, 9 jobs (5 for ffmpeg, 4 for resolve) in " in done.stdout
    assert len(jobs(settings)) == 9
    many = desk.type_exchange("a", "b")
    assert many.returncode == 2
    assert "takes one folder, found 2 words" in many.stderr
