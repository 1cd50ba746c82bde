"""Results found on a disk: read without trust, each job once, the latest try, the proxy now."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import (
    ClipTry,
    ProxySeen,
    Tools,
    find_results,
    inspect_proxy,
)
from tests.results.made import make_proxy
from tests.results.scenes import (
    PROXY,
    clip_document,
    failed,
    put_proxy,
    result_bytes,
    write_result,
)
from tests.support import MakeClip

OTHER = b"THE BYTES OF A PROXY"


def tries(*folders: Path) -> list[ClipTry]:
    return [entry for job in find_results(folders).jobs for entry in job.tries]


def inspect(folder: Path, *, rehash: bool = False) -> ProxySeen:
    [entry] = tries(folder)
    return inspect_proxy(entry.stored, entry.clip, rehash=rehash)


def write(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


def write_sparse(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(1 << 40)


GOOD = result_bytes(clip_document("x.mov", Path("/out")))


@pytest.mark.parametrize(
    ("make", "told"),
    [
        pytest.param(write(b""), "no JSON", id="empty"),
        pytest.param(write(GOOD[:500]), "cut off", id="cut off"),
        pytest.param(write(b"\xff\xfe{}"), "no JSON", id="another encoding"),
        pytest.param(write(b"[1]"), "no result_version", id="another shape"),
        pytest.param(write(b'{"a": 1}'), "no result_version", id="another file"),
        pytest.param(
            write(GOOD.replace(b'"1.0"', b'"2.0"', 1)), 'result_version "2.0"', id="a newer version"
        ),
        pytest.param(
            write(b'{"job_id": null, ' + GOOD.lstrip()[1:]), "stands twice", id="a key twice"
        ),
        pytest.param(
            write(GOOD.replace(b'"duration_seconds": ', b'"duration_seconds": NaN, "x": ', 1)),
            "NaN",
            id="not a number",
        ),
        pytest.param(
            write(GOOD.replace(b'"COMPLETED"', b'"FINE"')), "status", id="an unknown status"
        ),
        pytest.param(
            write(GOOD.replace(b'"label"', b'"labell"', 1)), "label", id="an unknown field"
        ),
        pytest.param(write(b"[" * 100_000), "nest too deep", id="too deep"),
        pytest.param(write_sparse, "bytes, at most", id="too large"),
        pytest.param(os.mkfifo, "not a regular file", id="a pipe"),
        pytest.param(lambda path: path.symlink_to("nowhere"), "No such file", id="a dead link"),
    ],
)
def test_a_file_that_cannot_be_read_says_so_and_hides_no_other(
    tmp_path: Path, make: Callable[[Path], object], told: str
) -> None:
    write_result(tmp_path, clip_document("good.mov", tmp_path))
    make(tmp_path / "bad.result.json")
    found = find_results([tmp_path])
    assert [entry.clip.output.relative_path for entry in tries(tmp_path)] == ["good.mov"]
    [unread] = found.unread
    assert unread.path.name == "bad.result.json"
    assert told in unread.sentence


def test_hidden_folders_and_links_to_folders_are_passed_by(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_result(out / "a", clip_document("a.mov", out / "a"))
    for hidden in (".proxx-0123abcd", ".Trash", "a/.proxx-0123abcd"):
        write_result(out / hidden, clip_document("hidden.mov", out))
    write_result(tmp_path / "elsewhere", clip_document("linked.mov", out))
    (out / "link").symlink_to(tmp_path / "elsewhere")
    assert [entry.clip.output.relative_path for entry in tries(out)] == ["a.mov"]
    assert len(tries(out / "link")) == 1, "a link that a person names is looked into"


def test_the_two_copies_of_a_result_count_once(tmp_path: Path) -> None:
    beside = write_result(tmp_path / "out", clip_document("a.mov", tmp_path / "out"))
    job_id = json.loads(beside.read_bytes())["job_id"]
    with_job = put_proxy(tmp_path / f"jobs/a.{job_id}.result.json", beside.read_bytes())
    [job] = find_results([tmp_path, with_job, beside]).jobs
    assert set(job.stored.copies) == {beside, with_job}
    assert not job.stored.differing


def test_copies_that_differ_are_told_and_the_one_that_claims_least_counts(tmp_path: Path) -> None:
    beside = write_result(tmp_path, clip_document("a.mov", tmp_path))
    told = json.loads(beside.read_bytes())
    told["status"] = "FAILED"
    put_proxy(tmp_path / f"a.{told['job_id']}.result.json", json.dumps(told).encode())
    [job] = find_results([tmp_path]).jobs
    assert job.stored.differing
    assert job.stored.result.status == "FAILED"


def test_a_job_without_a_result_waits(tmp_path: Path, make_clip: MakeClip, tools: Tools) -> None:
    ran = make_proxy(tmp_path, make_clip, tools)
    assert find_results([tmp_path]).waiting == ()
    for path in tmp_path.rglob("*.result.json"):
        path.unlink()
    (tmp_path / "out/broken.job.json").write_text("{")
    found = find_results([tmp_path])
    [mark] = found.waiting
    assert (mark.job_id, mark.batch, mark.clip_count) == (ran.spec.job_id, ran.spec.batch, 1)
    assert [entry.path.name for entry in found.unread] == ["broken.job.json"]


@pytest.mark.parametrize("subfolder", ["", "day 1/A001"])
def test_a_tree_that_was_moved_as_a_whole_has_its_proxies(tmp_path: Path, subfolder: str) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    name = f"{subfolder}/a.mov".lstrip("/")
    put_proxy(old / name)
    write_result(old / subfolder, clip_document(name, old))
    shutil.move(old, new)
    assert inspect(new) == ProxySeen(new / name, "there")


def test_a_result_in_the_output_folder_knows_proxies_of_several_folders(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    clips = [clip_document(name, old) for name in ("one/a.mov", "two/b.mov")]
    write_result(old, *clips)
    for name in ("one/a.mov", "two/b.mov"):
        put_proxy(old / name)
    shutil.move(old, new)
    seen = [inspect_proxy(entry.stored, entry.clip) for entry in tries(new)]
    assert [one.state for one in seen] == ["there", "there"]


def test_a_copied_tree_is_judged_by_its_own_proxies(tmp_path: Path) -> None:
    put_proxy(tmp_path / "out/a.mov")
    write_result(tmp_path / "out", clip_document("a.mov", tmp_path / "out"))
    shutil.copytree(tmp_path / "out", tmp_path / "backup")
    put_proxy(tmp_path / "backup/a.mov", OTHER)
    assert inspect(tmp_path / "out", rehash=True).state == "there"
    assert inspect(tmp_path / "backup", rehash=True).state == "content differs"


@pytest.mark.parametrize(
    ("spoil", "quick", "read_whole"),
    [
        pytest.param(lambda path: None, "there", "there", id="untouched"),
        pytest.param(Path.unlink, "gone", "gone", id="deleted"),
        pytest.param(
            lambda path: path.write_bytes(PROXY + b"!"),
            "size differs",
            "size differs",
            id="of another size",
        ),
        pytest.param(
            lambda path: path.write_bytes(OTHER), "there", "content differs", id="of other bytes"
        ),
    ],
)
def test_a_proxy_is_what_it_was_or_that_is_told(
    tmp_path: Path, spoil: Callable[[Path], object], quick: str, read_whole: str
) -> None:
    proxy = put_proxy(tmp_path / "a.mov")
    write_result(tmp_path, clip_document("a.mov", tmp_path))
    spoil(proxy)
    assert inspect(tmp_path).state == quick
    assert inspect(tmp_path, rehash=True).state == read_whole


@pytest.mark.parametrize(
    ("first", "second", "counts_instead"),
    [
        pytest.param("failed", "done", True, id="failed, then done"),
        pytest.param("failed", "failed", True, id="failed, then failed again"),
        pytest.param("done", "done", True, id="done, then replaced"),
        pytest.param("done", "failed", False, id="done, then one that failed"),
        pytest.param("failed", "of another source", False, id="failed, then another's failure"),
    ],
)
def test_a_later_try_counts_instead(
    tmp_path: Path, first: str, second: str, counts_instead: bool
) -> None:
    clips: dict[str, dict[str, Any]] = {
        "done": clip_document("a.mov", tmp_path),
        "failed": failed("a.mov", tmp_path),
        "of another source": failed("a.mov", tmp_path) | {"source": "/card/b.mov"},
    }
    write_result(tmp_path, clips[second], minute=2)
    write_result(tmp_path, clips[first], minute=1)
    older, newer = tries(tmp_path)
    assert older.stored.result.completed_at < newer.stored.result.completed_at
    assert (older.instead is not None) is counts_instead
    assert newer.instead is None


@pytest.mark.parametrize("done_at", [1, 3], ids=["before it", "after it"])
@pytest.mark.parametrize(
    ("changes", "counts_instead"),
    [
        pytest.param({}, True, id="the same clip's"),
        pytest.param({"clip_fingerprint": "0" * 64}, False, id="another profile's"),
    ],
)
def test_a_proxy_that_was_there_already_is_the_one_that_was_asked_for(
    tmp_path: Path, done_at: int, changes: dict[str, str], counts_instead: bool
) -> None:
    done = clip_document("a.mov", tmp_path) | changes
    write_result(tmp_path, done, minute=done_at)
    refused = failed("a.mov", tmp_path, "OUTPUT_EXISTS") | {"source": "/another mount/a.mov"}
    write_result(tmp_path, refused, minute=2)
    [job] = [one for one in find_results([tmp_path]).jobs if one.stored.result.failure]
    [entry] = job.tries
    if done_at == 3:
        assert entry.instead is not None, "what is completed later counts in any case"
    else:
        assert (entry.instead is not None) is counts_instead
        assert job.is_done_again is counts_instead


def test_clips_that_did_not_run_for_a_proxy_that_was_there_are_not_lacking(tmp_path: Path) -> None:
    names = ("a.mov", "b.mov", "c.mov")
    write_result(tmp_path, *(clip_document(name, tmp_path) for name in names[:2]), minute=1)
    refused = failed("a.mov", tmp_path, "OUTPUT_EXISTS")
    waited = [failed(name, tmp_path) | {"status": "NOT_RUN", "failure": None} for name in names[1:]]
    write_result(tmp_path, refused, *waited, minute=2)
    [*_made, there, also_there, lacking] = tries(tmp_path)
    assert [one.instead is not None for one in (there, also_there, lacking)] == [True, True, False]


def test_an_earlier_proxy_is_no_excuse_for_another_failure(tmp_path: Path) -> None:
    write_result(tmp_path, clip_document("a.mov", tmp_path), minute=1)
    write_result(tmp_path, failed("a.mov", tmp_path, "ENCODE_FAILED"), minute=2)
    [_done, entry] = tries(tmp_path)
    assert entry.instead is None
