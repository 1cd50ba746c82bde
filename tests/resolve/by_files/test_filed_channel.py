"""A talk out of a file: what is answered from where, and what is noted to be asked."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.resolve.by_files.answers import AnswersBroken, read_answers
from sidecar.resolve.by_files.channel import FiledChannel, Wanted
from sidecar.resolve.by_files.requests import plan_for, plans_in, request_file
from sidecar.resolve.talk.talking import Talk
from sidecar.resolve.talk.values import HostRefused, RemoteObject, Step

HELLO = dict.fromkeys(("product", "version", "resolve"), None)
HELLO |= {"language": "lua", "runtime": "LuaJIT", "host_version": "1.0"}  # type: ignore[dict-item]
LISTED = {"as": "clips", "on": 0, "method": "GetClipList"}
IDS = {"as": "ids", "each": "clips", "method": "GetUniqueId"}
PROXY = {"as": "proxy", "each": "clips", "method": "GetClipProperty", "args_each": [["Proxy"]]}
LOOK = [LISTED, IDS, PROXY]


def file_of(*pairs: tuple[dict[str, Any], Any]) -> bytes:
    """A file of answers: requests without their numbers, and values."""
    last = ({"op": "free", "handles": []}, None)
    lines = []
    for number, (request, value) in enumerate([({"op": "hello"}, HELLO), *pairs, last], start=1):
        lines.append(json.dumps({"v": 1, "id": number} | request))
        lines.append(json.dumps({"v": 1, "id": number, "value": value}))
    return "".join(f"{line}\n" for line in lines).encode()


def looked(first: int, *proxies: str) -> tuple[dict[str, Any], Any]:
    """A look at clips a, b, …, whose handles begin with a number."""
    handles = [{"$h": first + place} for place in range(len(proxies))]
    ids = [chr(ord("a") + place) for place in range(len(proxies))]
    value = {"clips": handles, "ids": ids, "proxy": [[proxy] for proxy in proxies]}
    return {"op": "walk", "steps": LOOK}, value


def linked(first: int, args: dict[str, list[str]], *answers: Any) -> tuple[dict[str, Any], Any]:
    """A walk that links some of them."""
    by = {"method": "GetUniqueId", "args": args}
    link = {"as": "link", "each": "clips", "method": "LinkProxyMedia", "args_by": by}
    _, value = looked(first, *[""] * len(answers))
    del value["proxy"]
    return {"op": "walk", "steps": [LISTED, IDS, link]}, value | {"link": list(answers)}


def channel_of(data: bytes) -> tuple[FiledChannel, Talk]:
    channel = FiledChannel(read_answers(data), lambda text: None)
    return channel, Talk(channel, beat_seconds=3600)


def clips_of(talk: Talk) -> list[RemoteObject]:
    found: list[RemoteObject] = talk.walk(
        [
            Step(name="clips", on=RemoteObject(talk, 0), method="GetClipList"),
            Step(name="ids", each="clips", method="GetUniqueId"),
            Step(name="proxy", each="clips", method="GetClipProperty", args_each=(("Proxy",),)),
        ]
    )["clips"]
    return found


def test_what_is_read_after_a_change_was_told_after_it() -> None:
    args = {"a": ["/p.mov"], "b": ["/q.mov"]}
    data = file_of(
        looked(1, "None", "None"), linked(3, args, True, False), looked(5, "9x9", "None")
    )
    channel, talk = channel_of(data)
    a, b = clips_of(talk)
    assert a.GetClipProperty("Proxy") == "None"
    assert a.LinkProxyMedia("/p.mov") is True
    assert a.GetClipProperty("Proxy") == "9x9"
    assert b.GetClipProperty("Proxy") == "None"
    assert b.LinkProxyMedia("/q.mov") is False
    assert channel.wanted == []


def test_a_call_with_other_arguments_is_not_answered_by_this_one() -> None:
    data = file_of(looked(1, "None"), linked(3, {"a": ["/p.mov"]}, True), looked(5, "9x9"))
    channel, talk = channel_of(data)
    [a] = clips_of(talk)
    with pytest.raises(HostRefused, match="the file of answers does not tell it"):
        a.LinkProxyMedia("/other.mov")
    assert channel.wanted == [Wanted("a", "LinkProxyMedia", ("/other.mov",))]


def test_what_follows_an_unlink_is_noted_in_the_same_round() -> None:
    channel, talk = channel_of(file_of(looked(1, "9x9")))
    [a] = clips_of(talk)
    assert a.UnlinkProxyMedia() is True
    assert a.GetClipProperty("Proxy") == ""
    with pytest.raises(HostRefused):
        a.LinkProxyMedia("/p.mov")
    assert [one.method for one in channel.wanted] == [
        "UnlinkProxyMedia",
        "GetClipProperty",
        "LinkProxyMedia",
    ]


def test_an_item_without_an_id_is_told_and_never_planned() -> None:
    request, value = looked(1, "None")
    channel, talk = channel_of(file_of((request, value | {"ids": [None]})))
    [a] = clips_of(talk)
    with pytest.raises(HostRefused):
        a.LinkProxyMedia("/p.mov")
    assert (channel.wanted, channel.nameless) == ([], {1})


def test_a_plan_reads_back_as_it_was_written() -> None:
    data = file_of(looked(1, "None", "9x9"))
    channel, talk = channel_of(data)
    a, b = clips_of(talk)
    b.UnlinkProxyMedia()
    for one in (a, b):
        with pytest.raises(HostRefused):
            one.LinkProxyMedia("/東京.mov")
    plan = plan_for(("project-1", "Überflug"), read_answers(data), channel.wanted, channel.items)
    written = request_file([], plan, "words")
    assert list(plans_in(written)) == ["project-1"]
    [again] = plans_in(written)["project-1"]
    assert again["steps"] == plan[0]["steps"]
    asked = [(s.get("method"), s["args_by"]["args"]) for s in again["steps"] if "args_by" in s]
    assert asked == [
        ("LinkProxyMedia", {"a": ["/東京.mov"]}),
        ("UnlinkProxyMedia", {"b": []}),
        (None, {"": []}),
        ("LinkProxyMedia", {"b": ["/東京.mov"]}),
    ]


@given(data=st.binary() | st.text().map(str.encode), cut=st.integers(0, 2000))
def test_whatever_a_file_holds_it_is_read_whole_or_broken(data: bytes, cut: int) -> None:
    whole = file_of(looked(1, "None"), linked(3, {"a": ["/p.mov"]}, True))
    for one in (data, whole[:cut], whole[:cut] + data + whole[cut:]):
        try:
            asked = read_answers(one)
        except AnswersBroken:
            continue
        assert asked[-1].request["op"] == "free"
