"""Entry 3 by files: one round plans the links, the next makes them; anything may happen between."""

from __future__ import annotations

import pytest

from tests.fakes.resolve import (
    FAILURES,
    MediaSpec,
    changes,
    proxies_of,
    user_state,
)
from tests.resolve.by_files.file_desk import FileDesk, said
from tests.resolve.linking.link_scene import LinkScene, proxy_of

LINK = "link-proxies"
ASKED = (
    *("GetProjectManager", "GetCurrentProject", "Project.GetUniqueId", "Project.GetName"),
    *("GetMediaPool", "GetRootFolder", "GetClipList", "GetSubFolderList"),
    *("MediaPoolItem.GetUniqueId", "MediaPoolItem.GetName", "GetMediaId", "GetClipProperty"),
    *("LinkProxyMedia", "Project.GetSetting"),
)
"""What a round asks of Resolve."""


def test_two_rounds_link_what_one_talk_links(there: LinkScene, desk: FileDesk) -> None:
    """The same outcomes, records and words as over a talk; nothing else of the project changes."""
    deep = there.scene.bin("Day 2", there.scene.bin("Day 1"))
    clips = [
        there.scene.movie("A001.mov"),
        there.scene.movie('夜 "take" 1.mov', bin=deep),
        there.scene.movie("C001.mov", bin=deep),
    ]
    there.scene.movie("without.mov")
    proxies = {clip.unique_id: str(there.make(clip).proxy) for clip in clips}
    before = user_state(there.fake)

    console = desk.choose(LINK)
    assert "it takes two rounds" in console
    planned = desk.exchange()
    assert planned.exit_code == 0
    assert "Planned in Documentary: 3 clips. With that project open, choose 3 Link" in said(planned)
    assert proxies_of(there.fake) == {}
    assert there.records() == []

    console = desk.choose(LINK)
    assert "Planned, in all projects: 3." in console
    assert proxies_of(there.fake) == proxies
    done = desk.exchange()
    assert done.exit_code == 0
    assert "  linked: 3" in done.lines
    assert done.data["planned"] == {"make-proxies": {}, LINK: {}}
    assert there.outcomes() == ["linked"] * 3
    assert {one.item_id: one.proxy for one in there.records()} == proxies
    assert {one.item_id: one.read_back for one in there.records()} == {
        item: ("160x90", path) for item, path in proxies.items()
    }
    assert changes(before, user_state(there.fake)) == []

    assert "  already linked: 3" in desk.round(LINK).lines
    assert there.link() == 0
    assert "already linked: 3" in there.said


def test_as_a_person_does_it_in_a_terminal(there: LinkScene, desk: FileDesk) -> None:
    clip = there.scene.movie("A001.mov")
    there.make(clip)
    desk.choose(LINK)
    planned = desk.type_exchange()
    assert (planned.returncode, planned.stderr) == (0, "")
    assert "Planned in Documentary: 1 clip." in planned.stdout
    desk.choose(LINK)
    assert proxy_of(clip)
    done = desk.type_exchange()
    assert (done.returncode, done.stderr) == (0, "")
    assert "  linked: 1\n" in done.stdout
    assert there.outcomes() == ["linked"]


def test_a_proxy_that_a_person_linked_meanwhile_is_left(there: LinkScene, desk: FileDesk) -> None:
    clip, other = there.scene.movie("A001.mov"), there.scene.movie("B001.mov")
    there.make(clip)
    there.make(other)
    desk.round(LINK)
    (there.folder / "mine").mkdir()
    own = there.fake.footage.write(
        there.folder / "mine" / "A001.mov", MediaSpec(width=160, height=90)
    )
    assert clip.handle.LinkProxyMedia(str(own))
    done = desk.round(LINK)
    assert proxy_of(clip) == str(own)
    assert proxy_of(other)
    assert f"    A001.mov: {own}" in done.lines
    assert there.outcomes() == ["linked"]


def test_a_plan_of_yesterday_passes_what_is_another_file_today(
    there: LinkScene, desk: FileDesk
) -> None:
    clip, gone, stays = (there.scene.movie(f"{letter}001.mov") for letter in "ABC")
    for one in (clip, gone, stays):
        there.make(one)
    desk.round(LINK)
    new = there.fake.footage.write(there.folder / "media" / "retake.mov", MediaSpec())
    assert clip.handle.ReplaceClip(str(new))
    gone.folder.clips.remove(gone)
    done = desk.round(LINK)
    assert done.exit_code == 0
    assert proxies_of(there.fake) == {stays.unique_id: proxy_of(stays)}
    assert there.outcomes() == ["linked"]


def test_a_clip_that_moved_to_another_bin_waits_for_one_more_round(
    there: LinkScene, desk: FileDesk
) -> None:
    clip = there.scene.movie("A001.mov")
    there.make(clip)
    desk.round(LINK)
    clip.folder.clips.remove(clip)
    clip.folder = there.scene.bin("Selects")
    clip.folder.clips.append(clip)
    assert desk.round(LINK).data["planned"][LINK] == {"Documentary": 1}
    assert "  linked: 1" in desk.round(LINK).lines


def test_a_plan_is_for_its_project_alone_and_waits_for_it(there: LinkScene, desk: FileDesk) -> None:
    clip = there.scene.movie("A001.mov")
    there.make(clip)
    desk.round(LINK)
    first = there.fake.current()
    there.fake.open_project(there.fake.add_project("Another"))
    there.fake.log.clear()
    other = desk.round(LINK)
    assert there.calls("LinkProxyMedia") == 0
    assert "  linked: 0" in other.lines
    assert other.data["planned"][LINK] == {"Documentary": 1}
    there.fake.open_project(first)
    assert "  linked: 1" in desk.round(LINK).lines
    assert proxy_of(clip)


def test_an_entry_that_is_chosen_twice_links_once(there: LinkScene, desk: FileDesk) -> None:
    clip = there.scene.movie("A001.mov")
    there.make(clip)
    desk.choose(LINK)
    desk.choose(LINK)
    assert len(desk.arrived()) == 2
    assert desk.exchange().data["planned"][LINK] == {"Documentary": 1}
    there.fake.log.clear()
    desk.choose(LINK)
    desk.choose(LINK)
    assert there.calls("LinkProxyMedia") == 1
    done = desk.exchange()
    assert done.exit_code == 0
    assert there.outcomes() == ["linked", "already"]
    assert len(desk.taken()) == 4


def test_a_proxy_that_goes_before_the_plan_is_carried_out_is_told(
    there: LinkScene, desk: FileDesk
) -> None:
    clip = there.scene.movie("A001.mov")
    ran = there.make(clip)
    desk.round(LINK)
    ran.proxy.unlink()
    done = desk.round(LINK)
    assert done.exit_code == 1
    assert f"    A001.mov: {ran.proxy}: gone" in done.lines
    assert proxy_of(clip) == ""


def test_a_build_that_tells_no_path_of_a_proxy_is_not_held_to_it(
    there: LinkScene, desk: FileDesk
) -> None:
    """Then the link is asked for, and what the clip says afterwards decides."""
    clip = there.scene.movie("A001.mov", properties={"Proxy Media Path": None})
    there.make(clip)
    desk.round(LINK)
    desk.choose(LINK)
    assert proxy_of(clip)
    assert there.records() == []


@pytest.mark.parametrize("failure", ["None", "raise"])
@pytest.mark.parametrize("method", ASKED)
def test_whatever_fails_in_a_round_is_told_and_the_next_one_mends_it(
    there: LinkScene, desk: FileDesk, method: str, failure: str
) -> None:
    clip, other = there.scene.movie("A001.mov"), there.scene.movie("B001.mov", channels=0)
    proxy = str(there.make(clip).proxy)
    desk.round(LINK)
    there.fake.faults.always(method, FAILURES[failure])
    broken = desk.round(LINK)
    there.fake.faults.clear()
    assert broken.exit_code != 4, said(broken)
    assert proxy_of(other) == ""
    told = [record for record in there.records() if record.outcome == "linked"]
    assert len(told) == ("  linked: 1" in broken.lines)
    assert not told or proxy_of(clip) == proxy
    for path in desk.arrived():  # what was left; it is told how to go on
        assert f"{path} is left there" in said(broken)
        path.unlink()
    for _ in range(3):
        last = desk.round(LINK)
    assert last.exit_code == 0, said(last)
    assert proxy_of(clip) == proxy


def test_the_plan_changes_nothing_but_links(there: LinkScene, desk: FileDesk) -> None:
    there.make(there.scene.movie("A001.mov"))
    desk.round(LINK)
    steps = [step for one in desk.requests(LINK) for step in one.get("steps", ())]
    asked = {step["method"] for step in steps if "method" in step}
    assert {name for name in asked if not name.startswith("Get")} == {"LinkProxyMedia"}
    assert [one["project"] for one in desk.requests(LINK) if "project" in one] == [
        there.fake.current().unique_id
    ]
