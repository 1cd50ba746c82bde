"""What settling costs, which every process of a watch folder does once a minute.

It looks at all claims, so with as many processes as claims it is the square of their number.
"""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

from sidecar.folders.actions import ActionLog
from sidecar.folders.claims import CLAIM, Claim
from sidecar.folders.heartbeats import heartbeat_path
from sidecar.folders.layout import WatchFolder, open_watch_folder
from sidecar.folders.places import Places
from sidecar.folders.settling import Settler
from sidecar.watch.line import WaitingLine
from sidecar.watch.options import Teller
from sidecar.watch.settling_rounds import SettlingRounds
from tests.benchmarks.scaling_calls import COUNTED
from tests.benchmarks.scaling_scene import scene
from tests.benchmarks.scaling_tables import print_slope, print_table
from tests.faults.scenes import ROOT
from tests.faults.shim import Fault, Shim, read_calls
from tests.folders.played_runs import strange
from tests.folders.scenes import here

_CLAIMS = (0, 16, 64, 256, 1000)
_ROUNDS = 5


def measure_settling(shim: Shim) -> None:
    """Print what one round costs over claims of other machines."""
    rows = []
    for count in _CLAIMS:
        with scene() as place:
            claim_elsewhere(place.folder, count)
            log, claims = place.place / "calls", str(place.folder.claims)
            fault = Fault(looks=True, ops=COUNTED)
            counting = shim.environment(fault, root=place.folder.root, log=log)
            ms = min(_rounds(place.folder, _ROUNDS, {}) for _number in range(2))
            counted = []
            for rounds in (1, _ROUNDS + 1):
                log.unlink(missing_ok=True)
                _rounds(place.folder, rounds, counting)
                counted.append(sum(call.path.startswith(claims) for call in read_calls(log)))
            rows.append([count, ms, (counted[1] - counted[0]) / _ROUNDS])
    heads = ["claims of others", "processor ms a round", "calls a round on `claims/`"]
    print_table("A round of settling, once a minute in each process", heads, rows)
    print_slope("a round", "processor ms", "claim", [(row[0], row[1]) for row in rows])
    print_slope("a round", "calls", "claim", [(row[0], row[2]) for row in rows])


def claim_elsewhere(folder: WatchFolder, count: int) -> None:
    """Let so many workers of other machines have a job each."""
    for number in range(count):
        key, worker = str(uuid.uuid4()), f"box{number}-1-abcd-1"
        place = f"running/{worker}/A.{key}"
        claim = Claim(key, worker, strange(), uuid.uuid4().hex, "2026-02-13T20:15:00Z", "", place)
        text = json.dumps(dataclasses.asdict(claim), indent=2)
        (folder.claims / f"{key}{CLAIM}").write_text(text)
        (folder.running / worker).mkdir()
        heartbeat_path(folder, worker).write_text("{}")


def _rounds(folder: WatchFolder, count: int, environment: dict[str, str]) -> float:
    """Return the processor ms of a round, after the first, in a process of its own."""
    module = "tests.benchmarks.scaling_claims"
    command = [sys.executable, "-m", module, str(folder.root), str(count)]
    told = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        check=True,
    )
    return float(told.stdout)


def main(root: Path, count: int) -> None:
    """Settle so many rounds after a first one, and say what one took."""
    folder = open_watch_folder(root)
    worker, process = here()
    log = ActionLog(folder, process)
    places = Places(2.0, time.monotonic)
    line = WaitingLine(folder, log, Teller(), places, 60.0, time.monotonic, 2.0)
    settler = Settler(folder, worker, log)
    rounds = SettlingRounds(folder, settler, line, log, Teller(), tell_end=lambda _settled: None)
    rounds._round()
    began = time.process_time()
    for _number in range(count):
        rounds._round()
    print(1000 * (time.process_time() - began) / count)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
