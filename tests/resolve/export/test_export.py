"""Make Proxies, from what Resolve shows to the jobs in the watch folders."""

from __future__ import annotations

import os
import unicodedata
from fractions import Fraction
from pathlib import Path

import pytest

from sidecar.cli.main import main
from tests.fakes.conftest import Start
from tests.fakes.resolve import (
    LOCALES,
    VERSIONS,
    ClipFacts,
    FakeResolve,
    MixedScene,
    Scene,
    changes,
    mixed_timeline,
    user_at_work,
    user_state,
)
from tests.resolve.export.export_scene import Desk, asked
from tests.resolve.export.export_scene import desk as desk
from tests.resolve.export.export_scene import mixed as mixed
from tests.resolve.export.export_scene import scene as scene


def test_every_eligible_clip_gets_one_job_of_its_engine(desk: Desk, mixed: MixedScene) -> None:
    clicked = desk.click()
    jobs = desk.jobs()
    assert clicked.code == 0
    assert {engine: len(made) for engine, made in jobs.items()} == {"ffmpeg": 5, "resolve": 4}
    said = {job.clips[0].resolve for made in jobs.values() for job in made}
    assert {one.media_id for one in said if one} == {clip.media_id for clip in mixed.eligible}
    assert {one.project_id for one in said if one} == {desk.fake.current().unique_id}
    assert {job.created_by.tool for made in jobs.values() for job in made} == {
        "proxx plugin make-proxies"
    }
    assert len({job.batch for made in jobs.values() for job in made}) == 1


def test_what_is_told(desk: Desk, mixed: MixedScene) -> None:
    clicked = desk.click()
    for words in (
        "Make Proxies: 13 clips of the timeline Reel 1, project Documentary",
        f"9 clips, 9 jobs (5 for ffmpeg, 4 for resolve) in {desk.out}",
        f"  5 job files in {desk.ffmpeg_jobs}/pending",
        f"  4 job files in {desk.resolve_jobs}/pending",
        "left out: 8",
        "next: 2 Render Camera Raw runs the jobs for Resolve",
        "next, when they are done: 3 Link Finished Proxies",
    ):
        assert words in clicked.said.splitlines(), clicked.said
    for clip in mixed.for_nobody:
        assert clip.name in clicked.said
    assert "lost.mov is not there" in clicked.said
    assert "wild track.wav   sound alone" in clicked.said
    assert f"proxx watch '{desk.ffmpeg_jobs}'" in clicked.said
    assert set(clicked.console[-1].splitlines()) <= set(clicked.log)


def test_the_same_jobs_through_both_languages(
    fake: FakeResolve, mixed: MixedScene, tmp_path: Path
) -> None:
    made = []
    for language in ("py", "lua"):
        desk = Desk(tmp_path / language, fake)
        shared = {"out": tmp_path / "out", "source_roots": (tmp_path / "media",)}
        assert desk.click(language, **shared).code == 0
        jobs = desk.jobs()
        made.append([asked(job) for engine in jobs for job in jobs[engine]])
    assert made[0] == made[1]
    assert len(made[0]) == 9


@pytest.mark.parametrize("locale", LOCALES)
def test_the_same_jobs_in_every_language_of_the_window(
    start: Start, tmp_path: Path, locale: str
) -> None:
    fake = start(locale=locale)
    mixed_timeline(fake, tmp_path / "media")
    desk = Desk(tmp_path, fake)
    assert desk.click().code == 0
    assert [len(made) for made in desk.jobs().values()] == [5, 4]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("edition", ["free", "studio"])
def test_every_version(start: Start, tmp_path: Path, version: str, edition: str) -> None:
    fake = start(version=version, edition=edition)
    mixed_timeline(fake, tmp_path / "media")
    desk = Desk(tmp_path, fake)
    clicked = desk.click()
    assert clicked.code == 0
    assert [len(made) for made in desk.jobs().values()] == [5, 4]
    assert ("does not tell what is selected" in clicked.said) == (version == "18.6")


def test_nothing_of_the_project_changes(start: Start, tmp_path: Path) -> None:
    fake = start()
    user_at_work(fake, tmp_path / "media", tmp_path / "renders")
    mixed_timeline(fake, tmp_path / "media")
    fake.current().media_pool.selected = []
    before = user_state(fake)
    calls = len(fake.log)
    desk = Desk(tmp_path, fake)
    assert desk.click().code == 0
    assert changes(before, user_state(fake)) == []
    assert all(call.method.rpartition(".")[2].startswith("Get") for call in list(fake.log)[calls:])


def test_a_second_click_makes_nothing_twice(desk: Desk, mixed: MixedScene) -> None:
    desk.click()
    before = desk.proxies()
    desk.out.rmdir()
    again = desk.click()
    assert not desk.out.exists()
    assert again.code == 0
    assert "waiting for a job, left out: 9" in again.said
    assert "nothing to do: every clip was proven before, or a job waits for it" in again.said
    assert "next: 2 Render Camera Raw runs the jobs for Resolve" in again.said
    assert desk.proxies() == before
    assert len(before) == 9
    assert "A001C001.mov" not in again.said  # which clips wait stands in the log
    assert any("A001C001.mov" in line for line in again.log)


def test_what_was_made_is_not_made_again(
    desk: Desk, scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    scene.movie("a.mov")
    scene.sequence("plate")
    desk.click()
    assert main(["watch", str(desk.ffmpeg_jobs), "--once"]) == 0, capsys.readouterr()
    scene.movie("new.mov")
    again = desk.click()
    assert "proven before, left out: 2" in again.said
    assert desk.proxies() == ["/new.mov"]
    main(["watch", str(desk.ffmpeg_jobs), "--once"])
    last = desk.click()
    assert last.code == 0
    assert last.said.splitlines()[-2:] == [
        "nothing to do: every clip was proven before, or a job waits for it",
        "next: 3 Link Finished Proxies",
    ]


def test_names_as_people_give_them(desk: Desk, scene: Scene) -> None:
    """Letters of any kind, quotes, and a name that is no UTF-8, which no job can hold."""
    decomposed = unicodedata.normalize("NFD", "Café été.mov")
    for name in ('夜の東京 – Joe\'s "take" 1.mov', decomposed, "two\nlines.mov", "a%d [1-2].mov"):
        scene.movie(name)
    path = scene.media / os.fsdecode(b"no \xff UTF-8.mov")
    path.write_bytes(Path(scene.movie("plain.mov").path).read_bytes())
    scene.add(path.name, path, ClipFacts())
    clicked = desk.click()
    assert clicked.code == 0
    made = {clip.source.path for job in desk.jobs()["ffmpeg"] for clip in job.clips}
    assert str(scene.media / decomposed) in made
    assert "its name is not UTF-8; rename it" in clicked.said
    assert len(made) + clicked.said.count("mov  ") == 6, clicked.said


def test_proxies_lie_by_their_originals_and_never_meet(desk: Desk, mixed: MixedScene) -> None:
    desk.click()
    proxies = desk.proxies()
    assert "card 1/A001C001.mov" in proxies
    assert "card 2/A001C001.mov" in proxies


def test_whole_paths_where_no_root_is_named(desk: Desk, scene: Scene) -> None:
    scene.movie("a/one.mov")
    desk.click(source_roots=())
    whole = str(scene.media / "a").removeprefix("/")
    assert desk.proxies() == [f"{whole}/one.mov"]


def test_what_resolve_says_stands_in_the_job(desk: Desk, scene: Scene) -> None:
    scene.movie("late.mov", timecode="01:00:00:00", properties={"Start TC": "09:00:00:00"})
    scene.sequence("plate")
    scene.raw("raw.braw", rate=Fraction(24000, 1001), timecode="19:37:31:16")
    clicked = desk.click()
    jobs = desk.jobs()
    late, plate = (job.clips[0] for job in jobs["ffmpeg"])
    [raw] = (job.clips[0] for job in jobs["resolve"])
    assert late.source.timecode is not None
    assert (late.source.timecode.start, late.source.timecode.source) == ("09:00:00:00", "resolve")
    assert "09:00:00:00 taken; file says 01:00:00:00" in clicked.said
    assert plate.source.video is not None
    assert plate.source.video.frame_rate == 24
    assert raw.resolve is not None
    assert (raw.resolve.frames, raw.resolve.start_timecode) == (24, "19:37:31:16")


def test_one_file_in_two_bins_is_one_job(desk: Desk, scene: Scene) -> None:
    clip = scene.movie("a.mov")
    scene.timeline("Reel 1", clip, scene.again(clip, scene.bin("Again")))
    desk.click()
    assert desk.proxies() == ["/a.mov"]


def test_a_part_of_a_file_gets_no_proxy_of_the_whole(desk: Desk, scene: Scene) -> None:
    """It would bear the part's timecode from its first frame on."""
    part = scene.subclip(scene.movie("a.mov"), "the kiss", first=5, frames=3)
    scene.timeline("Reel 1", part, scene.movie("b.mov"))
    clicked = desk.click()
    assert clicked.code == 0
    assert desk.proxies() == ["/b.mov"]
    assert "the kiss  Resolve shows 3 of its 24 frames; choose the whole clip" in clicked.said


def test_a_frame_more_or_less_is_told(desk: Desk, scene: Scene) -> None:
    scene.movie("a.mov", properties={"Frames": "23"})
    clicked = desk.click()
    assert desk.proxies() == ["/a.mov"]
    assert "frames that differ, so that Resolve may refuse the proxy: 1" in clicked.said
    assert "a.mov  24 in the file, 23 in Resolve" in clicked.said


def test_nothing_but_parts(desk: Desk, scene: Scene) -> None:
    scene.timeline("Reel 1", scene.subclip(scene.movie("a.mov"), "the kiss", first=5, frames=3))
    clicked = desk.click()
    assert clicked.code == 2
    assert clicked.said.endswith("there is no clip to make a proxy of; nothing was written")


def test_what_the_settings_say_stands_in_the_job(desk: Desk, scene: Scene) -> None:
    scene.movie("day 1/a.mov")
    desk.click(profile="dnxhr_lb", verification="exists", name="{source_name}_Proxy")
    [job] = desk.jobs()["ffmpeg"]
    assert (job.profile.name, job.execution.verification) == ("dnxhr_lb", "exists")
    assert desk.proxies() == ["day 1/a_Proxy.mov"]
    desk.click(rule="resolve")
    beside = desk.jobs()["ffmpeg"][-1]
    assert Path(beside.output.directory) == scene.media / "day 1"
    assert beside.clips[0].output_subdirectory == "Proxy"


def test_several_clips_in_a_job(desk: Desk, mixed: MixedScene) -> None:
    desk.click(clips_per_job=10)
    assert [[len(job.clips) for job in made] for made in desk.jobs().values()] == [[5], [4]]


def test_no_clip_at_all(desk: Desk, scene: Scene) -> None:
    scene.offline("lost.mov")
    clicked = desk.click()
    assert clicked.code == 2
    assert "lost.mov is not there" in clicked.said
    assert "there is no clip to make a proxy of; nothing was written" in clicked.said
    assert not (desk.ffmpeg_jobs / "watch.toml").exists()


def test_a_file_that_is_no_footage_is_left_out_with_the_reason_of_creation(
    desk: Desk, scene: Scene
) -> None:
    scene.movie("good.mov")
    bad = [scene.movie(f"{card}/bad.mov").path for card in ("card 1", "card 2")]
    for path in bad:
        Path(path).write_bytes(b"no movie at all")
    clicked = desk.click()
    assert clicked.code == 0
    assert desk.proxies() == ["/good.mov"]
    assert "left out: 2" in clicked.said
    assert all(path in clicked.said for path in bad)  # two of one name are told apart
