"""What a worker fetches is whole and no more than its job was made for, whatever befalls it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from proxx_engine import JobSpec, RequestError, decode_jobspec, encode_json, local_path
from sidecar.service.carrying import carry_sources, fetch_sources
from sidecar.service.keys import media_key
from sidecar.service.settings import MediaSettings
from sidecar.service.storage.objects import ObjectStorage
from tests.service.storage.test_carrying import codes, shoot, source_of, spec

__all__ = ["shoot", "spec"]


def test_what_is_fetched_already_is_kept_and_what_was_half_fetched_goes(
    folder_storage: ObjectStorage, spec: JobSpec, shoot: Path, tmp_path: Path
) -> None:
    carry_sources(spec, folder_storage, [str(shoot)])
    media = MediaSettings(sources=(str(shoot),))
    maps = fetch_sources(spec, folder_storage, media, tmp_path / "scratch")
    local = Path(local_path(source_of(spec), maps))
    half = local.with_name(f".{local.name}.0123abcd.part")
    half.write_bytes(b"half")
    before = local.stat().st_mtime_ns
    assert fetch_sources(spec, folder_storage, media, tmp_path / "scratch") == maps
    assert local.stat().st_mtime_ns == before
    assert not half.exists()


def test_a_worker_that_is_stopped_while_it_fetches_goes_on_another_time(
    folder_storage: ObjectStorage, spec: JobSpec, shoot: Path, tmp_path: Path
) -> None:
    carry_sources(spec, folder_storage, [str(shoot)])
    media, scratch = MediaSettings(sources=(str(shoot),)), tmp_path / "scratch"
    with pytest.raises(InterruptedError):
        fetch_sources(spec, folder_storage, media, scratch, going=lambda: False)
    assert [path for path in scratch.rglob("*") if path.is_file()] == []
    maps = fetch_sources(spec, folder_storage, media, scratch)
    assert Path(local_path(source_of(spec), maps)).read_bytes()


def test_a_fetch_that_is_killed_leaves_nothing_under_a_final_name(
    folder_storage: ObjectStorage, spec: JobSpec, shoot: Path, tmp_path: Path
) -> None:
    (carried, *_lut) = carry_sources(spec, folder_storage, [str(shoot)])
    place = Path(folder_storage.told_as, carried.key)
    place.write_bytes(bytes(64 * 1024 * 1024))
    value = json.loads(encode_json(spec))
    value["clips"][0]["source"]["size_bytes"] = 64 * 1024 * 1024
    spec = decode_jobspec(json.dumps(value).encode())
    (tmp_path / "job.json").write_bytes(encode_json(spec))
    program = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from proxx_engine import decode_jobspec
        from sidecar.service.carrying import fetch_sources
        from sidecar.service.settings import MediaSettings, S3Settings
        from sidecar.service.storage import streams, folder
        from sidecar.service.storage.objects import ObjectStorage

        def slowly(path):
            for chunk in streams.read_stream(path):
                yield chunk
                time.sleep(0.02)

        folder.read_stream = slowly
        job, storage, root, scratch = sys.argv[1:]
        spec = decode_jobspec(Path(job).read_bytes())
        media = MediaSettings(sources=(root,))
        fetch_sources(spec, ObjectStorage(storage, S3Settings()), media, Path(scratch))
        """
    )
    scratch = tmp_path / "scratch"
    words = [str(tmp_path / "job.json"), folder_storage.told_as, str(shoot), str(scratch)]
    process = subprocess.Popen([sys.executable, "-c", program, *words])
    deadline = time.monotonic() + 60
    while not list(scratch.rglob("*.part")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = [path.name for path in scratch.rglob("*") if path.is_file()]
    assert [name.startswith(".") and name.endswith(".part") for name in left] == [True]
    maps = fetch_sources(spec, folder_storage, MediaSettings(sources=(str(shoot),)), scratch)
    assert os.path.getsize(local_path(source_of(spec), maps)) == 64 * 1024 * 1024
    assert not list(scratch.rglob("*.part"))


def test_what_is_larger_than_the_job_was_made_for_is_not_fetched(
    folder_storage: ObjectStorage, spec: JobSpec, shoot: Path, tmp_path: Path
) -> None:
    source = source_of(spec)
    huge = tmp_path / "huge"
    with open(huge, "wb") as file:
        file.truncate(spec.clips[0].source.size_bytes + 1)
    folder_storage.put_file_new(media_key("sources", source), huge)
    scratch = tmp_path / "scratch"
    with pytest.raises(RequestError) as told:
        fetch_sources(spec, folder_storage, MediaSettings(sources=(str(shoot),)), scratch)
    assert codes(told.value) == ["SOURCE_CHANGED"]
    assert not [each for each in scratch.rglob("*") if each.is_file()]
