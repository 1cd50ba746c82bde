"""Paths as a JobSpec writes them → paths of this machine, where a root has another name here. Pure.

A map holds for its root and all below it, by whole names; of several that fit the longest counts.
What is written as Windows writes it is compared without regard to case, with either slash.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from proxx_engine.results.execution_results import PathMap
from proxx_engine.spec.job_spec import ClipSpec, JobSpec
from proxx_engine.spec.model import is_absolute
from proxx_engine.spec.profile import ProfileSpec

_DRIVE = re.compile(r"[A-Za-z]:")
_SLASHES = re.compile(r"[\\/]+")
_NOT_IN_WINDOWS = re.compile(r"[\\:]")


Form = Literal["posix", "drive", "share"]
Rename = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class PathNames:
    """A path as its names; drive, or server and share, first."""

    form: Form
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
class Root:
    """One map, ready to be compared with many paths."""

    path_map: PathMap
    form: Form
    keys: tuple[str, ...]
    local: PathNames

    def is_above(self, path: PathNames) -> bool:
        """Whether a path is this root or lies below it."""
        return path.form == self.form and path.keys(len(self.keys)) == self.keys

    def holds(self, path: PathNames) -> bool:
        """Whether a path is this root or lies below it, and can have its other name."""
        if not self.is_above(path):
            return False
        # A POSIX name may hold what Windows would take for a way to another folder.
        to_windows = self.local.form != "posix"
        return not to_windows or not any(map(_NOT_IN_WINDOWS.search, path.names[len(self.keys) :]))


def split_path(path: str) -> PathNames:
    """Return a path as its names."""
    if _DRIVE.match(path):
        return PathNames("drive", tuple(name for name in _SLASHES.split(path) if name))
    if path[:2] in ("\\\\", "//"):
        return PathNames("share", tuple(name for name in _SLASHES.split(path) if name))
    return PathNames("posix", tuple(name for name in path.split("/") if name))


def roots_of(maps: Iterable[PathMap]) -> list[Root]:
    """Return the maps, the longest root first; of equal ones the first first."""
    roots = []
    for each in maps:
        split = split_path(each.written)
        keys = split.keys(len(split.names))
        roots.append(Root(each, split.form, keys, split_path(each.local)))
    return sorted(roots, key=lambda root: -len(root.keys))


def is_windows_path(path: str) -> bool:
    """Whether an absolute path is written as Windows writes it."""
    return split_path(path).form != "posix"


def root_problem(root: str) -> str | None:
    """Return why a path cannot be one side of a map, None when it can."""
    split = split_path(root)
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
    first, second = roots_of(PathMap(written=root, local="/") for root in (one, other))
    return (first.form, first.keys) == (second.form, second.keys)


def local_path(path: str, maps: Iterable[PathMap]) -> str:
    """Return the path of this machine for one as written; the same where no map holds for it."""
    return localize(path, roots_of(maps))


def find_root(path: PathNames, roots: list[Root]) -> Root | None:
    """Return the first root that holds a path."""
    return next((root for root in roots if root.holds(path)), None)


def localize(path: str, roots: list[Root]) -> str:
    """Return the other name of a path by the first root that holds it; the same where none does."""
    split = split_path(path)
    found = find_root(split, roots)
    if found is None:
        return path
    return join_names(found.local.form, (*found.local.names, *split.names[len(found.keys) :]))


def join_names(form: Form, names: tuple[str, ...]) -> str:
    """Return the path of these names."""
    # By hand: pathlib takes a name such as "C:" for a drive to go to.
    if form == "posix":
        return "/" + "/".join(names)
    if form == "drive":
        return names[0] + "\\" + "\\".join(names[1:])
    return "\\\\" + "\\".join(names)


def map_spec(spec: JobSpec, maps: tuple[PathMap, ...]) -> JobSpec:
    """Return the job with this machine's paths; itself where no map holds for any of them."""
    if not used_maps(spec, maps):
        return spec
    roots = roots_of(maps)
    return rename_spec(spec, lambda path: localize(path, roots))


def rename_spec(spec: JobSpec, rename: Rename) -> JobSpec:
    """Return a job with every path that it holds renamed."""
    directory = rename(spec.output.directory)
    return spec.model_copy(
        update={
            "clips": tuple(_rename_clip(clip, rename) for clip in spec.clips),
            "output": spec.output.model_copy(update={"directory": directory}),
            "profile": rename_look(spec.profile, rename),
        }
    )


def _rename_clip(clip: ClipSpec, rename: Rename) -> ClipSpec:
    source = clip.source
    files = tuple(map(rename, source.files))
    renamed = source.model_copy(update={"path": rename(source.path), "files": files})
    return clip.model_copy(update={"source": renamed})


def rename_look(profile: ProfileSpec, rename: Rename) -> ProfileSpec:
    """Return a profile with the paths of its look renamed."""
    look = profile.look
    if look is None or look.lut is None:
        return profile
    lut = look.lut.model_copy(update={"path": rename(look.lut.path)})
    return profile.model_copy(update={"look": look.model_copy(update={"lut": lut})})


def used_maps(spec: JobSpec, maps: tuple[PathMap, ...]) -> tuple[PathMap, ...]:
    """Return those maps that hold for a path of the job, in their order."""
    if not maps:
        return ()
    roots = roots_of(maps)
    look = spec.profile.look
    lut = [look.lut.path] if look and look.lut else []
    files = (file for clip in spec.clips for file in clip.source.files)
    used: list[PathMap] = []
    for path in (spec.output.directory, *lut, *files):
        root = find_root(split_path(path), roots)
        if root is not None and root.path_map not in used:
            used.append(root.path_map)
    return tuple(each for each in maps if each in used)
