"""`proxx run` against raw FFmpeg: the same encode, and a decode of the proxy, in a shell loop."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from proxx_engine import Tools, find_tools, plan_job, write_job
from tests.benchmarks.pairs import run_pairs, shell_loop
from tests.support import make_job

_THREADS = ("-threads", "-threads:v")
PROXX = [sys.executable, "-m", "sidecar.cli.main"]


def measure_ten_clips() -> None:
    """Ten clips of ten seconds at 1080p: target 1.02."""
    with tempfile.TemporaryDirectory() as name, find_tools() as tools:
        clips = [make_clip(Path(name), tools, number, seconds=10) for number in range(10)]
        ours, encode, decode = _ways(clips, Path(name), tools)
        both = run_pairs(ours, shell_loop([*encode, *decode], Path(name)), rounds=3)
        print("10 clips of 10 s, encode + proxy decode:", both.describe(target="<= 1.02"))
        alone = run_pairs(ours, shell_loop(encode, Path(name)), rounds=2)
        print("10 clips of 10 s, over encode alone:   ", alone.describe(target="none"))


def measure_short_clips() -> None:
    """Milliseconds added to each clip of one second: target 120."""
    with tempfile.TemporaryDirectory() as name, find_tools() as tools:
        clips = [make_clip(Path(name), tools, number, seconds=1) for number in range(20)]
        ours, encode, decode = _ways(clips, Path(name), tools)
        pair = run_pairs(ours, shell_loop([*encode, *decode], Path(name)))
        added = pair.added / len(clips) * 1000
        print(f"20 clips of 1 s: {added:.0f} ms added to each; target <= 120")
        print("                ", pair.describe(target="none"))


def measure_long_clip() -> None:
    """One long clip with one worker against FFmpeg's default threading: target 1.00 and below."""
    with tempfile.TemporaryDirectory() as name, find_tools() as tools:
        clips = [make_clip(Path(name), tools, 0, seconds=40)]
        ours, encode, decode = _ways(clips, Path(name), tools, threads=False)
        pair = run_pairs(ours, shell_loop([*encode, *decode], Path(name)), rounds=3)
        print("one clip of 40 s, FFmpeg's default threads:", pair.describe(target="<= 1.00"))


def make_clip(folder: Path, tools: Tools, number: int, *, seconds: int) -> Path:
    """Make a clip of 1080p with noise, as a camera would write it."""
    path = folder / f"clip{number:02d}.mp4"
    picture = f"testsrc2=s=1920x1080:r=25:d={seconds}"
    sound = f"sine=f={300 + 50 * number}:r=48000:d={seconds}"
    subprocess.run(
        [
            *(str(tools.ffmpeg), "-v", "error", "-nostdin", "-y"),
            *("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound),
            *("-vf", f"noise=alls=12:all_seed={number + 1}", "-pix_fmt", "yuv420p"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-b:v", "34M", "-c:a", "aac", str(path)),
        ],
        check=True,
    )
    return path


def _ways(
    clips: list[Path], folder: Path, tools: Tools, *, threads: bool = True
) -> tuple[Callable[[], None], list[list[str]], list[list[str]]]:
    """Return our work, and the raw commands for encoding and for decoding."""
    encode, decode = raw_ways(clips, folder, tools, threads=threads)

    def ours() -> None:
        out = folder / "ours"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        for clip, job in zip(clips, jobs, strict=True):
            assert clip.exists()
            write_job(job, out)
        subprocess.run([*PROXX, "run", str(out)], check=True, stdout=subprocess.DEVNULL)

    jobs = [_created(clip, folder / "ours", tools) for clip in clips]
    return ours, encode, decode


def raw_ways(
    clips: list[Path], folder: Path, tools: Tools, *, threads: bool = True
) -> tuple[list[list[str]], list[list[str]]]:
    """Return the raw commands that encode each clip, and those that decode each proxy."""
    encode, decode = [], []
    for clip in clips:
        command = list(plan_job(make_job(clip, folder / "plan", tools)).clips[0].command)
        proxy = folder / f"raw-{clip.stem}.mov"
        encode.append(_raw(command, tools, proxy, threads=threads))
        read = [str(tools.ffmpeg), "-v", "error", "-nostdin", "-xerror", "-i", str(proxy)]
        decode.append([*read, "-map", "0", "-f", "null", "-"])
    return encode, decode


def _created(clip: Path, out: Path, tools: Tools):  # type: ignore[no-untyped-def]
    from proxx_engine import CreatedJob

    return CreatedJob(make_job(clip, out, tools), "ffmpeg")


def _raw(command: list[str], tools: Tools, proxy: Path, *, threads: bool) -> list[str]:
    """Return a plan's command without its witnesses: what a person would write by hand."""
    kept: list[str] = []
    skip = 0
    for position, part in enumerate(command):
        if skip:
            skip -= 1
        elif part.startswith("-stats_enc_pre") or (part in _THREADS and not threads):
            skip = 1
        elif part == "-f" and command[position + 1] == "tee":
            break
        else:
            kept.append(
                {"{ffmpeg}": str(tools.ffmpeg), "{threads}": str(tools.threads)}.get(part, part)
            )
    kept[kept.index("-v") + 1] = "error"
    return [*kept, "-f", "mov", str(proxy)]
