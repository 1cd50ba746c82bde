"""Make Proxies: a timeline of 2,000 clips becomes jobs, through each host."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.talking import seconds_a_call
from tests.fakes.resolve import Footage, MediaSpec
from tests.resolve_scripts.plugin_stage import PluginStage
from tests.resolve_scripts.stage import Stage

_CLIPS = 2_000
_SECONDS = {"py": 5.0, "lua": 15.0}


def measure_export() -> None:
    """Seconds of each part as Proxx sees it, and processor time of the process that is Resolve.

    The target is for all but the looking into 2,000 files, which is creation's and told apart.
    """
    with tempfile.TemporaryDirectory() as name:
        media = Path(name) / "media"
        _shoot(media)
        for language, most in _SECONDS.items():
            _measure(Path(name) / language, media, language, most)


def _measure(folder: Path, media: Path, language: str, most: float) -> None:
    plugin = PluginStage(Stage(folder, language))
    plugin.set(source_roots=[str(media)])
    times = folder / "times.json"
    command = [sys.executable, "-m", "tests.benchmarks.timed_plugin", str(times)]
    told = plugin.stage.run(
        [*command, "plugin", "--settings", str(plugin.settings)], scene=f"shoot {media}"
    )
    assert times.exists(), told.log
    jobs = len(list((folder / "ffmpeg_jobs" / "pending").glob("*.job.json")))
    assert jobs == _CLIPS, told.console
    took = {name: tuple(times) for name, times in json.loads(times.read_text()).items()}
    own, worked = (took["all"][kind] - took["create_jobs"][kind] for kind in (0, 1))
    print(
        f"export of {_CLIPS:,} clips, {language}: {own:.2f} s (target <= {most:g}), of which the"
        f" processor works {worked:.2f} s: {took['take_snapshot'][0]:.2f} s to ask Resolve,"
        f" {took['judge'][0]:.2f} s to judge, {took['submit_all'][0]:.2f} s to submit\n"
        f"  not in it: {took['create_jobs'][0]:.2f} s to look into the files and freeze the jobs"
    )
    print(
        f"  inside Resolve's process {told.processor_seconds:.2f} s of processor time for"
        f" {told.calls:,} calls, of which the double takes"
        f" {told.calls * seconds_a_call():.2f} s or more"
    )


def _shoot(media: Path) -> None:
    media.mkdir()
    first = media / "A0000.mov"
    Footage().write(first, MediaSpec(frames=24, width=320, height=180))
    for number in range(1, _CLIPS):
        shutil.copyfile(first, media / f"A{number:04d}.mov")
