"""A place that takes nothing is told as the place: it costs its own job, and is no clip's fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxx_engine import Tools
from sidecar.cli.main import main
from tests.qc.measured import Qc, qc_files
from tests.support import Ran


def test_one_place_that_cannot_be_written_costs_only_its_own_job(
    qc: Qc,
    source: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("one", "two"):
        assert main(["create", str(source), "--out", str(tmp_path / name)]) == 0
        assert main(["run", str(tmp_path / name)]) == 0

    def write(path: Path, data: bytes) -> None:
        if path.parent.name == "one":
            raise PermissionError(13, "Permission denied", str(path))
        path.write_bytes(data)

    monkeypatch.setattr("sidecar.qc.storing.write_whole", write)
    said = qc(tmp_path / "one", tmp_path / "two")
    assert said.code == 3
    endings = sorted(job["ending"] for job in said.data["jobs"])
    assert endings == ["made", "not written"]
    assert [path.parent.name for path in qc_files(tmp_path)] == ["two"]
    capsys.readouterr()
    assert main(["qc", str(tmp_path / "one")]) == 3
    assert capsys.readouterr().out.splitlines()[-1] == "1 proxy measured, 1 job NOT WRITTEN"


def test_no_room_for_what_is_written_meanwhile_is_the_place_not_the_clip(
    qc: Qc, ran: Ran, tools: Tools, tmp_path: Path
) -> None:
    full = tmp_path / "ffmpeg"
    full.write_text(
        f'#!/bin/sh\ncase "$*" in *psnr=stats*) echo "[x] [error] a: No space left on device" >&2; '
        f"exit 228;; *) exec '{tools.ffmpeg}' \"$@\";; esac\n"
    )
    full.chmod(0o755)
    said = qc(tmp_path / "out", "--ffmpeg", full)
    assert (said.code, said.data["error"]) == (3, "STORAGE_FULL")
    assert qc_files(tmp_path) == []


def test_without_any_place_for_it_the_place_is_named(
    qc: Qc, ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(**_options: object) -> None:
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr("tempfile.TemporaryDirectory", nowhere)
    said = qc(tmp_path / "out")
    assert (said.code, said.data["error"]) == (3, "STORAGE_NOT_WRITABLE")
    assert "No usable temporary directory" in said.err
