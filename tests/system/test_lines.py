"""Lines that are appended to a log: one that was cut off spoils no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxx_engine.system import durability
from proxx_engine.system.durability import append_line


@pytest.mark.parametrize(
    ("there", "after"),
    [
        pytest.param(None, b"new\n", id="no log"),
        pytest.param(b"", b"new\n", id="an empty one"),
        pytest.param(b"old\n", b"old\nnew\n", id="whole lines"),
        pytest.param(b"old\nha", b"old\nha\nnew\n", id="half a line"),
    ],
)
def test_a_line_that_was_cut_off_is_ended_first(
    tmp_path: Path, there: bytes | None, after: bytes
) -> None:
    log = tmp_path / "log"
    if there is not None:
        log.write_bytes(there)
    append_line(log, b"new")
    assert log.read_bytes() == after


@pytest.mark.parametrize("durable", [True, False])
def test_the_name_of_a_new_log_is_durable_from_its_first_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, durable: bool
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(durability, "sync_folder", synced.append)
    for _ in range(2):
        append_line(tmp_path / "log", b"line", durable=durable)
    assert synced == [tmp_path]
