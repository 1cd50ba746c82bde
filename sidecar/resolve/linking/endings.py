"""What can come of one clip of the project, or of one of its proxies. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from sidecar.resolve.linking.project_clips import is_online

Kind = Literal[
    "linked",
    "planned",
    "already",
    "unsure",
    "refused",
    "remembered",
    "unlinkable",
    "other",
    "offline",
    "meanwhile",
    "unproven",
    "passed",
]
"""`unsure`: linked when nobody saw it, at a path where another file stood; `offline`: a proxy that
is not ours, and not there; `passed`: a proxy instead of which the clip has another.
"""

WELL: frozenset[Kind] = frozenset({"linked", "planned", "already", "unsure", "other"})
"""The clip has a proxy that Resolve shows, or will have it."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What came of one clip, or of a proxy that was passed by."""

    kind: Kind
    clip: str
    reason: str = ""
    codes: tuple[str, ...] = ()
    """Keys of failures.toml."""
    unknown: tuple[str, ...] = ()
    """What could not be compared."""


def told_before(tried: Iterable[tuple[Ending, str]], ending: Ending | None) -> tuple[Ending, ...]:
    """Return what is told of proxies that are not linked, each with its path; each words once.

    `ending`: of the one that was taken instead. Where the clip has a proxy then, none is missed.
    """
    if ending is None or ending.kind not in WELL:
        return tuple(dict.fromkeys(one for one, _path in tried))
    return tuple(_passed(one, path) for one, path in tried)


def other_proxy(clip: str, shown: str, path: str) -> Ending:
    """Return what comes of a clip that has a proxy of its user's own, as Resolve tells of it.

    It stays, there or not: whoever brings its volume back finds it linked.
    """
    is_offline = bool(shown) and not is_online(shown)
    reason = path or "a file that Resolve does not name"
    return Ending("offline" if is_offline else "other", clip, reason)


def _passed(one: Ending, path: str) -> Ending:
    reason = one.reason if one.kind == "unproven" else f"{path}: {one.reason}"
    return replace(one, kind="passed", reason=reason, unknown=())
