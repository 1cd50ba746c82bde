"""One storage of each kind, empty, under one name for all."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import pytest

from sidecar.service.settings import S3Settings
from sidecar.service.storage.objects import ObjectStorage
from tests.service.servers.seaweed import SeaweedServer

BUCKET = "storage-tests"


@pytest.fixture(autouse=True)
def nobodys_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No credentials but those of a test; a metadata service is never asked."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def storage_at(server: SeaweedServer, prefix: str) -> ObjectStorage:
    """The storage below a prefix of the tests' bucket."""
    settings = S3Settings(endpoint=server.endpoint, region=server.region, allow_http=True)
    return ObjectStorage(f"s3://{BUCKET}/{prefix}", settings)


@pytest.fixture
def prefix() -> str:
    """A prefix of its own."""
    return f"t-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def bucket_storage(
    s3_server: SeaweedServer, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> ObjectStorage:
    """An empty prefix of a real server."""
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    s3_server.make_bucket(BUCKET)
    return storage_at(s3_server, prefix)


@pytest.fixture
def folder_storage(tmp_path: Path) -> ObjectStorage:
    """An empty folder."""
    storage = ObjectStorage(str(tmp_path / "storage"), S3Settings())
    storage.prepare()
    return storage


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest) -> ObjectStorage:
    """Each kind of storage, empty."""
    found = request.getfixturevalue(f"{request.param}_storage")
    assert isinstance(found, ObjectStorage)
    return found
