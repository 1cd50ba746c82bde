"""Farm bundles: 5,000 jobs exported by the command, and taken by those who would run them."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.farm.scenes import job_value, open_as_standard, submit_as_deadline, write_jobs
from tests.faults.scenes import proxx

_JOBS = 5_000
_SECONDS = 30.0


def measure_farm_export() -> None:
    """Seconds to export, bytes of the bundle, seconds until the standard and Deadline took it."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        write_jobs(place / "jobs", *(job_value(number) for number in range(_JOBS)))
        begun = time.monotonic()
        ended = proxx("farm", "export", place / "jobs", "--bundle", place / "bundle")
        exported = time.monotonic() - begun
        assert ended.returncode == 0, ended.stderr
        files = [path for path in (place / "bundle").rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        template = (place / "bundle" / "template.json").stat().st_size
        print(
            f"farm bundle of {_JOBS:,} jobs: {exported:.1f} s (target <= {_SECONDS:g}),"
            f" {size / 1e6:.1f} MB in {len(files):,} files, of which the template has"
            f" {template:,} bytes"
        )
        _measure_others(place)


def _measure_others(place: Path) -> None:
    begun = time.monotonic()
    _job, tasks = open_as_standard(place / "bundle")
    standard = time.monotonic() - begun
    assert len(tasks) == _JOBS
    begun = time.monotonic()
    told = submit_as_deadline(place / "bundle", place / "deadline")
    submitted = time.monotonic() - begun
    assert told["wrong"] == ""
    print(
        f"  the standard's library makes its job and {_JOBS:,} tasks in {standard:.1f} s,"
        f" Deadline's submitter its call of the service in {submitted:.1f} s"
    )
