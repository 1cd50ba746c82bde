"""Measures proxies through the command, and puts other proxies in their place."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import JobExecutionResult, Tools, encode_json
from sidecar.cli.main import main
from tests.support import Ran

HQ = ("-c:v", "prores_aw", "-profile:v", "3", "-pix_fmt", "yuv422p10le")
"""Nearly without loss."""


@dataclass(frozen=True)
class Said:
    """What one call of `proxx qc` came to."""

    code: int
    data: Any
    err: str

    @property
    def clip(self) -> dict[str, Any]:
        """The first clip of the first job."""
        [job] = self.data["jobs"]
        found: dict[str, Any] = job["qc"]["clips"][0]
        return found

    def values(self, name: str) -> list[float]:
        """One measure of each picture."""
        [found] = [each for each in self.clip["measures"] if each["name"] == name]
        values: list[float] = found["values"]
        return values


Qc = Callable[..., Said]


def make_qc(capsys: pytest.CaptureFixture[str]) -> Qc:
    """Return `proxx qc`, called in this process; every picture unless told otherwise."""

    def qc(*words: object, every: bool = True) -> Said:
        capsys.readouterr()
        options = ("--frame-stride", 1, "--max-frames", "all") if every else ()
        try:
            code = main(["qc", *map(str, words), *map(str, options), "--threads", "2", "--json"])
        except SystemExit as left:
            code = int(left.code or 0)
        said = capsys.readouterr()
        return Said(code, json.loads(said.out) if said.out else None, said.err)

    return qc


def results_of(ran: Ran) -> list[Path]:
    """Every copy of a job's result."""
    return sorted(ran.job_file.parent.rglob("*.result.json"))


def beside(ran: Ran) -> Path:
    """The result beside the proxy."""
    [found] = [path for path in results_of(ran) if ran.spec.job_id not in path.name]
    return found


def qc_files(folder: Path) -> list[Path]:
    """What `proxx qc` wrote."""
    return sorted(folder.rglob("*.qc.json"))


def rewrite(ran: Ran, change: Callable[[JobExecutionResult], JobExecutionResult]) -> None:
    """Alter every copy of a result."""
    for path in results_of(ran):
        result = JobExecutionResult.model_validate_json(path.read_bytes())
        path.write_bytes(encode_json(change(result)))


def with_clip(result: JobExecutionResult, **changes: object) -> JobExecutionResult:
    """Return a result whose first clip is altered."""
    first, *others = result.clips
    return result.model_copy(update={"clips": (first.model_copy(update=changes), *others)})


def forge(ran: Ran, tools: Tools, filters: str, *codec: str, source: Path | None = None) -> None:
    """Put a proxy with other pictures in a proxy's place, and let its result say that all is well.

    They are made of the proxy's own pictures, or of those of `source`.

    So a fault looks that the engine's own proof would have to find; here it is measured.
    """
    other = ran.proxy.with_name("other.mov")
    graph = ("-filter_complex", f"[0:v]{filters}[v]", "-map", "[v]", "-fps_mode", "passthrough")
    subprocess.run(
        [
            *(str(tools.ffmpeg), "-v", "error", "-nostdin", "-y", "-i", str(source or ran.proxy)),
            *(*graph, *(codec or HQ), f"file:{other}"),
        ],
        check=True,
    )
    other.replace(ran.proxy)
    data = ran.proxy.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    rewrite(ran, lambda r: with_clip(r, output_size_bytes=len(data), output_sha256=digest))
