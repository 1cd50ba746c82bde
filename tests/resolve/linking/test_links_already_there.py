"""Links that are there already: the user's own, of an older file, broken, or made by Resolve."""

from __future__ import annotations

import pytest

from tests.fakes.resolve import (
    LOCALES,
    Answers,
    FakeMediaPoolItem,
    MediaSpec,
)
from tests.resolve.linking.link_scene import LinkScene, proxy_of
from tests.support import Ran


def test_a_proxy_of_the_users_own_is_left(there: LinkScene) -> None:
    clip = there.scene.movie("A001.mov")
    spec = MediaSpec(width=160, height=90)
    (there.folder / "mine").mkdir()
    own = there.fake.footage.write(there.folder / "mine" / "A001.mov", spec)
    assert clip.handle.LinkProxyMedia(str(own))
    there.make(clip)
    assert there.link() == 0
    assert proxy_of(clip) == str(own)
    assert there.calls("LinkProxyMedia") == there.calls("UnlinkProxyMedia") == 0
    assert f"A001.mov: {own}" in there.said


def test_a_file_that_took_the_place_of_another_is_linked_anew(there: LinkScene) -> None:
    clip = there.scene.movie("A001.mov")
    first = there.make(clip)
    assert there.link() == 0
    first.proxy.unlink()
    second = there.make(clip, profile="prores_lt")
    assert second.proxy == first.proxy
    assert there.link() == 0
    assert there.calls("UnlinkProxyMedia") == there.calls("LinkProxyMedia") == 1
    assert "\nlinked: 1" in there.said
    assert there.link() == 0
    assert there.calls("UnlinkProxyMedia") == there.calls("LinkProxyMedia") == 0


def hold(there: LinkScene, clip: FakeMediaPoolItem, ran: Ran) -> None:
    """Let Resolve attach a proxy by itself, as it does with one that it finds beside a clip."""
    assert clip.handle.LinkProxyMedia(str(ran.proxy))


def test_a_link_of_resolves_own_is_recorded_so_that_a_later_replacement_is_noticed(
    there: LinkScene,
) -> None:
    clip = there.scene.movie("A001.mov")
    first = there.make(clip)
    hold(there, clip, first)
    assert there.link() == 0
    assert "\nalready linked: 1" in there.said
    [record] = there.records()
    assert (record.outcome, record.sha256) == ("already", first.result.clips[0].output_sha256)
    assert record.size_bytes == first.proxy.stat().st_size
    first.proxy.unlink()
    there.make(clip, profile="prores_lt")
    assert there.link() == 0
    assert there.calls("UnlinkProxyMedia") == there.calls("LinkProxyMedia") == 1
    assert there.outcomes() == ["already", "linked"]


def test_what_resolve_may_hold_of_a_file_before_is_told_and_left_until_it_is_linked_anew(
    there: LinkScene,
) -> None:
    """It linked the proxy itself, and when nobody knows: before its file was replaced, or after."""
    clip = there.scene.movie("A001.mov")
    first = there.make(clip)
    hold(there, clip, first)
    first.proxy.unlink()
    second = there.make(clip, profile="prores_lt")
    for _ in range(2):
        assert there.link() == 0
        assert there.calls("UnlinkProxyMedia") == there.calls("LinkProxyMedia") == 0
        told = "already linked, maybe as the file that stood there before: 1\n"
        assert f"{told}  A001.mov: {second.proxy}\n  next: " in there.said
    clip.handle.UnlinkProxyMedia()
    assert there.link() == 0
    assert there.link() == 0
    assert "\nalready linked: 1" in there.said
    assert there.outcomes() == ["already", "linked", "already"]


def test_a_link_that_shows_another_size_than_the_file_has_is_of_the_file_before(
    there: LinkScene,
) -> None:
    clip = there.scene.movie("A001.mov")
    first = there.make(clip)
    hold(there, clip, first)
    first.proxy.unlink()
    there.make(clip, profile="prores_hq")  # as large as the clip
    assert there.link() == 0
    assert clip.handle.GetClipProperty("Proxy") == "320x180"
    assert there.outcomes() == ["linked"]


def test_a_resolve_that_shows_sizes_its_own_way_is_asked_once(there: LinkScene) -> None:
    clip = there.scene.movie("A001.mov")
    hold(there, clip, there.make(clip))
    clip.properties["Proxy"] = "80x45"
    for calls in (1, 0):
        assert there.link() == 0
        assert there.calls("UnlinkProxyMedia") == calls
    assert "\nalready linked: 1" in there.said


@pytest.mark.parametrize("locale", LOCALES)
def test_a_proxy_of_the_users_own_that_is_offline_is_left_and_told(
    there: LinkScene, locale: str
) -> None:
    there.fake.profile = type(there.fake.profile)(locale=locale)
    clip = there.scene.movie("A001.mov")
    (there.folder / "mine").mkdir()
    spec = MediaSpec(width=160, height=90)
    own = there.fake.footage.write(there.folder / "mine" / "A001.mov", spec)
    assert clip.handle.LinkProxyMedia(str(own))
    own.unlink()
    there.make(clip)
    assert there.link() == 1
    assert proxy_of(clip) == str(own)
    assert there.calls("LinkProxyMedia") == there.calls("UnlinkProxyMedia") == 0
    told = "have another proxy that Resolve does not find, which is left as it is: 1\n"
    assert f"{told}  A001.mov: {own}\n  next: " in there.said
    clip.handle.UnlinkProxyMedia()
    assert there.link() == 0
    assert proxy_of(clip) != str(own)


def test_a_clip_that_lost_its_link_to_a_refusal_is_told_so(there: LinkScene) -> None:
    clip = there.scene.movie("A001.mov")
    first = there.make(clip)
    assert there.link() == 0
    first.proxy.unlink()
    there.make(clip, profile="prores_lt")
    there.fake.faults.once("LinkProxyMedia", Answers(False))
    assert there.link() == 1
    assert proxy_of(clip) == ""
    assert "so it has no proxy now" in there.said


def test_other_bytes_of_the_same_size_and_time_are_another_file(there: LinkScene) -> None:
    clip = there.scene.movie("A001.mov")
    there.make(clip)
    there.link()
    [records] = there.out.glob("*.links.jsonl")
    sha256 = there.records()[0].sha256 or ""
    records.write_text(records.read_text().replace(sha256, "0" * 64))
    assert there.link() == 0
    assert there.calls("UnlinkProxyMedia") == there.calls("LinkProxyMedia") == 1


def test_a_proxy_that_was_away_is_linked_again(there: LinkScene) -> None:
    clip = there.scene.movie("A001.mov")
    ran = there.make(clip)
    there.link()
    away = ran.proxy.rename(there.folder / "away.mov")
    assert clip.handle.GetClipProperty("Proxy") == "Offline"
    assert there.link() == 1
    assert "gone" in there.said
    away.rename(ran.proxy)
    assert there.link() == 0
    assert clip.handle.GetClipProperty("Proxy") == "160x90"
    assert there.calls("UnlinkProxyMedia") == 0
