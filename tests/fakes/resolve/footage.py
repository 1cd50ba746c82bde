"""Writes real media files with FFmpeg: what the double's render leaves, and sources for scenes."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from .profile import table

_AUDIO = {
    ("lpcm", 16): ("-c:a", "pcm_s16le"),
    ("lpcm", 24): ("-c:a", "pcm_s24le"),
    ("lpcm", 32): ("-c:a", "pcm_s32le"),
}

_FITS = {
    "scaleToFit": "scale={w}:{h}:force_original_aspect_ratio=decrease,pad={w}:{h}:-1:-1",
    "scaleToCrop": "scale={w}:{h}:force_original_aspect_ratio=increase,crop={w}:{h}",
    "stretch": "scale={w}:{h}",
    "centerCrop": "pad=max(iw\\,{w}):max(ih\\,{h}):-1:-1,crop={w}:{h}",
}
"""How a timeline brings a clip of another raster into its own."""


class FootageError(Exception):
    """FFmpeg would not write what was asked for; its words are the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSpec:
    """What a file shall hold."""

    frames: int = 24
    rate: Fraction = Fraction(24)
    width: int = 320
    height: int = 180
    codec_id: str | None = "ProRes422P"
    """A codec id of Resolve; None: sound alone."""
    timecode: str | None = "01:00:00:00"
    """With ';' before the frames: drop frame; None: no timecode track."""
    channels: int = 2
    """0: no sound."""
    sample_rate: int = 48_000
    audio_codec: str = "lpcm"
    audio_bits: int = 16
    clip_size: tuple[int, int] | None = None
    """The raster of the one clip that is shown, where a timeline changes its picture."""
    fit: str = "scaleToFit"
    """How the clip comes into the raster, by the word of the timeline's setting."""
    flipped: tuple[bool, bool] = (False, False)
    """Left to right, and top to bottom."""

    def arguments(self) -> list[str]:
        """FFmpeg's arguments, without the output."""
        inputs: list[str] = []
        outputs: list[str] = []
        if self.codec_id is not None:
            size = "{}x{}".format(*(self.clip_size or (self.width, self.height)))
            inputs += ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate={self.rate}"]
            outputs += ["-frames:v", str(self.frames)]
            if filters := self._filters():
                outputs += ["-vf", filters]
            outputs += table("formats")["codecs"][self.codec_id]["arguments"]
        if self.channels:
            samples = round(self.frames / self.rate * self.sample_rate)
            inputs += ["-f", "lavfi", "-i", f"sine=frequency=440:sample_rate={self.sample_rate}"]
            outputs += ["-af", f"atrim=end_sample={samples}", "-ac", str(self.channels)]
            outputs += _AUDIO.get((self.audio_codec, self.audio_bits), ("-c:a", self.audio_codec))
        if self.timecode is not None:
            outputs += ["-timecode", self.timecode]
        return [*inputs, "-threads", "1", *outputs]

    def _filters(self) -> str:
        """What a timeline does with the clip's picture, as a chain of FFmpeg's filters."""
        turns = [name for name, on in zip(("hflip", "vflip"), self.flipped, strict=True) if on]
        if self.clip_size is None:
            return ",".join(turns)
        return ",".join([*turns, _FITS[self.fit].format(w=self.width, h=self.height), "setsar=1"])


class Footage:
    """One FFmpeg, and the files it wrote before: what is asked for twice is copied."""

    def __init__(self, ffmpeg: Path | None = None, *, kept_in: Path | None = None) -> None:
        self.ffmpeg = ffmpeg or embedded_ffmpeg()
        self._kept_in = kept_in

    def write(self, path: Path, spec: MediaSpec) -> Path:
        """Write a file; what was there under its name is replaced.

        Raises: FootageError: FFmpeg refuses, for example a codec at that size.
        """
        return self.run(path, *spec.arguments())

    def run(self, path: Path, *arguments: str) -> Path:
        """Write a file, or the numbered files of a pattern, with any arguments.

        Raises: FootageError: FFmpeg refuses.
        """
        if self._kept_in is None or "%" in path.name:
            self._encode(path, arguments)
            return path
        key = hashlib.sha256("\0".join(arguments).encode()).hexdigest()[:16]
        kept = self._kept_in / f"{key}{path.suffix}"
        if not kept.exists():
            self._encode(kept, arguments)
        shutil.copyfile(kept, path)
        return path

    def bytes_of(self, suffix: str, spec: MediaSpec) -> bytes:
        """The bytes of a file.

        Raises: FootageError: FFmpeg refuses.
        """
        with tempfile.TemporaryDirectory() as folder:
            return self.write(Path(folder) / f"render{suffix}", spec).read_bytes()

    def _encode(self, path: Path, arguments: tuple[str, ...]) -> None:
        command = [str(self.ffmpeg), "-v", "error", "-nostdin", "-y", *arguments]
        done = subprocess.run([*command, f"file:{path}"], capture_output=True, check=False)
        if done.returncode:
            path.unlink(missing_ok=True)
            raise FootageError(done.stderr.decode(errors="replace").strip())


@cache
def embedded_ffmpeg() -> Path:
    """The FFmpeg that comes with the package imageio-ffmpeg."""
    import imageio_ffmpeg  # type: ignore[import-untyped]

    return Path(imageio_ffmpeg.get_ffmpeg_exe())
