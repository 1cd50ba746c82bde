"""What `proxx watch` and `proxx stop` say where there is little to say."""

from __future__ import annotations

import json

import pytest

from sidecar.folders.layout import WatchFolder
from tests.folders.scenes import make_folder
from tests.sidecar.calling import Proxx


@pytest.fixture
def folder(proxx: Proxx) -> WatchFolder:
    return make_folder(proxx.folder / "box", 1)


def test_a_watch_that_only_found_half_a_file_says_so(proxx: Proxx, folder: WatchFolder) -> None:
    (path,) = folder.pending.iterdir()
    path.write_bytes(path.read_bytes()[:500])
    said = proxx("watch", "box", "--once")
    assert said.code == 0
    assert "no job was run" in said.out
    assert "A00001" in said.out
    assert "it looks unfinished" in said.out
    ended = json.loads(proxx("watch", "box", "--once", "--json").out.splitlines()[-1])
    assert [told["job_file"] for told in ended["unfinished"]] == [path.name]


def test_nobody_to_stop_is_said_in_a_sentence(proxx: Proxx, folder: WatchFolder) -> None:
    said = proxx("stop", "box")
    assert said.code == 2
    assert said.err == f"proxx stop: there is no worker at {folder.root}\n"
    said = proxx("stop", "box", "w-9")
    assert said.err == f"proxx stop: there is no worker 'w-9' at {folder.root}\n"
