"""What every storage promises, asked of a local folder and of a real S3 server."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from sidecar.service.storage.objects import ObjectStorage, key_problem

MIB = 1024 * 1024
SIZES = (0, 1, 5 * MIB - 1, 5 * MIB, 5 * MIB + 1, 8 * MIB, 8 * MIB + 1, 17 * MIB)
ODD_KEYS = (
    "a b/c d",
    "sources/mnt/Ünïcode/é.mov",
    "e\u0301/decomposed",
    "日本/😀.mov",
    "a%20b/%2e%2e/%2F",
    "a#b?c&d=e+f",
    "~x/{y}/[z]/(q)/'s/!",
    'a*|^<t>"q"`$;:@',
    "proxies/.hidden/.part",
    "end./space /x",
)

WRONG_KEYS = (
    *("", "/a", "a/", "a//b", "..", "../a", "a/../b", "./a", "a/.", "a\\..\\b", ".bound/a", ".x"),
    *("a\x00b", "a\nb", "a\tb", "a\x7fb", "a/\udc80", "x" * 901),
)


def a_file(folder: Path, size: int, name: str = "source") -> Path:
    """A file of random bytes."""
    path = folder / name
    path.write_bytes(os.urandom(size))
    return path


def sha256(path: Path) -> str:
    """The sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("size", SIZES)
def test_a_file_comes_back_as_it_was_put(storage: ObjectStorage, tmp_path: Path, size: int) -> None:
    source, target = a_file(tmp_path, size), tmp_path / "target"
    assert storage.put_file_new("a/b", source) == sha256(source)
    assert storage.size_of("a/b") == size
    assert storage.hash_of("a/b") == sha256(source)
    assert storage.fetch("a/b", target) == sha256(source)
    assert target.read_bytes() == source.read_bytes()
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".part")]


@pytest.mark.slow
def test_a_file_of_many_parts_comes_back_as_it_was_put(
    storage: ObjectStorage, tmp_path: Path
) -> None:
    source, target = a_file(tmp_path, 70 * MIB + 1), tmp_path / "target"
    assert storage.put_file_new("a/b", source) == sha256(source)
    assert storage.fetch("a/b", target) == sha256(source) == sha256(target)


@pytest.mark.parametrize("data", [b"", b"{}", b"\x00\xff" * 4096])
def test_a_small_file_comes_back_as_it_was_put(storage: ObjectStorage, data: bytes) -> None:
    storage.put_new("jobspecs/x.job.json", data)
    assert storage.read("jobspecs/x.job.json", limit=len(data)) == data


def test_a_key_that_has_a_file_keeps_it(storage: ObjectStorage, tmp_path: Path) -> None:
    storage.put_new("k", b"first")
    for data in (b"first", b"second", b""):
        with pytest.raises(FileExistsError):
            storage.put_new("k", data)
    for size in (1, 9 * MIB):
        with pytest.raises(FileExistsError):
            storage.put_file_new("k", a_file(tmp_path, size))
    assert storage.read("k", limit=5) == b"first"


@pytest.mark.parametrize("size", [3, 9 * MIB])
def test_a_file_from_disk_is_never_replaced(
    storage: ObjectStorage, tmp_path: Path, size: int
) -> None:
    first, second = a_file(tmp_path, size, "first"), a_file(tmp_path, size, "second")
    storage.put_file_new("k", first)
    for path in (first, second):
        with pytest.raises(FileExistsError):
            storage.put_file_new("k", path)
    assert storage.hash_of("k") == sha256(first)


def race(count: int, act: Callable[[int], object]) -> list[int]:
    """Let so many threads act at once; return which of them were not told that a file is there."""
    start = threading.Barrier(count)
    won: list[int] = []

    def run(number: int) -> None:
        start.wait()
        try:
            act(number)
        except FileExistsError:
            return
        won.append(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return won


def test_of_writers_of_one_small_file_exactly_one_wins(storage: ObjectStorage) -> None:
    for turn in range(3):  # a server may take a second over each
        key = f"race/{turn}"
        won = race(6, lambda number, key=key: storage.put_new(key, b"%d" % number * 3000))  # type: ignore[misc]
        assert len(won) == 1
        assert storage.read(key, limit=3000) == b"%d" % won[0] * 3000


@pytest.mark.parametrize("size", [3, 9 * MIB])
def test_of_two_writers_of_different_files_exactly_one_wins(
    storage: ObjectStorage, tmp_path: Path, size: int
) -> None:
    paths = [a_file(tmp_path, size, str(number)) for number in range(2)]
    for turn in range(4):
        key = f"race/{turn}"
        won = race(2, lambda number, key=key: storage.put_file_new(key, paths[number]))  # type: ignore[misc]
        assert len(won) == 1
        assert storage.hash_of(key) == sha256(paths[won[0]])


def test_what_is_not_there_is_told_as_such(storage: ObjectStorage, tmp_path: Path) -> None:
    assert storage.size_of("no/such") is None
    with pytest.raises(FileNotFoundError):
        storage.read("no/such", limit=1)
    with pytest.raises(FileNotFoundError):
        storage.hash_of("no/such")
    with pytest.raises(FileNotFoundError):
        storage.fetch("no/such", tmp_path / "target")
    assert not (tmp_path / "target").exists()


def test_a_key_below_a_files_own_is_not_there(storage: ObjectStorage) -> None:
    storage.put_new("a/b", b"x")
    assert storage.size_of("a/b/c") is None
    assert storage.size_of("a") is None
    with pytest.raises(FileNotFoundError):
        storage.read("a/b/c", limit=1)


def test_more_than_the_limit_is_not_read(storage: ObjectStorage) -> None:
    storage.put_new("k", b"12345")
    with pytest.raises(ValueError, match="5"):
        storage.read("k", limit=4)


def test_nothing_is_fetched_over_what_is_there(storage: ObjectStorage, tmp_path: Path) -> None:
    storage.put_new("k", b"from the storage")
    target = tmp_path / "target"
    target.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        storage.fetch("k", target)
    target.unlink()
    target.symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        storage.fetch("k", target)
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "storage") == ["target"]


def test_a_fetch_that_is_stopped_leaves_nothing(storage: ObjectStorage, tmp_path: Path) -> None:
    storage.put_file_new("k", a_file(tmp_path, 9 * MIB))
    asked: list[bool] = []

    def going() -> bool:
        asked.append(len(asked) < 3)
        return asked[-1]

    with pytest.raises(InterruptedError):
        storage.fetch("k", tmp_path / "target", going=going)
    assert asked == [True, True, True, False]
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "storage") == ["source"]


def test_where_a_file_cannot_be_written_the_system_says_so(
    storage: ObjectStorage, tmp_path: Path
) -> None:
    storage.put_new("k", b"x")
    with pytest.raises(FileNotFoundError) as told:
        storage.fetch("k", tmp_path / "no" / "target")
    assert told.value.filename == str(tmp_path / "no" / "target")


def test_a_source_that_cannot_be_read_is_told_by_its_name(
    storage: ObjectStorage, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError) as told:
        storage.put_file_new("k", tmp_path / "gone")
    assert told.value.filename in (tmp_path / "gone", str(tmp_path / "gone"))
    assert storage.size_of("k") is None


@pytest.mark.parametrize("key", ODD_KEYS)
def test_an_odd_key_is_a_key_like_another(storage: ObjectStorage, tmp_path: Path, key: str) -> None:
    storage.put_new(key, key.encode())
    assert storage.read(key, limit=200) == key.encode()
    storage.put_file_new(f"{key}.file", a_file(tmp_path, 10))
    assert storage.size_of(f"{key}.file") == 10


def test_names_that_only_look_alike_are_two_files(storage: ObjectStorage) -> None:
    for key in ("n/\u00e9", "n/e\u0301", "n/%C3%A9", "n/A", "n/a"):
        storage.put_new(key, ascii(key).encode())
    assert storage.read("n/e\u0301", limit=99) == ascii("n/e\u0301").encode()


@pytest.mark.parametrize("key", WRONG_KEYS)
def test_a_key_that_could_lead_elsewhere_is_refused(
    storage: ObjectStorage, tmp_path: Path, key: str
) -> None:
    assert key_problem(key)
    source = a_file(tmp_path, 1)
    for act in (
        lambda: storage.put_new(key, b""),
        lambda: storage.put_file_new(key, source),
        lambda: storage.read(key, limit=1),
        lambda: storage.fetch(key, tmp_path / "target"),
        lambda: storage.size_of(key),
        lambda: storage.hash_of(key),
    ):
        with pytest.raises(ValueError, match="the key"):
            act()


def test_a_storage_that_works_looks_well_and_is_told_without_more(
    storage: ObjectStorage, tmp_path: Path, prefix: str
) -> None:
    storage.look()
    assert storage.told_as in (str(tmp_path / "storage"), f"s3://storage-tests/{prefix}")
    assert not storage.prepare()
