"""Finished proxies get to the clips that they were made of, and nothing else is changed."""

from __future__ import annotations

import os
from fractions import Fraction

import pytest

from proxx_engine import failure_kinds
from tests.fakes.resolve import (
    LOCALES,
    changes,
    proxies_of,
    user_state,
)
from tests.resolve.inner_talk import HOSTS
from tests.resolve.linking.link_scene import LinkScene, proxy_of


@pytest.mark.parametrize("language", HOSTS)
def test_a_finished_proxy_is_linked_and_nothing_else_is_touched(
    there: LinkScene, language: str
) -> None:
    clip, other = there.scene.movie("A001.mov"), there.scene.movie("B001.mov", channels=0)
    there.scene.timeline("Reel 1", clip, other)
    ran = there.make(clip)
    before = user_state(there.fake)
    assert there.link(language) == 0
    assert proxies_of(there.fake) == {clip.unique_id: str(ran.proxy)}
    assert changes(before, user_state(there.fake)) == []
    assert "linked: 1" in there.said
    [record] = there.records()
    assert (record.outcome, record.proxy, record.clip_index) == ("linked", str(ran.proxy), 0)
    assert record.read_back == ("160x90", str(ran.proxy))
    assert record.sha256 == ran.result.clips[0].output_sha256
    assert list(ran.proxy.parent.glob("A001.*.links.jsonl")) != []
    assert there.log == there.console[0].splitlines()


def test_a_second_time_there_is_nothing_to_do(there: LinkScene) -> None:
    clip = there.scene.movie("A001.mov")
    there.make(clip)
    assert there.link() == 0
    assert there.link() == 0
    assert "already linked: 1" in there.said
    assert there.calls("LinkProxyMedia") == there.calls("UnlinkProxyMedia") == 0
    assert there.outcomes() == ["linked", "already"]
    there.link()
    assert there.outcomes() == ["linked", "already"]


def test_bins_below_bins_are_looked_into(there: LinkScene) -> None:
    bin_ = None
    for number in range(8):
        bin_ = there.scene.bin(f"Bin {number}", bin_)
    clip = there.scene.movie("A001.mov", bin=bin_)
    there.make(clip)
    assert there.link() == 0
    assert proxy_of(clip)


def test_bins_that_lie_too_deep_are_told(there: LinkScene) -> None:
    bin_ = None
    for number in range(16):
        bin_ = there.scene.bin(f"Bin {number}", bin_)
    assert there.link() == 0
    assert "bins that could not be looked into: 1" in there.said


def test_slashes_may_be_told_the_other_way(there: LinkScene) -> None:
    clip = there.scene.movie("A001.mov")
    there.make(clip)
    there.fake.quirks.proxy_path_told_as = "backslashes"
    assert there.link() == 0
    assert there.link() == 0
    assert "already linked: 1" in there.said


def test_drop_frame_clips_are_linked(there: LinkScene) -> None:
    clip = there.scene.movie("d.mov", rate=Fraction(30000, 1001), timecode="01:00:00;02", frames=30)
    there.make(clip)
    assert there.link() == 0
    assert proxy_of(clip)


@pytest.mark.parametrize("locale", LOCALES)
def test_no_word_of_resolve_decides(there: LinkScene, locale: str) -> None:
    there.fake.profile = type(there.fake.profile)(locale=locale)
    clip, other = there.scene.movie("A001.mov"), there.scene.movie("B001.mov")
    there.make(clip)
    assert there.link() == 0
    assert proxy_of(clip)
    assert proxy_of(other) == ""
    assert there.link() == 0
    assert "already linked: 1" in there.said


def test_a_proxy_that_changed_since_it_was_proven_is_not_linked(there: LinkScene) -> None:
    clip, short = there.scene.movie("A001.mov"), there.scene.movie("B001.mov")
    changed, cut = there.make(clip), there.make(short)
    data = bytearray(changed.proxy.read_bytes())
    data[-1] ^= 1
    changed.proxy.write_bytes(bytes(data))
    os.truncate(cut.proxy, 999)
    assert there.link() == 1
    assert proxies_of(there.fake) == {}
    assert f"A001.mov: {changed.proxy}: content differs" in there.said
    assert f"B001.mov: {cut.proxy}: size differs" in there.said
    assert there.records() == []


def test_what_speaks_against_a_link_has_a_code_and_a_next_step(there: LinkScene) -> None:
    clip = there.scene.movie("A001.mov")
    there.make(clip)
    clip.properties |= {"Frames": "48", "FPS": "25", "Start TC": "02:00:00:00", "Audio Ch": "1"}
    clip.properties |= {"PAR": "2.0"}
    assert there.link() == 1
    assert proxies_of(there.fake) == {}
    codes = ("LINK_FRAMES", "LINK_FRAME_RATE", "LINK_TIMECODE", "LINK_AUDIO", "LINK_SHAPE")
    [record] = there.records()
    assert record.codes == codes
    for code in codes:
        assert f"  next: {failure_kinds()[code].next_step} [{code}]" in there.said
    assert there.link() == 1
    assert len(there.records()) == 1  # nothing new


def test_clips_that_have_no_finished_proxy_are_counted(there: LinkScene) -> None:
    there.scene.movie("A001.mov")
    there.scene.sound("wild.wav")
    there.scene.without_file("Compound Clip 1", "compound")
    assert there.link() == 0
    assert "clips without a finished proxy: 1" in there.said


@pytest.mark.parametrize(
    ("mode", "told"),
    [("0", "shows no proxies now"), ("1", "wherever there is one"), ("2", "is missing")],
)
def test_the_setting_that_shows_proxies_is_told_and_not_changed(
    there: LinkScene, mode: str, told: str
) -> None:
    there.fake.current().settings["perfProxyMediaMode"] = mode
    assert there.link() == 0
    assert told in there.said
    assert "Playback > Proxy Handling" in there.said
    assert there.fake.current().settings["perfProxyMediaMode"] == mode
    assert there.calls("SetSetting") == 0


def test_without_a_project_nothing_is_done(there: LinkScene) -> None:
    there.fake.project = None
    assert there.link() == 2
    assert there.said == "Link Finished Proxies: no project is open in Resolve."


def test_what_lies_in_resolve_and_is_no_clip_is_passed_by(there: LinkScene) -> None:
    clip = there.scene.movie("A001.mov")
    there.scene.without_file("Compound Clip 1", "compound")
    there.scene.sound("wild.wav")
    there.scene.still("still.png")
    there.scene.offline("lost.mov")
    there.make(clip)
    assert there.link() == 0
    assert list(proxies_of(there.fake)) == [clip.unique_id]
