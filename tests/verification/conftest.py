"""Clips and stand-ins for the tests of verification."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from proxx_engine import Tools
from tests.support import MakeClip
from tests.verification.spoiling import REEL

ROOT = Path(__file__).resolve().parents[2]

_PICTURE = "testsrc2=size=320x180:rate={rate}:duration=1"
_TAGGED = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"

_REEL = ("-metadata:s:v:0", f"reel_name={REEL}")
_WOVEN = ("-flags:v", "+ildct+ilme")
_JUMP = "setts=ts=TS+if(gt(N\\,20)\\,9600\\,0)"

SOURCES = {
    "plain": ("25", _TAGGED, ("-timecode", "01:00:00:00", *_REEL)),
    "drop": ("30000/1001", _TAGGED, ("-timecode", "01:00:00;00")),
    "bare": ("25", _TAGGED, ()),
    "jumping": ("25", _TAGGED, ("-c:a", "aac", "-bsf:a:0", _JUMP)),
    "fields": ("50", f"interlace,{_TAGGED}", ("-timecode", "01:00:00:00", *_REEL, *_WOVEN)),
}
"""Name → rate of the picture, filters, what the file states. All have three audio streams."""


@pytest.fixture
def clip(make_clip: MakeClip) -> Callable[[str], Path]:
    """Return a maker of the sources by name."""

    def make(name: str) -> Path:
        rate, filters, stated = SOURCES[name]
        sounds = [
            part
            for hertz in (440, 660)
            for part in ("-f", "lavfi", "-i", f"sine=f={hertz}:r=48000:d=1")
        ]
        stereo = "aevalsrc=sin(900*t)|sin(1900*t):s=48000:d=1"
        return make_clip(
            f"{name}.mov",
            *("-f", "lavfi", "-i", _PICTURE.format(rate=rate), *sounds),
            *("-f", "lavfi", "-i", stereo),
            *("-map", "0:v", "-map", "1:a", "-map", "2:a", "-map", "3:a", "-vf", filters),
            *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-bf", "0"),
            *("-c:a", "pcm_s24le", *stated),
        )

    return make


@pytest.fixture
def spoiling_tools(tools: Tools, tmp_path: Path) -> Callable[[str], Tools]:
    """Return tools whose FFmpeg leaves the named wrong proxy where it made a right one."""

    def stand_in(what: str) -> Tools:
        program = tmp_path / "ffmpeg"
        program.write_text(
            f"#!{sys.executable} -IS\n"
            "import subprocess, sys\n"
            "from pathlib import Path\n"
            f"sys.path.insert(0, {str(ROOT)!r})\n"
            f"real, what = {str(tools.ffmpeg)!r}, {what!r}\n"
            "code = subprocess.run([real, *sys.argv[1:]]).returncode\n"
            "sinks = [word for word in sys.argv if word.startswith('[f=')]\n"
            "if code == 0 and sinks:\n"
            "    from tests.verification.wrong_proxies import UNDECODABLE, WRONG_PROXIES\n"
            "    rows = (UNDECODABLE, *WRONG_PROXIES)\n"
            "    row = next(row for row in rows if row.what == what)\n"
            "    row.spoil(real, Path(sinks[0].split('file:', 1)[1].split('|')[0]))\n"
            "sys.exit(code)\n"
        )
        program.chmod(0o755)
        return dataclasses.replace(tools, ffmpeg=program)

    return stand_in
