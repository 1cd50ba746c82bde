"""A disk in a file whose power is cut at a call of `proxx watch`, and what is on it afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.faults.shim import Fault
from tests.faults.watch_rounds import KILLED, Round, Rounds
from tests.faults.watch_scene import heal, make_scene, watch_faulty
from tests.faults.watch_truth import breaches, breaches_now, told_result

_SIZES = {"ext4": "96M", "xfs": "320M"}


def why_no_disk(kind: str = "ext4") -> str | None:
    """Return why no disk can be made here; None where one can."""
    if os.geteuid() != 0:
        return "only root may mount a disk in a file"
    if shutil.which(f"mkfs.{kind}") is None:
        return f"mkfs.{kind} is not here"
    return None


@dataclass(frozen=True)
class Disk:
    """A file system in a file."""

    image: Path
    place: Path

    def start(self) -> None:
        """Mount it; after a power cut its journal is played back."""
        subprocess.run(["mount", "-o", "loop", str(self.image), str(self.place)], check=True)

    def stop(self) -> None:
        """Unmount it, once nobody works there any more."""
        for _attempt in range(100):
            if not subprocess.run(["umount", str(self.place)], capture_output=True).returncode:
                return
            time.sleep(0.05)
        raise TimeoutError(f"{self.place} is in use")


@contextmanager
def new_disk(base: Path, kind: str) -> Iterator[Disk]:
    """Make a disk, mounted, for as long as it is needed."""
    disk = Disk(base / "disk", base / "mounted")
    disk.place.mkdir(parents=True)
    subprocess.run(["truncate", "-s", _SIZES[kind], str(disk.image)], check=True)
    subprocess.run([f"mkfs.{kind}", "-q", str(disk.image)], check=True, capture_output=True)
    disk.start()
    try:
        yield disk
    finally:
        disk.stop()


def why_not_mounted(base: Path) -> str | None:
    """Return why a disk in a file cannot be mounted, by trying; None where it can."""
    try:
        with new_disk(base, "ext4"):
            return None
    except subprocess.CalledProcessError as error:
        return f"a disk in a file cannot be mounted here: {error}"


def cut_power(rounds: Rounds, fault: Fault, *, kind: str = "ext4") -> Round:
    """Cut the power at a call; what was acknowledged is there when it is back."""
    name = f"{kind}-{fault.mode}-{fault.at:04d}-{fault.no_sync:d}"
    base = rounds.base / name
    with new_disk(base, kind) as disk:
        scene = make_scene(base, rounds.footage, root=disk.place / "root")
        at = Fault(fault.mode, fault.at, no_sync=fault.no_sync, mount=disk.place)
        hit = watch_faulty(scene, rounds.shim, at)
        disk.stop()
        disk.start()
        found = [] if hit.code == KILLED else [f"was not cut off: {hit.story}"]
        found += [f"at once: {breach}" for breach in breaches_now(scene, rounds.proxies)]
        healed = heal(scene)
        for watched in healed:
            if "Traceback" in watched.story:
                found.append(watched.story)
        found += breaches(scene, rounds.proxies)
        if not found:
            for spec in scene.specs:
                said = f"{spec.label}  COMPLETED" in hit.out
                if said and told_result(scene, spec).status != "COMPLETED":
                    found.append(f"{spec.label} was said to be COMPLETED")
    if not found:
        shutil.rmtree(base)
    call = hit.calls[-1] if hit.calls else None
    return Round(fault, call, (hit, *healed), tuple(found))
