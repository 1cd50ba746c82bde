"""What was gathered → everything on the page, in its order. Pure: it shows, and judges nothing."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from proxx_engine import ClipExecutionResult, JobExecutionResult, nle_names
from sidecar.report.facts import compare_facts, media_length
from sidecar.report.gathering import Gathered
from sidecar.report.headline import count_clips, headline
from sidecar.report.model import (
    CheckLine,
    ClipView,
    FailureLine,
    NleLine,
    ReportView,
    StateCount,
    Tone,
)
from sidecar.report.plots import Spell, draw_night, draw_sizes, draw_speeds
from sidecar.report.quality import PictureRoom, quality_view
from sidecar.report.rows import STATES, Row, moment_of

_WORDS: Mapping[str, tuple[str, Tone]] = MappingProxyType(
    {
        "failed": ("FAILED", "bad"),
        "interrupted": ("INTERRUPTED", "bad"),
        "doubtful": ("DOUBTFUL", "bad"),
        "changed": ("CHANGED", "bad"),
        "gone": ("GONE", "bad"),
        "unproven": ("NOT PROVEN", "bad"),
        "not-run": ("NOT RUN", "bad"),
        "unreadable": ("UNREADABLE", "bad"),
        "running": ("running", "warn"),
        "waiting": ("waiting", "warn"),
        "exists-only": ("exists only", "warn"),
        "proven": ("proven", "good"),
        "superseded": ("done by another job", "quiet"),
        "replaced": ("replaced later", "quiet"),
    }
)
"""State → how it reads and how much it matters; the gravest first."""
_ORDER = tuple(_WORDS)
_MOST_MESSAGES = 6_000
"""Letters of the engine's words on the page; all of them stand in the result."""
_MOST_PICTURES = 48_000_000
"""Letters of pictures on one page, which a browser still opens at once."""
_WELL = ("proven", "exists-only", "replaced")

assert set(_WORDS) == set(STATES)


def view_of(
    gathered: Iterable[Gathered], *, paths: Sequence[Path], made_at: str, made_by: str
) -> ReportView:
    """Return the whole page's content. `made_at`: UTC; `made_by`: Proxx and its version."""
    gathered = sorted(gathered, key=_place_on_page)
    rows = [each.row for each in gathered]
    keys = _keys(rows)
    room = PictureRoom(_MOST_PICTURES)
    clips = [_clip_view(each, key, room) for each, key in zip(gathered, keys, strict=True)]
    shown = [clip for clip in clips if clip.tone != "quiet"]
    counts, clips_in = Counter(row.state for row in rows), count_clips(rows)
    return ReportView(
        title=_title(rows, paths),
        made_at=made_at,
        made_by=made_by,
        looked_at=tuple(map(str, paths)),
        headline=headline(rows),
        counts=tuple(
            StateCount(state, *_WORDS[state], counts[state], clips_in[state])
            for state in _ORDER
            if counts[state]
        ),
        engines=tuple(sorted({clip.engine for clip in clips if clip.engine})),
        batches=tuple(dict.fromkeys(sorted(clip.batch for clip in clips if clip.batch))),
        clips=tuple(clips),
        hidden=len(clips) - len(shown),
        night=draw_night(_spells(gathered, clips)),
        speeds=draw_speeds(shown),
        sizes=draw_sizes(shown),
    )


def _place_on_page(each: Gathered) -> tuple[int, str, str, str, str]:
    row = each.row
    moment = row.ended.isoformat() if row.ended else ""
    return _ORDER.index(row.state), row.batch or "", row.folder, row.name, moment


def _title(rows: Sequence[Row], paths: Sequence[Path]) -> str:
    batches = {row.batch for row in rows if row.kind != "file"}
    if len(batches) == 1 and (batch := batches.pop()):
        return f"Batch {batch}"
    return " and ".join(path.name or str(path) for path in paths[:2]) + " …" * (len(paths) > 2)


def _keys(rows: Sequence[Row]) -> list[str]:
    """Return what each row is called on the page: its job and clip, each name once."""
    taken: Counter[str] = Counter()
    keys = []
    for row in rows:
        told = str(row.data.get("job_id") or "")[:8]
        job = "".join(c for c in told if c.isascii() and c.isalnum()) or row.kind
        key = f"c-{job}-{row.data.get('index', 0)}"
        taken[key] += 1
        keys.append(key if taken[key] == 1 else f"{key}-{taken[key]}")
    return keys


def _clip_view(each: Gathered, key: str, room: PictureRoom) -> ClipView:
    row, entry = each.row, each.row.entry
    clip = entry.clip if entry is not None else None
    result = entry.stored.result if entry is not None else None
    checks = clip.verification.checks if clip is not None and clip.verification else ()
    length = media_length(each.asked, checks)
    words, tone = _WORDS[row.state]
    failure = row.data.get("failure")
    return ClipView(
        key=key,
        kind=row.kind,
        state=row.state,
        words=words,
        tone=tone,
        name=row.name,
        folder=row.folder,
        batch=row.batch or "",
        label=str(row.data.get("label") or ""),
        job=str(row.data.get("job_id") or "")[:8],
        engine=result.engine.name if result is not None and result.engine else "",
        worker=_worker(result),
        told=row.told,
        failure=FailureLine(**failure) if failure else None,
        remarks=_remarks(row),
        source=clip.source if clip is not None else "",
        proxy=str(row.proxy) if row.proxy else clip.output.path if clip is not None else "",
        size_bytes=row.size_bytes,
        source_bytes=each.source.size_bytes if each.source is not None else None,
        seconds=row.duration_seconds,
        media_seconds=length,
        ended=row.ended.strftime("%Y-%m-%d %H:%M:%SZ") if row.ended else "",
        checks=tuple(CheckLine(c.name, c.expected, c.actual, c.verdict) for c in checks),
        facts=compare_facts(each.asked, checks),
        nle=_nle(clip),
        command=_command(clip),
        messages=_messages(clip, row.state),
        links=row.links,
        files=tuple(row.data.get("result_files") or [row.data.get("job_file") or row.name]),
        quality=quality_view(each.quality, room),
    )


def _worker(result: JobExecutionResult | None) -> str:
    return result.worker.id if result is not None and result.worker else ""


def _remarks(row: Row) -> tuple[str, ...]:
    """A failure's own words have their place of their own."""
    failure = row.data.get("failure") or {}
    own = (failure.get("sentence"), failure.get("next_step"))
    return tuple(remark for remark in row.remarks if remark not in own)


def _nle(clip: ClipExecutionResult | None) -> tuple[NleLine, ...]:
    if clip is None:
        return ()
    names = nle_names()
    told = (
        (names.get(key, key), *verdict.partition(":")) for key, verdict in clip.nle_verdicts.items()
    )
    return tuple(NleLine(name, word, reasons.strip()) for name, word, _, reasons in told)


def _command(clip: ClipExecutionResult | None) -> str:
    """Return what was run; where nothing was, what was planned."""
    if clip is None:
        return ""
    invocation = clip.invocation
    if invocation.render_settings:
        return "\n".join(f"{key} = {value}" for key, value in invocation.render_settings.items())
    return " ".join(map(_quoted, invocation.executed_command or invocation.command or ()))


def _quoted(word: str) -> str:
    """Return a word as a shell reads it; what no one could see is written as its bytes."""
    if word.isprintable():
        return shlex.quote(word)
    return f"$'{''.join(map(_written, word))}'"


def _written(character: str) -> str:
    if character in "\\'":
        return f"\\{character}"
    if character.isprintable():
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogateescape"))


def _messages(clip: ClipExecutionResult | None, state: str) -> str:
    """Return the beginning and the end of what the engine said of a clip that is not well."""
    text = clip.stderr.text.strip() if clip is not None and state not in _WELL else ""
    if len(text) <= _MOST_MESSAGES:
        return text
    half = _MOST_MESSAGES // 2
    left_out = len(text) - 2 * half
    return f"{text[:half]}\n[… {left_out:,} letters: see the result …]\n{text[-half:]}"


def _spells(gathered: Sequence[Gathered], clips: Sequence[ClipView]) -> list[Spell]:
    spells = []
    for each, clip in zip(gathered, clips, strict=True):
        made = each.row.entry.clip if each.row.entry is not None else None
        end = moment_of(made.completed_at) if made is not None else None
        if made is None or end is None or made.duration_seconds is None:
            continue
        try:
            # A clock may be set while a clip is made; how long it took is of one that never jumps.
            begin = end - timedelta(seconds=max(0.0, made.duration_seconds))
        except OverflowError:
            continue
        spells.append(Spell(clip, begin, end))
    return spells
