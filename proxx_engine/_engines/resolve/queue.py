"""One render in Resolve's queue: started, watched, stopped, taken out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proxx_engine._engines.contract import Workplace
from proxx_engine._engines.resolve.asking import (
    NO_ANSWER,
    ask,
    ask_truth,
    open_project,
)
from proxx_engine._engines.resolve.host import Project, ResolveHost
from proxx_engine._engines.resolve.looking import job_status, render_jobs
from proxx_engine._engines.resolve.names import OwnNames
from proxx_engine._engines.resolve.queued import Queued
from proxx_engine.errors import EncodingFault
from proxx_engine.system import clock

LOOK_SECONDS = 1.0
_BEGIN_SECONDS = 60.0
_STOP_SECONDS = 60.0
_SETTLE_SECONDS = 10.0
"""So long a job stands at 100 % that nothing renders, before it is over whatever it is called."""
_RENDERING = "EstimatedTimeRemainingInMs"
"""Stands in the status of a job that renders, and of no other, in every language."""


def require_idle(project: Project) -> None:
    """The user's render is not disturbed. Raises: EncodingFault."""
    if ask_truth("IsRenderingInProgress", lambda: project.IsRenderingInProgress()):
        raise EncodingFault("RENDER_USER_RENDERS")


@dataclass(slots=True)
class Render:
    """Our job while it renders."""

    host: ResolveHost
    project: Project
    project_id: str
    job: Queued
    place: Workplace
    folder: Path
    """Where its file grows."""
    started: bool = False
    begun: bool = False
    over: bool = False

    def run(self) -> None:
        """Start our job and no other, and wait for its end. Raises: EncodingFault."""
        require_idle(self.project)
        self.started = True
        answer = ask("StartRendering", lambda: self.project.StartRendering([self.job.id], False))
        if answer is not None and answer is not True:
            self.started = False
            raise EncodingFault("RENDER_START_REFUSED", f"StartRendering answered {answer!r}")
        limits = self.place.limits
        started = alive = clock.monotonic_seconds()
        seen: object = None
        told = False
        while True:
            status = job_status(self.project, self.job.id)
            busy = ask("IsRenderingInProgress", lambda: self.project.IsRenderingInProgress())
            told = told or status is not None
            if status is None and not isinstance(busy, bool):
                # Another project makes every object that we hold a dead one.
                open_project(self.host, self.project_id)
            if self._is_over(status, busy):
                self._judge(status or {})
                return
            now = clock.monotonic_seconds()
            if self.place.stop.hard:
                raise EncodingFault("ENCODE_STOPPED")
            if now - started > limits.clip_timeout_seconds:
                raise EncodingFault("RENDER_TIMEOUT", f"after {limits.clip_timeout_seconds} s")
            if not self.begun and now - started > _BEGIN_SECONDS:
                raise _never_began(told)
            signs = (status or {}).get("CompletionPercentage"), _bytes_in(self.folder)
            if signs != seen:
                seen, alive = signs, now
            elif busy is False and signs[0] == 100 and now - alive > _SETTLE_SECONDS:
                self.over = True
                self._judge(status or {})
                return
            elif now - alive > limits.stall_seconds:
                raise _stood_still(told, signs[0], limits.stall_seconds)
            clock.wait_seconds(LOOK_SECONDS)

    def _is_over(self, status: Mapping[str, Any] | None, busy: Any) -> bool:
        if status is None:
            self.over = busy is False and self.begun and not self._is_queued()
            return self.over
        if busy is True or _RENDERING in status:
            self.begun = True
        if self._has_ended(status):
            self.begun = self.over = True
        elif busy is False and _RENDERING not in status:
            self.begun = self.begun or self._was_touched(status)
            self.over = self.begun
        return self.over

    def _is_queued(self) -> bool:
        return any(job.get("JobId") == self.job.id for job in render_jobs(self.project))

    def _has_ended(self, status: Mapping[str, Any]) -> bool:
        took = status.get("TimeTakenToRenderInMs")
        whole = status.get("CompletionPercentage") == 100
        timed = isinstance(took, int | float) and took > 0
        return bool(status.get("Error")) or (whole and timed and _RENDERING not in status)

    def _was_touched(self, status: Mapping[str, Any]) -> bool:
        """Whether a job that does not render has at least begun: its state has another name."""
        return bool(status.get("CompletionPercentage")) or (
            self.job.waiting is not None and status.get("JobStatus") != self.job.waiting
        )

    def _judge(self, status: Mapping[str, Any]) -> None:
        """Success is a matter of numbers; what a status is called depends on the language."""
        if status.get("Error"):
            raise EncodingFault("RENDER_FAILED", str(status["Error"]))
        reached = status.get("CompletionPercentage")
        if reached != 100:
            gone = "" if status else ", and the job is not in the queue any more"
            raise EncodingFault("RENDER_CANCELLED", f"at {reached} %{gone}")

    def end(self) -> None:
        """Stop our own render if it still runs, and wait for its end. Raises: EncodingFault."""
        if not self.started or self.over or self._renders() is False:
            return
        ask("StopRendering", lambda: self.project.StopRendering())
        until = clock.monotonic_seconds() + _STOP_SECONDS
        while runs := self._renders():
            if clock.monotonic_seconds() > until:
                raise EncodingFault("RENDER_NOT_RESTORED", "it does not stop")
            clock.wait_seconds(LOOK_SECONDS)
        if runs is None:
            raise EncodingFault("RENDER_NOT_RESTORED", "Resolve does not tell whether it stopped")

    def _renders(self) -> bool | None:
        """Whether ours renders, for a user's render is not ours to stop; None: not told."""
        busy = ask("IsRenderingInProgress", lambda: self.project.IsRenderingInProgress())
        status = job_status(self.project, self.job.id)
        if status is not None:
            return _RENDERING in status
        return busy if isinstance(busy, bool) else None


def remove_jobs(project: Project, names: OwnNames, known: str | None) -> None:
    """Take what is of our timeline out of the queue, and nothing else; `known` is our job's id.

    Raises: EncodingFault.
    """
    if known is not None:
        _delete(project, known)
    for job_id in _own_ids(project, names):
        _delete(project, job_id)
    left = _own_ids(project, names)
    if known is not None and job_status(project, known):
        left.append(known)
    if left:
        raise EncodingFault("RENDER_NOT_RESTORED", f"{left[0]} stays in the queue")


def end_own_render(project: Project, names: OwnNames) -> None:
    """End a render of our timeline that nobody watches any more, and no other's.

    Raises: EncodingFault.
    """
    ids = _own_ids(project, names)
    until = clock.monotonic_seconds() + _STOP_SECONDS
    while any(_RENDERING in (job_status(project, job_id) or {}) for job_id in ids):
        if clock.monotonic_seconds() > until:
            raise EncodingFault("RENDER_NOT_RESTORED", "its render does not stop")
        ask("StopRendering", lambda: project.StopRendering())
        clock.wait_seconds(LOOK_SECONDS)


def _own_ids(project: Project, names: OwnNames) -> list[str]:
    ours = (job for job in render_jobs(project) if job.get("TimelineName") == names.timeline)
    return [str(job["JobId"]) for job in ours if job.get("JobId")]


def _delete(project: Project, job_id: str) -> None:
    ask("DeleteRenderJob", lambda: project.DeleteRenderJob(job_id))


def _bytes_in(folder: Path) -> int:
    try:
        return sum(entry.stat().st_size for entry in folder.iterdir() if entry.is_file())
    except FileNotFoundError:  # a file that went meanwhile
        return -1


def _never_began(told: bool) -> EncodingFault:
    if not told:
        return EncodingFault(NO_ANSWER, "GetRenderJobStatus never told anything")
    return EncodingFault("RENDER_START_REFUSED", f"nothing renders after {_BEGIN_SECONDS:g} s")


def _stood_still(told: bool, reached: Any, seconds: int) -> EncodingFault:
    if not told:
        return EncodingFault(NO_ANSWER, "GetRenderJobStatus never told anything")
    return EncodingFault("RENDER_STALLED", f"at {reached} %, no byte written for {seconds} s")
