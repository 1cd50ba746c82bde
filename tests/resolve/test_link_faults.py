"""Whatever Resolve answers, and whatever befalls the act: what is told and recorded is true."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from proxx_engine import Tools
from sidecar.resolve.link_records import LinkRecord
from sidecar.resolve.project_clips import PROPERTIES
from sidecar.resolve.talk_values import HostGone, HostRefused
from tests.fakes.resolve import (
    FAILURES,
    Answers,
    FakeMediaPoolItem,
    FakeResolve,
    HoldsNone,
    Meanwhile,
    MediaSpec,
    Raises,
    changes,
    proxies_of,
    user_state,
)
from tests.fakes.resolve.linking import NO_PROXY
from tests.resolve.link_scene import LinkScene, proxy_of

LIES = FAILURES | {"True, and nothing done": Answers(True)}
NO_ANSWER_COUNTS = {
    "None": Answers(None, acts=True),
    "False": Answers(False, acts=True),
    "": Answers("", acts=True),
}
ASKED = ("GetMediaId", "MediaPoolItem.GetUniqueId", "MediaPoolItem.GetName", "GetSetting")
LOOKED = 2 * len(PROPERTIES) + 2
"""How often properties are asked for before the first link: of both clips, once more of one."""
LISTS = ("GetSubFolderList", "GetClipList", "GetRootFolder", "GetMediaPool")


@pytest.fixture
def there(fake: FakeResolve, tmp_path: Path, tools: Tools) -> LinkScene:
    return LinkScene(fake, tmp_path, tools)


@pytest.fixture
def clips(there: LinkScene) -> tuple[FakeMediaPoolItem, FakeMediaPoolItem]:
    """Two clips that have finished proxies, in the order in which they are linked."""
    one, other = there.scene.movie("A001.mov"), there.scene.movie("B001.mov")
    there.make(one)
    there.make(other)
    return one, other


Clips = tuple[FakeMediaPoolItem, FakeMediaPoolItem]


def newest(there: LinkScene) -> dict[str, LinkRecord]:
    return {record.item_id: record for record in there.records()}


def assert_true(there: LinkScene) -> None:
    """What the newest records say is what the double has."""
    pool = there.fake.current().media_pool
    linked = {
        key: clip.proxy.path for clip in pool.clips() for key in (clip.unique_id, clip.media_id)
    }
    for item, record in newest(there).items():
        assert (linked.get(item) == record.proxy) is record.is_link


@pytest.mark.parametrize("answer", LIES)
def test_a_link_that_was_not_made_is_refused(there: LinkScene, clips: Clips, answer: str) -> None:
    there.fake.faults.once("LinkProxyMedia", LIES[answer])
    before = user_state(there.fake)
    assert there.link() == 1
    assert list(proxies_of(there.fake)) == [clips[1].unique_id]
    assert "refused by Resolve: 1\n  A001.mov: " in there.said
    assert "[LINK_REFUSED]" in there.said
    assert changes(before, user_state(there.fake)) == []
    assert_true(there)


@pytest.mark.parametrize("answer", NO_ANSWER_COUNTS)
def test_a_link_that_was_made_counts_whatever_was_answered(
    there: LinkScene, clips: Clips, answer: str
) -> None:
    there.fake.faults.always("LinkProxyMedia", NO_ANSWER_COUNTS[answer])
    assert there.link() == 0
    assert len(proxies_of(there.fake)) == 2
    assert_true(there)


@pytest.mark.parametrize("read", ["", None, "Offline", "None", 7, "other"])
def test_only_what_the_clip_says_afterwards_counts(
    there: LinkScene, clips: Clips, read: object
) -> None:
    """Of the two properties that are asked, the first says how large the proxy is."""
    there.fake.faults.once("GetClipProperty", Answers(read), call=LOOKED + 1)
    assert there.link() == 1
    assert newest(there)[clips[0].unique_id].outcome == "refused"
    assert proxy_of(clips[0]) in there.said


@pytest.mark.parametrize("read", ["", None, "/somewhere/else.mov"])
def test_another_path_that_is_read_back_is_no_link(
    there: LinkScene, clips: Clips, read: object
) -> None:
    there.fake.faults.once("GetClipProperty", Answers(read), call=LOOKED + 2)
    assert there.link() == 1
    record = newest(there)[clips[0].unique_id]
    assert (record.outcome, record.read_back) == ("refused", ("160x90", read or ""))


def test_a_read_back_that_raises_is_no_link(there: LinkScene, clips: Clips) -> None:
    there.fake.faults.once("GetClipProperty", Raises(), call=LOOKED + 1)
    assert there.link() == 1
    assert newest(there)[clips[0].unique_id].outcome == "refused"


def test_a_refusal_is_remembered_until_the_file_changes(there: LinkScene, clips: Clips) -> None:
    there.fake.faults.once("LinkProxyMedia", Answers(False))
    there.link()
    record = newest(there)[clips[0].unique_id]
    assert (record.outcome, record.certain) == ("refused", True)
    assert there.link() == 1
    assert there.calls("LinkProxyMedia") == 0
    assert "refused before; not asked again until the proxy changes: 1\n  A001.mov" in there.said
    os.utime(record.proxy, (1, 1))
    assert there.link() == 0
    assert proxy_of(clips[0]) == record.proxy
    assert_true(there)


def test_an_open_project_manager_is_told_and_no_refusal_of_the_files(
    there: LinkScene, clips: Clips
) -> None:
    there.fake.quirks.project_manager_open = True
    assert there.link() == 1
    assert "its Project Manager is open" in there.said
    assert [record.certain for record in there.records()] == [False, False]
    there.fake.quirks.project_manager_open = False
    assert there.link() == 0
    assert len(proxies_of(there.fake)) == 2
    assert "refused every link" not in there.said


def test_refusals_beside_a_link_are_of_the_files(there: LinkScene, clips: Clips) -> None:
    there.fake.faults.once("LinkProxyMedia", Answers(False))
    there.link()
    assert "refused every link" not in there.said


@pytest.mark.parametrize("answer", LIES)
def test_a_file_that_took_anothers_place_is_not_linked_while_resolve_holds_the_other(
    there: LinkScene, clips: Clips, answer: str
) -> None:
    """It would go on with what it knows of the first."""
    there.link()
    Path(proxy_of(clips[0])).unlink()
    there.make(clips[0], profile="prores_lt")
    there.fake.faults.once("UnlinkProxyMedia", LIES[answer])
    assert there.link() == 1
    assert "still holds the file that stood there before" in there.said
    assert there.calls("LinkProxyMedia") == 0
    assert newest(there)[clips[0].unique_id].outcome == "refused"


def test_a_link_that_is_refused_after_the_old_one_was_let_go(
    there: LinkScene, clips: Clips
) -> None:
    there.link()
    Path(proxy_of(clips[0])).unlink()
    there.make(clips[0], profile="prores_lt")
    there.fake.faults.once("LinkProxyMedia", Answers(False))
    assert there.link() == 1
    assert proxy_of(clips[0]) == ""
    assert_true(there)
    assert there.link() == 0
    assert proxy_of(clips[0])
    assert_true(there)


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
    from sidecar.resolve.talk import Talk

    call = Talk.call

    def gone(self: Talk, on: object, method: str, args: object = ()) -> object:
        if method == "LinkProxyMedia" and proxy_of(clips[0]):
            raise HostGone("the host in Resolve has ended")
        return call(self, on, method, args)  # type: ignore[arg-type]

    monkeypatch.setattr(Talk, "call", gone)
    with pytest.raises(HostGone):
        there.link()
    assert there.outcomes() == ["linked"]
    assert_true(there)
    monkeypatch.undo()
    assert there.link() == 0
    assert len(proxies_of(there.fake)) == 2


@pytest.mark.parametrize("answer", FAILURES)
@pytest.mark.parametrize("method", LISTS)
def test_a_pool_that_is_not_told_links_nothing_and_breaks_nothing(
    there: LinkScene, clips: Clips, method: str, answer: str
) -> None:
    before = user_state(there.fake)
    there.fake.faults.always(method, FAILURES[answer])
    there.link()
    assert changes(before, user_state(there.fake)) == []
    assert_true(there)
    if method in ("GetRootFolder", "GetMediaPool") or answer == "raise":
        assert "bins that could not be looked into" in there.said


@pytest.mark.parametrize("method", ["GetSubFolderList", "GetClipList"])
def test_lists_may_hold_none(there: LinkScene, clips: Clips, method: str) -> None:
    there.fake.faults.always(method, HoldsNone())
    assert there.link() == 0
    assert len(proxies_of(there.fake)) == 2


@pytest.mark.parametrize("answer", FAILURES)
@pytest.mark.parametrize("method", ASKED)
def test_what_an_item_does_not_tell_costs_no_other(
    there: LinkScene, clips: Clips, method: str, answer: str
) -> None:
    there.fake.faults.once(method, FAILURES[answer])
    there.link()
    assert proxy_of(clips[1])
    assert_true(there)


def test_records_that_cannot_be_kept_are_told(
    there: LinkScene, clips: Clips, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, line: bytes) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("sidecar.resolve.link_records.append_line", refuse)
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


def test_a_resolve_without_such_a_method_is_told(there: LinkScene, clips: Clips) -> None:
    refused = HostRefused("no_method", "LinkProxyMedia is not there")
    there.fake.methods = there.fake.methods | {
        "MediaPoolItem": there.fake.methods["MediaPoolItem"] - {"LinkProxyMedia"}
    }
    assert there.link() == 1
    assert str(refused) in there.said
