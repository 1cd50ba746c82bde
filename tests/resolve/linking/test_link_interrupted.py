"""What befalls while proxies are linked: files, people, projects and hosts come and go."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidecar.resolve.talk.values import HostGone
from tests.fakes.resolve import (
    Meanwhile,
    MediaSpec,
    proxies_of,
)
from tests.fakes.resolve.linking import NO_PROXY
from tests.resolve.linking.link_scene import LOOKED, Clips, LinkScene, assert_true, newest, proxy_of


def test_a_proxy_that_goes_just_before_it_is_linked(there: LinkScene, clips: Clips) -> None:
    there.fake.faults.once("LinkProxyMedia", Meanwhile((there.out / "A001.mov").unlink))
    assert there.link() == 1
    assert list(proxies_of(there.fake)) == [clips[1].unique_id]
    assert_true(there)


def test_a_proxy_that_goes_just_after_it_was_linked_is_offline(
    there: LinkScene, clips: Clips
) -> None:
    gone = Meanwhile((there.out / "A001.mov").unlink)
    there.fake.faults.once("GetClipProperty", gone, call=LOOKED + 1)
    assert there.link() == 1
    assert newest(there)[clips[0].unique_id].read_back == ("Offline", str(there.out / "A001.mov"))
    assert "(Offline)" in there.said


def test_a_link_that_a_person_made_since_the_walk_is_left(there: LinkScene, clips: Clips) -> None:
    own = there.fake.footage.write(there.folder / "own.mov", MediaSpec(width=160, height=90))
    by_hand = Meanwhile(lambda: clips[1].LinkProxyMedia(str(own)))
    there.fake.faults.once("LinkProxyMedia", by_hand)
    assert there.link() == 0
    assert proxy_of(clips[1]) == str(own)
    assert f"have another proxy, which is left as it is: 1\n  B001.mov: {own}" in there.said


def test_a_link_that_a_person_took_away_since_the_walk_stays_away(
    there: LinkScene, clips: Clips
) -> None:
    there.link()
    for clip in clips:
        Path(proxy_of(clip)).unlink()
        there.make(clip, profile="prores_lt")
    by_hand = Meanwhile(lambda: clips[1].UnlinkProxyMedia())
    there.fake.faults.once("LinkProxyMedia", by_hand)
    assert there.link() == 1
    assert list(proxies_of(there.fake)) == [clips[0].unique_id]
    assert there.calls("LinkProxyMedia") == there.calls("UnlinkProxyMedia") == 1
    told = "changed in Resolve meanwhile, so left as they are: 1\n  B001.mov: it has no proxy now"
    assert f"{told}\n  next: " in there.said
    assert there.link() == 0
    assert len(proxies_of(there.fake)) == 2


def test_a_link_that_a_person_made_is_left_where_resolve_names_no_path(
    there: LinkScene, clips: Clips
) -> None:
    own = there.fake.footage.write(there.folder / "own.mov", MediaSpec(width=160, height=90))
    clips[1].properties["Proxy Media Path"] = None
    by_hand = Meanwhile(lambda: clips[1].LinkProxyMedia(str(own)))
    there.fake.faults.once("LinkProxyMedia", by_hand)
    assert there.link() == 0
    assert proxy_of(clips[1]) == str(own)
    assert "  B001.mov: a file that Resolve does not name" in there.said


def test_a_person_who_links_our_proxy_at_the_same_time_has_no_other_one(
    there: LinkScene, clips: Clips
) -> None:
    ours = str(there.out / "B001.mov")
    by_hand = Meanwhile(lambda: clips[1].LinkProxyMedia(ours))
    there.fake.faults.once("LinkProxyMedia", by_hand)
    assert there.link() == 1
    assert f"  B001.mov: its proxy is {ours} now" in there.said
    assert there.link() == 0
    assert "already linked: 2" in there.said


def test_the_users_link_of_this_very_moment_is_not_taken_for_ours(
    there: LinkScene, clips: Clips
) -> None:
    own = there.fake.footage.write(there.folder / "own.mov", MediaSpec(width=160, height=90))

    def link() -> None:
        clips[0].LinkProxyMedia(str(own))

    there.fake.faults.once("GetClipProperty", Meanwhile(link), call=LOOKED + 1)
    assert there.link() == 1
    assert f"the clip's proxy is {own}" in there.said


def switch(there: LinkScene) -> None:
    manager = there.fake.handle.GetProjectManager()
    manager.SaveProject()
    assert manager.CreateProject("Another") is not None


@pytest.mark.parametrize("method", ["LinkProxyMedia", "GetClipList", "GetMediaId"])
def test_another_project_in_the_midst_ends_the_act(
    there: LinkScene, clips: Clips, method: str
) -> None:
    film = there.fake.current()
    there.fake.faults.once(method, Meanwhile(lambda: switch(there)))
    assert there.link() == 1
    assert "Stopped: another project was opened in Resolve" in there.said
    assert there.fake.current() is not film
    assert proxies_of(there.fake) == {}
    assert all(clip.proxy is NO_PROXY for clip in clips)
    assert there.records() == []


def test_what_was_linked_before_another_project_was_opened_stands(
    there: LinkScene, clips: Clips
) -> None:
    there.fake.faults.once("LinkProxyMedia", Meanwhile(lambda: switch(there)), call=2)
    assert there.link() == 1
    assert proxy_of(clips[0])
    assert there.outcomes() == ["linked"]
    assert "\nlinked: 1\n" in there.said


def test_a_host_that_goes_in_the_midst_leaves_what_was_recorded(
    there: LinkScene, clips: Clips, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sidecar.resolve.talk.talking import Talk

    call = Talk.call

    def gone(self: Talk, on: object, method: str, args: object = ()) -> object:
        if method == "LinkProxyMedia" and proxy_of(clips[0]):
            raise HostGone("the host in Resolve has ended")
        return call(self, on, method, args)  # type: ignore[arg-type]

    monkeypatch.setattr(Talk, "call", gone)
    with pytest.raises(HostGone):
        there.link()
    assert there.outcomes() == ["linked"]
    assert "linked: 1" in there.log
    assert "Stopped: the host in Resolve has ended. What was linked before stands." in there.log
    assert_true(there)
    monkeypatch.undo()
    assert there.link() == 0
    assert len(proxies_of(there.fake)) == 2


def test_records_that_cannot_be_kept_are_told(
    there: LinkScene, clips: Clips, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, line: bytes) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("sidecar.resolve.linking.records.append_line", refuse)
    assert there.link() == 1
    assert len(proxies_of(there.fake)) == 2
    assert there.said.count("the record of a link could not be kept") == 2
    assert "A001" in there.said


def test_records_that_cannot_be_read_are_told(there: LinkScene, clips: Clips) -> None:
    there.link()
    [file] = there.out.glob("A001.*.links.jsonl")
    with file.open("ab") as lines:
        lines.write(b"no record\n")
    assert there.link() == 0
    assert f"cannot be read: {file}, line 2" in there.said
