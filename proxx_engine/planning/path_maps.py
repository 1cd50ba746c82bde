"""Paths as a JobSpec writes them → paths of this machine, where a root has another name here. Pure.

A map holds for its root and all below it, by whole names; of several that fit the longest counts.
What is written as Windows writes it is compared without regard to case, with either slash.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from proxx_engine.results.execution_results import PathMap
from proxx_engine.spec.job_spec import ClipSpec, JobSpec
from proxx_engine.spec.model import is_absolute
from proxx_engine.spec.profile import ProfileSpec

_DRIVE = re.compile(r"[A-Za-z]:")
_SLASHES = re.compile(r"[\\/]+")
_NOT_IN_WINDOWS = re.compile(r"[\\:]")


_Form = Literal["posix", "drive", "share"]


@dataclass(frozen=True, slots=True)
class _Names:
    """A path as its names; drive, or server and share, first."""

    form: _Form
    names: tuple[str, ...]

    def keys(self, length: int) -> tuple[str, ...]:
        """Return its first names in a form that is equal where they mean the same."""
        names = self.names[:length]
        if self.form != "posix":
            return tuple(_composed(_composed(name).casefold()) for name in names)
        return tuple(map(_composed, names))


def _composed(name: str) -> str:
    return name if name.isascii() else unicodedata.normalize("NFC", name)


@dataclass(frozen=True, slots=True)
class _Root:
    """One map, ready to be compared with many paths."""

    path_map: PathMap
    form: _Form
    keys: tuple[str, ...]
    local: _Names

    def holds(self, path: _Names) -> bool:
        """Whether a path is this root or lies below it."""
        length = len(self.keys)
        if path.form != self.form or path.keys(length) != self.keys:
            return False
        # A POSIX name may hold what Windows would take for a way to another folder.
        to_windows = self.local.form != "posix"
        return not to_windows or not any(map(_NOT_IN_WINDOWS.search, path.names[length:]))


def _split(path: str) -> _Names:
    if _DRIVE.match(path):
        return _Names("drive", tuple(name for name in _SLASHES.split(path) if name))
    if path[:2] in ("\\\\", "//"):
        return _Names("share", tuple(name for name in _SLASHES.split(path) if name))
    return _Names("posix", tuple(name for name in path.split("/") if name))


def _roots(maps: Iterable[PathMap]) -> list[_Root]:
    """Return the maps, the longest root first; of equal ones the first first."""
    roots = []
    for each in maps:
        split = _split(each.written)
        keys = split.keys(len(split.names))
        roots.append(_Root(each, split.form, keys, _split(each.local)))
    return sorted(roots, key=lambda root: -len(root.keys))


def is_windows_path(path: str) -> bool:
    """Whether an absolute path is written as Windows writes it."""
    return _split(path).form != "posix"


def root_problem(root: str) -> str | None:
    """Return why a path cannot be one side of a map, None when it can."""
    split = _split(root)
    whole = f"{root}\\" if re.fullmatch(_DRIVE, root) else root
    if split.form == "share" and len(split.names) < 2:
        return "names no share"
    if split.form != "share" and not is_absolute(whole):
        return "is no absolute path"
    if {".", ".."}.intersection(split.names):
        return 'holds "." or ".."'
    if any(letter < " " for letter in root):
        return "holds a control character"
    return None


def same_root(one: str, other: str) -> bool:
    """Whether two roots are one: without regard to case and slashes where Windows has none."""
    first, second = _roots(PathMap(written=root, local="/") for root in (one, other))
    return (first.form, first.keys) == (second.form, second.keys)


def local_path(path: str, maps: Iterable[PathMap]) -> str:
    """Return the path of this machine for one as written; the same where no map holds for it."""
    return _localize(path, _roots(maps))


def _find(path: _Names, roots: list[_Root]) -> _Root | None:
    return next((root for root in roots if root.holds(path)), None)


def _localize(path: str, roots: list[_Root]) -> str:
    split = _split(path)
    found = _find(split, roots)
    if found is None:
        return path
    names = (*found.local.names, *split.names[len(found.keys) :])
    # By hand: pathlib takes a name such as "C:" for a drive to go to.
    if found.local.form == "posix":
        return "/" + "/".join(names)
    if found.local.form == "drive":
        return names[0] + "\\" + "\\".join(names[1:])
    return "\\\\" + "\\".join(names)


def map_spec(spec: JobSpec, maps: tuple[PathMap, ...]) -> JobSpec:
    """Return the job with this machine's paths; itself where no map holds for any of them."""
    if not used_maps(spec, maps):
        return spec
    roots = _roots(maps)
    directory = _localize(spec.output.directory, roots)
    return spec.model_copy(
        update={
            "clips": tuple(_map_clip(clip, roots) for clip in spec.clips),
            "output": spec.output.model_copy(update={"directory": directory}),
            "profile": _map_profile(spec.profile, roots),
        }
    )


def _map_clip(clip: ClipSpec, roots: list[_Root]) -> ClipSpec:
    source = clip.source
    files = tuple(_localize(file, roots) for file in source.files)
    mapped = source.model_copy(update={"path": _localize(source.path, roots), "files": files})
    return clip.model_copy(update={"source": mapped})


def _map_profile(profile: ProfileSpec, roots: list[_Root]) -> ProfileSpec:
    look = profile.look
    if look is None or look.lut is None:
        return profile
    lut = look.lut.model_copy(update={"path": _localize(look.lut.path, roots)})
    return profile.model_copy(update={"look": look.model_copy(update={"lut": lut})})


def used_maps(spec: JobSpec, maps: tuple[PathMap, ...]) -> tuple[PathMap, ...]:
    """Return those maps that hold for a path of the job, in their order."""
    if not maps:
        return ()
    roots = _roots(maps)
    look = spec.profile.look
    lut = [look.lut.path] if look and look.lut else []
    files = (file for clip in spec.clips for file in clip.source.files)
    used: list[PathMap] = []
    for path in (spec.output.directory, *lut, *files):
        root = _find(_split(path), roots)
        if root is not None and root.path_map not in used:
            used.append(root.path_map)
    return tuple(each for each in maps if each in used)
