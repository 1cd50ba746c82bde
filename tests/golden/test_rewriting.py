"""What writes kept files anew does so only when it is told nothing else."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "path", sorted(TESTS.rglob("rewrite.py")), ids=lambda path: path.parent.name
)
@pytest.mark.parametrize("word", ["--help", "anything"])
def test_asked_for_help_or_told_what_it_does_not_know_nothing_is_written_anew(
    path: Path, word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_write(self: Path, *_data: object, **_options: object) -> int:
        raise AssertionError(f"{self} was written")

    monkeypatch.setattr(sys, "argv", [str(path), word])
    monkeypatch.setattr(Path, "write_text", no_write)
    monkeypatch.setattr(Path, "write_bytes", no_write)
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(path), run_name="__main__")
    assert ended.value.code == (0 if word == "--help" else 2)
    assert "diff" in capsys.readouterr().out or word != "--help"
