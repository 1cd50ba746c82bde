"""What an act of creation came to for sound that was recorded apart. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from proxx_engine.creation.footage.found import LeftOut
from proxx_engine.creation.request import CreationRequest, Inspected


@dataclass(frozen=True, slots=True)
class SoundTold:
    """One clip of the jobs: the recording that goes under its picture, or why there is none."""

    path: Path
    files: tuple[Path, ...]
    said: str


def tell_sound(clips: Iterable[Inspected]) -> tuple[SoundTold, ...]:
    """Return what was found for each clip, where anybody asked for such sound."""
    return tuple(
        SoundTold(clip.found.path, clip.sound.files, _said(clip))
        for clip in clips
        if clip.sound is not None and (clip.sound.files or clip.sound.said)
    )


def _said(clip: Inspected) -> str:
    sound = clip.sound
    assert sound is not None
    if not sound.files:
        return sound.said
    apart = len(clip.source.files) - len(sound.files)
    stream = next(s for s in clip.source.audio if s.file_index >= apart)
    begins, rest = sound.begins, sound.begins + (stream.samples or 0) - sound.length

    def lasting(samples: int) -> str:
        return f"{samples} samples ({samples / stream.sample_rate:.3f} s)"

    parts = [
        f"from its sample {max(0, -begins)} on",
        f"silence for the first {lasting(begins)}" if begins > 0 else "",
        f"silence for the last {lasting(-rest)}" if rest < 0 else "",
        sound.said,
    ]
    return "; ".join(part for part in parts if part)


def sort_left_out(
    left_out: Iterable[LeftOut], request: CreationRequest, clips: Iterable[Inspected]
) -> list[LeftOut]:
    """Return what was left out: sound that lies under no clip is, sound that does is not."""
    wish = request.sound
    if wish is None or wish.takes is None:
        return list(left_out)
    used = {path for clip in clips if clip.sound for path in clip.sound.files}
    unused = [
        LeftOut(path, take.problem or "sound that was recorded apart, under no clip")
        for take in wish.takes.all
        for path in take.paths
        if path not in used
    ]
    sounds = {entry.path: entry for entry in (*wish.left_out, *unused)}
    others = [each for each in left_out if each.path not in used and each.path not in sounds]
    return [*others, *sounds.values()]
