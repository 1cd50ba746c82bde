"""Finds the tools of a run and says exactly which they are."""

from __future__ import annotations

import importlib.util
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from proxx_engine.errors import PlaceError
from proxx_engine.results.execution_results import PathMap
from proxx_engine.system.probe import Prober
from proxx_engine.system.process import run_briefly

_ANSWER_SECONDS = 30.0
_VERSION_LINE = re.compile(r"^ffmpeg version .*$", re.MULTILINE)
_ENCODER_LINE = re.compile(r"^ [VAS][F.][S.][X.][B.][D.] (\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Tools:
    """What one front end runs jobs with. Close it, or use it in a `with`."""

    ffmpeg: Path
    ffmpeg_version: str
    """The first line of what the build says of itself."""
    encoders: frozenset[str]
    threads: int
    """For work whose bytes do not depend on it."""
    path_maps: tuple[PathMap, ...] = ()
    """How roots that a JobSpec names are called here."""
    prober: Prober = field(default_factory=Prober)
    _build: dict[str, str | None] = field(default_factory=dict, repr=False)

    def begin_build_hash(self) -> None:
        """Begin to hash the FFmpeg binary beside other work."""
        if not self._build:
            self._build["sha256"] = None
            self.prober.start_hash(self.ffmpeg)

    def build_sha256(self) -> str | None:
        """Return the sha256 of the FFmpeg binary."""
        self.begin_build_hash()
        if self._build["sha256"] is None:
            self._build["sha256"] = self.prober.hash_started()
        return self._build["sha256"]

    def draws_text(self) -> bool:
        """Ask whether this FFmpeg draws text, at a height that does not depend on the letters."""
        return "y_align" in self._help("filter=drawtext")

    def has_option(self, name: str) -> bool:
        """Ask whether this FFmpeg's own command line has an option; what codecs have is another."""
        return f"\n-{name}" in self._help("long")

    def _help(self, topic: str) -> str:
        asked = [str(self.ffmpeg), "-hide_banner", "-h", topic]
        try:
            return run_briefly(asked, timeout_seconds=_ANSWER_SECONDS)[1]
        except OSError:
            return ""

    def close(self) -> None:
        """End what was started."""
        self.prober.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def find_tools(
    *,
    ffmpeg: Path | None = None,
    threads: int | None = None,
    path_maps: tuple[PathMap, ...] = (),
) -> Tools:
    """Find FFmpeg (the given one, else the embedded one) and ask what it is.

    Raises: PlaceError (TOOL_FFMPEG_MISSING, TOOL_FFMPEG_BROKEN).
    """
    path = ffmpeg.absolute() if ffmpeg is not None else embedded_ffmpeg()
    if path is None:
        raise PlaceError("TOOL_FFMPEG_MISSING", "the package imageio-ffmpeg holds no binary")
    if not path.is_file():
        raise PlaceError("TOOL_FFMPEG_MISSING", f"{path} is not a file")
    try:
        # One start tells both: the banner above the list names the build.
        code, said = run_briefly([str(path), "-encoders"], timeout_seconds=_ANSWER_SECONDS)
    except OSError as error:
        raise PlaceError("TOOL_FFMPEG_BROKEN", f"{path}: {error}") from error
    version = _VERSION_LINE.search(said)
    if code != 0 or version is None:
        raise PlaceError("TOOL_FFMPEG_BROKEN", f"{path} ended with {code}: {said[:200]!r}")
    return Tools(
        ffmpeg=path,
        ffmpeg_version=version[0],
        encoders=frozenset(_ENCODER_LINE.findall(said)),
        threads=threads if threads is not None else cpu_count(),
        path_maps=path_maps,
    )


def embedded_ffmpeg() -> Path | None:
    """Return the FFmpeg that came with the package; its own look-up would read the environment."""
    spec = importlib.util.find_spec("imageio_ffmpeg")
    if spec is None or spec.origin is None:
        return None
    found = sorted(Path(spec.origin).parent.glob("binaries/ffmpeg-*"))
    return found[0] if found else None


def cpu_count() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
