"""`proxx create`: footage → JobSpecs, and a list of everything that was left out."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from collections import Counter
from pathlib import Path

from proxx_engine import (
    DEFAULT_PROFILE,
    CreatedBy,
    CreatedJob,
    Creation,
    CreationRequest,
    PlaceError,
    Prober,
    __version__,
    create_jobs,
    find_profile,
    write_job,
)
from sidecar.cli.outcome import DONE, REQUEST_WRONG, Outcome, align, plural


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("paths", nargs="+", type=Path, metavar="PATH", help="footage: files, folders, cards")
    add("--out", required=True, type=Path, metavar="DIR", help="where proxies and jobs go")
    add("--into", type=Path, metavar="WATCHFOLDER", help="put FFmpeg jobs into its pending/")
    add("--into-resolve", type=Path, metavar="WATCHFOLDER", help="likewise for Resolve jobs")
    add("--profile", default=DEFAULT_PROFILE, metavar="NAME|FILE", help="kind of proxy")
    add("--clips-per-job", type=_positive, default=1, metavar="N", help="default 1")
    add("--batch", metavar="LABEL", help="ties the jobs of this act together")
    add("--name", default="{source_name}", metavar="TEMPLATE", help="default {source_name}")
    add(
        "--verification",
        choices=("conform", "exists"),
        default="conform",
        help="exists: only look that the proxy is there; every view says so",
    )


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, found {text!r}")
    return number


def execute(arguments: argparse.Namespace) -> Outcome:
    """Look at the footage, freeze it into JobSpecs, write them."""
    out = _plain(arguments.out)
    if out.exists() and not out.is_dir():
        raise PlaceError("STORAGE_NOT_WRITABLE", f"{out} is a file, not a folder")
    pending = {
        "ffmpeg": _pending(arguments.into) or out,
        "resolve": _pending(arguments.into_resolve) or out,
    }
    request = CreationRequest(
        paths=tuple(_plain(path) for path in arguments.paths),
        out=out,
        profile=find_profile(arguments.profile),
        created_by=CreatedBy(tool="proxx create", version=__version__, host=socket.gethostname()),
        naming_template=arguments.name,
        clips_per_job=arguments.clips_per_job,
        batch=arguments.batch,
        verification=arguments.verification,
        looking=_show_progress,
    )
    with Prober() as prober:
        creation = create_jobs(request, prober=prober)
    _clear_progress()
    if creation.jobs:
        out.mkdir(parents=True, exist_ok=True)
    return _tell(creation, _write_all(creation, pending), out)


def _plain(path: Path) -> Path:
    """Return the absolute path without "." and ".."; links are left as they are."""
    return Path(os.path.abspath(path))


def _pending(watch: Path | None) -> Path | None:
    """Return where a watch folder takes its jobs."""
    if watch is None:
        return None
    if not watch.is_dir():
        raise PlaceError("STORAGE_WATCH_FOLDER_MISSING", str(watch))
    pending = _plain(watch) / "pending"
    if not pending.is_dir():
        pending.mkdir()
    return pending


def _write_all(creation: Creation, folders: dict[str, Path]) -> list[tuple[CreatedJob, Path]]:
    """Write every job file, or none: an act that is interrupted takes back what it wrote."""
    written: list[tuple[CreatedJob, Path]] = []
    try:
        for job in creation.jobs:
            written.append((job, write_job(job, folders[job.engine])))
    except BaseException:
        for _job, path in written:
            path.unlink(missing_ok=True)
        raise
    return written


def _tell(creation: Creation, written: list[tuple[CreatedJob, Path]], out: Path) -> Outcome:
    jobs = [
        {
            "job_file": str(path),
            "job_id": job.spec.job_id,
            "engine": job.engine,
            "clips": [clip.source.path for clip in job.spec.clips],
        }
        for job, path in written
    ]
    left = [{"path": str(entry.path), "reason": entry.reason} for entry in creation.left_out]
    lines = [f"{_count(creation)} in {out}"]
    folders = Counter(path.parent for _job, path in written)
    lines += [f"  {plural(count, 'job file')} in {folder}" for folder, count in folders.items()]
    if left:
        lines += [f"left out: {len(left)}"]
        lines += align(
            [(entry.path.name, entry.reason) for entry in creation.left_out], indent="  "
        )
    if not jobs:
        return Outcome(
            REQUEST_WRONG,
            {"jobs": [], "left_out": left},
            tuple(lines[1:]),
            ("proxx: there is no footage to make proxies of",),
        )
    batch = written[0][0].spec.batch
    lines += [f"batch: {batch}"]
    if out in folders:
        lines += [f"next: proxx run {_quote(out)}"]
    return Outcome(DONE, {"batch": batch, "jobs": jobs, "left_out": left}, tuple(lines))


def _count(creation: Creation) -> str:
    clips = sum(len(job.spec.clips) for job in creation.jobs)
    engines = Counter(job.engine for job in creation.jobs)
    parts = ", ".join(f"{count} for {name}" for name, count in sorted(engines.items()))
    return f"{plural(clips, 'clip')}, {plural(len(creation.jobs), 'job')} ({parts or 'none'})"


def _quote(path: Path) -> str:
    text = str(path)
    return f'"{text}"' if " " in text else text


def _show_progress(path: Path, number: int, total: int) -> None:
    if sys.stderr.isatty():
        print(
            f"\r\033[Klooking at {number} of {total}: {ascii(path.name)[1:-1]}"[:100],
            end="",
            file=sys.stderr,
            flush=True,
        )


def _clear_progress() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
