"""Proxies that need not be made again: proven, unchanged, and made of the same clip."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from proxx_engine import ProvenProxies, Tools
from tests.results.made import make_proxy
from tests.results.scenes import clip_document, failed, put_proxy, write_result
from tests.support import MakeClip, Ran


def change_bytes(proxy: Path) -> None:
    """Change one byte, and neither size nor time."""
    before = proxy.stat()
    data = bytearray(proxy.read_bytes())
    data[len(data) // 2] ^= 1
    proxy.write_bytes(data)
    os.utime(proxy, ns=(before.st_atime_ns, before.st_mtime_ns))


def differing_copy(proxy: Path) -> None:
    beside = min(proxy.parent.glob("*.result.json"), key=lambda path: len(path.name))
    beside.write_bytes(beside.read_bytes().replace(b'"prober"', b' "prober"', 1))


@pytest.mark.parametrize(
    ("happens", "by_hash", "by_trust"),
    [
        pytest.param(lambda proxy: None, True, True, id="nothing happened"),
        pytest.param(change_bytes, False, True, id="a byte was changed in secret"),
        pytest.param(lambda proxy: os.utime(proxy), True, False, id="it was touched long after"),
        pytest.param(
            lambda proxy: proxy.write_bytes(proxy.read_bytes()[:-1]), False, False, id="it was cut"
        ),
        pytest.param(Path.unlink, False, False, id="it was deleted"),
        pytest.param(differing_copy, False, False, id="a copy of the result was changed"),
    ],
)
def test_a_proxy_is_proven_while_it_is_what_was_compared(
    tmp_path: Path,
    make_clip: MakeClip,
    tools: Tools,
    happens: Callable[[Path], object],
    by_hash: bool,
    by_trust: bool,
) -> None:
    ran = make_proxy(tmp_path, make_clip, tools)
    ended = proxy_time(ran)
    os.utime(ran.proxy, (ended, ended))
    happens(ran.proxy)
    if happens is not change_bytes and ran.proxy.exists() and ran.proxy.stat().st_mtime > ended:
        os.utime(ran.proxy, (ended + 60, ended + 60))
    fingerprint = ran.result.clips[0].clip_fingerprint
    for trust, proven in ((False, by_hash), (True, by_trust)):
        found = ProvenProxies(tmp_path / "out", trust=trust).find(fingerprint, ran.proxy)
        assert (found is not None) is proven, f"trust={trust}"


def proxy_time(ran: Ran) -> float:
    return ran.proxy.stat().st_mtime


def test_what_was_asked_must_be_the_same(tmp_path: Path, make_clip: MakeClip, tools: Tools) -> None:
    ran = make_proxy(tmp_path, make_clip, tools)
    proven = ProvenProxies(tmp_path / "out")
    assert proven.find("0" * 64, ran.proxy) is None
    assert proven.find(ran.result.clips[0].clip_fingerprint, ran.proxy) == ran.result.clips[0]
    assert proven.find(ran.result.clips[0].clip_fingerprint, tmp_path / "out/other.mov") is None


def test_the_weaker_look_is_never_proof_but_says_whose_the_file_is(
    tmp_path: Path, make_clip: MakeClip, tools: Tools
) -> None:
    ran = make_proxy(tmp_path, make_clip, tools, verification="exists")
    [clip] = ran.result.clips
    for trust in (False, True):
        assert (
            ProvenProxies(tmp_path / "out", trust=trust).find(clip.clip_fingerprint, ran.proxy)
            is None
        )
    assert ProvenProxies(tmp_path / "out").find_unchanged(ran.proxy) == clip
    change_bytes(ran.proxy)
    assert ProvenProxies(tmp_path / "out", trust=True).find_unchanged(ran.proxy) is None


def test_a_moved_tree_is_still_proven(tmp_path: Path, make_clip: MakeClip, tools: Tools) -> None:
    ran = make_proxy(tmp_path, make_clip, tools)
    moved = tmp_path / "moved"
    shutil.move(tmp_path / "out", moved)
    proxy = moved / ran.proxy.name
    fingerprint = ran.result.clips[0].clip_fingerprint
    assert ProvenProxies(moved).find(fingerprint, proxy) is not None
    assert ProvenProxies(moved).find(fingerprint, ran.proxy) is None


def test_a_clip_of_a_job_that_failed_later_is_proven_by_itself(tmp_path: Path) -> None:
    proxy = put_proxy(tmp_path / "a.mov")
    done, broken = clip_document("a.mov", tmp_path), failed("b.mov", tmp_path)
    path = write_result(tmp_path, done, broken)
    assert json.loads(path.read_bytes())["status"] == "PARTIAL"
    assert ProvenProxies(tmp_path).find(done["clip_fingerprint"], proxy) is not None
    assert ProvenProxies(tmp_path).find(done["clip_fingerprint"], tmp_path / "b.mov") is None
