"""The library that counts the calls which change files, and makes the k-th one fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """What happens at which call; see `faultshim.c`."""

    mode: str = "COUNT"
    at: int = 0
    sticky: bool = False
    """Also at every call from that one on."""
    ops: str = ""
    """Which calls count, as a comma list; empty: all that change something."""
    looks: bool = False
    """Calls that only look count too."""
    no_sync: bool = False
    mount: Path | None = None
    """What POWERCUT shuts down."""

    def at_call(self, at: int) -> Fault:
        """Return the same fault at another call."""
        return replace(self, at=at)


@dataclass(frozen=True)
class Call:
    """One call that counted."""

    op: str
    path: str


@dataclass(frozen=True)
class Shim:
    """The library, built."""

    library: Path

    def environment(
        self, fault: Fault, *, root: Path, log: Path, spared: Iterable[Path] = ()
    ) -> dict[str, str]:
        """Return what a process needs in its environment to meet the fault below `root`."""
        told = {
            "LD_PRELOAD": str(self.library),
            "FAULT_ROOT": str(root),
            "FAULT_EXCEPT": ":".join(map(str, spared)),
            "FAULT_MODE": fault.mode,
            "FAULT_AT": str(fault.at),
            "FAULT_OPS": fault.ops,
            "FAULT_LOG": str(log),
        }
        told |= {"FAULT_STICKY": "1"} if fault.sticky else {}
        told |= {"FAULT_LOOKS": "1"} if fault.looks else {}
        told |= {"FAULT_NOSYNC": "1"} if fault.no_sync else {}
        return told | ({"FAULT_MNT": str(fault.mount)} if fault.mount else {})


def why_no_shim() -> str | None:
    """Return why the library cannot be built here; None where it can."""
    if sys.platform != "linux":
        return "LD_PRELOAD is Linux's"
    return None if _compiler() else "there is no C compiler here"


def build_shim(folder: Path) -> Shim:
    """Build the library into a folder."""
    return Shim(build_library(folder, "faultshim"))


def build_library(folder: Path, name: str) -> Path:
    """Build one of the C files here into a library that a process may be started with."""
    library = folder / f"{name}.so"
    source = Path(__file__).with_name(f"{name}.c")
    command = [str(_compiler()), "-O2", "-shared", "-fPIC", "-w", "-o", str(library), str(source)]
    subprocess.run([*command, "-ldl"], check=True)
    return library


def _compiler() -> str | None:
    return shutil.which("gcc") or shutil.which("cc")


def read_calls(log: Path) -> list[Call]:
    """Return the calls that were counted, in their order."""
    if not log.exists():
        return []
    words = [line.split(" ", 3) for line in log.read_text("utf-8", "replace").splitlines()]
    return [Call(word[2], word[3]) for word in sorted(words, key=lambda word: int(word[0]))]
