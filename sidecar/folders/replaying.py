"""What became of every job, out of the action log alone. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, get_args

State = Literal["pending", "held", "running", "completed", "failed"]


_STATES: Mapping[str, State] = MappingProxyType({state: state for state in get_args(State)})
"""Each state is a folder."""
IDLE = ("pending", "held")
"""The states in which a job is one file, and nobody began it."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """Where a job is, as the log tells."""

    job_file: str
    """Its name in `pending/`."""
    job_id: str | None
    state: State
    place: str
    """From the root of the watch folder: the file in `pending/` or `held/`, else the job's own
    folder.
    """
    worker: str | None


@dataclass
class _Story:
    now: Replayed
    before: Replayed
    """Where it was before the last step: a step that was not done leads back there."""
    step: str = "submit"
    by: str | None = None
    """Who did the last step."""


@dataclass
class _Replay:
    stories: dict[str, _Story] = field(default_factory=dict)
    """By the file's name in `pending/`: the same job may come twice, and only one of them runs."""
    keys: dict[str, str] = field(default_factory=dict)
    """The file of each job that was taken, by id; the first that came while none was."""

    def key_of(self, line: dict[str, Any]) -> str:
        name, job_id = line.get("job_file") or "", line.get("job_id") or ""
        # What a person releases without a claim is known by its id alone.
        key = name or self.keys.get(job_id, job_id)
        if job_id and (line["action"] == "take" or job_id not in self.keys):
            self.keys[job_id] = key
        return key

    def step(self, line: dict[str, Any]) -> None:
        key = self.key_of(line)
        if not key:
            return
        waiting = Replayed(
            line.get("job_file") or "",
            line.get("job_id"),
            "pending",
            f"pending/{line.get('job_file')}",
            None,
        )
        story = self.stories.setdefault(key, _Story(waiting, waiting))
        action, worker = line["action"], line.get("worker")
        # What a person was about to hold lies where its claim was cleared.
        cleared = action == "clear_claim" and "to" in line
        if cleared or action in ("take", "file", "reject", "hold", "let_go"):
            place = str(line.get("to"))
            state = _state_of(place)
            if state is None:  # a line of another version leads nowhere that we know
                return
            has = None if state in IDLE else worker
            now = Replayed(story.now.job_file, story.now.job_id, state, place, has)
            story.before, story.now = story.now, now
            story.step, story.by = action, worker
        elif _leads_back(line, story):
            story.now = story.before


def _leads_back(line: dict[str, Any], story: _Story) -> bool:
    """Whether a step was not done: of a job that was to be taken or held, a file to be refused."""
    if line["action"] == "not_taken":
        # A worker that wakes after a person released its job does not unsay where that was filed.
        unsaid = story.step in ("take", "reject", "hold", "let_go")
        return unsaid and story.by == line.get("worker")
    return line["action"] == "clear_claim" and story.step == "reject"


def _state_of(place: str) -> State | None:
    head = place.split("/")[0]
    return _STATES.get(head)


def replay(lines: Iterable[dict[str, Any]]) -> tuple[Replayed, ...]:
    """Return every job that the log tells of, with where it ended; `lines` in order of time."""
    told = _Replay()
    for line in lines:
        told.step(line)
    return tuple(story.now for story in told.stories.values())
