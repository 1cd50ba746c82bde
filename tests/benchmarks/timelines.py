"""A timeline of 5,000 events, cut from 500 files, becomes jobs: by its paths, and by a search."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.fakes.resolve import Footage, MediaSpec
from tests.timelines.dialects import asset, clipitem, fcp7, fcpxml

_EVENTS, _FILES = 5_000, 500
_TIMED = """
import json, sys, time
from pathlib import Path
from proxx_engine import Prober
from sidecar.timelines.index import HowToLook
from sidecar.timelines.looking_up import look_up
timeline, root = map(Path, sys.argv[1:])
started = time.perf_counter()
with Prober() as prober:
    how = HowToLook(prober=prober, side_by_side=4)
    media = look_up(timelines=(timeline,), roots=(root,), maps=(), out=root / "out", how=how)
events = sum(len(each.used) for each in media.timelines)
print(json.dumps([time.perf_counter() - started, events, len(media.found.files)]))
"""


def measure_timelines() -> None:
    """Seconds from each kind of timeline to its files, and from the first to written JobSpecs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        media = _shoot(folder / "media")
        for timeline, how in _timelines(folder, media):
            seconds, events, files = json.loads(
                _run([sys.executable, "-c", _TIMED, str(timeline), str(media)])
            )
            assert (events, files) == (_EVENTS, _FILES), (timeline, events, files)
            print(f"timeline of {events:,} events, {timeline.suffix}, {how}: {seconds:.2f} s")
        timeline = folder / "cut.edl"
        words = ["create", "--timeline", str(timeline), "--search", str(media), "--out"]
        started = time.perf_counter()
        _run([sys.executable, "-m", "sidecar.cli.main", *words, str(folder / "out")])
        seconds = time.perf_counter() - started
        jobs = len(list((folder / "out").glob("*.job.json")))
        assert jobs == _FILES
        print(f"  of it {jobs} JobSpecs, by a search of {_FILES} files: {seconds:.1f} s in all")


def _timelines(folder: Path, media: Path) -> list[tuple[Path, str]]:
    """Write the same cut as an EDL to be searched for, and as XML that has the paths."""
    lines, uses, items, assets = ["TITLE: cut", "FCM: NON-DROP FRAME"], [], [], []
    for number in range(_EVENTS):
        clip = f"A{number % _FILES:04d}.mov"
        url = (media / clip).as_uri()
        times = "01:00:00:02 01:00:00:10 01:00:00:00 01:00:00:08"
        lines += [f"{number + 1:06d}  AX V C {times}", f"* FROM CLIP NAME: {clip}"]
        ref = f"r{100 + number % _FILES}"
        if number < _FILES:
            assets.append(asset(ref, clip, url, start="3600s"))
        uses.append(f'<asset-clip ref="{ref}" offset="0s" start="3600s" duration="8/25s"/>')
        items.append(clipitem(number, clip, url, first=2, frames=8))
    for name, text in (
        ("cut.edl", "\n".join(lines)),
        ("cut.fcpxml", fcpxml(*uses, assets="".join(assets))),
        ("cut.xml", fcp7(items)),
        ("cut.otio", _otio(media)),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    return [
        (folder / "cut.edl", f"by a search of {_FILES} files"),
        *((folder / name, "by its paths") for name in ("cut.fcpxml", "cut.xml", "cut.otio")),
    ]


def _otio(media: Path) -> str:
    import opentimelineio as otio

    track = otio.schema.Track("V1")
    span = otio.opentime.TimeRange(*(otio.opentime.RationalTime(n, 24) for n in (86402, 8)))
    for number in range(_EVENTS):
        path = media / f"A{number % _FILES:04d}.mov"
        track.append(
            otio.schema.Clip(path.stem, otio.schema.ExternalReference(path.as_uri()), span)
        )
    return str(otio.adapters.write_to_string(otio.schema.Timeline("cut", tracks=[track])))


def _shoot(media: Path) -> Path:
    media.mkdir()
    first = media / "A0000.mov"
    Footage().write(first, MediaSpec(frames=24, width=320, height=180))
    for number in range(1, _FILES):
        shutil.copyfile(first, media / f"A{number:04d}.mov")
    return media


def _run(command: list[str]) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout
