"""Which proxies are a clip's: found in every place, by media id and by path, the newest first."""

from __future__ import annotations

import shutil
import unicodedata
from pathlib import Path

import pytest

from tests.fakes.resolve import proxies_of
from tests.resolve.linking.link_scene import LinkScene, proxy_of


def test_the_media_id_finds_a_clip_that_was_moved(there: LinkScene) -> None:
    clip = there.scene.movie("A001.mov")
    ran = there.make(clip, known=True)
    clip.path = clip.properties["File Path"] = "/Volumes/new/A001.mov"
    assert there.link() == 0
    assert proxy_of(clip) == str(ran.proxy)


def test_a_media_id_of_another_project_counts_for_nothing(there: LinkScene) -> None:
    clip, other = there.scene.movie("A001.mov"), there.scene.movie("B001.mov")
    ran = there.make(clip, known=True)
    there.fake.current().unique_id = "another"
    other.media_id, clip.media_id = clip.media_id, other.media_id
    assert there.link() == 0
    assert proxies_of(there.fake) == {clip.unique_id: str(ran.proxy)}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_letters_may_be_written_in_two_ways(there: LinkScene, form: str) -> None:
    clip = there.scene.movie("Café été.mov")
    ran = there.make(clip)
    told = unicodedata.normalize(form, clip.path)  # type: ignore[arg-type]
    clip.path = clip.properties["File Path"] = told
    there.fake.quirks.proxy_path_told_as = "decomposed"
    assert there.link() == 0
    assert proxy_of(clip) == str(ran.proxy)


def test_a_sequence_is_told_with_its_range(there: LinkScene) -> None:
    clip = there.scene.sequence("plate")
    ran = there.make(clip)
    assert there.link() == 0
    assert proxy_of(clip) == str(ran.proxy)


def test_one_proxy_serves_all_items_of_its_file(there: LinkScene) -> None:
    clip = there.scene.movie("A001.mov")
    again = there.scene.again(clip, there.scene.bin("Selects"))
    subclip = there.scene.subclip(clip, "part", first=4, frames=8)
    ran = there.make(clip)
    assert there.link() == 1
    assert proxy_of(clip) == proxy_of(again) == str(ran.proxy)
    assert proxy_of(subclip) == ""
    assert "linked: 2" in there.said
    assert "part: the clip has 8 frames, its proxy 24; the clip starts at 01:00:00:04" in there.said


def test_the_newest_proven_proxy_wins(there: LinkScene) -> None:
    clip = there.scene.movie("A001.mov")
    older = there.make(clip)
    assert there.link() == 0
    newer = there.make(clip, out=there.out / "dnx", profile="dnxhr_lb")
    assert there.link() == 0
    assert proxy_of(clip) == str(newer.proxy)
    newer.proxy.unlink()
    for _ in range(2):  # the clip has what is proven: nothing is wrong with it, then or later
        assert there.link() == 0
        assert proxy_of(clip) == str(older.proxy)
        passed = f"passed by for another proxy of the clip: 1\n  A001.mov: {newer.proxy}: gone"
        assert passed in there.said


def test_an_older_proxy_that_fits_stands_in_for_a_newer_one_that_does_not(
    there: LinkScene,
) -> None:
    clip = there.scene.movie("A001.mov", channels=2)
    older = there.make(clip)
    newer = there.make(clip, out=there.out / "dnx", profile="dnxhr_lb", start="03:00:00:00")
    for told in ("linked: 1", "already linked: 1"):
        assert there.link() == 0
        assert proxy_of(clip) == str(older.proxy)
        assert told in there.said
        assert f"  A001.mov: {newer.proxy}: the clip starts at 01:00:00:00, its" in there.said
        assert "[LINK_TIMECODE]" in there.said
    assert there.outcomes() == ["unlinkable", "linked", "already"]


def test_proxies_that_fit_alike_ill_are_told_once(there: LinkScene) -> None:
    clip = there.scene.movie("A001.mov")
    there.make(clip)
    there.make(clip, out=there.out / "dnx", profile="dnxhr_lb")
    clip.properties["Frames"] = "48"
    assert there.link() == 1
    assert "do not fit their clips: 1\n" in there.said


def test_a_newer_proxy_that_was_never_proven_is_passed_by_and_told(there: LinkScene) -> None:
    clip = there.scene.movie("A001.mov")
    older = there.make(clip)
    there.make(clip, out=there.out / "dnx", profile="dnxhr_lb", verification="exists")
    for _ in range(2):
        assert there.link() == 0
        assert proxy_of(clip) == str(older.proxy)
        assert "only that it exists was looked at" in there.said


def test_a_clip_that_was_completed_before_its_job_failed_is_known_by_its_media_id(
    there: LinkScene,
) -> None:
    clip = there.scene.movie("A001.mov")
    ran = there.make(clip, known=True, into=there.folder / "f" / "failed" / "2026-01-01" / "a.b")
    clip.path = clip.properties["File Path"] = "/Volumes/new/A001.mov"
    assert there.link() == 0
    assert proxy_of(clip) == str(ran.proxy)


def test_a_proxy_made_for_the_clip_itself_stands_above_a_newer_one_of_its_file(
    there: LinkScene,
) -> None:
    """Camera raw that another project renders looks as that project makes it look."""
    clip = there.scene.movie("A001.mov")
    own = there.make(clip, known=True)
    project = there.fake.current()
    here, project.unique_id = project.unique_id, "another project"
    there.make(clip, known=True, out=there.out / "other", profile="dnxhr_lb")
    project.unique_id = here
    assert there.link() == 0
    assert proxy_of(clip) == str(own.proxy)


def test_a_proxy_of_media_that_were_rewritten_is_proven_of_nothing(there: LinkScene) -> None:
    clip = there.scene.movie("A001.mov")
    there.make(clip)
    media = Path(clip.path)
    kept = media.read_bytes()
    media.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    assert there.link() == 1
    assert proxies_of(there.fake) == {}
    assert "the clip's own file has changed since" in there.said
    media.write_bytes(kept)
    assert there.link() == 0
    assert len(proxies_of(there.fake)) == 1


def test_what_only_exists_is_not_proven(there: LinkScene) -> None:
    clip = there.scene.movie("A001.mov")
    there.make(clip, verification="exists")
    assert there.link() == 1
    assert "not proven, so not linked: 1\n  A001.mov: " in there.said
    assert "only that it exists was looked at" in there.said
    assert proxies_of(there.fake) == {}


def test_proxies_of_no_clip_here_are_counted(there: LinkScene) -> None:
    other = there.scene.movie("A001.mov")
    there.make(other).proxy.unlink()
    there.make(other)  # in the place of the first, which counts no more
    there.scene.pool.root_folder.clips.clear()
    assert there.link() == 0
    assert "finished proxies of no clip in this project: 1" in there.said


def test_proxies_beside_their_originals_are_found(there: LinkScene) -> None:
    clip = there.scene.movie("A001.mov")
    beside = Path(clip.path).parent / "Proxy"
    ran = there.make(clip, out=beside, into=there.folder / "elsewhere")
    shutil.rmtree(there.folder / "elsewhere")
    assert there.link() == 0
    assert proxies_of(there.fake) == {}
    there.settings = there.settings.model_copy(update={"rule": "resolve"})
    assert there.link() == 0
    assert proxy_of(clip) == str(ran.proxy)


def test_a_tree_that_was_moved_is_found_and_known_for_our_own(there: LinkScene) -> None:
    clip = there.scene.movie("A001.mov")
    first = there.make(clip, into=there.folder / "elsewhere")
    shutil.rmtree(there.folder / "elsewhere")
    moved = there.out.rename(there.folder / "moved")
    there.settings = there.settings.model_copy(update={"out": moved})
    assert there.link() == 0
    assert proxy_of(clip) == str(moved / first.proxy.name)
    newer = there.make(clip, out=moved / "dnx", profile="dnxhr_lb")
    assert there.link() == 0
    assert proxy_of(clip) == str(newer.proxy)


def test_path_maps_tell_where_the_media_is_here(there: LinkScene) -> None:
    clip = there.scene.movie("A001.mov")
    ran = there.make(clip)
    media = str(there.scene.media)
    clip.path = clip.properties["File Path"] = clip.path.replace(media, "/Volumes/shoot")
    config = there.folder / "machine.toml"
    config.write_text(f'[[path_map]]\nfrom = "{media}"\nto = "/Volumes/shoot"\n')
    there.settings = there.settings.model_copy(update={"config": config})
    assert there.link() == 0
    assert proxy_of(clip) == str(ran.proxy)


def test_places_that_are_away_are_told(there: LinkScene) -> None:
    there.scene.movie("A001.mov")
    shutil.rmtree(there.folder / "f")
    assert there.link() == 0
    for kind in ("completed", "failed"):
        assert f"not there: {there.folder / 'f' / kind}" in there.said
    shutil.rmtree(there.folder / "r")
    shutil.rmtree(there.out)
    assert there.link() == 3
