"""A whole job whose source comes out of the storage and whose proxy goes into it."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
from pathlib import Path

import pytest

from proxx_engine import JobSpec, PathMap, RequestError, Tools, place_of_job
from proxx_engine.planning.path_maps import map_spec
from sidecar.service.carrying import carry_proxies, carry_sources, clear_scratch, fetch_sources
from sidecar.service.keys import media_key
from sidecar.service.settings import MediaSettings
from sidecar.service.storage.objects import ObjectStorage
from tests.end_to_end.coloured_bars import identity, with_lut, write_cube
from tests.end_to_end.results_compared import differences
from tests.end_to_end.test_cards_and_sequences import p2_card
from tests.end_to_end.test_path_maps import make_spec, shoot
from tests.support import Ran, execute

__all__ = ["p2_card", "shoot"]

PLACES = [
    pytest.param("{root}", "{root}", id="as here"),
    pytest.param("P:\\shoot", "p:/SHOOT/", id="a drive"),
    pytest.param("\\\\nas\\raid\\shoot", "//NAS/raid/shoot", id="a share"),
]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run_carried(
    spec: JobSpec,
    storage: ObjectStorage,
    media: MediaSettings,
    tools: Tools,
    folder: Path,
    own: tuple[PathMap, ...] = (),
) -> Ran:
    """Do what a worker does with a job whose media travel."""
    maps = fetch_sources(spec, storage, media, folder / "scratch", maps=own)
    (folder / "jobs").mkdir(parents=True)
    ran = execute(spec, folder / "jobs", dataclasses.replace(tools, path_maps=maps))
    assert ran.result.status == "COMPLETED", (ran.result.failure, ran.result.clips)
    carry_proxies(spec, ran.result, storage, media.proxies, maps=maps)
    clear_scratch(folder / "scratch")
    return ran


@pytest.mark.parametrize(("name", "root"), PLACES)
def test_with_and_without_the_storage_the_proxy_and_its_record_are_the_same(
    storage: ObjectStorage, shoot: Path, tools: Tools, tmp_path: Path, name: str, root: str
) -> None:
    name, root = name.format(root=shoot), root.format(root=shoot)
    lut = write_cube(shoot, identity, size=2)
    here = (PathMap(written=name, local=str(shoot)),)
    back = (PathMap(written=str(shoot), local=name),)
    spec = map_spec(make_spec(shoot, tools, with_lut(lut, "tv")), back)
    (tmp_path / "plain").mkdir()
    plain = execute(spec, tmp_path / "plain", dataclasses.replace(tools, path_maps=here))
    assert plain.result.status == "COMPLETED", plain.result.failure
    (proxy,) = (path for path in (shoot / "out").iterdir() if path.suffix == ".mov")
    made = proxy.read_bytes()

    carried = carry_sources(spec, storage, [root], maps=here)
    assert [each.path for each in carried] == [
        spec.clips[0].source.path,
        spec.profile.look.lut.path,  # type: ignore[union-attr]
    ]
    shutil.rmtree(shoot)
    media = MediaSettings(sources=(root,), proxies=(root,))
    ran = run_carried(spec, storage, media, tools, tmp_path / "carried")

    assert differences(plain.result, ran.result) == []
    (clip,) = ran.result.clips
    key = media_key("proxies", clip.output.path)
    assert storage.read(key, limit=10**8) == made
    assert storage.hash_of(key) == clip.output_sha256 == sha256_of(made)
    assert not (tmp_path / "carried" / "scratch").exists()
    assert not shoot.exists()
    folder = media_key("proxies", spec.output.directory)
    beside = storage.read(f"{folder}/{spec.label}.{spec.job_id[:8]}.result.json", limit=10**6)
    assert beside == place_of_job(ran.job_file).result.read_bytes()


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_sound_in_files_of_its_own_travels_too(
    folder_storage: ObjectStorage, p2_card: Path, tools: Tools, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    (root / "out").mkdir(parents=True)
    p2_card.rename(root / "footage")
    spec = make_spec(root, tools)
    carried = carry_sources(spec, folder_storage, [str(root)])
    assert {each.path for each in carried} == set(spec.clips[0].source.files)
    assert len(carried) > 1
    shutil.rmtree(root / "footage")
    media = MediaSettings(sources=(str(root / "footage"),))
    ran = run_carried(spec, folder_storage, media, tools, tmp_path / "carried")
    (clip,) = ran.result.clips
    assert sha256(root / "out" / clip.output.relative_path) == clip.output_sha256


def test_proxies_alone_may_travel_and_sources_be_read_where_they_are(
    folder_storage: ObjectStorage, shoot: Path, tools: Tools, tmp_path: Path
) -> None:
    spec = make_spec(shoot, tools)
    shutil.rmtree(shoot / "out")
    media = MediaSettings(proxies=(str(shoot),))
    ran = run_carried(spec, folder_storage, media, tools, tmp_path / "carried")
    (clip,) = ran.result.clips
    assert folder_storage.hash_of(media_key("proxies", clip.output.path)) == clip.output_sha256
    assert sorted(path.name for path in shoot.iterdir()) == ["footage"]


def test_sources_alone_may_travel_and_proxies_be_written_to_their_own_place(
    folder_storage: ObjectStorage, shoot: Path, tools: Tools, tmp_path: Path
) -> None:
    spec = make_spec(shoot, tools)
    carry_sources(spec, folder_storage, [str(shoot)])
    shutil.rmtree(shoot / "footage")
    media = MediaSettings(sources=(str(shoot),))
    ran = run_carried(spec, folder_storage, media, tools, tmp_path / "carried")
    (clip,) = ran.result.clips
    assert sha256(shoot / "out" / clip.output.relative_path) == clip.output_sha256


def test_a_job_run_again_finds_its_proxy_there_and_another_is_not_replaced(
    folder_storage: ObjectStorage, shoot: Path, tools: Tools, tmp_path: Path
) -> None:
    spec = make_spec(shoot, tools)
    media = MediaSettings(proxies=(str(shoot / "out"),))
    first = run_carried(spec, folder_storage, media, tools, tmp_path / "first")
    (clip,) = first.result.clips
    maps = fetch_sources(spec, folder_storage, media, tmp_path / "again")
    ran = execute(spec, tmp_path, dataclasses.replace(tools, path_maps=maps))
    with pytest.raises(RequestError) as told:  # its record has other times
        carry_proxies(spec, ran.result, folder_storage, media.proxies, maps=maps)
    assert [issue.code for issue in told.value.issues] == ["OUTPUT_EXISTS"]
    assert told.value.issues[0].path.endswith(".result.json")

    place = Path(folder_storage.told_as, media_key("proxies", clip.output.path))
    place.write_bytes(b"another")
    with pytest.raises(RequestError) as told:
        carry_proxies(spec, ran.result, folder_storage, media.proxies, maps=maps)
    assert told.value.issues[0].path == clip.output.path
    assert place.read_bytes() == b"another"


def test_a_proxy_that_is_not_the_results_any_more_is_not_carried(
    folder_storage: ObjectStorage, shoot: Path, tools: Tools, tmp_path: Path
) -> None:
    spec = make_spec(shoot, tools)
    media = MediaSettings(proxies=(str(shoot / "out"),))
    maps = fetch_sources(spec, folder_storage, media, tmp_path / "scratch")
    ran = execute(spec, tmp_path, dataclasses.replace(tools, path_maps=maps))
    (proxy,) = (path for path in (tmp_path / "scratch").rglob("*.mov"))
    proxy.write_bytes(proxy.read_bytes()[:-1] + b"\0")
    with pytest.raises(RequestError) as told:
        carry_proxies(spec, ran.result, folder_storage, media.proxies, maps=maps)
    assert [issue.code for issue in told.value.issues] == ["OUTPUT_CHANGED"]
    key = media_key("proxies", ran.result.clips[0].output.path)
    assert folder_storage.size_of(key) is None


def test_a_source_that_was_never_carried_is_a_source_that_is_missing(
    folder_storage: ObjectStorage, shoot: Path, tools: Tools, tmp_path: Path
) -> None:
    spec = make_spec(shoot, tools)
    media = MediaSettings(sources=(str(shoot / "footage"),))
    maps = fetch_sources(spec, folder_storage, media, tmp_path / "scratch")
    ran = execute(spec, tmp_path, dataclasses.replace(tools, path_maps=maps))
    assert ran.result.clips[0].failure is not None
    assert ran.result.clips[0].failure.code == "SOURCE_MISSING"


def test_a_source_that_another_program_changed_in_the_storage_is_found_before_the_first_frame(
    folder_storage: ObjectStorage, shoot: Path, tools: Tools, tmp_path: Path
) -> None:
    spec = make_spec(shoot, tools)
    (carried,) = carry_sources(spec, folder_storage, [str(shoot)])
    place = Path(folder_storage.told_as, carried.key)
    place.write_bytes(place.read_bytes()[:-1] + b"\0")
    media = MediaSettings(sources=(str(shoot / "footage"),))
    maps = fetch_sources(spec, folder_storage, media, tmp_path / "scratch")
    ran = execute(spec, tmp_path, dataclasses.replace(tools, path_maps=maps))
    assert ran.result.clips[0].failure is not None
    assert ran.result.clips[0].failure.code == "SOURCE_CHANGED"
