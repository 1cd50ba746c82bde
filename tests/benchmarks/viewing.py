"""Views over full watch folders: one look, a look that follows another, one job's story."""

from __future__ import annotations

import json
import statistics
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from proxx_engine import encode_json
from sidecar.folders.layout import WatchFolder
from sidecar.folders.views.looking import Looker
from tests.benchmarks.encoding import PROXX
from tests.folders.scenes import make_folder, make_spec

_WAITING = 10_000
_FINISHED = 100_000
_OF_THIS_NIGHT = 10_000
"""Jobs that ended, of the batch that still waits."""
_NIGHTS = 20


def measure_views() -> None:
    """`proxx status` and `proxx history` over 10,000 waiting and 100,000 finished jobs."""
    with tempfile.TemporaryDirectory() as name:
        folder = make_folder(Path(name) / "box")
        job_id = _fill(folder)
        status = [*PROXX, "status", str(folder.root)]
        story = [*PROXX, "history", job_id, "--folder", str(folder.root)]
        for words in (status, [*PROXX, "--version"], story):
            print(f"proxx {words[3]}: {_median(lambda words=words: _run(words), 5):.2f} s")
        looker = Looker(folder)
        seen = looker.look()
        assert (seen.waiting, seen.completed + seen.failed) == (_WAITING, _FINISHED)
        assert seen.batches[0].total == _WAITING + _OF_THIS_NIGHT
        time.sleep(6)  # until the times of the days' folders are old enough to be believed
        looker.look()
        print(f"a look that follows another: {_median(looker.look, 9) * 1000:.0f} ms")


def _run(words: list[str]) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def _median(action: Callable[[], Any], times: int) -> float:
    seconds = []
    for _time in range(times):
        began = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def _fill(folder: WatchFolder) -> str:
    """Put all jobs there, and what the log says of them; return the id of one that failed."""
    spec = json.loads(encode_json(make_spec(folder.root / "away")))
    tonight = {"batch": "tonight", "created_at": "2026-02-28T20:00:00.000Z"}
    lines: dict[str, list[str]] = {}
    for number in range(_WAITING):
        job = spec | tonight | {"job_id": str(uuid.uuid4()), "label": f"W{number:05d}"}
        file = f"20260228T200000000Z-{number:05d}.{job['label']}.{job['job_id']}.job.json"
        (folder.pending / file).write_text(json.dumps(job))
        lines.setdefault("2026-02-28", []).extend(_told(job["job_id"], file, None))
    last = ""
    for number in range(_FINISHED):
        day = f"2026-02-{1 + number % _NIGHTS:02d}"
        batch = {"batch": day, "created_at": f"{day}T20:00:00.000Z"}
        batch = tonight if number < _OF_THIS_NIGHT else batch
        job = spec | batch | {"job_id": str(uuid.uuid4()), "label": f"A{number:06d}"}
        failed = number % 101 == 0
        day = job["created_at"][:10]
        home = folder.filed("failed" if failed else "completed", day)
        home = home / f"{job['label']}.{job['job_id']}"
        home.mkdir(parents=True)
        (home / f"{home.name}.job.json").write_text(json.dumps(job))
        place = home.relative_to(folder.root).as_posix()
        lines.setdefault(day, []).extend(_told(job["job_id"], f"{number}.{home.name}", place))
        last = job["job_id"] if failed else last
    for day, told in lines.items():
        (folder.log / f"{day}.box1-1.jsonl").write_text("".join(told))
    return last


def _told(job_id: str, file: str, place: str | None) -> Iterator[str]:
    steps = {"submit": "pending"}
    if place is not None:
        steps |= {"claim": "", "take": f"running/box1-1-1/{place.rpartition('/')[2]}"}
        steps |= {"run": "", "file": place}
    head = {"time": "2026-02-01T20:00:00.000Z", "boot": "0123abcd", "up": 1.0, "process": "box1-1"}
    for action, to in steps.items():
        line = head | {"worker": "box1-1-1", "action": action, "job_id": job_id, "job_file": file}
        yield json.dumps(line | ({"to": to} if to else {})) + "\n"
