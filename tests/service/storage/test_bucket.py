"""A bucket as storage: what is bound to its content, what others do behind our back, what lasts."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from proxx_engine import PlaceError
from sidecar.service.settings import S3Settings
from sidecar.service.storage import bucket as bucket_module
from sidecar.service.storage.bucket import SMALL_BYTES
from sidecar.service.storage.objects import ObjectStorage
from tests.service.servers.seaweed import SeaweedServer, ServerBroken, start_seaweed
from tests.service.storage.conftest import BUCKET, storage_at
from tests.service.storage.test_contract import a_file, race, sha256

LARGE = SMALL_BYTES + 1


def names_in(server: SeaweedServer, prefix: str) -> list[str]:
    """Every key below a prefix, without it."""
    found = server.store(BUCKET).list(prefix)
    return sorted(each["path"].removeprefix(f"{prefix}/") for page in found for each in page)


@pytest.mark.parametrize("size", [10, LARGE])
def test_an_upload_that_broke_off_is_gone_on_with_by_whoever_has_the_same_bytes(
    bucket_storage: ObjectStorage,
    s3_server: SeaweedServer,
    prefix: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
) -> None:
    source, other = a_file(tmp_path, size), a_file(tmp_path, size, "other")

    class Killed(BaseException):
        pass

    def dies(path: Path, _sha256: str) -> Iterator[bytes]:
        yield path.read_bytes()[: size // 2]
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(bucket_module, "_unchanged", dies)
        with pytest.raises(Killed):
            bucket_storage.put_file_new("media/a.mov", source)
    assert bucket_storage.size_of("media/a.mov") is None
    assert names_in(s3_server, prefix) == [".bound/media/a.mov.sha256"]
    with pytest.raises(FileExistsError):
        bucket_storage.put_file_new("media/a.mov", other)
    assert bucket_storage.put_file_new("media/a.mov", source) == sha256(source)
    assert bucket_storage.hash_of("media/a.mov") == sha256(source)


@pytest.mark.parametrize("size", [10, LARGE])
def test_a_source_that_changes_while_it_goes_up_does_not_arrive(
    bucket_storage: ObjectStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    source = a_file(tmp_path, size)
    hashed = bucket_module.hash_stream

    def hash_and_change(chunks: Iterator[bytes]) -> str:
        found = hashed(chunks)
        with open(source, "r+b") as stream:
            stream.write(b"changed")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(bucket_module, "hash_stream", hash_and_change)
        with pytest.raises(OSError, match="changed while it was read") as told:
            bucket_storage.put_file_new("a", source)
    assert told.value.filename == str(source)
    assert bucket_storage.size_of("a") is None


def test_writers_of_one_large_file_all_end_well_and_the_next_finds_it_there(
    bucket_storage: ObjectStorage, tmp_path: Path
) -> None:
    source = a_file(tmp_path, LARGE)
    won = race(3, lambda _number: bucket_storage.put_file_new("a", source))
    assert 1 <= len(won) <= 3
    assert bucket_storage.hash_of("a") == sha256(source)
    with pytest.raises(FileExistsError):
        bucket_storage.put_file_new("a", source)


def test_of_a_small_and_a_large_writer_exactly_one_wins(
    bucket_storage: ObjectStorage, tmp_path: Path
) -> None:
    paths = [a_file(tmp_path, size, str(size)) for size in (5, LARGE)]
    for turn in range(3):
        won = race(
            2, lambda number, turn=turn: bucket_storage.put_file_new(f"{turn}", paths[number])
        )  # type: ignore[misc]
        assert len(won) == 1
        assert bucket_storage.hash_of(f"{turn}") == sha256(paths[won[0]])


def test_what_another_program_put_there_is_read_and_never_replaced(
    bucket_storage: ObjectStorage, s3_server: SeaweedServer, prefix: str, tmp_path: Path
) -> None:
    s3_server.store(BUCKET).put(f"{prefix}/media/a.mov", b"theirs")
    for size in (3, LARGE):
        with pytest.raises(FileExistsError):
            bucket_storage.put_file_new("media/a.mov", a_file(tmp_path, size))
    assert bucket_storage.read("media/a.mov", limit=6) == b"theirs"
    assert names_in(s3_server, prefix) == ["media/a.mov"]


@pytest.mark.parametrize("act", ["read", "fetch", "hash_of"])
def test_a_file_that_another_program_changed_under_our_name_is_found(
    bucket_storage: ObjectStorage,
    s3_server: SeaweedServer,
    prefix: str,
    tmp_path: Path,
    act: str,
) -> None:
    bucket_storage.put_new("k", b"what was put")
    store = s3_server.store(BUCKET)
    kept = store.get(f"{prefix}/k")
    store.put(f"{prefix}/k", b"another said", attributes=kept.attributes)
    acts: dict[str, Callable[[], object]] = {
        "read": lambda: bucket_storage.read("k", limit=99),
        "fetch": lambda: bucket_storage.fetch("k", tmp_path / "target"),
        "hash_of": lambda: bucket_storage.hash_of("k"),
    }
    with pytest.raises(PlaceError) as told:
        acts[act]()
    assert told.value.code == "STORAGE_OBJECT_CHANGED"
    assert os.listdir(tmp_path) == []


def test_two_prefixes_of_one_bucket_know_nothing_of_each_other(
    bucket_storage: ObjectStorage, s3_server: SeaweedServer, prefix: str
) -> None:
    other = storage_at(s3_server, f"{prefix}/below")
    bucket_storage.put_new("k", b"one")
    other.put_new("k", b"other")
    assert bucket_storage.read("k", limit=9) == b"one"
    assert other.read("k", limit=9) == b"other"
    whole = storage_at(s3_server, "")
    assert whole.told_as == f"s3://{BUCKET}"
    assert whole.read(f"{prefix}/k", limit=9) == b"one"


def test_a_bucket_that_is_not_there_is_told(
    bucket_storage: ObjectStorage, s3_server: SeaweedServer, tmp_path: Path
) -> None:
    settings = S3Settings(endpoint=s3_server.endpoint, region="us-east-1", allow_http=True)
    storage = ObjectStorage("s3://no-such-bucket/x", settings)
    for act in (
        storage.look,
        lambda: storage.read("k", limit=1),
        lambda: storage.fetch("k", tmp_path / "target"),
        lambda: storage.hash_of("k"),
    ):
        with pytest.raises(PlaceError, match="NoSuchBucket") as told:
            act()
        assert told.value.code == "STORAGE_OBJECTS_AWAY"


@pytest.mark.parametrize(
    ("gib", "parts"), [(1, 128), (64, 8192), (500, bucket_module.MAX_PARTS), (5000, 9000)]
)
def test_no_file_needs_more_parts_than_a_server_takes(gib: int, parts: int) -> None:
    size = gib * 1024**3
    assert -(-size // bucket_module.part_bytes(size)) <= parts <= 10_000
    assert bucket_module.part_bytes(size) >= 5 * 1024 * 1024


@pytest.mark.slow
def test_what_a_server_keeps_is_there_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start_seaweed(tmp_path / "server")
    try:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        server.make_bucket(BUCKET)
        storage = storage_at(server, "night")
        source = a_file(tmp_path, LARGE)
        storage.put_new("k", b"data")
        storage.put_file_new("large", source)
        server.stop()
        for act in (storage.look, lambda: storage.read("k", limit=9)):
            with pytest.raises(PlaceError, match=r"cannot be reached|broke the connection off"):
                act()
        server.start()
        assert storage.read("k", limit=9) == b"data"
        assert storage.hash_of("large") == sha256(source)
        with pytest.raises(FileExistsError):
            storage.put_new("k", b"other")
    finally:
        server.stop()


def test_a_server_that_cannot_start_says_so_with_its_log(
    s3_server: SeaweedServer, tmp_path: Path
) -> None:
    server = SeaweedServer(tmp_path / "second", s3_server.port, s3_server.doors)
    with pytest.raises(ServerBroken, match="the S3 server"):
        server.start()
    assert server.process is None


def test_the_sum_that_a_file_carries_is_its_own(
    bucket_storage: ObjectStorage, s3_server: SeaweedServer, prefix: str, tmp_path: Path
) -> None:
    source = a_file(tmp_path, LARGE)
    bucket_storage.put_file_new("large", source)
    bucket_storage.put_new("small", b"x")
    store = s3_server.store(BUCKET)
    assert store.get(f"{prefix}/large").attributes["sha256"] == sha256(source)
    assert store.get(f"{prefix}/small").attributes["sha256"] == hashlib.sha256(b"x").hexdigest()
