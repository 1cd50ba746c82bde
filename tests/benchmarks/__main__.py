"""Runs every benchmark, or those that are named: `scaling` for all that begin with `scaling-`."""

from __future__ import annotations

import sys

from tests.benchmarks.contracts import measure_large_job, measure_memory, measure_version
from tests.benchmarks.creating import measure_creation
from tests.benchmarks.encoding import measure_long_clip, measure_short_clips, measure_ten_clips
from tests.benchmarks.exporting import measure_export
from tests.benchmarks.farm import measure_farm_export
from tests.benchmarks.looks import measure_looks
from tests.benchmarks.measuring import measure_qc
from tests.benchmarks.profiles import measure_profiles
from tests.benchmarks.reviewing import measure_report
from tests.benchmarks.scaling_farm import measure_farm
from tests.benchmarks.scaling_folder import measure_folder
from tests.benchmarks.scaling_service import measure_scaling_service
from tests.benchmarks.serving import measure_service
from tests.benchmarks.talking import measure_walks
from tests.benchmarks.timelines import measure_timelines
from tests.benchmarks.viewing import measure_views
from tests.benchmarks.watching import measure_real_jobs, measure_trivial_jobs, measure_waiting

BENCHMARKS = {
    "version": measure_version,
    "large-job": measure_large_job,
    "memory": measure_memory,
    "creation": measure_creation,
    "short-clips": measure_short_clips,
    "long-clip": measure_long_clip,
    "ten-clips": measure_ten_clips,
    "profiles": measure_profiles,
    "looks": measure_looks,
    "qc": measure_qc,
    "resolve-walk": measure_walks,
    "resolve-export": measure_export,
    "timeline": measure_timelines,
    "watch-trivial": measure_trivial_jobs,
    "watch-real": measure_real_jobs,
    "watch-waiting": measure_waiting,
    "views": measure_views,
    "report": measure_report,
    "service": measure_service,
    "farm-export": measure_farm_export,
    "scaling-folder": measure_folder,
    "scaling-service": measure_scaling_service,
    "scaling-farm": measure_farm,
}


def main(names: list[str]) -> int:
    """Run the named benchmarks; 2 for a name that is none."""
    chosen = {name: _meant(name) for name in names}
    unknown = [name for name, meant in chosen.items() if not meant]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
        return 2
    for name in [each for meant in chosen.values() for each in meant] or BENCHMARKS:
        BENCHMARKS[name]()
    return 0


def _meant(name: str) -> list[str]:
    """Return the benchmark of this name, else those that it is the first part of."""
    return [name] if name in BENCHMARKS else [n for n in BENCHMARKS if n.startswith(f"{name}-")]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
