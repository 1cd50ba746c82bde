"""Asks the probe child about media files, with a time limit; a child that fails is replaced."""

from __future__ import annotations

import json
from functools import cache
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from proxx_engine.errors import ProbeError
from proxx_engine.system.process import Child

PROBE_SECONDS = 60.0
_HASH_SECONDS = 600.0
_CHILD = Path(__file__).with_name("probe_child.py")

Facts = dict[str, Any]
"""What the libraries say of one file; `probe_child.py` shows its keys."""


class Prober:
    """A short-lived child that looks at media. Close it, or use it in a `with`."""

    def __init__(self, *, timeout_seconds: float = PROBE_SECONDS) -> None:
        self._timeout_seconds = timeout_seconds
        self._child: Child | None = None
        self._hashing: Path | None = None
        self._hashed: str | None = None

    @property
    def version(self) -> str | None:
        """What the child looks with; the same before its first answer and after.

        A result must not tell whether another job of this process was looked at before.
        """
        return _library()

    def probe(self, path: Path, *, still: bool = False, sound: bool = False) -> Facts:
        """Return the facts of one file; `still`: of one that is a picture, `sound`: of a WAV.

        Raises: ProbeError.
        """
        self._finish_hash_into_cache()
        question = "probe_still" if still else "probe_sound" if sound else "probe"
        answer = self._ask({question: str(path)}, path, self._timeout_seconds)
        if "error" in answer:
            raise ProbeError("SOURCE_UNREADABLE", f"{path}: {answer['error']}")
        facts: Facts = answer["facts"]
        return facts

    def another(self) -> Prober:
        """Return a prober like this one, with a child of its own."""
        return Prober(timeout_seconds=self._timeout_seconds)

    def start_hash(self, path: Path) -> None:
        """Begin to hash a file in the child while other work goes on; see `hash_started`."""
        self._hashed = None
        try:
            self._send({"hash": str(path)}, path)
        except ProbeError:
            return
        self._hashing = path

    def hash_started(self) -> str | None:
        """Return the sha256 begun by `start_hash`, waiting for it; None when it failed."""
        self._finish_hash_into_cache()
        return self._hashed

    def _finish_hash_into_cache(self) -> None:
        if self._hashing is None:
            return
        path, self._hashing = self._hashing, None
        try:
            self._hashed = self._receive(path, _HASH_SECONDS).get("sha256")
        except ProbeError:
            self._hashed = None

    def _ask(self, request: dict[str, str], path: Path, seconds: float) -> dict[str, Any]:
        self._send(request, path)
        return self._receive(path, seconds)

    def _send(self, request: dict[str, str], path: Path) -> None:
        if self._child is None or not self._child.alive:
            self.close()
            self._child = Child(_CHILD)
        try:
            self._child.send(json.dumps(request).encode())
        except OSError:
            self.close()
            raise ProbeError("SOURCE_UNREADABLE", f"{path}: the media library crashed") from None

    def _receive(self, path: Path, seconds: float) -> dict[str, Any]:
        assert self._child is not None
        try:
            answer: dict[str, Any] = json.loads(self._child.receive(timeout_seconds=seconds))
        except TimeoutError:
            self.close()
            sentence = f"{path}: gave no answer within {seconds:.0f} s"
            raise ProbeError("SOURCE_UNREADABLE", sentence) from None
        except (EOFError, OSError):
            self.close()
            raise ProbeError("SOURCE_UNREADABLE", f"{path}: the media library crashed") from None
        return answer

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


@cache
def _library() -> str | None:
    try:
        return f"PyAV {metadata.version('av')}"
    except metadata.PackageNotFoundError:
        return None
