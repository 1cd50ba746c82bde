"""A folder that cannot be synced right after something was moved there: nothing is lost of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidecar.folders.actions import ActionLog
from sidecar.folders.filing import reject_file
from sidecar.folders.layout import WatchFolder
from sidecar.folders.pending import list_pending, wrong
from tests.folders.befalling import befalling, fail
from tests.folders.scenes import here, make_folder, take_first, tree


@pytest.fixture
def folder(tmp_path: Path) -> WatchFolder:
    return make_folder(tmp_path / "box", 1)


def test_a_job_that_was_being_taken_waits_again(folder: WatchFolder) -> None:
    waiting = tree(folder)
    with befalling("sync", fail, below=folder.root), pytest.raises(OSError, match="a disk"):
        take_first(folder)
    assert tree(folder) == waiting
    assert take_first(folder)


def test_a_file_that_was_being_refused_is_filed(folder: WatchFolder) -> None:
    worker, process = here()
    (name,) = list_pending(folder)
    data = (folder.pending / name).read_bytes()
    refused = wrong(name, "SPEC_ID_MISMATCH", "for the test")
    with befalling("sync", fail, below=folder.root):
        assert reject_file(folder, refused, worker=worker, log=ActionLog(folder, process))
    (home,) = folder.root.glob("failed/*/*")
    kinds = {path.name.removeprefix(home.name): path for path in home.iterdir()}
    assert kinds.keys() == {".claim", ".job.json", ".result.json"}
    assert kinds[".job.json"].read_bytes() == data
    assert tree(folder) == sorted(
        path.relative_to(folder.root).as_posix() for path in kinds.values()
    )
