"""Credentials stay in the environment: no file, message or child of a run holds one."""

from __future__ import annotations

import dataclasses
import logging
import shlex
import traceback
from pathlib import Path

import pytest

from proxx_engine import PlaceError, Tools
from sidecar.service.carrying import carry_proxies, carry_sources, fetch_sources
from sidecar.service.settings import MediaSettings, S3Settings
from sidecar.service.storage.objects import ObjectStorage
from tests.end_to_end.test_path_maps import make_spec, shoot
from tests.service.servers.seaweed import SeaweedServer
from tests.service.storage.conftest import BUCKET
from tests.support import execute

__all__ = ["shoot"]

OTHERS = {
    "PGPASSWORD": "canary-of-postgres",
    "REDISCLI_AUTH": "canary-of-redis",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/canary/of/identity",
}


@pytest.fixture
def canaries(
    s3_server: SeaweedServer, bucket_storage: ObjectStorage, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """What the environment holds and nothing else may: the server's real keys among it."""
    for name, value in OTHERS.items():
        monkeypatch.setenv(name, value)
    return [s3_server.access_key, s3_server.secret, *OTHERS.values()]


def held_by(data: bytes, canaries: list[str]) -> list[str]:
    """The canaries that some bytes hold."""
    return [canary for canary in canaries if canary.encode() in data]


def test_nothing_of_a_run_through_s3_holds_a_credential(
    bucket_storage: ObjectStorage,
    canaries: list[str],
    s3_server: SeaweedServer,
    prefix: str,
    shoot: Path,
    tools: Tools,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    spy = tmp_path / "ffmpeg"
    log = tmp_path / "environments.txt"
    spy.write_text(
        f"#!/bin/sh\nenv >> {shlex.quote(str(log))}\n"
        f'echo ran >> {shlex.quote(str(log))}\nexec {shlex.quote(str(tools.ffmpeg))} "$@"\n'
    )
    spy.chmod(0o755)
    spec = make_spec(shoot, tools)
    media = MediaSettings(sources=(str(shoot),), proxies=(str(shoot),))
    carried = carry_sources(spec, bucket_storage, media.sources)
    maps = fetch_sources(spec, bucket_storage, media, tmp_path / "scratch")
    seen_by = dataclasses.replace(tools, ffmpeg=spy, path_maps=maps)
    ran = execute(spec, tmp_path, seen_by)
    assert ran.result.status == "COMPLETED", ran.result.clips
    carried += carry_proxies(spec, ran.result, bucket_storage, media.proxies, maps=maps)

    assert log.read_text().count("ran\n") >= 2
    assert not [line for line in log.read_text().splitlines() if line.startswith("AWS_")]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 8
    for path in files:
        assert held_by(path.read_bytes(), canaries) == [], path
    store = s3_server.store(BUCKET)
    names = [each["path"] for page in store.list(prefix) for each in page]
    assert len(names) >= 2 * len(carried)
    for name in names:
        found = store.get(name)
        assert held_by(repr(found.attributes).encode(), canaries) == []
        assert held_by(found.bytes().to_bytes(), canaries) == [], name
    said = capfd.readouterr()
    assert held_by((said.out + said.err + caplog.text).encode(), canaries) == []


@pytest.mark.parametrize("wrong", ["key", "secret", "bucket", "port"])
def test_nothing_that_is_told_of_a_refusal_holds_a_credential(
    canaries: list[str],
    s3_server: SeaweedServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    wrong: str,
) -> None:
    if wrong in ("key", "secret"):
        name = {"key": "AWS_ACCESS_KEY_ID", "secret": "AWS_SECRET_ACCESS_KEY"}[wrong]
        monkeypatch.setenv(name, "canary-that-is-wrong")
    endpoint = "http://127.0.0.1:9" if wrong == "port" else s3_server.endpoint
    settings = S3Settings(endpoint=endpoint, region="us-east-1", allow_http=True)
    bucket = "no-such-bucket" if wrong == "bucket" else BUCKET
    storage = ObjectStorage(f"s3://{bucket}/x", settings)
    source = tmp_path / "source"
    source.write_bytes(bytes(9 * 1024 * 1024))
    acts = [
        storage.look,
        lambda: storage.read("k", limit=1),
        lambda: storage.fetch("k", tmp_path / "target"),
        lambda: storage.hash_of("k"),
    ]
    if wrong != "bucket":  # this server makes a bucket as soon as something is put there
        acts += [lambda: storage.put_new("k", b""), lambda: storage.put_file_new("k", source)]
    for act in acts:
        with pytest.raises(PlaceError) as told:
            act()
        assert told.value.code == "STORAGE_OBJECTS_AWAY"
        shown = "".join(traceback.format_exception(told.value))
        assert held_by(shown.encode(), [*canaries, "canary-that-is-wrong"]) == []
        assert "Signature=" not in shown


def test_no_view_of_a_storage_holds_a_credential(
    bucket_storage: ObjectStorage, canaries: list[str]
) -> None:
    shown = repr(bucket_storage) + bucket_storage.told_as + repr(vars(bucket_storage))
    assert held_by(shown.encode(), canaries) == []
