"""A log that cannot be written: then nothing is done, and nothing half done is held."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sidecar.folders import actions
from sidecar.folders.actions import ActionLog
from sidecar.folders.filing import reject_file
from sidecar.folders.layout import WatchFolder
from sidecar.folders.pending import list_pending, wrong
from tests.folders.scenes import here, make_folder, take_first, tree


@pytest.fixture
def folder(tmp_path: Path) -> WatchFolder:
    return make_folder(tmp_path / "box", 1)


def refuse_first(folder: WatchFolder) -> object:
    worker, process = here()
    refused = wrong(list_pending(folder)[0], "SPEC_ID_MISMATCH", "for the test")
    return reject_file(folder, refused, worker=worker, log=ActionLog(folder, process))


@pytest.mark.parametrize(
    ("act", "notes"),
    [
        pytest.param(take_first, 2, id="a job that is taken"),
        pytest.param(refuse_first, 1, id="a file that is refused"),
    ],
)
def test_what_cannot_be_noted_is_not_done_and_its_job_waits_for_everybody(
    folder: WatchFolder,
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[[WatchFolder], object],
    notes: int,
) -> None:
    waiting = tree(folder)
    true_append = actions.append_line
    for written in range(notes):
        left = written

        def append(path: Path, line: bytes, *, durable: bool = True) -> None:
            nonlocal left
            if left == 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            left -= 1
            true_append(path, line, durable=durable)

        with monkeypatch.context() as full:
            full.setattr(actions, "append_line", append)
            with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
                act(folder)
        assert tree(folder) == waiting, written
        assert list(folder.running.glob("*/*")) == []
    assert act(folder)
