"""A local folder as storage: nothing leads out of it, and a disk that fails leaves nothing half."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from proxx_engine import PlaceError
from sidecar.service.settings import S3Settings
from sidecar.service.storage.objects import ObjectStorage
from tests.faults.shim import Fault, Shim, build_shim, read_calls, why_no_shim

DATA = bytes(range(256)) * 6_000
PROGRAM = """
import sys
from pathlib import Path
from proxx_engine import PlaceError
from sidecar.service.settings import S3Settings
from sidecar.service.storage.objects import ObjectStorage

act, folder = sys.argv[1], Path(sys.argv[2])
storage = ObjectStorage(str(folder / "storage"), S3Settings())
try:
    if act == "put_new":
        storage.put_new("new/k", (folder / "source").read_bytes())
    elif act == "put_file_new":
        storage.put_file_new("new/k", folder / "source")
    else:
        storage.fetch("k", folder / "target")
except PlaceError as error:
    print(error.code)
except OSError as error:
    print(f"OSError {error.filename}")
else:
    print("done")
"""


def test_a_link_leads_nowhere(folder_storage: ObjectStorage, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    root = Path(folder_storage.told_as)
    (root / "folder").symlink_to(outside)
    (root / "file").symlink_to(outside / "secret")
    source = tmp_path / "source"
    source.write_bytes(b"x")
    acts: list[Callable[[str], object]] = [
        lambda key: folder_storage.read(key, limit=99),
        lambda key: folder_storage.fetch(key, tmp_path / "target"),
        lambda key: folder_storage.put_new(key, b"x"),
        lambda key: folder_storage.put_file_new(key, source),
        folder_storage.size_of,
        folder_storage.hash_of,
    ]
    for key in ("folder/secret", "folder/new", "file"):
        for act in acts:
            with pytest.raises(PlaceError, match="is a link") as told:
                act(key)
            assert told.value.code == "STORAGE_OBJECTS_AWAY"
    assert os.listdir(outside) == ["secret"]
    assert (outside / "secret").read_bytes() == b"secret"


def test_the_folder_itself_may_be_reached_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    storage = ObjectStorage(str(tmp_path / "link"), S3Settings())
    storage.put_new("a/b", b"x")
    assert (tmp_path / "real" / "a" / "b").read_bytes() == b"x"


def test_a_folder_that_is_away_is_told_and_not_made(tmp_path: Path) -> None:
    storage = ObjectStorage(str(tmp_path / "away" / "storage"), S3Settings())
    source = tmp_path / "source"
    source.write_bytes(b"x")
    for act in (
        storage.look,
        lambda: storage.put_new("k", b""),
        lambda: storage.put_file_new("k", source),
        lambda: storage.read("k", limit=1),
        lambda: storage.fetch("k", tmp_path / "target"),
        lambda: storage.size_of("k"),
    ):
        with pytest.raises(PlaceError, match="no such folder") as told:
            act()
        assert told.value.code == "STORAGE_OBJECTS_AWAY"
    assert not (tmp_path / "away").exists()
    assert storage.prepare()
    assert not storage.prepare()
    storage.look()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no FIFO")
def test_what_is_no_file_is_told_and_never_waited_for(folder_storage: ObjectStorage) -> None:
    root = Path(folder_storage.told_as)
    os.mkfifo(root / "pipe")
    (root / "folder").mkdir()
    for key in ("pipe", "folder"):
        with pytest.raises(PlaceError):
            folder_storage.read(key, limit=1)
        with pytest.raises(PlaceError):
            folder_storage.hash_of(key)
        assert folder_storage.size_of(key) is None


def test_a_name_that_is_a_file_is_no_folder(folder_storage: ObjectStorage) -> None:
    folder_storage.put_new("a", b"x")
    with pytest.raises(PlaceError, match="is a file, and no folder"):
        folder_storage.put_new("a/b", b"x")


@dataclass(frozen=True)
class Scene:
    """A storage with one file, a source, and a shim."""

    shim: Shim
    folder: Path

    def run(self, act: str, fault: Fault) -> str:
        """Do one thing in a process of its own; return what it came to."""
        log = self.folder.with_suffix(".log")
        log.unlink(missing_ok=True)
        told = self.shim.environment(fault, root=self.folder, log=log)
        done = subprocess.run(
            [sys.executable, "-B", "-c", PROGRAM, act, str(self.folder)],
            env=os.environ | told,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode in (0, -9), done.stderr
        return done.stdout.strip() or "killed"

    @property
    def made(self) -> list[Path]:
        """What has got a final name."""
        finals = (self.folder / "target", self.folder / "storage" / "new" / "k")
        return [path for path in finals if path.exists()]

    def clear(self) -> None:
        """Take away what a run made."""
        for path in self.made:
            path.unlink()
        for path in self.folder.rglob("*.part"):
            path.unlink()
        with suppress(FileNotFoundError):
            (self.folder / "storage" / "new").rmdir()


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A storage with one file, a source of the same bytes, and a shim."""
    if reason := why_no_shim():
        pytest.skip(reason)
    folder = tmp_path / "scene"
    folder.mkdir()
    storage = ObjectStorage(str(folder / "storage"), S3Settings())
    storage.prepare()
    storage.put_new("k", DATA)
    (folder / "source").write_bytes(DATA)
    return Scene(build_shim(tmp_path), folder)


WRITES = {"put_new": "STORAGE_OBJECTS_AWAY", "put_file_new": "STORAGE_OBJECTS_AWAY"}


@pytest.mark.parametrize("act", ["put_new", "put_file_new", "fetch"])
@pytest.mark.parametrize("mode", ["ENOSPC", "TORN"])
def test_a_disk_that_fills_up_leaves_nothing_and_is_told(scene: Scene, act: str, mode: str) -> None:
    told = scene.run(act, Fault(mode, at=1, ops="write", sticky=True))
    assert told == WRITES.get(act, f"OSError {scene.folder / 'target'}")
    assert scene.made == []
    assert not list(scene.folder.rglob("*.part"))


@pytest.mark.slow
@pytest.mark.parametrize("act", ["put_file_new", "fetch"])
@pytest.mark.parametrize("mode", ["EIO", "KILL"])
def test_whatever_call_fails_a_file_with_a_name_is_whole(scene: Scene, act: str, mode: str) -> None:
    assert scene.run(act, Fault()) == "done"
    calls = read_calls(scene.folder.with_suffix(".log"))
    assert len(calls) >= 4
    scene.clear()
    for at in range(1, len(calls) + 1):
        told = scene.run(act, Fault(mode, at=at))
        assert told != "done" or mode == "EIO", calls[at - 1]
        for path in scene.made:
            assert path.read_bytes() == DATA, (calls[at - 1], told)
        if mode == "EIO" and told != "done":
            assert scene.made == [], calls[at - 1]
        scene.clear()
