"""Lines that are appended to a log: one that was cut off spoils no other."""

from __future__ import annotations

from pathlib import Path

import pytest

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
