"""Whatever Resolve answers, and whatever befalls the act: what is told and recorded is true."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sidecar.resolve.talk.values import HostRefused
from tests.fakes.resolve import (
    FAILURES,
    Answers,
    HoldsNone,
    Meanwhile,
    Raises,
    changes,
    proxies_of,
    user_state,
)
from tests.resolve.linking.link_scene import LOOKED, Clips, LinkScene, assert_true, newest, proxy_of

LIES = FAILURES | {"True, and nothing done": Answers(True)}


NO_ANSWER_COUNTS = {
    "None": Answers(None, acts=True),
    "False": Answers(False, acts=True),
    "": Answers("", acts=True),
}


ASKED = ("GetMediaId", "MediaPoolItem.GetUniqueId", "MediaPoolItem.GetName", "GetSetting")


LISTS = ("GetSubFolderList", "GetClipList", "GetRootFolder", "GetMediaPool")


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


def test_a_refusal_between_two_links_is_remembered_until_the_file_changes(
    there: LinkScene, clips: Clips
) -> None:
    there.make(there.scene.movie("C001.mov"))
    there.fake.faults.once("LinkProxyMedia", Answers(False), call=2)
    there.link()
    record = newest(there)[clips[1].unique_id]
    assert (record.outcome, record.certain) == ("refused", True)
    assert there.link() == 1
    assert there.calls("LinkProxyMedia") == 0
    assert "refused before; not asked again until the proxy changes: 1\n  B001.mov" in there.said
    os.utime(record.proxy, (1, 1))
    assert there.link() == 0
    assert proxy_of(clips[1]) == record.proxy
    assert_true(there)


@pytest.mark.parametrize("opened_at_first", [True, False])
def test_a_project_manager_that_is_open_for_a_part_of_the_act_condemns_no_file(
    there: LinkScene, clips: Clips, opened_at_first: bool
) -> None:
    """It refuses everything from when it is opened until it is closed."""
    there.make(there.scene.movie("C001.mov"))
    quirks = there.fake.quirks
    quirks.project_manager_open = opened_at_first

    def turn() -> None:
        quirks.project_manager_open = not opened_at_first

    there.fake.faults.once("LinkProxyMedia", Meanwhile(turn), call=3 if opened_at_first else 2)
    assert there.link() == 1
    refused = [record for record in there.records() if record.outcome == "refused"]
    assert [record.certain for record in refused] == [False, False]
    quirks.project_manager_open = False
    assert there.link() == 0
    assert len(proxies_of(there.fake)) == 3
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


def test_a_resolve_without_such_a_method_is_told(there: LinkScene, clips: Clips) -> None:
    refused = HostRefused("no_method", "LinkProxyMedia is not there")
    there.fake.methods = there.fake.methods | {
        "MediaPoolItem": there.fake.methods["MediaPoolItem"] - {"LinkProxyMedia"}
    }
    assert there.link() == 1
    assert str(refused) in there.said
