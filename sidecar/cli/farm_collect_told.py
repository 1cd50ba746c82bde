"""What `proxx farm collect` says: few words for what is well, each task that is not by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

from sidecar.cli.outcome import align, plural
from sidecar.cli.paths import quoted
from sidecar.farm.collecting import FoundBundle, FoundTask
from sidecar.folders.names import short_name
from sidecar.report.rows import BAD, STATES, Row

MISSING = "missing"
GRAVEST = (
    *("unreadable", "doubtful", "changed", "gone", "failed", "not-run", "interrupted"),
    *("unproven", "running", "waiting", "exists-only", "proven", "superseded", "replaced"),
)
"""Of a task's clips the first of these speaks for it."""
_IN_FEW_WORDS = ("proven", "exists-only", "superseded", "replaced", "waiting")
"""Of such tasks the numbers are enough."""
_COLUMNS = 100

assert set(GRAVEST) == set(STATES)


@dataclass(frozen=True, slots=True)
class ToldTask:
    """One task, as it is shown."""

    task: FoundTask
    state: str
    """One of STATES, or MISSING."""
    rows: tuple[Row, ...]
    """What tells of its job."""
    sentences: tuple[str, ...]

    @property
    def code(self) -> str | None:
        """The code of its failure."""
        return next((row.code for row in self.rows if row.code), None)

    @property
    def name(self) -> str:
        """The label of its job and the first digits of its id."""
        return short_name(self.task.job_file.name) if self.task.job_file else ""

    @property
    def is_told_in_few_words(self) -> bool:
        """Whether its number is enough."""
        return self.state in _IN_FEW_WORDS or self.task.folder_is_away


def tell_tasks(bundle: FoundBundle, told: Sequence[ToldTask]) -> Iterator[str]:
    """Yield what a person reads of the tasks, and what to do next."""
    counts = Counter(each.state for each in told)
    parts = [f"{counts[state]} {_words(state)}" for state in (MISSING, *GRAVEST) if counts[state]]
    yield f"{bundle.place}: {plural(len(told), 'task')}: {', '.join(parts)}"
    for state in (MISSING, *_IN_FEW_WORDS):
        numbers = [e.task.number for e in told if e.state == state and e.is_told_in_few_words]
        if numbers:
            yield from _wrapped(f"{_words(state)}: {ranges(numbers)}", indent="  ")
    shown = [each for each in told if not each.is_told_in_few_words]
    cells = [
        (str(each.task.number), _words(each.state), each.name, each.code or "") for each in shown
    ]
    for each, line in zip(shown, align(cells, indent="  "), strict=True):
        yield line.rstrip()
        for sentence in each.sentences:
            yield from _wrapped(sentence, indent="      ")
    yield from _next(bundle, told, counts)


def _next(bundle: FoundBundle, told: Sequence[ToldTask], counts: Counter[str]) -> Iterator[str]:
    place = quoted(bundle.jobs.parent)
    failed = counts["failed"] or counts["not-run"]
    # Where one failed, the same bundle would end at the same task again.
    if counts["waiting"] and not failed:
        yield (
            f"next: give the bundle to the farm again, or `proxx farm run {place}`; "
            "what has run is not run again"
        )
    held = [each for each in told if each.state in ("running", "interrupted")]
    if held and (job := held[0].task.job_file):
        yield f"next: where a worker is gone, `proxx release {quoted(job)} --reason TEXT`"
    if failed:
        rest = ", and of what was not begun" * bool(counts["waiting"])
        yield f"next: mend the cause, then `proxx resubmit {place}`: new jobs of what failed"
        yield f"next: `proxx farm export {place} --bundle NEW`: one new bundle of them{rest}"


def stretches(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return ascending numbers as stretches without a gap, each by its first and last."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def told_stretch(first: int, last: int) -> str:
    """Return a stretch in few words: 4, or 6-9."""
    return str(first) if first == last else f"{first}-{last}"


def ranges(numbers: Sequence[int]) -> str:
    """Return ascending numbers in few words: 1-4, 6, 8-9."""
    return ", ".join(told_stretch(*stretch) for stretch in stretches(numbers))


def _words(state: str) -> str:
    if state == "waiting":
        return "not run yet"
    word = state.replace("-", " ")
    return word.upper() if state == MISSING or (state in BAD and state != "running") else word


def _wrapped(text: str, *, indent: str) -> list[str]:
    return wrap(
        text,
        _COLUMNS,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
