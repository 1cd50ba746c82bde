"""Files are born whole or not at all, and looked at without trust."""

from __future__ import annotations

import errno
import hashlib
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from proxx_engine.system import durability, files, publishing
from proxx_engine.system.files import (
    MEBIBYTE,
    hash_file,
    hash_samples,
    is_regular,
    make_folders_below,
    read_regular,
    refusal_to_write,
    replace_whole,
    same_file,
    sweep_parts,
    write_whole,
)


def test_a_whole_file_is_written_once(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", b"whole")
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "a", b"other")
    assert (tmp_path / "a").read_bytes() == b"whole"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize(
    ("module", "name"),
    [
        pytest.param(files, "write_all", id="writing fails"),
        pytest.param(files, "sync_descriptor", id="flushing fails"),
        pytest.param(publishing, "sync_folder", id="the name cannot be made durable"),
    ],
)
def test_what_cannot_be_written_whole_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(module, name, fail)
    with pytest.raises(OSError, match="broken"):
        write_whole(tmp_path / "a", b"whole")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("durable", [True, False])
def test_a_file_takes_the_place_of_another_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, durable: bool
) -> None:
    synced: list[str] = []
    monkeypatch.setattr(files, "sync_descriptor", lambda _number: synced.append("bytes"))
    monkeypatch.setattr(publishing, "sync_folder", lambda _folder: synced.append("name"))
    for text in (b"first", b"second"):
        replace_whole(tmp_path / "a", text, durable=durable)
        assert (tmp_path / "a").read_bytes() == text
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert synced == (["bytes", "name"] * 2 if durable else [])


@pytest.mark.parametrize("write", [write_whole, replace_whole])
@pytest.mark.parametrize("failing", [("open", "unlink"), ("write",), ("replace", "rename", "link")])
def test_an_error_names_the_file_that_was_asked_for(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write: Callable[[Path, bytes], None],
    failing: tuple[str, ...],
) -> None:
    """Nobody knows the hidden name; a file system that is read-only refuses the tidying too."""

    def fail(*arguments: object, **_more: object) -> None:
        named = [str(one) for one in arguments if isinstance(one, str | Path)]
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), *named[:1])

    for call in failing:
        monkeypatch.setattr(os, call, fail)
    monkeypatch.setattr(publishing, "_LADDER", (("link", publishing._link_unlink),))
    with pytest.raises(OSError, match="Read-only") as caught:
        write(tmp_path / "a", b"whole")
    assert Path(str(caught.value.filename)) == tmp_path / "a"
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


def test_many_writers_of_one_name_have_one_winner(tmp_path: Path) -> None:
    won = []

    def write(number: int) -> None:
        try:
            write_whole(tmp_path / "a", str(number).encode() * 1000)
            won.append(number)
        except FileExistsError:
            return

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert (tmp_path / "a").read_bytes() == str(won[0]).encode() * 1000
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_a_leftover_of_a_dead_writer_does_not_stand_in_the_way(tmp_path: Path) -> None:
    (tmp_path / f".a.{os.getpid()}.part").write_bytes(b"half")
    (tmp_path / f".proxx-trial-{os.getpid()}").write_bytes(b"")
    write_whole(tmp_path / "a", b"whole")
    assert refusal_to_write(tmp_path) is None


def test_a_sweep_takes_the_leavings_of_one_name_only(tmp_path: Path) -> None:
    left = [".a.mov.12345678.part", ".a.mov.0abcdef9.part"]
    others = ["a.mov", ".a.mov", ".b.mov.12345678.part", "a.mov.part", ".a.mov.notes"]
    others += [".a.mov.publishing", ".a.mov.part", ".a.mov.upload.part", ".a.mov.1234567x.part"]
    for name in (*left, *others):
        (tmp_path / name).touch()
    sweep_parts(tmp_path / "a.mov")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(others)
    sweep_parts(tmp_path / "nowhere" / "a.mov")


def test_a_link_that_cannot_be_completed_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden, final = tmp_path / "hidden", tmp_path / "final"
    hidden.write_bytes(b"x")
    true_unlink = os.unlink

    def unlink(path: Path) -> None:
        if path == hidden:
            raise OSError(errno.EIO, "broken")
        true_unlink(path)

    monkeypatch.setattr(os, "unlink", unlink)
    with pytest.raises(OSError, match="broken"):
        publishing._link_unlink(hidden, final)
    assert not final.exists()


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_a_system_that_cannot_flush_folders_is_worked_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(number, "cannot")

    monkeypatch.setattr(os, "fsync", fail)
    durability.sync_folder(tmp_path)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(os.mkfifo, id="a pipe"),
        pytest.param(os.mkdir, id="a folder"),
        pytest.param(lambda path: os.symlink("/dev/zero", path), id="a device"),
        pytest.param(
            lambda path: socket.socket(socket.AF_UNIX).bind(os.path.relpath(path)), id="a socket"
        ),
    ],
)
@pytest.mark.timeout(10)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_what_is_no_regular_file_is_refused_without_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[str], None]
) -> None:
    monkeypatch.chdir(tmp_path)
    make(str(tmp_path / "x"))
    with pytest.raises(OSError):  # noqa: PT011 each kind has its own words
        read_regular(tmp_path / "x", limit=10)
    assert not is_regular(tmp_path / "x")


def test_a_file_over_its_limit_is_refused_by_its_size(tmp_path: Path) -> None:
    with open(tmp_path / "x", "wb") as stream:
        stream.truncate(10 * 1024**3)
    with pytest.raises(ValueError, match="10737418240"):
        read_regular(tmp_path / "x", limit=10)
    (tmp_path / "y").write_bytes(b"0123456789")
    assert read_regular(tmp_path / "y", limit=10) == b"0123456789"


@pytest.mark.parametrize(
    "size", [0, 1, MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 2 * MEBIBYTE, 3 * MEBIBYTE]
)
def test_samples_are_the_first_and_the_last_mebibyte(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    (tmp_path / "x").write_bytes(data)
    rest = data[MEBIBYTE:]
    wanted = hashlib.sha256(data[:MEBIBYTE] + rest[-MEBIBYTE:]).hexdigest()
    assert hash_samples((tmp_path / "x",)) == wanted
    assert hash_file(tmp_path / "x") == hashlib.sha256(data).hexdigest()


def test_one_file_is_known_by_all_its_names(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "other").write_bytes(b"")
    os.link(tmp_path / "a", tmp_path / "hard")
    os.symlink("a", tmp_path / "soft")
    os.symlink("ring", tmp_path / "ring")
    assert same_file(tmp_path / "a", tmp_path / "hard")
    assert same_file(tmp_path / "a", tmp_path / "soft")
    for name in ("other", "ring", "missing"):
        assert not same_file(tmp_path / "a", tmp_path / name)


def test_folders_are_made_below_a_root_but_never_the_root(tmp_path: Path) -> None:
    make_folders_below(tmp_path, tmp_path / "a" / "b")
    make_folders_below(tmp_path, tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    with pytest.raises(FileNotFoundError):
        make_folders_below(tmp_path / "volume", tmp_path / "volume" / "a")
    with pytest.raises(FileNotFoundError):
        make_folders_below(tmp_path / "volume", tmp_path / "volume")
    assert not (tmp_path / "volume").exists()
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        make_folders_below(tmp_path, tmp_path / "file" / "x")


def test_the_name_of_each_new_folder_is_made_durable_where_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(files, "sync_folder", synced.append)
    for _ in range(2):
        make_folders_below(tmp_path, tmp_path / "a" / "b")
    assert synced == [tmp_path, tmp_path / "a"]
