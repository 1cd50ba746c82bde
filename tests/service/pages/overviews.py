"""Overviews of a service in every state that its page must show; all of the shape of the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sidecar.service.api.overview_shapes import (
    Away,
    Counts,
    Ended,
    Line,
    Lost,
    Overview,
    Running,
    Worker,
)
from tests.report.whole_views import HOSTILE_NAMES

NOW = datetime(2026, 2, 14, 3, 12, 41, tzinfo=UTC)
HARM = (*HOSTILE_NAMES, "a" * 400, "one\ntwo\u2028three\x00\x1b[31m", "<img src=x onerror=hurt=1>")
_DIGITS = "0b1f6c1e-6f0e-4c57-9a57-3c1f0d4b8a11"


def job_id(number: int) -> str:
    """Return the id of one of the jobs."""
    return f"{number * 2654435761 % 2**32:08x}{_DIGITS[8:-4]}{number:04x}"


def ago(**length: float) -> datetime:
    """Return a moment before now."""
    return NOW - timedelta(**length)


def running(number: int, **changes: Any) -> Running:
    """Return a job that runs."""
    told: dict[str, Any] = {
        "job_id": job_id(number),
        "short": job_id(number)[:8],
        "pipeline_id": "proxy",
        "since": ago(minutes=4 + 9 * number),
        "worker": f"render-0{number % 3 + 1}:{2011 + number}",
        "host": f"render-0{number % 3 + 1}",
        "clips_done": 3 * number + 1,
        "clips_total": 24,
        "stale": False,
        "silent_seconds": 4.2,
        "cure": None,
    }
    return Running(**(told | changes))


def stale(number: int, **changes: Any) -> Running:
    """Return one whose worker was not heard of."""
    cure = f"proxx release {job_id(number)} --service SETTINGS.toml --reason TEXT"
    told: dict[str, Any] = {"stale": True, "silent_seconds": 840.0, "cure": cure}
    return running(number, **(told | changes))


def worker(number: int, **changes: Any) -> Worker:
    """Return a worker that was just heard of."""
    told: dict[str, Any] = {
        "name": f"render-0{number % 3 + 1}:{2011 + number}",
        "host": f"render-0{number % 3 + 1}",
        "state": "running" if number < 3 else "idle",
        "job_id": job_id(number) if number < 3 else None,
        "blocked_by": None,
        "silent": False,
        "silent_seconds": 4.2,
        "version": "0.1.0",
    }
    return Worker(**(told | changes))


def failed(number: int, **changes: Any) -> Ended:
    """Return a job that failed."""
    told: dict[str, Any] = {
        "job_id": job_id(100 + number),
        "short": job_id(100 + number)[:8],
        "pipeline_id": "proxy",
        "ended": ago(hours=3 * number, minutes=21),
        "code": ("SOURCE_TRUNCATED", "VERIFY_FRAMES", "CLAIM_INTERRUPTED")[number % 3],
        "sentence": (
            "The source ends early: 1,204 of 1,500 promised pictures were decoded, A004C007.mov",
            "The proxy has not the pictures that it should: expected 1500, found 1499",
            "The process that ran the job is gone: host render-02, pid 2012",
        )[number % 3],
        "next_step": (
            "Copy the clip from the card again.",
            "Keep the proxy that failed, and tell us.",
            "Make a new job for the clips that are not done.",
        )[number % 3],
        "result": f"/v1/jobs/{job_id(100 + number)}/result",
    }
    return Ended(**(told | changes))


def completed(number: int, **changes: Any) -> Ended:
    """Return a job that is completed."""
    told: dict[str, Any] = {
        "job_id": job_id(200 + number),
        "short": job_id(200 + number)[:8],
        "pipeline_id": "qc" if number % 5 == 4 else "proxy",
        "ended": ago(minutes=2 + 7 * number),
        "code": None,
        "sentence": None,
        "next_step": None,
        "result": f"/v1/jobs/{job_id(200 + number)}/result",
    }
    return Ended(**(told | changes))


def overview(**changes: Any) -> dict[str, Any]:
    """Return the JSON of a night on which all is well, but for what is changed."""
    told: dict[str, Any] = {
        "made_at": NOW,
        "version": "0.1.0",
        "away": (),
        "counts": Counts(pending=12, running=3, completed=1204, failed=9),
        "line": Line(
            queue="redis://queue.local:6379/0",
            outlives_us=True,
            waiting=12,
            first=tuple(job_id(40 + number) for number in range(12)),
        ),
        "lost": Lost(count=0, job_ids=(), cure="proxx queue refill SETTINGS.toml"),
        "running": (running(0), running(1), running(2, pipeline_id="qc", clips_total=None)),
        "workers": tuple(map(worker, range(6))),
        "failures": tuple(failed(number, ended=ago(days=2 + number)) for number in range(9)),
        "completed": tuple(map(completed, range(20))),
    }
    return Overview(**(told | changes)).model_dump(mode="json")


def nothing_yet() -> dict[str, Any]:
    """Return a service that has just been started for the first time."""
    return overview(
        counts=Counts(pending=0, running=0, completed=0, failed=0),
        line=Line(queue="memory", outlives_us=False, waiting=0, first=()),
        running=(),
        workers=(worker(0, state="idle", job_id=None),),
        failures=(),
        completed=(),
    )


def lost(*numbers: int) -> Lost:
    """Return rows that are not in the line."""
    ids = tuple(map(job_id, numbers))
    return Lost(count=len(ids), job_ids=ids, cure="proxx queue refill SETTINGS.toml")


def in_trouble() -> dict[str, Any]:
    """Return a bad night: stale, lost, blocked, failed."""
    blocked = "STORAGE_NOT_WRITABLE: /mnt/nas/proxies cannot be written to: Read-only file system"
    workers = (
        *(worker(0), worker(1, silent=True, silent_seconds=840.0)),
        worker(2, state="blocked", blocked_by=blocked),
        *(worker(3), worker(4, state="stopping"), worker(5)),
    )
    return overview(
        counts=Counts(pending=12, running=3, completed=1204, failed=12),
        lost=lost(70, 71, 72),
        running=(stale(1), running(0), running(2)),
        workers=workers,
        failures=tuple(map(failed, range(12))),
    )


def table_away() -> dict[str, Any]:
    """Return what can be told without the table."""
    away = Away(
        part="table",
        code="STORAGE_TABLE_AWAY",
        sentence="The job table does not answer",
        detail="postgresql://db.local/proxx: connection refused",
        next_step="See that its database runs and lets this user in; what waits in it is kept.",
    )
    gone = dict.fromkeys(("counts", "lost", "running", "workers", "failures", "completed"))
    return overview(away=(away,), **gone)


def hostile() -> dict[str, Any]:
    """Return texts that mean harm in every field."""
    count = len(HARM)
    return overview(
        version=HARM[0],
        away=tuple(
            Away(part=harm, code=harm, sentence=harm, detail=harm, next_step=harm) for harm in HARM
        ),
        line=Line(queue=HARM[0], outlives_us=False, waiting=count, first=HARM),
        lost=Lost(count=count, job_ids=HARM, cure=HARM[0]),
        running=tuple(
            stale(n, job_id=harm, worker=harm, host=harm, cure=harm, short=harm)
            for n, harm in enumerate(HARM)
        ),
        workers=tuple(
            worker(n, name=harm, host=harm, job_id=harm, state="blocked", blocked_by=harm)
            for n, harm in enumerate(HARM)
        ),
        failures=tuple(
            failed(n, job_id=harm, code=harm, sentence=harm, next_step=harm, result=harm)
            for n, harm in enumerate(HARM)
        ),
        completed=tuple(completed(n, job_id=harm, result=harm) for n, harm in enumerate(HARM)),
        labels=dict(zip(HARM, reversed(HARM), strict=True)),
    )
