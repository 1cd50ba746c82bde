"""Reads the result files of a folder and shows, clip by clip, what was made and what proves it.

It only reads: whether a clip is proven was decided by the engine that wrote the result.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .steps import WIDTH

_SUFFIX = ".result.json"
_DIGEST = re.compile("[0-9a-f]{32,}")
_PROVEN = ("equal", "planned")
_COLUMNS = (22, 29, 29, 9)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """One comparison of a proxy with what its source promises."""

    name: str
    expected: str
    actual: str
    verdict: str


@dataclass(frozen=True, kw_only=True)
class Clip:
    """What became of one clip."""

    source: str
    proxy: str
    status: str
    size_bytes: int | None
    sha256: str
    proofs: tuple[Proof, ...]
    failure: tuple[str, ...]
    """Sentences: what failed, what to do."""
    level: str

    @property
    def proven(self) -> bool:
        """Whether the engine completed it, with proofs, and each of them holds."""
        held = all(proof.verdict in _PROVEN for proof in self.proofs)
        return self.status == "COMPLETED" and not self.exists_only and bool(self.proofs) and held

    @property
    def exists_only(self) -> bool:
        """Whether the weaker level was asked for, which never counts as proven."""
        return self.level == "exists"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a folder of results says, and which jobs in it have no result."""

    clips: tuple[Clip, ...]
    troubles: tuple[str, ...]
    """What is wrong with a job rather than with a clip, one sentence each."""

    @property
    def good(self) -> bool:
        """Whether there is something, and all of it is proven."""
        return bool(self.clips) and not self.troubles and all(clip.proven for clip in self.clips)


def read_outcome(folder: Path) -> Outcome:
    """Every result file under the folder, and every job file there that has none."""
    clips: list[Clip] = []
    troubles: list[str] = []
    answered: set[str] = set()
    for path in sorted(folder.rglob(f"*{_SUFFIX}")):
        try:
            result = json.loads(path.read_text(encoding="utf-8"))
            job_id = result["job_id"]
            if job_id in answered:
                continue  # the byte-equal copy that lies with the job
            level = str(result.get("verification_level"))
            made = [_clip(entry, level) for entry in result["clips"]]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
            troubles.append(f"{path.name} cannot be read: {problem}")
            continue
        if job_id is not None:
            answered.add(str(job_id))
        clips += made
        if not any(clip.failure for clip in made):
            # What failed before the first clip stands with the job, not with a clip.
            troubles += [f"{path.name}: {sentence}" for sentence in _why(result)]
    for path in sorted(folder.rglob("*.job.json")):
        job_id = path.name.removesuffix(".job.json").rpartition(".")[2]
        if job_id not in answered:
            troubles.append(f"{path.name}: no result was written, so nothing is proven")
    return Outcome(clips=tuple(clips), troubles=tuple(troubles))


def show(outcome: Outcome, *, folder: Path) -> str:
    """The report as plain text; its tables are never wider than a hundred columns."""
    parts = [_show_clip(clip, folder) for clip in outcome.clips]
    if outcome.troubles:
        parts.append("\n".join(line for each in outcome.troubles for line in _fold(each, "! ")))
    return "\n\n".join([*parts, summary(outcome)])


def summary(outcome: Outcome) -> str:
    """One sentence that counts."""
    total, proven = len(outcome.clips), sum(clip.proven for clip in outcome.clips)
    sizes = sum(clip.size_bytes or 0 for clip in outcome.clips)
    text = (
        f"{proven} of {total} {'clip' if total == 1 else 'clips'} proven"
        if total
        else "No clip is proven"
    )
    if total and proven == total:
        text += f", {_size(sizes)} of proxies"
    only = sum(clip.status == "COMPLETED" and clip.exists_only for clip in outcome.clips)
    if only:
        text += f"; {only} of them {'exists' if only == 1 else 'exist'} only: nothing was compared"
    if outcome.troubles:
        text += "; see the lines marked with !"
    return text + "."


def _clip(entry: Mapping[str, Any], level: str) -> Clip:
    checks = (entry.get("verification") or {}).get("checks") or ()
    return Clip(
        source=str(entry["source"]),
        proxy=str(entry["output"]["path"]),
        status=str(entry["status"]),
        size_bytes=entry.get("output_size_bytes"),
        sha256=str(entry.get("output_sha256") or ""),
        proofs=tuple(
            Proof(
                name=str(check["name"]),
                expected=str(check["expected"]),
                actual=str(check["actual"]),
                verdict=str(check["verdict"]),
            )
            for check in checks
        ),
        failure=_why(entry),
        level=level,
    )


def _why(entry: Mapping[str, Any]) -> tuple[str, ...]:
    failure = entry.get("failure") or {}
    sentences: list[str] = []
    if failure:
        sentences.append(f"{failure['code']} ({failure['stage']}): {failure['sentence']}")
        sentences.append(f"Next: {failure['next_step']}")
    for issue in entry.get("issues") or ():
        words = [str(issue[key]) for key in ("path", "code", "sentence") if issue.get(key)]
        sentences.append(": ".join(words))
    return tuple(sentences)


def _show_clip(clip: Clip, folder: Path) -> str:
    facts = [clip.status + (" (exists only)" if clip.exists_only else "")]
    if clip.size_bytes is not None:
        facts.append(_size(clip.size_bytes))
    if clip.sha256:
        facts.append(f"sha256 {clip.sha256[:16]}...")
    lines = [f"{Path(clip.source).name} -> {_place(clip, folder)}"]
    lines.append("  " + ", ".join(facts))
    lines += [line for sentence in clip.failure for line in _fold(sentence, "  ! ")]
    if clip.proofs:
        lines += _row("check", "expected", "actual", "verdict")
        lines += _row(*("-" * width for width in _COLUMNS))
    for proof in clip.proofs:
        lines += _row(proof.name, *_values(proof), proof.verdict)
    return "\n".join(lines)


def _values(proof: Proof) -> tuple[str, str]:
    # Two equal digests say no more in full; two different ones are shown to the last digit.
    if proof.expected == proof.actual and _DIGEST.fullmatch(proof.actual):
        short = f"{proof.actual[:16]}..."
        return short, short
    return proof.expected, proof.actual


def _place(clip: Clip, folder: Path) -> str:
    if clip.status != "COMPLETED":
        return "no proxy"
    proxy = Path(clip.proxy)
    return str(proxy.relative_to(folder) if proxy.is_relative_to(folder) else proxy)


def _row(*cells: str) -> list[str]:
    # A value that is too long goes on in the next line: a proof that is cut off proves nothing.
    columns = [
        textwrap.wrap(cell, width, break_on_hyphens=False) or [""]
        for cell, width in zip(cells, _COLUMNS, strict=True)
    ]
    height = max(len(column) for column in columns)
    rows: list[str] = []
    for line in range(height):
        texts = (column[line] if line < len(column) else "" for column in columns)
        padded = (f"{text:<{width}}" for text, width in zip(texts, _COLUMNS, strict=True))
        rows.append("    " + "  ".join(padded).rstrip())
    return rows


def _fold(sentence: str, mark: str) -> Sequence[str]:
    return textwrap.wrap(
        sentence,
        WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _size(size_bytes: int) -> str:
    amount = float(size_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit in ("B", "kB") else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"
