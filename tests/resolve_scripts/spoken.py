"""Talks with the awkward Resolve, each as Proxx would have it; what they return is looked at."""

from __future__ import annotations

import copy
import gc
import json
import os
import signal
import subprocess
import sys
import time
from typing import Any

import psutil

from sidecar.resolve.talk.talking import Talk
from sidecar.resolve.talk.values import ArgsBy, HostGone, HostRefused, RemoteObject, Step


def greets(talk: Talk) -> Any:
    greeting = talk.greeting
    talk.say("good morning")
    return [greeting.language, greeting.product, list(greeting.version)]


def project_of(talk: Talk) -> Any:
    return talk.resolve.GetProjectManager().GetCurrentProject()


def calls_methods(talk: Talk) -> Any:
    project = project_of(talk)
    settings = {"TargetDir": "/tmp/\udcff", "Size": (1, 2)}
    return [
        project.GetName(),
        project.SetRenderSettings(settings),
        project.SetCurrentTimeline(project.GetCurrentTimeline()),
        project.GetTimelineByIndex(2),
        project.AddRenderJob(),
        isinstance(project, RemoteObject),
    ]


def is_refused(talk: Talk) -> Any:
    project = project_of(talk)
    refused = []
    for call in (
        lambda: project.GetRenderCodecs("mov"),
        lambda: project.DeleteRenderJob("1"),
        lambda: project.DeleteAllRenderJobs(),
        lambda: talk.call(RemoteObject(talk, 999), "GetName"),
    ):
        try:
            call()
        except HostRefused as refusal:
            refused.append(refusal.kind)
    try:
        project.SetRenderSettings({"path": object()})
    except TypeError as error:
        refused.append(str(error))
    return refused


def keeps_to_a_project(talk: Talk) -> Any:
    project = project_of(talk)
    with talk.in_project("project-1"):
        name = project.GetUniqueId()
    with talk.in_project("project-2"):
        try:
            project.GetUniqueId()
        except HostRefused as refusal:
            return [name, refusal.kind, talk.project]
    return None


def frees_with_a_scope(talk: Talk) -> Any:
    project = project_of(talk)
    with talk.scope():
        timeline = project.GetCurrentTimeline()
        within = timeline.GetUniqueId()
    try:
        timeline.GetUniqueId()
    except HostRefused as refusal:
        return [within, refusal.kind, project.GetUniqueId()]
    return None


def frees_what_nobody_holds(talk: Talk) -> Any:
    """Of a thousand objects that were got and dropped, the host keeps few."""
    project = project_of(talk)
    numbers = [project.GetCurrentTimeline().number for _ in range(1000)]
    gc.collect()
    project.GetName()
    talk._unused.clear()  # so that asking for a handle below does not free it
    kept = 0
    for number in numbers:
        try:
            talk.call(RemoteObject(talk, number), "GetUniqueId")
            kept += 1
        except HostRefused:
            continue
    return kept


def walks(talk: Talk) -> Any:
    timeline = project_of(talk).GetCurrentTimeline()
    found = talk.walk(
        [
            Step(
                name="items",
                on=timeline,
                method="GetItemListInTrack",
                args_each=(("video", 1), ("video", 2), ("video", 3)),
                flatten=True,
            ),
            Step(name="names", each="items", method="GetName"),
            Step(name="media", each="items", method="GetMediaPoolItem"),
            Step(name="clips", each="media", distinct="GetUniqueId"),
            Step(name="ids", each="clips", method="GetUniqueId"),
            Step(name="fps", each="clips", method="GetClipProperty", args=("FPS",)),
        ]
    )
    kinds = [type(one).__name__ for one in found["names"]]
    return [kinds, found["ids"], len(found["fps"]), found["clips"][0].GetName()]


def asks_by_key(talk: Talk) -> Any:
    """A plan that was made without handles: what is asked of a clip goes by its id."""
    timeline = project_of(talk).GetCurrentTimeline()
    asked = ArgsBy("GetUniqueId", {"media-1": ("Take",), "media-9": ()})
    found = talk.walk(
        [
            Step(name="items", on=timeline, method="GetItemListInTrack", args=("video", 2)),
            Step(name="media", each="items", method="GetMediaPoolItem"),
            Step(name="asked", each="media", method="GetClipProperty", args_by=asked),
        ]
    )
    return [one and one["FPS"] for one in found["asked"]]


def prints_and_starts_others(talk: Talk) -> Any:
    """Nothing but requests gets to the host, whoever prints."""
    print("from Python", flush=True)
    os.write(1, b"from below\n")
    subprocess.run([sys.executable, "-c", "print(input())"], check=False)
    try:
        copy.copy(talk.resolve)
    except TypeError:
        return talk.resolve.GetVersionString()
    return None


def outlives_resolve(talk: Talk) -> Any:
    """The host's process is killed; that is noticed without a question, and a question says so."""
    parent = psutil.Process().parent()
    while parent is not None and "resolve_process" not in " ".join(parent.cmdline()):
        parent = parent.parent()
    assert parent is not None
    os.kill(parent.pid, signal.SIGKILL)
    began = time.monotonic()
    while not talk.gone:
        time.sleep(0.01)
        assert time.monotonic() - began < 5
    try:
        talk.resolve.GetName()
    except HostGone:
        return "gone"
    return None


LONG = (
    Step(name="names", each="items", method="GetName"),
    Step(name="starts", each="items", method="GetStart"),
    Step(name="ends", each="items", method="GetEnd"),
    Step(name="enabled", each="items", method="GetClipEnabled"),
    Step(name="media", each="items", method="GetMediaPoolItem"),
    Step(name="clips", each="media", distinct="GetUniqueId"),
    Step(name="ids", each="media", method="GetUniqueId"),
    Step(name="media_ids", each="clips", method="GetMediaId"),
    Step(name="clip_names", each="clips", method="GetName"),
    Step(name="properties", each="clips", method="GetClipProperty"),
    Step(name="mappings", each="clips", method="GetAudioMapping"),
)
"""What an export wants to know of the items of a timeline."""


def walks_a_long_timeline(talk: Talk) -> Any:
    began = time.monotonic()
    timeline = project_of(talk).GetCurrentTimeline()
    track = Step(name="items", on=timeline, method="GetItemListInTrack", args=("video", 1))
    found = talk.walk([track, *LONG])
    seconds = time.monotonic() - began
    told = json.dumps({name: one for name, one in found.items() if name in ("properties", "names")})
    return {"seconds": seconds, "clips": len(found["clips"]), "bytes": len(told)}
