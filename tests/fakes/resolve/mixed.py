"""The scene of the whole: a user at work, with a timeline of twelve clips of mixed kinds."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from .clips import FakeMediaPoolItem
from .scene import Scene
from .timeline import FakeTimeline

if TYPE_CHECKING:
    from .resolve import FakeResolve


@dataclass(frozen=True, slots=True)
class MixedScene:
    """What `mixed_timeline` made."""

    scene: Scene
    timeline: FakeTimeline
    for_ffmpeg: tuple[FakeMediaPoolItem, ...]
    """Clips that FFmpeg reads."""
    for_resolve: tuple[FakeMediaPoolItem, ...]
    """Camera raw."""
    for_nobody: tuple[FakeMediaPoolItem, ...]
    """Clips that can have no proxy: offline, compound, sound alone."""

    @property
    def eligible(self) -> tuple[FakeMediaPoolItem, ...]:
        return self.for_ffmpeg + self.for_resolve


def mixed_timeline(fake: FakeResolve, media: Path) -> MixedScene:
    """Twelve clips on a timeline of 24 frames a second, with what else lies on timelines: a title,
    a generator, an adjustment clip, a transition, a nested timeline, and clips shown twice,
    disabled, faster and backwards.
    """
    scene = Scene(fake, media)
    day, cards = scene.bin("Day 1"), scene.bin("Cards")
    decomposed = unicodedata.normalize("NFD", "Café été")
    for_ffmpeg = (
        scene.movie("card 1/A001C001.mov", bin=day),
        scene.movie("card 2/A001C001.mov", frames=20, bin=cards),
        scene.movie("drop.mov", rate=Fraction(30000, 1001), timecode="01:00:00;02", bin=day),
        scene.movie('夜の東京 – Joe\'s "take" 1.mov', timecode=None, bin=day),
        scene.sequence("plate", bin=cards),
    )
    for_resolve = (
        scene.raw("B001C001.braw", rate=Fraction(24000, 1001), timecode="19:37:31:16", bin=cards),
        scene.raw(f"{decomposed}.braw", frames=12, timecode="11:00:00:00", bin=day),
        scene.span("R001C001", frames=18, bin=cards),
        scene.dng_folder("D001C001", bin=cards),
    )
    for_nobody = (
        scene.offline("lost.mov", bin=day),
        scene.without_file("Compound Clip 1", "compound", bin=day),
        scene.sound("wild track.wav", bin=day),
    )
    nested = scene.timeline("Titles", for_ffmpeg[0])
    timeline = scene.timeline("Reel 1", *for_ffmpeg, *for_resolve, *for_nobody)
    assert nested.pool_item is not None
    scene.place(timeline, nested.pool_item)
    for kind in ("title", "generator", "adjustment", "transition"):
        scene.place(timeline, kind=kind)
    scene.place(timeline, for_ffmpeg[0], enabled=False)
    scene.place(timeline, for_ffmpeg[0], speed=Fraction(2), frames=8)
    scene.place(timeline, for_resolve[0], speed=Fraction(-1), frames=8)
    return MixedScene(scene, timeline, for_ffmpeg, for_resolve, for_nobody)


def user_at_work(fake: FakeResolve, media: Path, renders: Path) -> FakeTimeline:
    """What a user has open and half done, and wants to find as it was; the timeline it is about."""
    scene = Scene(fake, media)
    cut = scene.bin("Cut")
    clip = scene.movie("user's own.mov", bin=cut)
    timeline = scene.timeline("Cut 3", clip)
    timeline.playhead = 13
    timeline.marks.set(3, 20, "all")
    scene.pool.current_folder = cut
    scene.pool.selected = [clip]
    renders.mkdir(parents=True, exist_ok=True)
    deliver = scene.project.deliver
    deliver.was_open = True
    deliver.choose("mov", "DNxHRSQ")
    deliver.mode = 0
    deliver.merge(
        {
            "SelectAllFrames": False,
            "MarkIn": timeline.start_frame + 3,
            "MarkOut": timeline.start_frame + 20,
            "TargetDir": str(renders),
            "CustomName": "Cut 3 for the director",
            "ExportAudio": False,
            "FormatWidth": 640,
            "FormatHeight": 360,
        }
    )
    deliver.hidden["DisableCcDuringRecording"] = "1"
    fake.presets["The director's"] = deliver.preset()
    scene.project.queue.add()
    return timeline
