"""What came of linking, in words for the Console. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from proxx_engine import failure_kinds
from sidecar.resolve.linking.endings import WELL, Ending, Kind

_HEADINGS: Mapping[Kind, str] = MappingProxyType(
    {
        "linked": "linked",
        "planned": "planned, as Resolve is not there now",
        "already": "already linked",
        "unsure": "already linked, maybe as the file that stood there before",
        "refused": "refused by Resolve",
        "remembered": "refused before; not asked again until the proxy changes",
        "unlinkable": "do not fit their clips",
        "other": "have another proxy, which is left as it is",
        "offline": "have another proxy that Resolve does not find, which is left as it is",
        "meanwhile": "changed in Resolve meanwhile, so left as they are",
        "unproven": "not proven, so not linked",
        "passed": "passed by for another proxy of the clip",
    }
)
_QUIET = frozenset({"linked", "planned", "already"})
"""Counted; which clips they are shows in Resolve."""
_FINE = WELL | {"passed"}
_NEXT: Mapping[Kind, str] = MappingProxyType(
    {
        "unsure": "Nobody saw when Resolve linked it. To be sure, unlink the clip's proxy in "
        "Resolve and choose Link Finished Proxies again.",
        "offline": "Bring that file back; or unlink the clip's proxy in Resolve and choose Link "
        "Finished Proxies again.",
        "meanwhile": "Choose Link Finished Proxies again.",
    }
)
"""For what has no failure code."""

_MODES: Mapping[str, str] = MappingProxyType(
    {
        "0": "Resolve shows no proxies now",
        "1": "Resolve shows a proxy wherever there is one",
        "2": "Resolve shows a proxy only where the original is missing",
    }
)
_MENU = "the menu Playback > Proxy Handling changes that"


@dataclass
class Summary:
    """What came of all."""

    endings: list[Ending] = field(default_factory=list)
    elsewhere: int = 0
    """Finished proxies of no clip in this project."""
    lacking: int = 0
    """Clips of this project that have no finished proxy."""
    proxy_mode: str | None = None
    unlisted: int = 0
    places: int = 0
    missing: tuple[Path, ...] = ()
    unread: list[str] = field(default_factory=list)
    unkept: list[str] = field(default_factory=list)
    """Records that could not be written."""
    stopped: str | None = None
    """Why the act did not come to its end."""


def exit_code_of(summary: Summary) -> int:
    """Return 0, 1 where anything is not as it should be, 3 where no place of results is there."""
    if summary.stopped is None and not summary.places:
        return 3
    wrong = any(ending.kind not in _FINE for ending in summary.endings)
    return int(wrong or bool(summary.unkept) or summary.stopped is not None)


def told_of(summary: Summary, project: str) -> Iterator[str]:
    """Yield the lines that a person reads."""
    yield f"Link Finished Proxies: {project}"
    by_kind = {kind: [e for e in summary.endings if e.kind == kind] for kind in _HEADINGS}
    for kind, heading in _HEADINGS.items():
        if by_kind[kind] or kind == "linked":
            yield f"{heading}: {len(by_kind[kind])}"
        if kind not in _QUIET:
            yield from (f"  {ending.clip}: {ending.reason}" for ending in by_kind[kind])
            codes = dict.fromkeys(code for ending in by_kind[kind] for code in ending.codes)
            yield from (f"  next: {failure_kinds()[code].next_step} [{code}]" for code in codes)
            if by_kind[kind] and kind in _NEXT:
                yield f"  next: {_NEXT[kind]}"
    if summary.lacking:
        yield f"clips without a finished proxy: {summary.lacking}"
    if summary.elsewhere:
        yield f"finished proxies of no clip in this project: {summary.elsewhere}"
    if by_kind["refused"] and not by_kind["linked"]:
        yield "Resolve refused every link: it does so while its Project Manager is open."
    yield from _asides(summary)


def _asides(summary: Summary) -> Iterator[str]:
    unknown = Counter(what for ending in summary.endings for what in ending.unknown)
    if unknown:
        counts = ", ".join(f"{what} of {count}" for what, count in unknown.items())
        yield f"could not be compared, as Resolve does not tell it or nobody saw it: {counts}"
    if summary.unlisted:
        yield f"bins that could not be looked into: {summary.unlisted}"
    yield from (f"not there: {place}" for place in summary.missing)
    yield from (f"cannot be read: {words}" for words in summary.unread)
    yield from (f"the record of a link could not be kept: {words}" for words in summary.unkept)
    mode = _MODES.get(summary.proxy_mode or "")
    if mode is not None:
        yield f"{mode}; {_MENU}"
    if summary.stopped is not None:
        yield f"Stopped: {summary.stopped}. What was linked before stands."
