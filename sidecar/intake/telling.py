"""What intake has to say, each thing once; who listens decides how it is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import CreatedJob


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of one act of creation."""

    units: tuple[str, ...]
    clips: int
    jobs: tuple[tuple[CreatedJob, Path], ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """How things stand after a look."""

    moving: tuple[tuple[str, int], ...] = ()
    """Units that are being copied, each with its bytes so far."""
    waiting: tuple[str, ...] = ()
    """Units that stand still and are not whole."""
    checking: tuple[tuple[str, int, int], ...] = ()
    """Units whose checksums are compared: bytes done, bytes in all."""


class Teller:
    """Says nothing; who wants to hear something replaces the method."""

    def started(self, folder: Path, units: int, at_rest: int) -> None:
        """The first look was taken; `at_rest` of the units were seen to before."""

    def arrived(self, units: Sequence[str]) -> None:
        """Units were seen for the first time."""

    def waits(self, unit: str, reason: str, seconds: float) -> None:
        """A unit has stood still for so long, and is not whole."""

    def checking(self, unit: str, files: int, size_bytes: int) -> None:
        """The checksums of a unit are about to be compared."""

    def checked(self, unit: str, files: int) -> None:
        """A unit was held against its lists."""

    def refused(self, unit: str, problems: Sequence[str]) -> None:
        """Nothing is taken of a unit until it changes."""

    def changed(self, clips: Sequence[tuple[str, str | None]]) -> None:
        """Files are no longer those that jobs were made of; each a path, and the job's id."""

    def taken(self, taken: Taken) -> None:
        """Jobs were written."""

    def needless(self, units: Sequence[str], clips: Sequence[Path]) -> None:
        """Clips have a proven proxy, or a job that waits makes it."""

    def left_out(self, units: Sequence[str], entries: Sequence[tuple[str, str]]) -> None:
        """No job was made of these; each a path from the hot folder, and the reason."""

    def gone(self, unit: str) -> None:
        """A unit went away before it was taken."""

    def settled(self, there: int, missing: int) -> None:
        """An act that was interrupted is known now: jobs that were written, and that were not."""

    def trouble(self, sentence: str) -> None:
        """A place does not work now; nothing is taken until it does."""

    def trouble_over(self) -> None:
        """It works again."""

    def inspecting(self, path: Path, number: int, total: int) -> None:
        """A clip was inspected."""

    def moment(self, moment: Moment) -> None:
        """A look was taken."""
