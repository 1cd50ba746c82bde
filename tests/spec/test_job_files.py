"""Reading a job file: only a regular file of bounded size, never blocking, every fault named."""

from __future__ import annotations

import os
import resource
import socket
import time
from pathlib import Path

import pytest

from proxx_engine import JobSpecValidationError, encode_json, read_jobspec_file
from tests.spec.samples import encoded, job, written


def refusal(path: Path) -> JobSpecValidationError:
    with pytest.raises(JobSpecValidationError) as caught:
        read_jobspec_file(path)
    assert caught.value.subject == str(path)
    return caught.value


def test_a_job_file_is_read_and_checked(tmp_path: Path) -> None:
    path = tmp_path / "a.job.json"
    path.write_bytes(encoded(job()))
    spec = read_jobspec_file(path)
    path.write_bytes(encode_json(spec))
    assert read_jobspec_file(path) == spec


def test_rules_are_asked_too(tmp_path: Path) -> None:
    path = tmp_path / "a.job.json"
    path.write_bytes(written("output.naming_template", '"{clip}"'))
    assert [issue.code for issue in refusal(path).issues] == ["SPEC_BAD_TEMPLATE"]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    (issue,) = refusal(tmp_path / "gone.job.json").issues
    assert issue.code == "SPEC_UNREADABLE"
    assert "No such file" in issue.sentence


@pytest.mark.parametrize("kind", ["folder", "pipe", "device", "socket", "link to a pipe"])
def test_what_is_no_file_never_blocks(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.job.json"
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "device":
            path = Path(os.devnull)
        case "socket":
            with socket.socket(socket.AF_UNIX) as server:
                server.bind(os.path.relpath(path))
        case _:
            os.mkfifo(tmp_path / "pipe")
            path.symlink_to(tmp_path / "pipe")
    started = time.monotonic()
    (issue,) = refusal(path).issues
    assert issue.code == "SPEC_UNREADABLE"
    assert issue.sentence
    assert time.monotonic() - started < 2


def test_a_file_of_100_megabytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.job.json"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_inblock
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (issue,) = refusal(path).issues
    assert issue.code == "SPEC_TOO_LARGE"
    assert "found 100,000,000 bytes" in issue.sentence
    assert "at most 67,108,864" in issue.sentence
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 20_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_inblock - before < 1000


def test_a_file_without_permission(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        path = Path("/proc/self/mem")  # root may open it, and nobody can read it at 0
    else:
        path = tmp_path / "a.job.json"
        path.touch(mode=0)
    assert refusal(path).issues[0].code in ("SPEC_UNREADABLE", "SPEC_EMPTY")
