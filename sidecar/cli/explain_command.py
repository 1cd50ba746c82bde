"""`proxx explain`: what a failure code means, and what a person does next."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from proxx_engine import FailureKind, failure_kinds, find_results
from sidecar.cli.outcome import DONE, REQUEST_WRONG, Outcome, align

_FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "SPEC": "the request",
        "ROUTE": "which engine makes it",
        "SOURCE": "the footage",
        "OUTPUT": "the proxy's place and name",
        "STORAGE": "disks and shares",
        "TOOL": "FFmpeg, Resolve",
        "ENCODE": "making the proxy",
        "RENDER": "rendering in Resolve",
        "VERIFY": "the proxy is not what it must be",
        "LINK": "linking in Resolve",
        "QC": "comparing finished proxies with their sources",
        "CLAIM": "whose the job is",
    }
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "what", nargs="?", metavar="CODE|RESULT", help="a code, or a result; without: all codes"
    )


def execute(arguments: argparse.Namespace) -> Outcome:
    """Explain one code, the codes of a result, or list all by family."""
    kinds = failure_kinds()
    if arguments.what is None:
        return _list(kinds)
    code = arguments.what.strip().upper()
    if code in kinds:
        return _outcome([kinds[code]])
    family = [kind for kind in kinds.values() if kind.code.startswith(f"{code.rstrip('_')}_")]
    if family:
        return _outcome(family)
    path = Path(arguments.what)
    if path.exists():
        return _of_results(path, kinds)
    near = get_close_matches(code, kinds, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "`proxx explain` lists all"
    complaint = f"proxx explain: there is no code {code!a}; {hint}"
    data = {"error": complaint, "did_you_mean": near}
    return Outcome(REQUEST_WRONG, data, complaints=(complaint,))


def _of_results(path: Path, kinds: Mapping[str, FailureKind]) -> Outcome:
    found = find_results([path.absolute()])
    complaints = tuple(f"{entry.path}: {entry.sentence}" for entry in found.unread)
    results = [job.stored.result for job in found.jobs]
    failures = [result.failure for result in results]
    failures += [clip.failure for result in results for clip in result.clips]
    codes = dict.fromkeys(failure.code for failure in failures if failure is not None)
    if not results:
        complaints = complaints or (f"{path}: holds no result",)
        return Outcome(REQUEST_WRONG, {"error": complaints[0]}, complaints=complaints)
    if not codes:
        return Outcome(DONE, {"codes": []}, ("no failure there",), complaints)
    told = _outcome([kinds[code] for code in codes if code in kinds])
    strange = tuple(f"{code}: another version's code" for code in codes if code not in kinds)
    return Outcome(DONE, told.data, (*told.lines, *strange), complaints)


def _outcome(kinds: list[FailureKind]) -> Outcome:
    lines = [line for kind in kinds for line in (*_show(kind), "")]
    return Outcome(DONE, {"codes": [asdict(kind) for kind in kinds]}, tuple(lines[:-1]))


def _show(kind: FailureKind) -> Iterator[str]:
    yield kind.code
    rows = [
        ("what", f"{kind.sentence}."),
        ("when", f"{kind.stage}"),
        ("next", kind.next_step),
        ("exit code", str(kind.exit_code)),
    ]
    yield from align(rows, indent="  ")


def _list(kinds: Mapping[str, FailureKind]) -> Outcome:
    lines = []
    for family, about in _FAMILIES.items():
        members = [kind for kind in kinds.values() if kind.code.startswith(f"{family}_")]
        if members:
            lines.append(f"{family}: {about}")
            lines += align([(kind.code, kind.sentence) for kind in members], indent="  ")
    return Outcome(DONE, {"codes": [asdict(kind) for kind in kinds.values()]}, tuple(lines))
