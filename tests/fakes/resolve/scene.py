"""Fills a project with what users have: clips of every kind, with files that exist where Resolve
would have files, and timelines that show them.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .clip_facts import ClipFacts, ClipType
from .clips import FakeMediaPoolItem
from .footage import MediaSpec
from .importing import RAW, bracketed
from .media_pool import FakeFolder
from .placing import append, create_timeline
from .timecode import text_of
from .timeline import FakeTimeline
from .timeline_item import FakeTimelineItem, ItemKind

if TYPE_CHECKING:
    from .resolve import FakeResolve

SIZE = (320, 180)
"""Pictures are small: files are written in milliseconds."""


class Scene:
    """Puts clips into the open project of a double; their files lie below `media`.

    Every method takes `bin` (None: the root) and `properties`, laid over what Resolve would say.
    """

    def __init__(self, fake: FakeResolve, media: Path) -> None:
        self.fake = fake
        self.media = media
        self.project = fake.current()
        self.pool = self.project.media_pool

    def bin(self, name: str, parent: FakeFolder | None = None) -> FakeFolder:
        """A new bin."""
        parent = parent or self.pool.root_folder
        made = FakeFolder(self.pool, name, parent)
        parent.folders.append(made)
        return made

    def add(
        self,
        name: str,
        path: Path | str,
        facts: ClipFacts,
        *,
        bin: FakeFolder | None = None,  # noqa: A002 - the word a user knows
        properties: dict[str, Any] | None = None,
    ) -> FakeMediaPoolItem:
        """An item of any facts, whatever there is at its path."""
        folder = bin or self.pool.root_folder
        clip = FakeMediaPoolItem(
            folder, name=name, path=str(path), facts=facts, properties=properties
        )
        folder.clips.append(clip)
        return clip

    def movie(
        self,
        name: str,
        *,
        frames: int = 24,
        rate: Fraction = Fraction(24),
        timecode: str | None = "01:00:00:00",
        channels: int = 2,
        **where: Any,
    ) -> FakeMediaPoolItem:
        """A real QuickTime file that FFmpeg reads. With ';' in the timecode: drop frame."""
        path = self._path(name)
        spec = MediaSpec(
            frames=frames,
            rate=rate,
            width=SIZE[0],
            height=SIZE[1],
            timecode=timecode,
            channels=channels,
        )
        self.fake.footage.write(path, spec)
        facts = _facts(frames=frames, rate=rate, channels=channels)
        if timecode is None:
            facts |= {"start_timecode": "00:00:00:00"}
        else:
            facts |= {"start_timecode": timecode, "drop_frame": ";" in timecode}
        kind: ClipType = "video_audio" if channels else "video"
        return self.add(path.name, path, ClipFacts(type=kind, **facts), **where)

    def raw(
        self,
        name: str,
        *,
        frames: int = 24,
        rate: Fraction = Fraction(24),
        timecode: str = "10:00:00:00",
        channels: int = 2,
        **where: Any,
    ) -> FakeMediaPoolItem:
        """A file of camera raw that nothing but Resolve reads: what stands in it is no media."""
        path = self._path(name)
        path.write_bytes(f"camera raw of {name}\n".encode() * 64)
        facts = _facts(frames=frames, rate=rate, channels=channels, start_timecode=timecode)
        facts["drop_frame"] = ";" in timecode
        codec, kind = RAW[path.suffix.lower()]
        return self.add(path.name, path, ClipFacts(codec=codec, format=kind, **facts), **where)

    def span(
        self, name: str, *, parts: int = 3, frames: int = 24, **where: Any
    ) -> FakeMediaPoolItem:
        """An R3D clip of several files in a folder .RDC: one item, whose path is its first file."""
        clip = self.raw(f"{name}.RDC/{name}_001.R3D", frames=frames, **where)
        for part in range(2, parts + 1):
            path = self._path(f"{name}.RDC/{name}_{part:03}.R3D")
            path.write_bytes(f"camera raw of {name}, part {part}\n".encode() * 64)
        return clip

    def sequence(
        self, name: str, *, first: int = 1001, frames: int = 8, **where: Any
    ) -> FakeMediaPoolItem:
        """Real numbered pictures; the path holds their range in brackets."""
        pattern = self._path(f"{name}/{name}.%04d.png")
        size = f"{SIZE[0]}x{SIZE[1]}"
        source = ("-f", "lavfi", "-i", f"testsrc2=size={size}:rate=24", "-frames:v", str(frames))
        self.fake.footage.run(pattern, *source, "-start_number", str(first))
        return self._pictures(pattern, first, frames, "PNG", where)

    def dng_folder(self, name: str, *, frames: int = 8, **where: Any) -> FakeMediaPoolItem:
        """A CinemaDNG clip: a folder of raw pictures."""
        pattern = self._path(f"{name}/{name}_%05d.dng")
        for number in range(frames):
            Path(str(pattern) % number).write_bytes(
                f"raw picture {number} of {name}\n".encode() * 64
            )
        return self._pictures(pattern, 0, frames, "CinemaDNG", where)

    def sound(self, name: str, *, frames: int = 24, **where: Any) -> FakeMediaPoolItem:
        """A real WAV file: no frames are told of it, and its rate is the project's."""
        path = self._path(name)
        spec = MediaSpec(frames=frames, codec_id=None, timecode=None)
        self.fake.footage.write(path, spec)
        facts = ClipFacts(type="audio", frames=frames, width=0, height=0, format="Wave", codec="")
        return self.add(path.name, path, facts, **where)

    def still(self, name: str, **where: Any) -> FakeMediaPoolItem:
        """One real picture."""
        path = self._path(name)
        size = f"{SIZE[0]}x{SIZE[1]}"
        self.fake.footage.run(
            path, "-f", "lavfi", "-i", f"color=size={size}", "-frames:v", "1", "-update", "1"
        )
        facts = _facts(
            frames=1, channels=0, start_timecode="00:00:00:00", codec="PNG", format="PNG"
        )
        return self.add(path.name, path, ClipFacts(type="still", **facts), **where)

    def offline(self, name: str, **where: Any) -> FakeMediaPoolItem:
        """A clip whose file is gone; its path is still told."""
        return self.add(name, self.media / "gone" / name, ClipFacts(**_facts()), **where)

    def without_file(self, name: str, kind: ClipType, **where: Any) -> FakeMediaPoolItem:
        """A compound, fusion or multicam clip, a generator or a title: an item with no path."""
        return self.add(
            name,
            "",
            ClipFacts(type=kind, width=SIZE[0], height=SIZE[1], codec="", format=""),
            **where,
        )

    def subclip(
        self, of: FakeMediaPoolItem, name: str, *, first: int, frames: int
    ) -> FakeMediaPoolItem:
        """A part of a clip, with a timecode of its own."""
        assert of.facts.rate is not None
        start = text_of(of.start_frame + first, of.facts.rate, drop=of.facts.drop_frame)
        facts = replace(of.facts, frames=frames, start_timecode=start)
        return self.add(name, of.path, facts, bin=of.folder)

    def again(self, of: FakeMediaPoolItem, bin: FakeFolder) -> FakeMediaPoolItem:  # noqa: A002
        """The same media once more, in another bin."""
        made = self.add(of.name, of.path, of.facts, bin=bin)
        made.media_id = of.media_id
        return made

    def timeline(self, name: str, *clips: FakeMediaPoolItem) -> FakeTimeline:
        """A timeline that shows some clips one after the other, and is the current one."""
        made = create_timeline(self.project, name)
        assert made is not None, f"there is a timeline {name} already"
        append(made, list(clips))
        return made

    def place(
        self,
        timeline: FakeTimeline,
        clip: FakeMediaPoolItem | None = None,
        *,
        kind: ItemKind = "clip",
        frames: int = 12,
        **how: Any,
    ) -> FakeTimelineItem:
        """One more item behind the others: retimed, disabled, or no clip at all; `how` are fields
        of FakeTimelineItem.
        """
        track = timeline.tracks["video"][0]
        item = FakeTimelineItem(
            timeline, clip=clip, offset=track.end, duration=frames, kind=kind, **how
        )
        track.items.append(item)
        return item

    def _pictures(
        self, pattern: Path, first: int, frames: int, kind: str, where: dict[str, Any]
    ) -> FakeMediaPoolItem:
        path = Path(bracketed(str(pattern), first, first + frames - 1))
        facts = _facts(
            frames=frames,
            channels=0,
            start_timecode="00:00:00:00",
            codec=kind,
            format=kind,
            first_number=first,
        )
        return self.add(path.name, path, ClipFacts(type="video", **facts), **where)

    def _path(self, name: str) -> Path:
        path = self.media / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def _facts(**changes: Any) -> dict[str, Any]:
    return {"width": SIZE[0], "height": SIZE[1]} | changes
