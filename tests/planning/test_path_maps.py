"""A root may have another name on another machine; by whole names, in either system's way."""

from __future__ import annotations

import pytest

from proxx_engine import decode_jobspec, plan_job
from proxx_engine.planning.path_maps import (
    is_windows_path,
    local_path,
    map_spec,
    root_problem,
    used_maps,
)
from proxx_engine.results.execution_results import PathMap
from tests.spec import samples


def maps(*pairs: tuple[str, str]) -> tuple[PathMap, ...]:
    return tuple(PathMap(written=written, local=local) for written, local in pairs)


@pytest.mark.parametrize(
    ("written", "root", "local_root", "local"),
    [
        pytest.param("/nas/a/b.mov", "/nas", "/mnt/nas", "/mnt/nas/a/b.mov", id="POSIX to POSIX"),
        pytest.param("P:\\shoot\\a\\b.mov", "P:\\shoot", "/mnt/s", "/mnt/s/a/b.mov", id="drive"),
        pytest.param("P:/shoot/a/b.mov", "p:\\SHOOT\\", "/mnt/s", "/mnt/s/a/b.mov", id="any slash"),
        pytest.param("P:\\Ärger\\b.mov", "p:/äRGER", "/mnt", "/mnt/b.mov", id="any case"),
        pytest.param("P:\\a\\b.mov", "P:", "/mnt", "/mnt/a/b.mov", id="a whole drive"),
        pytest.param("P:\\a\\b.mov", "P:\\", "/", "/a/b.mov", id="to the root of all"),
        pytest.param("\\\\nas\\s\\a\\b.mov", "\\\\NAS\\S", "/mnt", "/mnt/a/b.mov", id="share"),
        pytest.param("\\\\nas\\s\\a.mov", "//nas/s", "/mnt", "/mnt/a.mov", id="share with slashes"),
        pytest.param("/Volumes/s/a/b.mov", "/Volumes/s", "P:\\s", "P:\\s\\a\\b.mov", id="to drive"),
        pytest.param("/Volumes/s/a.mov", "/Volumes/s/", "P:", "P:\\a.mov", id="to a whole drive"),
        pytest.param("/v/s/a.mov", "/v/s", "\\\\nas\\x", "\\\\nas\\x\\a.mov", id="to a share"),
        pytest.param("P:\\s\\a.mov", "P:\\s", "Q:\\t", "Q:\\t\\a.mov", id="drive to drive"),
        pytest.param("/nas", "/nas", "/mnt", "/mnt", id="the root itself"),
        pytest.param("P:\\", "P:\\", "Q:\\", "Q:\\", id="the drive itself"),
        pytest.param("/a/b.mov", "/", "/mnt", "/mnt/a/b.mov", id="from the root of all"),
        pytest.param("/M\u00fcller/a", "/Mu\u0308ller", "/m", "/m/a", id="composed or not"),
        pytest.param("/nas//a/b.mov", "/nas/", "/m", "/m/a/b.mov", id="slashes twice"),
        pytest.param("P:\\a\\Ä b.mov", "P:\\", "/m", "/m/a/Ä b.mov", id="names stay as written"),
    ],
)
def test_a_path_below_a_root_is_that_of_this_machine(
    written: str, root: str, local_root: str, local: str
) -> None:
    assert root_problem(root) is root_problem(local_root) is None
    assert local_path(written, maps((root, local_root))) == local


@pytest.mark.parametrize(
    ("written", "root", "local_root"),
    [
        pytest.param("/nas2/a.mov", "/nas", "/mnt", id="only begins alike"),
        pytest.param("/NAS/a.mov", "/nas", "/mnt", id="POSIX names have a case"),
        pytest.param("/a/nas/b.mov", "/nas", "/mnt", id="in the middle"),
        pytest.param("P:\\shooting\\a", "P:\\shoot", "/mnt", id="only begins alike, Windows"),
        pytest.param("Q:\\shoot\\a", "P:\\shoot", "/mnt", id="another drive"),
        pytest.param("\\\\nas\\s2\\a", "\\\\nas\\s", "/mnt", id="another share"),
        pytest.param("/P:/shoot/a", "P:\\shoot", "/mnt", id="a folder called P:"),
        pytest.param("/nas/..\\..\\a", "/nas", "P:\\x", id="a name that would lead elsewhere"),
        pytest.param("/nas/a:b", "/nas", "P:\\x", id="a name that would be a stream"),
        pytest.param("/nas/C:/b", "/nas", "P:\\x", id="a name that would be a drive"),
    ],
)
def test_every_other_path_stays_as_it_is_written(written: str, root: str, local_root: str) -> None:
    assert local_path(written, maps((root, local_root))) == written


def test_the_longest_root_counts_and_of_equals_the_first() -> None:
    several = maps(("/nas", "/short"), ("/nas/shoot/day1", "/long"), ("/nas/shoot", "/middle"))
    assert local_path("/nas/shoot/day1/a.mov", several) == "/long/a.mov"
    assert local_path("/nas/shoot/day2/a.mov", several) == "/middle/day2/a.mov"
    assert local_path("/nas/b.mov", maps(("/nas", "/one"), ("/nas/", "/two"))) == "/one/b.mov"


def test_what_was_mapped_is_not_mapped_again() -> None:
    assert local_path("/a/x", maps(("/a", "/b"), ("/b", "/c"))) == "/b/x"


@pytest.mark.parametrize(
    "root",
    [
        "",
        "nas",
        "./nas",
        "P",
        "P:shoot",
        "\\nas",
        "\\\\nas",
        "//nas/",
        "/a/../b",
        "P:\\.\\a",
        "~/a",
    ],
)
def test_what_is_no_root(root: str) -> None:
    assert root_problem(root) is not None


@pytest.mark.parametrize(
    ("path", "windows"), [("/a\\b", False), ("P:\\a", True), ("p:/a", True), ("\\\\n\\s\\a", True)]
)
def test_which_system_writes_a_path_so(path: str, windows: bool) -> None:
    assert is_windows_path(path) is windows


LUT = {"path": "/luts/a.cube", "sha256": "ab" * 32, "range": "pc"}
LOOK = {"lut": LUT, "burn_in": None, "flips": None, "data_level": None, "crop": None}


def test_a_job_is_mapped_whole_and_stays_valid() -> None:
    job = samples.changed(samples.job(2), "profile.look", LOOK)
    spec = decode_jobspec(samples.encoded(job))
    here = map_spec(spec, maps(("/footage", "P:\\f"), ("/luts", "/opt/l")))
    plan = plan_job(here)
    assert here.output.directory == "P:\\f\\Proxy"
    assert plan.clips[0].clip.source.files == ("P:\\f\\card A\\A001C001.mov",)
    assert plan.clips[0].clip.source.path == "P:\\f\\card A\\A001C001.mov"
    assert plan.clips[0].output_path.startswith("P:\\f\\Proxy\\")
    assert plan.work_folder.startswith("P:\\f\\.proxx-")
    assert plan.clips[0].lut is not None
    assert plan.clips[0].lut.path == "/opt/l/a.cube"
    assert plan.jobspec_fingerprint != plan_job(spec).jobspec_fingerprint
    assert plan.clips[0].fingerprint == plan_job(spec).clips[0].fingerprint


def test_a_job_that_no_map_concerns_is_itself() -> None:
    spec = decode_jobspec(samples.encoded(samples.job()))
    others = maps(("/elsewhere", "/mnt"))
    assert map_spec(spec, others) is spec
    assert map_spec(spec, ()) is spec
    assert used_maps(spec, (*others, *maps(("/footage", "/f")))) == maps(("/footage", "/f"))


def test_numbered_pictures_follow_from_their_numbers_after_mapping_too() -> None:
    job = samples.job()
    files = [f"/footage/seq/a.{number:04d}.dpx" for number in range(1, 4)]
    sequence = {"prefix": "a.", "digits": 4, "first": 1, "suffix": ".dpx"}
    changes = {"path": files[0], "files": files, "sequence": sequence, "audio": []}
    job["clips"][0]["source"] |= changes
    job["clips"][0]["target"]["audio"] = []
    spec = decode_jobspec(samples.encoded(job))
    command = plan_job(map_spec(spec, maps(("/footage", "P:\\f")))).clips[0].command
    assert "file:P:\\f\\seq\\a.%04d.dpx" in command
