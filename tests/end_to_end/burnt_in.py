"""What tests of burn-ins stand on: a grey clip, and the same picture with a text that stands still.

A text is read by drawing what it should be with the same font and comparing every sample.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from proxx_engine import Tools
from tests.support import MakeClip

WIDE, HIGH = 480, 96
COUNTED = re.compile(r"timecode='[^']*':timecode_rate=\d+/\d+:tc24hmax=1|text='%\{[^']*\}'")


def still(
    make_clip: MakeClip, rate: str, frames: int, *options: str, name: str = "still.mov"
) -> Path:
    """A grey clip of so many frames; `options` hold its timecode."""
    drawn = ("-f", "lavfi", "-i", f"color=0x808080:s={WIDE}x{HIGH}:r={rate}")
    codec = ("-c:v", "prores_ks", "-profile:v", "0", "-pix_fmt", "yuv422p10le")
    return make_clip(name, *drawn, "-frames:v", str(frames), *codec, *options)


def drawn_alone(source: Path, text: str, chain: str, tools: Tools, folder: Path) -> bytes:
    """Return a picture with a text that stands still instead of what is counted."""
    (folder / "still.txt").write_text(text, "utf-8")
    fixed, count = COUNTED.subn("textfile=still.txt:expansion=none", chain)
    assert count == 1, chain
    command = [str(tools.ffmpeg), "-v", "error", "-nostdin", "-i", f"file:{source}", "-vf", fixed]
    done = [*command, "-frames:v", "1", "-f", "rawvideo", "-"]
    return subprocess.run(done, check=True, cwd=folder, capture_output=True).stdout
