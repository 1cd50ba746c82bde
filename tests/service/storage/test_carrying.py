"""What travels, to where, and what is told where it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxx_engine import (
    JobSpec,
    PathMap,
    RequestError,
    Tools,
    local_path,
)
from proxx_engine.planning.path_maps import map_spec
from sidecar.service.carrying import carry_proxies, carry_sources, clear_scratch, fetch_sources
from sidecar.service.keys import media_key
from sidecar.service.settings import MediaSettings
from sidecar.service.storage.objects import ObjectStorage
from tests.end_to_end.coloured_bars import identity, with_lut, write_cube
from tests.end_to_end.test_path_maps import make_spec, shoot

__all__ = ["shoot"]


@pytest.fixture
def spec(shoot: Path, tools: Tools) -> JobSpec:
    """A job of one clip and a LUT."""
    return make_spec(shoot, tools, with_lut(write_cube(shoot, identity, size=2), "tv"))


def source_of(spec: JobSpec) -> str:
    """The path of the only source."""
    return spec.clips[0].source.path


def codes(error: RequestError) -> list[str]:
    """The codes of all problems."""
    return [issue.code for issue in error.issues]


def test_a_job_of_which_nothing_travels_is_left_alone(
    folder_storage: ObjectStorage, spec: JobSpec, tmp_path: Path
) -> None:
    own = (PathMap(written="/elsewhere", local="/here"),)
    for media in (MediaSettings(), MediaSettings(sources=("/other",), proxies=("/other",))):
        maps = fetch_sources(spec, folder_storage, media, tmp_path / "scratch", maps=own)
        assert maps == own
        assert carry_sources(spec, folder_storage, media.sources) == ()
    assert not (tmp_path / "scratch").exists()


def test_what_is_there_already_and_equal_is_fine(
    storage: ObjectStorage, spec: JobSpec, shoot: Path
) -> None:
    first = carry_sources(spec, storage, [str(shoot)])
    again = carry_sources(spec, storage, [str(shoot)])
    assert [each.is_new for each in first] == [True, True]
    assert [each.is_new for each in again] == [False, False]
    assert [each.sha256 for each in first] == [each.sha256 for each in again]


def test_all_that_cannot_be_carried_is_told_at_once(
    storage: ObjectStorage, spec: JobSpec, shoot: Path
) -> None:
    lut = Path(spec.profile.look.lut.path)  # type: ignore[union-attr]
    source = Path(source_of(spec))
    kept = source.read_bytes()
    source.write_bytes(kept + b"\0")
    lut.write_text("another")
    with pytest.raises(RequestError) as told:
        carry_sources(spec, storage, [str(shoot)])
    assert codes(told.value) == ["SOURCE_CHANGED", "SOURCE_LUT_CHANGED"]
    source.unlink()
    lut.unlink()
    with pytest.raises(RequestError) as told:
        carry_sources(spec, storage, [str(shoot)])
    assert codes(told.value) == ["SOURCE_MISSING", "SOURCE_MISSING"]
    assert storage.size_of(f"sources{source}") is None


def test_another_file_under_the_sources_name_is_told_and_kept(
    storage: ObjectStorage, spec: JobSpec, shoot: Path
) -> None:
    storage.put_new(f"sources{source_of(spec)}", b"another")
    with pytest.raises(RequestError) as told:
        carry_sources(spec, storage, [str(shoot)])
    assert codes(told.value) == ["STORAGE_OBJECT_CHANGED"]
    assert storage.read(f"sources{source_of(spec)}", limit=99) == b"another"


def test_a_path_of_another_system_needs_a_map(
    folder_storage: ObjectStorage, spec: JobSpec, shoot: Path
) -> None:
    written = map_spec(spec, (PathMap(written=str(shoot), local="P:\\shoot"),))
    with pytest.raises(RequestError) as told:
        carry_sources(written, folder_storage, ["P:\\"])
    assert "SOURCE_MISSING" in codes(told.value)
    maps = (PathMap(written="P:\\shoot", local=str(shoot)),)
    carried = carry_sources(written, folder_storage, ["P:\\"], maps=maps)
    assert [each.key for each in carried][1:] == [f"sources/P/shoot/{lut_name(spec)}"]


def lut_name(spec: JobSpec) -> str:
    """The file name of the LUT."""
    return Path(spec.profile.look.lut.path).name  # type: ignore[union-attr]


def test_of_two_roots_and_one_within_another_each_file_travels_once_and_lies_in_one_place(
    folder_storage: ObjectStorage, spec: JobSpec, shoot: Path, tmp_path: Path
) -> None:
    roots = (str(shoot), str(shoot / "footage"), "/other")
    carried = carry_sources(spec, folder_storage, roots)
    assert len({each.key for each in carried}) == len(carried) == 2
    scratch = tmp_path / "scratch"
    for order in (roots, roots[::-1]):
        media = MediaSettings(sources=order, proxies=(str(shoot),))
        maps = fetch_sources(spec, folder_storage, media, scratch)
        for each in carried:
            local = Path(local_path(each.path, maps))
            assert local == scratch.joinpath("media", *each.path.split("/")[1:])
            assert local.stat().st_size == folder_storage.size_of(each.key)
        assert Path(local_path(spec.output.directory, maps)).is_dir()
    clear_scratch(scratch)
    assert not scratch.exists()
    clear_scratch(scratch)


def test_a_root_is_no_root_of_a_name_that_only_begins_like_it(
    folder_storage: ObjectStorage, spec: JobSpec, shoot: Path
) -> None:
    assert carry_sources(spec, folder_storage, [str(shoot)[:-1]]) == ()
    assert carry_sources(spec, folder_storage, [f"{shoot}/foot"]) == ()


def test_one_folder_that_would_have_to_be_in_two_places_is_told(
    folder_storage: ObjectStorage, spec: JobSpec, shoot: Path, tmp_path: Path
) -> None:
    within = str(shoot / "footage")
    output = spec.output.model_copy(update={"directory": within})
    awkward = spec.model_copy(update={"output": output})
    for media in (MediaSettings(proxies=(within,)), MediaSettings(sources=(within,))):
        with pytest.raises(RequestError, match="media") as told:
            fetch_sources(awkward, folder_storage, media, tmp_path / "scratch")
        assert codes(told.value) == ["SPEC_BAD_PAIR"]
    both = MediaSettings(sources=(within,), proxies=(within,))
    assert fetch_sources(awkward, folder_storage, both, tmp_path / "scratch")


def test_a_workers_own_maps_hold_for_what_does_not_travel(
    folder_storage: ObjectStorage, spec: JobSpec, shoot: Path, tmp_path: Path
) -> None:
    own = (
        PathMap(written=str(shoot), local="/mnt/shoot"),
        PathMap(written=str(shoot / "footage"), local="/mnt/never"),
    )
    media = MediaSettings(sources=(str(shoot / "footage"),))
    maps = fetch_sources(spec, folder_storage, media, tmp_path / "scratch", maps=own)
    assert local_path(spec.output.directory, maps) == "/mnt/shoot/out"
    assert local_path(spec.profile.look.lut.path, maps).startswith("/mnt/shoot/")  # type: ignore[union-attr]
    assert local_path(source_of(spec), maps).startswith(str(tmp_path / "scratch"))


def test_a_name_that_no_key_can_have_is_told(
    folder_storage: ObjectStorage, spec: JobSpec, shoot: Path, tools: Tools
) -> None:
    deep = shoot.joinpath("footage", *(["d" * 200] * 5))
    deep.mkdir(parents=True)
    Path(source_of(spec)).rename(deep / "A.mov")
    with pytest.raises(RequestError, match="is too long") as told:
        carry_sources(make_spec(shoot, tools), folder_storage, [str(shoot)])
    assert codes(told.value) == ["SPEC_BAD_PATH"]


def test_nothing_is_carried_of_a_job_whose_proxies_stay(
    folder_storage: ObjectStorage, spec: JobSpec
) -> None:
    assert carry_proxies(spec, None, folder_storage, ["/other"]) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize("of", ["source", "folder"])
def test_a_name_that_leads_out_of_a_scratch_on_windows_is_refused_before_anything_is_written(
    folder_storage: ObjectStorage,
    spec: JobSpec,
    tmp_path: Path,
    of: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    clip, output = spec.clips[0], spec.output
    root = tmp_path / "elsewhere"
    path = f"{root}/D:/A:1.mov"
    folder_storage.put_new(media_key("sources", path), b"theirs")
    if of == "source":
        source = clip.source.model_copy(update={"path": path, "files": (path,)})
        clip = clip.model_copy(update={"source": source})
        media = MediaSettings(sources=(str(root),))
    else:
        output = output.model_copy(update={"directory": f"{root}/D:/x"})
        media = MediaSettings(proxies=(str(root),))
    evil = spec.model_copy(update={"clips": (clip,), "output": output})
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(RequestError) as raised:
        fetch_sources(evil, folder_storage, media, Path(r"C:\scratch"))
    assert codes(raised.value) == ["SPEC_BAD_NAME"]
    assert sorted(tmp_path.rglob("*")) == before
