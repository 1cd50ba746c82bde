"""Each profile against decoding alone and against other tools' usual command lines: CPU seconds,
size and PSNR of luma against the scaled source, on two clips.
"""

from __future__ import annotations

import re
import resource
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import ProfileSpec, Tools, find_tools, load_profiles, plan_job
from tests.conftest import SHARED_MEDIA
from tests.support import make_job

_RIVALS = {
    "prores_ks, defaults": ("prores_lt", "mov", ("-c:v", "prores_ks", "-profile:v", "0")),
    "dnxhd, defaults": ("dnxhr_lb", "mov", ("-c:v", "dnxhd", "-profile:v", "dnxhr_lb")),
    "x264 veryfast, defaults": ("h264", "mp4", ("-c:v", "libx264", "-preset", "veryfast")),
}
"""What it is → profile with the same size and pixels, container, encoder."""
_REFERENCE = 1920 * 1080 * 25
_REPEATS = 3


@dataclass(frozen=True)
class _Clip:
    path: Path
    frames: int
    decode_seconds: float


def measure_profiles() -> None:
    """Print one row for each profile and clip."""
    with tempfile.TemporaryDirectory() as name, find_tools(threads=1) as tools:
        for clip in _clips(Path(name), tools):
            print(f"\n{clip.path.name}, {clip.frames} frames; decode {clip.decode_seconds:.2f} s")
            print(f"{'':24} {'CPU s':>6} {'x dec.':>6} {'Mb/s*':>6} {'PSNR Y':>7}")
            for profile in load_profiles():
                _measure(profile, clip, Path(name), tools)
            for what, (like, container, encoder) in _RIVALS.items():
                profile = next(p for p in load_profiles() if p.name == like)
                _measure(profile, clip, Path(name), tools, rival=(what, container, encoder))
        print("* at 1920x1080 and 25 frames a second, pictures only")


def _clips(folder: Path, tools: Tools) -> Iterator[_Clip]:
    phone, camera = folder / "phone_1080p_h264.mov", folder / "camera_480p.mov"
    made = ("-c:v", "libx264", "-preset", "fast", "-b:v", "34M", "-bf", "2", "-pix_fmt", "yuv420p")
    source = str(SHARED_MEDIA / "hdr10_hevc_phone.mp4")
    _ffmpeg(tools, "-stream_loop", "3", "-r", "25", "-i", source, "-an", *made, str(phone))
    source = str(SHARED_MEDIA / "gopro_tmcd_gpmf.mp4")
    _ffmpeg(tools, "-i", source, "-map", "0:v:0", "-c", "copy", str(camera))
    for path in (phone, camera):
        decode = ("-threads", "1", "-i", str(path), "-map", "0:v:0", "-f", "null", "-")
        said = _ffmpeg(tools, *decode)[1]
        frames = int(re.findall(r"frame= *(\d+)", said)[-1])
        yield _Clip(path, frames, min(_ffmpeg(tools, *decode)[0] for _ in range(_REPEATS)))


def _measure(
    profile: ProfileSpec,
    clip: _Clip,
    folder: Path,
    tools: Tools,
    *,
    rival: tuple[str, str, tuple[str, ...]] | None = None,
) -> None:
    what = rival[0] if rival else profile.name
    try:
        spec = make_job(clip.path, folder / "plan", tools, profile=profile.name)
    except AssertionError as error:
        [left_out] = error.args[0]
        print(f"{what:24} left out: {left_out.reason[:48]} …")
        return
    target = spec.clips[0].target
    assert target is not None
    command = plan_job(spec).clips[0].command
    chain = command[command.index("-vf") + 1]
    encoder = rival[2] if rival else _encoder(command)
    container = rival[1] if rival else profile.container
    out = folder / f"out.{container}"
    encode = [
        *("-threads", "1", "-i", str(clip.path), "-map", "0:v:0", "-filter_threads", "1"),
        *("-vf", chain, *encoder, "-threads:v", _threads(command), "-an", str(out)),
    ]
    seconds = min(_ffmpeg(tools, *encode)[0] for _ in range(_REPEATS))
    pixels = target.width * target.height
    bits = out.stat().st_size * 8 / clip.frames
    print(
        f"{what:24} {seconds:6.2f} {seconds / clip.decode_seconds:6.2f} "
        f"{bits / pixels * _REFERENCE / 1e6:6.1f} {_psnr(clip, out, chain, tools):>7}"
    )


def _encoder(command: tuple[str, ...]) -> tuple[str, ...]:
    """Return the encoder and its settings out of a plan's command."""
    start = command.index("-c:v")
    return command[start : command.index("-threads:v")]


def _threads(command: tuple[str, ...]) -> str:
    return command[command.index("-threads:v") + 1].replace("{threads}", "1")


def _psnr(clip: _Clip, proxy: Path, chain: str, tools: Tools) -> str:
    count = "settb=1/25,setpts=N,format=yuv422p10le"
    graph = f"[0:v]{count}[a];[1:v]{chain},{count}[b];[a][b]psnr"
    said = _ffmpeg(
        tools, "-i", str(proxy), "-i", str(clip.path), "-filter_complex", graph, "-f", "null", "-"
    )[1]
    found = re.search(r"PSNR y:(\d+\.\d)", said)
    return found[1] if found else "?"


def _ffmpeg(tools: Tools, *arguments: str) -> tuple[float, str]:
    """Run FFmpeg; return its CPU seconds and what it said."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [str(tools.ffmpeg), "-hide_banner", "-nostdin", "-y", *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={"SVT_LOG": "1"},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    user, system = after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime
    return user + system, done.stderr
