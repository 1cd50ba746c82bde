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


@dataclass(frozen=True, slots=True)
class _Names:
    """A path as its names."""

    form: Literal["posix", "drive", "share"]
    names: tuple[str, ...]
    """Drive, or server and share, first."""

    @property
    def key(self) -> tuple[str, ...]:
        """Equal for names that mean the same."""
        names = self.names
        if self.form != "posix":
            names = tuple(unicodedata.normalize("NFC", name).casefold() for name in names)
        return tuple(unicodedata.normalize("NFC", name) for name in names)

    def below(self, root: _Names) -> tuple[str, ...] | None:
        """Return the names from `root` on; None when it lies elsewhere."""
        length = len(root.names)
        if self.form != root.form or self.key[:length] != root.key:
            return None
        return self.names[length:]


def _split(path: str) -> _Names:
    if _DRIVE.match(path):
        return _Names("drive", tuple(name for name in _SLASHES.split(path) if name))
    if path[:2] in ("\\\\", "//"):
        return _Names("share", tuple(name for name in _SLASHES.split(path) if name))
    return _Names("posix", tuple(name for name in path.split("/") if name))


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
    first, second = _split(one), _split(other)
    return (first.form, first.key) == (second.form, second.key)


def find_map(path: str, maps: Iterable[PathMap]) -> PathMap | None:
    """Return the map that holds for a path as written, None where none does."""
    names = _split(path)
    fitting = [each for each in maps if _holds(each, names)]
    return max(fitting, key=lambda each: len(_split(each.written).names), default=None)


def _holds(path_map: PathMap, path: _Names) -> bool:
    rest = path.below(_split(path_map.written))
    if rest is None:
        return False
    # A POSIX name may hold what Windows would take for a way to another folder.
    return not is_windows_path(path_map.local) or not any(map(_NOT_IN_WINDOWS.search, rest))


def local_path(path: str, maps: Iterable[PathMap]) -> str:
    """Return the path of this machine for one as written; the same where no map holds for it."""
    found = find_map(path, maps)
    if found is None:
        return path
    rest = _split(path).below(_split(found.written)) or ()
    root = _split(found.local)
    names = (*root.names, *rest)
    # By hand: pathlib takes a name such as "C:" for a drive to go to.
    if root.form == "posix":
        return "/" + "/".join(names)
    if root.form == "drive":
        return names[0] + "\\" + "\\".join(names[1:])
    return "\\\\" + "\\".join(names)


def map_spec(spec: JobSpec, maps: tuple[PathMap, ...]) -> JobSpec:
    """Return the job with this machine's paths; itself where no map holds for any of them."""
    if not used_maps(spec, maps):
        return spec
    directory = local_path(spec.output.directory, maps)
    return spec.model_copy(
        update={
            "clips": tuple(_map_clip(clip, maps) for clip in spec.clips),
            "output": spec.output.model_copy(update={"directory": directory}),
            "profile": _map_profile(spec.profile, maps),
        }
    )


def _map_clip(clip: ClipSpec, maps: tuple[PathMap, ...]) -> ClipSpec:
    source = clip.source
    files = tuple(local_path(file, maps) for file in source.files)
    mapped = source.model_copy(update={"path": local_path(source.path, maps), "files": files})
    return clip.model_copy(update={"source": mapped})


def _map_profile(profile: ProfileSpec, maps: tuple[PathMap, ...]) -> ProfileSpec:
    look = profile.look
    if look is None or look.lut is None:
        return profile
    lut = look.lut.model_copy(update={"path": local_path(look.lut.path, maps)})
    return profile.model_copy(update={"look": look.model_copy(update={"lut": lut})})


def used_maps(spec: JobSpec, maps: tuple[PathMap, ...]) -> tuple[PathMap, ...]:
    """Return those maps that hold for a path of the job, in their order."""
    if not maps:
        return ()
    look = spec.profile.look
    lut = [look.lut.path] if look and look.lut else []
    files = {file for clip in spec.clips for file in clip.source.files}
    used = {find_map(path, maps) for path in (spec.output.directory, *lut, *files)}
    return tuple(each for each in maps if each in used)
