r"""What a person says of the machine, in one file that is named on the command line, or in flags.

    ffmpeg = "/opt/ffmpeg/bin/ffmpeg"
    threads = 8

    [[path_map]]
    from = 'P:\shoot'
    to = "/mnt/shoot"

    [watch]
    workers = 4

There is no file that is read unasked. None of it changes what a JobSpec means.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from proxx_engine import (
    Issue,
    PathMap,
    RequestError,
    explain,
    is_foreign,
    read_regular,
    root_problem,
    same_root,
)

_MAX_BYTES = 1024 * 1024
_IN_QUOTES = "; write Windows paths in single quotes"
_Words = Annotated[str, StringConstraints(min_length=1, max_length=4096)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class WatchConfig(_Table):
    """How many jobs side by side, and what happens at the end of a batch; None: not said."""

    workers: Annotated[int, Field(ge=1, le=64)] | None = None
    threads_per_job: Annotated[int, Field(ge=1, le=256)] | None = None
    poll_seconds: Annotated[float, Field(ge=0.1, le=3600)] | None = None
    on_batch_done: _Words | None = None


class _Map(_Table):
    from_: _Words = Field(alias="from")
    to: _Words


class _File(_Table):
    ffmpeg: _Words | None = None
    threads: Annotated[int, Field(ge=1, le=256)] | None = None
    path_map: Annotated[tuple[_Map, ...], Field(max_length=256)] = ()
    watch: WatchConfig = WatchConfig()


@dataclass(frozen=True)
class Config:
    """What was said; None where nothing was."""

    ffmpeg: Path | None = None
    threads: int | None = None
    path_maps: tuple[PathMap, ...] = ()
    """The first counts where two have one root."""
    watch: WatchConfig = field(default_factory=WatchConfig)

    def under(
        self, *, ffmpeg: Path | None, threads: int | None, path_maps: tuple[PathMap, ...]
    ) -> Config:
        """Return it with what flags say above it."""
        return Config(
            ffmpeg if ffmpeg is not None else self.ffmpeg,
            threads if threads is not None else self.threads,
            (*path_maps, *self.path_maps),
            self.watch,
        )


def read_toml(path: Path) -> dict[str, object]:
    """Read a file of a person's in TOML; dates become text. Raises: RequestError."""
    try:
        text = read_regular(path, limit=_MAX_BYTES).decode("utf-8")
        loaded = tomllib.loads(text)
    except OSError as error:
        raise _refused(path, "SPEC_UNREADABLE", error.strerror or str(error)) from error
    except (ValueError, RecursionError) as error:
        hint = _IN_QUOTES if "\\" in str(error) else ""
        raise _refused(path, "SPEC_NOT_TOML", f"{error}{hint}"[:300]) from error
    value: dict[str, object] = json.loads(json.dumps(loaded, default=str))
    return value


def read_config(path: Path) -> Config:
    """Read a configuration. Raises: RequestError with every problem found."""
    value = read_toml(path)
    try:
        said = _File.model_validate_json(json.dumps(value))
    except ValidationError:
        raise RequestError(explain(value, _File), subject=str(path)) from None
    issues = tuple(_check_maps(said.path_map))
    if issues:
        raise RequestError(issues, subject=str(path))
    maps = tuple(PathMap(written=each.from_, local=each.to) for each in said.path_map)
    # A service is started in any folder: what is relative is so to the file.
    ffmpeg = path.absolute().parent / said.ffmpeg if said.ffmpeg is not None else None
    return Config(ffmpeg, said.threads, maps, said.watch)


def _refused(path: Path, code: str, sentence: str) -> RequestError:
    return RequestError((Issue(code, "", sentence),), subject=str(path))


def _found(root: str, problem: str) -> str:
    # "P:\footage" in double quotes is read with a form feed.
    hint = _IN_QUOTES if any(letter < " " for letter in root) else ""
    return f"found {root!r}, which {problem}{hint}"


def _check_maps(maps: tuple[_Map, ...]) -> Iterator[Issue]:
    for position, each in enumerate(maps):
        at = f"path_map[{position}]"
        if problem := root_problem(each.from_):
            yield Issue("SPEC_BAD_PATH", f"{at}.from", _found(each.from_, problem))
        if problem := local_problem(each.to):
            yield Issue("SPEC_BAD_PATH", f"{at}.to", _found(each.to, problem))
    for (first, one), (second, other) in combinations(enumerate(maps), 2):
        if same_root(one.from_, other.from_):
            sentence = f"found {other.from_!r}, the root of path_map[{first}]"
            yield Issue("SPEC_DUPLICATE_KEY", f"path_map[{second}].from", sentence)


def local_problem(root: str) -> str | None:
    """Return why a path cannot be a root on this machine, None when it can."""
    return root_problem(root) or ("is a path of another system" if is_foreign(root) else None)


def parse_path_map(text: str) -> PathMap:
    """Read FROM=TO. Raises: ValueError with a sentence."""
    cuts = [place for place, letter in enumerate(text) if letter == "="]
    pairs = [(text[:cut], text[cut + 1 :]) for cut in cuts]
    if not pairs:
        raise ValueError(f"expected FROM=TO, found {text!r}")
    whole = [pair for pair in pairs if not root_problem(pair[0]) and not local_problem(pair[1])]
    if len(whole) > 1:
        raise ValueError(f"{text!r} can be cut in two ways; write it into a --config file")
    if whole:
        return PathMap(written=whole[0][0], local=whole[0][1])
    written, local = pairs[0]
    named, problem = written, root_problem(written)
    if problem is None:
        named, problem = local, local_problem(local)
    raise ValueError(f"expected FROM=TO, two absolute paths: {named!r} {problem}")
