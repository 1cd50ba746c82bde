"""What an S3 server may do to us: each is told at once, in our words, and asked only once."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from proxx_engine import PlaceError
from sidecar.service.settings import S3Settings
from sidecar.service.storage.bucket import SMALL_BYTES, BucketStorage
from sidecar.service.storage.objects import ObjectStorage
from tests.service.storage.fault_server import CANARY, Behaviour, FaultServer, fault_server

KEY_CANARY, SECRET_CANARY, TOKEN_CANARY = "AKIACANARYKEY", "canary-of-secret", "canary-of-token"
CANARIES = (KEY_CANARY, SECRET_CANARY, TOKEN_CANARY, CANARY, "X-Amz-", "Credential", "elsewhere")
SILENT_SECONDS = 1.0
BODY = b"0123456789" * 1000


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    """A server that does as it is told; the environment holds canaries as credentials."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_CANARY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_CANARY)
    monkeypatch.setenv("AWS_SESSION_TOKEN", TOKEN_CANARY)
    with fault_server() as found:
        yield found


@pytest.fixture
def bucket(server: FaultServer) -> BucketStorage:
    """The storage there, with little patience."""
    settings = S3Settings(endpoint=server.endpoint, region="local", allow_http=True)
    return BucketStorage("s3://faults/night", settings, silent_seconds=SILENT_SECONDS)


def keep(server: FaultServer, key: str, data: bytes = BODY) -> None:
    """Put a file there behind the service's back."""
    server.kept[f"/faults/night/{key}"] = (data, {})


Act = Callable[[BucketStorage, Path], object]
ACTS: dict[str, Act] = {
    "read": lambda bucket, _folder: bucket.read("k", limit=10**6),
    "fetch": lambda bucket, folder: bucket.fetch("k", folder / "target"),
    "size_of": lambda bucket, _folder: bucket.size_of("k"),
    "hash_of": lambda bucket, _folder: bucket.hash_of("k"),
    "look": lambda bucket, _folder: bucket.look(),
    "put_new": lambda bucket, _folder: bucket.put_new("new", b"data"),
    "put_file_new": lambda bucket, folder: bucket.put_file_new("new", a_source(folder)),
}
FAULTS = {
    "error": (Behaviour(status=500, code="InternalError"), "500 Internal Server Error, Internal"),
    "busy": (Behaviour(status=503, code="SlowDown"), "503 Service Unavailable, SlowDown"),
    "denied": (Behaviour(status=403, code="AccessDenied"), "403 Forbidden, AccessDenied"),
    "unknown": (Behaviour(status=403, code="InvalidAccessKeyId"), "403 Forbidden, InvalidAcc"),
    "expired": (Behaviour(status=400, code="ExpiredToken"), "400 Bad Request, ExpiredToken"),
    "silent": (Behaviour(hang_seconds=SILENT_SECONDS * 4), "gave no answer in time"),
    "cut": (Behaviour(cut_request=True), "broke the connection off"),
}


def a_source(folder: Path) -> Path:
    """A small file to put."""
    path = folder / "source"
    path.write_bytes(BODY)
    return path


def told_well(error: PlaceError) -> None:
    """Hold that a text names the place, and nothing that it must not."""
    said = f"{error} {error!r} {error.__cause__!r}"
    assert error.__suppress_context__
    assert "s3://faults/night" in said
    assert not [canary for canary in CANARIES if canary.lower() in said.lower()]
    assert len(said) < 600


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_at_once_and_asked_only_once(
    server: FaultServer, bucket: BucketStorage, tmp_path: Path, act: str, fault: str
) -> None:
    keep(server, "k")
    server.behaviour, sentence = FAULTS[fault]
    started = time.monotonic()
    with pytest.raises(PlaceError) as told:
        ACTS[act](bucket, tmp_path)
    assert told.value.code == "STORAGE_OBJECTS_AWAY"
    if act in ("size_of", "put_file_new"):
        sentence = sentence.split(",")[0]  # what answers HEAD has no body that says more
    assert sentence in told.value.detail
    assert len(server.asked) == 1
    assert time.monotonic() - started < SILENT_SECONDS * 3
    told_well(told.value)
    assert sorted(os.listdir(tmp_path)) in ([], ["source"])


@pytest.mark.parametrize("act", ["read", "fetch", "hash_of"])
def test_what_breaks_off_coming_down_is_told_and_leaves_nothing(
    server: FaultServer, bucket: BucketStorage, tmp_path: Path, act: str
) -> None:
    keep(server, "k", BODY * 500)
    server.behaviour = Behaviour(cut_answer=True)
    with pytest.raises(PlaceError) as told:
        bucket.read("k", limit=10**8) if act == "read" else ACTS[act](bucket, tmp_path)
    assert told.value.code == "STORAGE_OBJECTS_AWAY"
    assert "broke the connection off" in told.value.detail
    assert [method for method, _path in server.asked] == ["GET"]
    assert os.listdir(tmp_path) == []
    told_well(told.value)


@pytest.mark.parametrize("act", ["read", "fetch", "hash_of"])
def test_a_wrong_byte_coming_down_is_found(
    server: FaultServer, bucket: BucketStorage, tmp_path: Path, act: str
) -> None:
    bucket.put_new("k", BODY)
    server.behaviour = Behaviour(wrong_byte=True)
    with pytest.raises(PlaceError) as told:
        ACTS[act](bucket, tmp_path)
    assert told.value.code == "STORAGE_OBJECT_CHANGED"
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("act", ["put_new", "put_file_new"])
@pytest.mark.parametrize("drop_metadata", [False, True])
def test_what_a_server_does_not_keep_as_it_was_put_is_found(
    server: FaultServer, bucket: BucketStorage, tmp_path: Path, act: str, drop_metadata: bool
) -> None:
    server.behaviour = Behaviour(wrong_byte=True, drop_metadata=drop_metadata)
    with pytest.raises(PlaceError) as told:
        ACTS[act](bucket, tmp_path)
    assert told.value.code == "STORAGE_OBJECT_CHANGED"
    assert [method for method, path in server.asked if "new" in path].count("PUT") <= 2


def test_a_put_whose_answer_is_lost_is_told_and_asked_again_it_is_there(
    server: FaultServer, bucket: BucketStorage
) -> None:
    server.behaviour = Behaviour(cut_after=True, methods=("PUT",))
    with pytest.raises(PlaceError) as told:
        bucket.put_new("k", b"data")
    assert told.value.code == "STORAGE_OBJECTS_AWAY"
    assert len(server.asked) == 1
    server.behaviour = Behaviour()
    with pytest.raises(FileExistsError):
        bucket.put_new("k", b"data")
    assert bucket.read("k", limit=4) == b"data"


def test_a_large_file_whose_upload_breaks_off_is_not_there(
    server: FaultServer, bucket: BucketStorage, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.write_bytes(bytes(SMALL_BYTES + 1))
    server.behaviour = Behaviour(status=500, methods=("POST",))
    with pytest.raises(PlaceError) as told:
        bucket.put_file_new("large", source)
    assert told.value.code == "STORAGE_OBJECTS_AWAY"
    assert [method for method, _path in server.asked].count("POST") == 1
    assert bucket.size_of("large") is None


def test_a_part_that_is_refused_ends_the_upload_and_those_that_arrived_are_taken_back(
    server: FaultServer, bucket: BucketStorage, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.write_bytes(bytes(2 * SMALL_BYTES + 1))
    server.behaviour = Behaviour(failing_part=2)
    with pytest.raises(PlaceError, match="500 Internal Server Error") as told:
        bucket.put_file_new("large", source)
    told_well(told.value)
    parts = [path for method, path in server.asked if method == "PUT" and "partNumber" in path]
    assert len(parts) == len(set(parts)) <= 3
    assert server.asked[-1] == ("DELETE", "/faults/night/large?uploadId=u1")
    assert [method for method, _path in server.asked].count("POST") == 1


def test_a_server_that_is_not_there_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch, server: FaultServer
) -> None:
    settings = S3Settings(endpoint="http://127.0.0.1:9", region="local", allow_http=True)
    bucket = BucketStorage("s3://faults", settings)
    with pytest.raises(PlaceError, match="cannot be reached") as told:
        bucket.look()
    assert told.value.code == "STORAGE_OBJECTS_AWAY"


def test_an_address_without_tls_is_not_spoken_to_unless_that_was_asked_for(
    server: FaultServer,
) -> None:
    bucket = BucketStorage("s3://faults", S3Settings(endpoint=server.endpoint, region="local"))
    with pytest.raises(PlaceError, match="http without TLS was not allowed"):
        bucket.look()
    assert server.asked == []


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    """A folder with a facility's own authority, and a certificate of this host that it signed."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("there is no openssl here")
    (tmp_path / "names").write_text("subjectAltName=IP:127.0.0.1")
    new = "req -newkey rsa:2048 -nodes -batch -days 2 -subj"
    for words in (
        f"{new} /CN=authority -x509 -keyout authority.key -out authority.pem",
        f"{new} /CN=host -keyout host.key -out host.csr",
        "x509 -req -in host.csr -CA authority.pem -CAkey authority.key -CAcreateserial "
        "-days 2 -extfile names -out host.pem",
    ):
        subprocess.run([program, *words.split()], check=True, capture_output=True, cwd=tmp_path)
    return tmp_path


def test_a_certificate_that_nobody_vouches_for_is_told_and_a_file_may_vouch_for_it(
    server: FaultServer, signed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(signed / "host.pem", signed / "host.key")
    with fault_server(tls) as found:
        settings = S3Settings(endpoint=found.endpoint, region="local")
        with pytest.raises(PlaceError, match="a certificate that is not trusted") as told:
            BucketStorage("s3://faults/night", settings).look()
        told_well(told.value)
        assert found.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(signed / "authority.pem"))
        BucketStorage("s3://faults/night", settings).look()
        assert len(found.asked) == 1


def test_the_settings_name_the_server_whatever_the_environment_says(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_REGION", "elsewhere")
    settings = S3Settings(endpoint=server.endpoint, region="local", allow_http=True)
    BucketStorage("s3://faults", settings).look()
    assert len(server.asked) == 1


@pytest.mark.parametrize("disabled", ["true", "", None])
def test_without_credentials_nobody_is_asked_for_some(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch, disabled: str | None
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED"):
        monkeypatch.delenv(name)
    if disabled is not None:
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", disabled)
    monkeypatch.setenv("AWS_METADATA_ENDPOINT", server.endpoint)
    settings = S3Settings(endpoint=server.endpoint, region="local", allow_http=True)
    with pytest.raises(PlaceError, match="no credentials: this process has") as told:
        ObjectStorage("s3://faults/night", settings).look()
    assert told.value.code == "STORAGE_OBJECTS_AWAY"
    assert server.asked == []


def test_a_machines_own_role_is_asked_for_where_the_environment_says_so(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
    monkeypatch.setenv("AWS_METADATA_ENDPOINT", server.endpoint)
    server.behaviour = Behaviour(status=404, code="NotHere")
    settings = S3Settings(endpoint=server.endpoint, region="local", allow_http=True)
    with pytest.raises(PlaceError) as told:
        ObjectStorage("s3://faults/night", settings).look()
    assert told.value.code == "STORAGE_OBJECTS_AWAY"
    assert server.asked == [("PUT", "/latest/api/token")]


@pytest.mark.parametrize("told", ["s3://", "s3://A", "s3://user:word@x/y", "s3://a_b/c"])
def test_what_is_no_bucket_is_told_without_what_else_was_written(
    server: FaultServer, told: str
) -> None:
    with pytest.raises(PlaceError, match="no name that a bucket can have") as error:
        ObjectStorage(told, S3Settings())
    assert "word" not in str(error.value)
