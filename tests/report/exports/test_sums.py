"""Checksum lists: what coreutils itself says of them."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sidecar.report.exports.sums import write_sums
from tests.report.exports.rows import put, rows_below
from tests.results.scenes import failed, write_result

SHA256SUM = shutil.which("sha256sum") or ""
_COREUTILS = pytest.mark.skipif(sys.platform != "linux", reason="coreutils are Linux's")
ODD = (
    *("A.mov", "with space.mov", " begins.mov", "*star.mov", "-dash.mov", "ümlaut 映画.mov"),
    *("back\\slash.mov", "line\nbreak.mov", "\\n.mov", "cr\r.mov", "ends\n", "quo'te\".mov"),
)


def check(folder: Path, data: bytes) -> subprocess.CompletedProcess[bytes]:
    (folder / "SUMS").write_bytes(data)
    words = [SHA256SUM, "-c", "--strict", "SUMS"]
    return subprocess.run(words, cwd=folder, capture_output=True, check=False)


@_COREUTILS
def test_coreutils_finds_every_proxy_whatever_its_name(tmp_path: Path) -> None:
    for name in ODD:
        put(tmp_path, name)
    data, count, left_out = write_sums(rows_below(tmp_path), tmp_path)
    assert (count, left_out) == (len(ODD), ())
    done = check(tmp_path, data)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(b": OK\n") == len(ODD)


@_COREUTILS
def test_names_are_written_as_coreutils_writes_them(tmp_path: Path) -> None:
    for name in ODD:
        put(tmp_path, name)
    data, _, _ = write_sums(rows_below(tmp_path), tmp_path)
    words = [SHA256SUM, "--", *ODD]
    written = subprocess.run(words, cwd=tmp_path, capture_output=True, check=True).stdout
    assert sorted(data.splitlines()) == sorted(written.splitlines())


@_COREUTILS
def test_a_proxy_that_rots_after_it_is_found_by_the_list(tmp_path: Path) -> None:
    path = put(tmp_path, "A.mov")
    data, _, _ = write_sums(rows_below(tmp_path), tmp_path)
    path.write_bytes(path.read_bytes()[::-1])
    done = check(tmp_path, data)
    assert done.returncode == 1
    assert b"A.mov: FAILED" in done.stdout


@_COREUTILS
def test_paths_lead_from_the_folder_of_the_list(tmp_path: Path) -> None:
    put(tmp_path / "proxies" / "day 1", "A.mov")
    (tmp_path / "lists").mkdir()
    (tmp_path / "way").symlink_to(tmp_path / "lists", target_is_directory=True)
    rows = rows_below(tmp_path)
    for folder in (tmp_path, tmp_path / "lists", tmp_path / "way", tmp_path / "proxies"):
        data, _, _ = write_sums(rows, folder)
        assert check(folder, data).returncode == 0, data
    assert data.endswith(b"  day 1/A.mov\n")


def test_only_what_is_proven_and_has_its_size_is_listed(tmp_path: Path) -> None:
    put(tmp_path, "A.mov")
    put(tmp_path, "gone.mov").unlink()
    put(tmp_path, "short.mov").write_bytes(b"x")
    put(tmp_path, "rotten.mov").write_bytes(b"the bytes of a prox?")
    write_result(tmp_path, failed("B.mov", tmp_path))
    data, count, left_out = write_sums(rows_below(tmp_path), tmp_path)
    assert count == 2
    assert {each.name for each in left_out} == {"gone.mov", "short.mov", "B.mov"}
    data, count, left_out = write_sums(rows_below(tmp_path, rehash=True), tmp_path)
    assert data == hashlib.sha256(b"the bytes of a proxy").hexdigest().encode() + b"  A.mov\n"
    assert {each.name: each.reason for each in left_out}["rotten.mov"] == "changed: content differs"


def test_the_same_rows_twice_stand_once(tmp_path: Path) -> None:
    put(tmp_path, "A.mov")
    _, count, _ = write_sums(rows_below(tmp_path) * 2, tmp_path)
    assert count == 1


@_COREUTILS
def test_a_name_that_is_no_text_is_written_byte_for_byte(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"day\xff")
    put(tmp_path, "A.mov")
    rows = rows_below(tmp_path)
    (tmp_path / "A.mov").unlink()
    folder.mkdir()
    (folder / "A.mov").write_bytes(b"the bytes of a proxy")
    from dataclasses import replace

    data, count, left_out = write_sums([replace(rows[0], proxy=folder / "A.mov")], tmp_path)
    assert (count, left_out) == (1, ())
    assert b"  day\xff/A.mov\n" in data
    assert check(tmp_path, data).returncode == 0
