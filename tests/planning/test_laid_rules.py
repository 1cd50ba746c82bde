"""Where sound may lie, as the rules over a JobSpec have it; what lies elsewhere is another job."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import JobSpecValidationError, PathMap, Tools, decode_jobspec, plan_job
from proxx_engine.planning.path_maps import map_spec
from tests.recorded_apart import ONE_O_CLOCK, create, make_picture
from tests.support import MakeClip
from tests.waves import Wave


@pytest.fixture
def laid_job(make_clip: MakeClip, tools: Tools, tmp_path: Path) -> dict[str, Any]:
    """A JobSpec as JSON of a clip with a recording that begins 480 samples late."""
    Wave(ONE_O_CLOCK + 480, 40_000).write(tmp_path / "sound" / "T01.WAV")
    clips = (make_picture(make_clip),)
    creation = create(clips, (tmp_path / "sound",), tmp_path / "out", tools)
    value: dict[str, Any] = json.loads(creation.jobs[0].spec.model_dump_json(by_alias=True))
    return value


def test_a_recording_is_found_where_a_path_map_says(laid_job: dict[str, Any]) -> None:
    spec = decode_jobspec(json.dumps(laid_job).encode())
    folder = str(Path(spec.clips[0].source.files[1]).parent)
    mapped = map_spec(spec, (PathMap(written=folder, local="/elsewhere"),))
    assert mapped.clips[0].source.files[1] == "/elsewhere/T01.WAV"


@pytest.mark.parametrize(
    ("where", "value", "words"),
    [
        pytest.param(("laid", "samples"), 57601, "expected 57600", id="longer than the picture"),
        pytest.param(("laid", "begins"), 57600, "no sample of the sound", id="after the picture"),
        pytest.param(("laid", "begins"), -40_000, "no sample of the sound", id="before it"),
        pytest.param(("source_file_index",), 0, "", id="the picture's own file"),
        pytest.param(("mix",), [["1/1"], ["1/1"]], "found 2 rows", id="a row too many"),
        pytest.param(("mix",), [["1/2", "1/2"]], "for each of", id="a coefficient too many"),
        pytest.param(("mix",), [["3/2"]], "would clip", id="a mix that clips"),
    ],
)
def test_a_jobspec_that_lays_sound_where_none_is_is_refused(
    where: tuple[str, ...], value: Any, words: str, laid_job: dict[str, Any]
) -> None:
    track = laid_job["clips"][0]["target"]["audio"][1]
    for name in where[:-1]:
        track = track[name]
    track[where[-1]] = value
    with pytest.raises(JobSpecValidationError) as refused:
        plan_job(decode_jobspec(json.dumps(laid_job).encode()))
    assert words in " ".join(issue.sentence for issue in refused.value.issues)


def test_one_recording_is_laid_once(laid_job: dict[str, Any]) -> None:
    tracks = laid_job["clips"][0]["target"]["audio"]
    tracks.append(tracks[1])
    with pytest.raises(JobSpecValidationError, match="already has"):
        plan_job(decode_jobspec(json.dumps(laid_job).encode()))


def test_where_sound_lies_is_part_of_what_is_asked(laid_job: dict[str, Any]) -> None:
    plain = plan_job(decode_jobspec(json.dumps(laid_job).encode()))
    laid_job["clips"][0]["target"]["audio"][1]["laid"]["begins"] += 1
    moved = plan_job(decode_jobspec(json.dumps(laid_job).encode()))
    assert plain.jobspec_fingerprint != moved.jobspec_fingerprint
    assert plain.clips[0].fingerprint != moved.clips[0].fingerprint


@pytest.mark.parametrize("index", [0, 1])
def test_no_picture_of_a_sequence_passes_for_sound(index: int, laid_job: dict[str, Any]) -> None:
    source = laid_job["clips"][0]["source"]
    folder = "/footage"
    source["files"] = [f"{folder}/a.{number}.dpx" for number in range(1, 4)]
    source["path"] = source["files"][0]
    source["sequence"] = {"prefix": "a.", "digits": 1, "first": 1, "suffix": ".dpx"}
    source["audio"] = [source["audio"][1] | {"file_index": index}]
    with pytest.raises(JobSpecValidationError, match="behind the pictures"):
        plan_job(decode_jobspec(json.dumps(laid_job).encode()))
