"""Jobs are given to a watch folder whole or not at all, and errors name what a person knows."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tests.folders.scenes import make_folder, make_spec, submit


@pytest.mark.parametrize("calls", [("open", "unlink"), ("write",)])
def test_a_place_that_takes_no_file_is_told_by_the_name_of_the_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: tuple[str, ...]
) -> None:
    folder = make_folder(tmp_path / "box")
    specs = [make_spec(tmp_path, 1), make_spec(tmp_path, 2)]

    def fail(*arguments: object, **_more: object) -> None:
        named = [str(one) for one in arguments if isinstance(one, str | Path)]
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), *named[:1])

    for call in calls:
        monkeypatch.setattr(os, call, fail)
    with pytest.raises(OSError, match="Read-only") as caught:
        submit(folder, *specs)
    told = Path(str(caught.value.filename))
    assert told.parent == folder.pending
    assert told.name.endswith(f".{specs[0].job_id}.job.json")
    assert not told.name.startswith(".")
    monkeypatch.undo()
    assert list(folder.pending.iterdir()) == []
