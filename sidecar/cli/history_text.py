"""What a person reads of one job's story, in plain words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sidecar.cli.fitting import fit, shown_width, wrap
from sidecar.cli.outcome import format_bytes, plural, printable
from sidecar.cli.paths import quoted
from sidecar.folders.views.history import ClipEnd, Event, History

_TIME = slice(11, 23)
_GAP = "  "
Facts = Mapping[str, Any]


def describe_history(history: History, root: Path, *, width: int | None = None) -> Iterator[str]:
    """Yield the lines: whose story, what happened in order, what is true now."""
    yield printable(f"{history.label}  {history.job_id or 'names no job'}")
    made = [f"batch {history.batch}"] * bool(history.batch)
    made += [f"made {history.made_at}"] * bool(history.made_at)
    made += [f"repeats {history.repeats.of}"] * bool(history.repeats.of)
    if made:
        yield from wrap(", ".join(made), width, indent="  ")
    yield from _timeline(history, width)
    yield ""
    yield "now"
    for sentence in _now(history, root):
        yield from wrap(sentence, width, indent="  ", breaking=False)
    yield from fit([_clip_row(clip) for clip in history.clips], None, indent="  ")


def _timeline(history: History, width: int | None) -> Iterator[str]:
    words = _Words(history)
    heads = fit([(e.time[_TIME], e.told_by, e.who) for e in history.events], None)
    columns = max(map(shown_width, heads), default=0)
    day = ""
    for head, event in zip(heads, history.events, strict=True):
        if event.time[:10] != day:
            day = event.time[:10]
            yield ""
            yield printable(f"{day} UTC")
        hang = " " * (columns + 2 * len(_GAP))
        first, *rest = wrap(words.of(event), width, indent=hang, breaking=False)
        yield f"{_GAP}{head}{' ' * (columns - shown_width(head))}{_GAP}{first[len(hang) :]}"
        yield from rest


class _Words:
    """Plain words for what happened to one job."""

    def __init__(self, history: History) -> None:
        numbers = [e.facts.get("clips") for e in history.events if e.what == "job_started"]
        self._clips = numbers[0] if numbers and isinstance(numbers[0], int) else 1
        self._verification = history.verification

    def of(self, event: Event) -> str:
        """Return a sentence; what another version wrote is told as it stands there."""
        words = _WORDS.get((event.told_by, event.what))
        if words is None:
            facts = "".join(f", {key} {value}" for key, value in event.facts.items())
            return f"{event.what.replace('_', ' ')}{facts}"
        if event.what == "clip_verified":
            words = _VERIFIED.get(self._verification or "", "looked at; how is not told")
        sentence = words(event.facts) if callable(words) else words
        index = event.facts.get("index")
        if isinstance(index, int) and self._clips > 1:
            return f"clip {index + 1} of {self._clips}: {sentence}"
        return sentence


def _parent(facts: Facts) -> str:
    return str(facts.get("to", "?")).rpartition("/")[0]


def _ended(facts: Facts) -> str:
    status = str(facts.get("status"))
    return "PARTIAL, which is a failure" if status == "PARTIAL" else status


def _encoded(facts: Facts) -> str:
    code = facts.get("exit_code")
    return "encoded" if code in (0, None) else f"FFmpeg ended with {code}"


def _because(words: str, key: str) -> Callable[[Facts], str]:
    return lambda facts: f"{words}: {facts[key]}" if facts.get(key) else words


_VERIFIED: Mapping[str, str] = MappingProxyType(
    {
        "conform": "compared with what its source promises",
        "exists": "looked at: it exists, and no more was asked",
    }
)
_WORDS: Mapping[tuple[str, str], str | Callable[[Facts], str]] = MappingProxyType(
    {
        ("log", "submit"): "submits it; it waits in pending/",
        ("log", "claim"): "is about to claim it",
        ("log", "claim_not_won"): "does not get it: another was first",
        ("log", "take"): lambda facts: f"takes it into {_parent(facts)}/",
        ("log", "not_taken"): "leaves it: it was gone, or is put back to wait",
        ("log", "run"): "is about to run it",
        ("log", "file"): lambda facts: f"files it in {_parent(facts)}/",
        ("log", "reject"): lambda facts: (
            f"files it as no job to run, in {_parent(facts)}/: {facts.get('code', '?')}"
        ),
        ("log", "settle"): "settles what a process that is gone left of it",
        ("log", "release"): _because("is told by a person that its worker is gone", "reason"),
        ("log", "clear_claim"): "clears a claim of which nothing came",
        ("log", "hold"): _because("holds it back in held/, before anybody begins it", "reason"),
        ("log", "let_go"): _because("lets it wait in pending/ again", "reason"),
        ("log", "left_alone"): _because("leaves it alone, it looks unfinished", "reason"),
        ("claim", "claimed"): lambda facts: (
            f"has the claim: process {facts.get('pid')} of {facts.get('host')}"
        ),
        ("journal", "lock_taken"): "takes its lock",
        ("journal", "job_started"): lambda facts: (
            f"begins: {plural(facts.get('clips', 0), 'clip')}"
        ),
        ("journal", "clip_started"): lambda facts: f"encodes {facts.get('source', '?')}",
        ("journal", "clip_encoded"): _encoded,
        ("journal", "clip_verified"): "looked at",
        ("journal", "publishing"): "about to get its final name",
        ("journal", "published"): "published",
        ("journal", "clip_failed"): lambda facts: f"FAILED: {facts.get('code', '?')}",
        ("journal", "job_finished"): lambda facts: f"ends: {_ended(facts)}",
        ("journal", "settled"): lambda facts: f"writes the truth about it: {_ended(facts)}",
        ("journal", "lock_released"): "lets its lock go",
        ("result", "result"): lambda facts: (
            f"its result says: {facts.get('status')}"
            + (f", {facts['code']}" if "code" in facts else "")
        ),
    }
)


def _now(history: History, root: Path) -> Iterator[str]:
    yield _stand(history, root)
    if history.stale is not None:
        reason, settled_by = history.stale
        yield f"STALE: {reason}"
        if settled_by in ("person", "host") and history.job_id:
            yield "if its worker will not come back:"
            job = history.job_id[:8]
            yield f'proxx release {job} --folder {quoted(root)} --reason "…"'
    if history.log_says is not None:
        yield f"the log says otherwise: {history.log_says}"
    if history.failure is not None:
        yield f"{history.failure['code']}: {history.failure['sentence']}"
        yield history.failure["next_step"]
    for job_id in history.repeats.by:
        yield f"was repeated as {job_id}"
    if history.repeats.unread:
        yield f"whether {history.repeats.unread:,} other jobs repeat it was not looked at"
    if history.missing:
        yield f"missing: {', '.join(history.missing)}"


def _stand(history: History, root: Path) -> str:
    if history.place is None:
        return "no file of it is there"
    where = f"in {root / history.place}"
    if history.status is None:
        by = f" by {history.worker}" * bool(history.worker and history.state == "running")
        open_states = ("pending", "held", "running")
        told = history.state if history.state in open_states else "without a result"
        return f"{told}{by}, {where}"
    if history.status == "COMPLETED":
        level = "exists only, NOT proven" if history.verification == "exists" else "NOT proven"
        return f"COMPLETED {'and proven' if history.proven else f'({level})'}, {where}"
    return f"{_ended({'status': history.status})}, {where}"


def _clip_row(clip: ClipEnd) -> tuple[str, ...]:
    size = format_bytes(clip.size_bytes) if clip.size_bytes is not None else ""
    return clip.output, clip.status.replace("_", " "), size, clip.code or ""
