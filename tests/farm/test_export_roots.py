"""The roots of a bundle: said or computed; each path that a job names lies below exactly one."""

from __future__ import annotations

import json
import random
import string
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxx_engine import PathMap, decode_jobspec, local_path, plan_here, plan_job
from sidecar.farm.roots import compute_roots
from tests.farm.scenes import job_value, read, values_of, write_jobs
from tests.sidecar.calling import Proxx
from tests.spec.samples import profile


def roots(farm: Proxx, *values: dict[str, Any], more: tuple[object, ...] = ()) -> dict[str, str]:
    """Export jobs; return what their roots are called in them."""
    jobs = farm.folder / "jobs"
    write_jobs(jobs, *values)
    said = farm("farm", "export", jobs, "--bundle", farm.folder / "bundle", *more)
    assert said.code == 0, said.err
    found: dict[str, str] = read(farm.folder / "bundle", "jobs/roots.json")
    return found


def complaints(farm: Proxx, *values: dict[str, Any], more: tuple[object, ...] = ()) -> str:
    jobs = farm.folder / "jobs"
    write_jobs(jobs, *values)
    said = farm("farm", "export", jobs, "--bundle", farm.folder / "bundle", *more)
    assert said.code == 2
    assert not (farm.folder / "bundle").exists()
    return said.err


def test_computed_roots_are_the_deepest_common_folder_of_each_volume(farm: Proxx) -> None:
    found = roots(
        farm,
        job_value(1, files=["/mnt/a/day 1/A/1.mov"], out="/mnt/a/proxies/1"),
        job_value(2, files=["/mnt/a/day 1/B/2.mov"], out="/mnt/a/proxies/2"),
        job_value(3, files=["/mnt/b/day 2/3.mov", "/mnt/b/day 2/sound/3.wav"], out="/mnt/b"),
        job_value(4, files=["/media/x.mov"], out="/media/out"),
    )
    assert list(found.values()) == ["/media", "/mnt/a/day 1", "/mnt/a/proxies", "/mnt/b"]


def test_drives_and_shares_are_volumes_whatever_their_case_and_slashes(farm: Proxx) -> None:
    found = roots(
        farm,
        job_value(1, files=[r"P:\Shoot\A\1.mov"], out=r"Q:\Proxies"),
        job_value(2, files=["p:/shoot/B/2.mov"], out=r"q:\PROXIES\2"),
        job_value(3, files=[r"\\nas\Footage\day 1\3.mov"], out=r"\\NAS\footage\day 2"),
        job_value(4, files=[r"\\nas\other\4.mov"], out=r"\\nas\other\out"),
    )
    assert sorted(found.values(), key=str.casefold) == [
        r"\\nas\Footage\day 1",
        r"\\NAS\footage\day 2",
        r"\\nas\other",
        r"P:\Shoot",
        r"Q:\Proxies",
    ]


def test_a_share_may_be_said_with_either_slash(farm: Proxx) -> None:
    value = job_value(1, files=[r"\\nas\Footage\A\1.mov"], out=r"\\nas\Footage\out")
    assert roots(farm, value, more=("--root", "//NAS/footage/")) == {"Root1": r"\\NAS\footage"}


@pytest.mark.parametrize(
    ("out", "root"),
    [
        ("/mnt/cache/day 3/Proxy", "/mnt/cache/day 3"),
        ("/mnt/cache/Proxy", "/mnt/cache"),
        (r"Q:\day 3\Proxy", r"Q:\day 3"),
        (r"\\nas\Proxy", r"\\nas\Proxy"),
    ],
)
def test_the_hidden_folder_beside_a_folder_called_proxy_lies_below_its_root_too(
    farm: Proxx, out: str, root: str
) -> None:
    value = job_value(1, out=out)
    found = roots(farm, value)
    assert root in found.values()
    plan = plan_job(decode_jobspec(json.dumps(value).encode(), name="job"))
    maps = tuple(PathMap(written=each, local=f"/w/{name}") for name, each in found.items())
    here = plan_here(plan, maps)
    for path in (here.work_folder, here.result_path, here.clips[0].output_path):
        assert path.startswith("/w/Root"), path


@pytest.mark.parametrize(
    "more",
    [
        ("--path-map", "/mnt/cache/Proxy=/vol/7"),
        ("--root", "/mnt/cache/Proxy", "--root", "/mnt/shoot"),
    ],
)
def test_a_folder_called_proxy_that_is_a_root_of_its_own_stays_one(
    farm: Proxx, more: tuple[str, ...]
) -> None:
    found = roots(farm, job_value(1, out="/mnt/cache/Proxy"), more=more)
    assert "/mnt/cache/Proxy" in found.values()


def test_a_lut_lies_below_a_root_too(farm: Proxx) -> None:
    found = roots(farm, _with_lut(job_value(1)))
    assert "/mnt/looks" in found.values()
    assets = read(farm.folder / "bundle", "asset_references.json")["assetReferences"]
    assert "/mnt/looks/day.cube" in assets["inputs"]["filenames"]


def _with_lut(value: dict[str, Any]) -> dict[str, Any]:
    lut = {"path": "/mnt/looks/day.cube", "sha256": "ab" * 32, "table": "3d", "range": "tv"}
    look = {"lut": lut, "burn_in": None, "flips": None, "data_level": None, "crop": None}
    return value | {"profile": profile(look=look)}


def test_said_roots_hold_all_paths_or_each_that_is_outside_is_told(farm: Proxx) -> None:
    values = [
        job_value(1, files=["/mnt/a/1.mov"], out="/mnt/out"),
        job_value(2, files=["/mnt/ab/2.mov"], out="/srv/out"),
    ]
    said = complaints(farm, *values, more=("--root", "/mnt/a", "--root", "/mnt/out/"))
    assert "/mnt/ab: lies below no --root" in said
    assert "/srv/out: lies below no --root" in said
    assert "/mnt/a:" not in said
    more = ("--root", "/srv/", "--root", "/mnt//", "--root", "/unused")
    assert roots(farm, *values, more=more) == {"Root1": "/mnt", "Root2": "/srv"}


def test_a_root_below_which_nothing_lies_is_told_and_left_out(farm: Proxx) -> None:
    write_jobs(farm.folder / "jobs", job_value(1))
    more = ("--root", "/mnt", "--root", "/unused")
    said = farm("farm", "export", farm.folder / "jobs", "--bundle", farm.folder / "b", *more)
    assert said.code == 0
    assert "--root /unused: nothing lies below it" in said.err


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (("/mnt", "/mnt/shoot"), "lies in"),
        (("/mnt", "/mnt/"), "or is the same"),
        (("P:\\x", "p:/X/y", "/mnt"), "lies in"),
        (("//nas",), "SPEC_BAD_PATH"),
        ((r"\\nas",), "SPEC_BAD_PATH"),
    ],
)
def test_roots_that_contradict_each_other_or_are_none_are_refused(
    farm: Proxx, said: tuple[str, ...], told: str
) -> None:
    more = tuple(word for root in said for word in ("--root", root))
    assert told in complaints(farm, job_value(1), more=more)


def test_a_root_may_be_named_as_here_and_values_are_the_names_of_here(farm: Proxx) -> None:
    here = farm.folder / "share"
    (here / "shoot").mkdir(parents=True)
    value = job_value(1, files=[r"P:\shoot\A\1.mov"], out=r"P:\proxies")
    maps = ("--path-map", f"P:\\={here}")
    more = (*maps, "--root", here / "shoot", "--root", r"P:\proxies")
    assert roots(farm, value, more=more) == {"Root1": r"P:\proxies", "Root2": r"P:\shoot"}
    values = values_of(farm.folder / "bundle")
    assert (values["Root1"], values["Root2"]) == (str(here / "proxies"), str(here / "shoot"))
    assets = read(farm.folder / "bundle", "asset_references.json")["assetReferences"]
    assert assets["inputs"]["filenames"] == [str(here / "shoot/A/1.mov")]
    assert assets["outputs"]["directories"] == [str(here / "proxies")]


def test_a_folder_that_is_mounted_apart_has_a_root_of_its_own(farm: Proxx) -> None:
    values = [
        job_value(1, files=[r"P:\shoot\A\1.mov"], out=r"P:\shoot\proxies"),
        job_value(2, files=[r"P:\shoot\nas\B\2.mov"], out=r"P:\shoot\proxies"),
    ]
    more = ("--path-map", r"P:\=/mnt/p", "--path-map", r"P:\shoot\nas=/mnt/nas")
    assert list(roots(farm, *values, more=more).values()) == [
        r"P:\shoot\A",
        r"P:\shoot\nas\B",
        r"P:\shoot\proxies",
    ]
    assert values_of(farm.folder / "bundle")["Root2"] == "/mnt/nas/B"


@pytest.mark.parametrize("said", [(), ("--root", "P:\\")])
def test_a_root_whose_name_here_is_not_that_of_all_below_it_is_refused(
    farm: Proxx, said: tuple[str, ...]
) -> None:
    values = [
        job_value(1, files=[r"P:\1.mov"], out=r"P:\proxies"),
        job_value(2, files=[r"P:\nas\B\2.mov"], out=r"P:\proxies"),
    ]
    more = ("--path-map", r"P:\=/mnt/p", "--path-map", r"P:\nas=/mnt/nas", *said)
    told = complaints(farm, *values, more=more)
    assert r"P:\nas\B is /mnt/nas/B here" in told
    assert "/mnt/p/nas/B" in told


def test_a_root_of_another_system_is_exported_and_told(farm: Proxx) -> None:
    jobs = farm.folder / "jobs"
    write_jobs(jobs, job_value(1, files=[r"P:\shoot\1.mov"], out=r"P:\proxies"))
    said = farm("farm", "export", jobs, "--bundle", farm.folder / "bundle")
    assert said.code == 0
    assert r"P:\shoot: a path of another system" in said.err
    assert values_of(farm.folder / "bundle")["Root2"] == r"P:\shoot"


NAMES = st.text(string.ascii_letters + " .é̈ÉſßµK", min_size=1, max_size=3).filter(
    lambda name: name not in (".", "..")
)
VOLUMES = st.sampled_from(
    ["/", "/mnt/", "/mnt/a/", "C:\\", "c:/", "D:\\", "\\\\nas\\one\\", "\\\\NAS\\ONE\\"]
)
FOLDERS = st.builds(
    lambda volume, names: volume + ("/" if volume[0] == "/" else "\\").join(names),
    VOLUMES,
    st.lists(NAMES, max_size=4),
)


def _is_below(path: str, root: str) -> bool:
    """As the engine sees it, which maps the paths at last."""
    return local_path(path, (PathMap(written=root, local="/\x01"),)) != path


def _pure(path: str) -> PurePath:
    return PurePosixPath(path) if path[0] == "/" else PureWindowsPath(path)


@given(st.lists(FOLDERS, max_size=6), st.lists(FOLDERS, min_size=1, max_size=4), st.randoms())
def test_every_folder_lies_below_exactly_one_computed_root(
    read: list[str], written: list[str], shuffler: random.Random
) -> None:
    found = compute_roots(read, written)
    for folder in (*read, *written):
        child = str(_pure(folder) / "x.mov")
        assert [root for root in found if _is_below(child, root)] != [], folder
        assert len([root for root in found if _is_below(child, root)]) == 1, folder
    again_read, again_written = list(read), list(written)
    shuffler.shuffle(again_read)
    shuffler.shuffle(again_written)
    assert compute_roots(again_read, again_written) == found
