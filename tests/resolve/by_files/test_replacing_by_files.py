"""Entry 3 by files, where a clip has a proxy already: the old link goes first, or the new waits."""

from __future__ import annotations

import pytest

from tests.fakes.resolve import (
    FAILURES,
    FakeMediaPoolItem,
)
from tests.resolve.by_files.file_desk import FileDesk, said
from tests.resolve.linking.link_scene import LinkScene, proxy_of

LINK = "link-proxies"


def replace_the_proxy_of(there: LinkScene, clip: FakeMediaPoolItem) -> None:
    """Let another file stand where the one stood that the clip has as its proxy."""
    first = there.make(clip)
    assert there.link() == 0
    first.proxy.unlink()
    assert there.make(clip, profile="prores_lt").proxy == first.proxy


def test_a_file_that_took_the_place_of_another_is_unlinked_first(
    there: LinkScene, desk: FileDesk
) -> None:
    clip, other = there.scene.movie("A001.mov"), there.scene.movie("B001.mov")
    first = there.make(clip)
    assert there.link() == 0
    first.proxy.unlink()
    assert there.make(clip, profile="prores_lt").proxy == first.proxy
    there.make(other)
    desk.round(LINK)
    assert proxy_of(clip) == str(first.proxy)
    there.fake.log.clear()
    done = desk.round(LINK)
    assert there.calls("UnlinkProxyMedia") == 1
    assert there.calls("LinkProxyMedia") == 2
    assert "  linked: 2" in done.lines
    assert there.outcomes() == ["linked"] * 3
    assert "already linked: 2" in said(desk.round(LINK))


def test_one_plan_unlinks_a_clip_before_it_links_it(there: LinkScene, desk: FileDesk) -> None:
    clip, other = there.scene.movie("A001.mov"), there.scene.movie("B001.mov")
    replace_the_proxy_of(there, clip)
    there.make(other)
    desk.round(LINK)
    steps = [step for one in desk.requests(LINK) for step in one.get("steps", ())]
    changing = [
        (step["method"], item)
        for step in steps
        if step.get("method") in ("LinkProxyMedia", "UnlinkProxyMedia")
        for item in step["args_by"]["args"]
    ]
    assert [method for method, item in changing if item == clip.unique_id] == [
        "UnlinkProxyMedia",
        "LinkProxyMedia",
    ]
    assert [method for method, item in changing if item == other.unique_id] == ["LinkProxyMedia"]
    desk.choose(LINK)
    assert proxy_of(clip)
    assert proxy_of(other)


@pytest.mark.parametrize("failure", sorted(FAILURES))
def test_a_clip_that_keeps_the_old_file_is_not_linked_over_it(
    there: LinkScene, desk: FileDesk, failure: str
) -> None:
    clip, other = there.scene.movie("A001.mov"), there.scene.movie("B001.mov")
    replace_the_proxy_of(there, clip)
    there.make(other)
    desk.round(LINK)
    there.fake.faults.always("UnlinkProxyMedia", FAILURES[failure])
    there.fake.log.clear()
    done = desk.round(LINK)
    assert there.calls("LinkProxyMedia") == 1  # of the other
    assert "  linked: 1" in done.lines
    assert "it still holds the file that stood there before" in said(done)
    assert proxy_of(other)


def test_what_resolve_refuses_is_recorded_and_remembered(there: LinkScene, desk: FileDesk) -> None:
    clip = there.scene.movie("A001.mov")
    there.make(clip)
    desk.round(LINK)
    there.fake.quirks.project_manager_open = True
    done = desk.round(LINK)
    assert done.exit_code == 1
    assert "refused by Resolve: 1" in said(done)
    assert there.outcomes() == ["refused"]
