"""A fingerprint says what was asked: it changes with every field of it, and with nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from proxx_engine import decode_jobspec, encode_json
from proxx_engine.planning.fingerprint import (
    fingerprint_clip,
    fingerprint_job,
    fingerprint_profile,
)
from tests.spec.samples import changed, clip, encoded, job, profile, source, target

OTHER_ID = "11111111-2222-4333-8444-555555555555"
RESOLVE = dict.fromkeys(
    (
        "project_id",
        "project_name",
        "media_id",
        "clip_name",
        "data_level",
        "flips",
        "color_science",
    ),
    "x",
)
LOOK = {
    "lut": {"path": "/a.cube", "sha256": "ab" * 32, "range": "tv"},
    "burn_in": ["{tc}"],
    "flips": "both",
    "data_level": "full",
    "crop": "16:9",
}
FULL = job(2, batch="day 3", retried_from=OTHER_ID)
FULL["clips"][0]["resolve"] = RESOLVE
FULL["profile"] |= {"look": LOOK, "conform_frame_rate": "25/1"}
"""A JobSpec in which no field is null, so that each can be changed."""

OTHERS: dict[str, list[Any]] = {
    "spec_version": [],
    "path": ["/other/name.mov"],
    "directory": ["/other"],
    "sample_sha256": ["cd" * 32],
    "sha256": ["cd" * 32],
    "created_at": ["2027-01-01T00:00:00Z"],
    "modified_at": ["2027-01-01T00:00:00Z"],
    "job_id": [OTHER_ID],
    "retried_from": ["21111111-2222-4333-8444-555555555555"],
    "start": ["02:00:00:00"],
    "codec": ["dnxhr", "pcm_s16le"],
    "container": ["mxf"],
    "encoder": ["dnxhd"],
    "mode": ["full"],
    "variable_frame_rate": [True, "keep", "refuse"],
    "resolve": [RESOLVE],
    "range": ["pc"],
    "basis": ["duration"],
    "field_order": ["top_first"],
    "rotation": [90],
    "from": ["csv"],
    "interlaced": ["deinterlace"],
    "determinism": ["same_cpu", "any_cpu"],
    "on_existing": ["replace"],
    "verification": ["exists"],
    "flips": ["horizontal"],
    "data_level": ["video"],
    "alpha": ["keep", True],
    "kilobits_per_channel": [96],
}
ONE_VALUE = {"spec_version", "profile_version", "scaler", "profile.rotation", "profile.video.range"}
"""Fields that have only one value in 1.0."""
NOT_ASKED = {
    "job_id",
    "created_at",
    "created_by.tool",
    "created_by.version",
    "created_by.host",
    "batch",
    "label",
    "retried_from",
    "execution.clip_timeout_seconds",
    "execution.stall_seconds",
}


def leaves(value: Any, here: str = "") -> Iterator[tuple[str, Any]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in entries:
        path = f"{here}.{key}" if here else str(key)
        if isinstance(inner, dict | list):
            yield from leaves(inner, path)
        else:
            yield path, inner


def another(path: str, value: Any) -> list[Any]:
    """Return values that may stand at `path` instead."""
    name = path.rpartition(".")[2]
    if name in OTHERS:
        return [other for other in OTHERS[name] if other != value]
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 2]
    if isinstance(value, str) and "/" in value and value[0].isdigit():
        return ["18/1", "17/1"]
    if isinstance(value, str):
        return ["/x.mov", "other"]
    return [2, 4, True, "other"]


LEAVES = [
    (path, value)
    for path, value in leaves(FULL)
    if path not in ONE_VALUE and path.rpartition(".")[2] not in ONE_VALUE
]


def fingerprints_after_change(path: str, value: Any) -> set[str]:
    """Return the fingerprints of the JobSpecs that a change at `path` can make."""
    found = set()
    for other in another(path, value):
        data = encoded(changed(FULL, path, other))
        try:
            spec = decode_jobspec(data)
        except Exception:
            continue
        found.add(fingerprint_job(spec))
    return found


def test_no_value_of_the_sample_is_without_another_one() -> None:
    assert len(LEAVES) > 120


@pytest.mark.parametrize(("path", "value"), LEAVES, ids=[path for path, _value in LEAVES])
def test_a_changed_field_changes_the_fingerprint_unless_it_was_not_asked(
    path: str, value: Any
) -> None:
    before = fingerprint_job(decode_jobspec(encoded(FULL)))
    after = fingerprints_after_change(path, value)
    assert after, "no other value could be written there"
    if path in NOT_ASKED or path.endswith((".source.modified_at", ".timecode.from")):
        assert after == {before}
    else:
        assert before not in after


def test_a_clip_more_or_less_is_another_job() -> None:
    marks = {fingerprint_job(decode_jobspec(encoded(job(n)))) for n in (1, 2, 3)}
    assert len(marks) == 3


def test_order_of_keys_and_spaces_do_not_matter() -> None:
    spec = decode_jobspec(encoded(job(2)))
    backwards = {key: job(2)[key] for key in reversed(list(job(2)))}
    assert fingerprint_job(decode_jobspec(encoded(backwards))) == fingerprint_job(spec)
    assert fingerprint_job(decode_jobspec(encode_json(spec))) == fingerprint_job(spec)


@pytest.mark.parametrize("token", ["job_id", "date", "time"])
def test_a_name_that_holds_the_act_is_compared_unexpanded(token: str) -> None:
    template = f"{{source_name}}_{{{token}}}"
    marks = set()
    for name in ("A001C001_one.mov", "A001C001_two.mov"):
        value = changed(job(), "output.naming_template", template)
        spec = decode_jobspec(encoded(changed(value, "clips.0.output_name", name)))
        marks.add(fingerprint_job(spec))
    assert len(marks) == 1


def test_hevc_and_h265_are_one_job() -> None:
    one, other = (
        decode_jobspec(encoded(job(profile=profile(codec=codec)))) for codec in ("hevc", "h265")
    )
    assert fingerprint_job(one) == fingerprint_job(other)
    assert fingerprint_profile(one.profile) == fingerprint_profile(other.profile)


def clip_mark(**changes: Any) -> str:
    spec = decode_jobspec(encoded(job(clips=[clip(**changes)])))
    return fingerprint_clip(spec.clips[0], fingerprint_profile(spec.profile))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"output_name": "other.mov"}, id="name"),
        pytest.param({"output_subdirectory": "other"}, id="folder"),
        pytest.param({"source": source("MOVED")}, id="where the source lies"),
        pytest.param({"source": source(modified_at="2027-01-01T00:00:00Z")}, id="time of change"),
    ],
)
def test_a_clip_is_the_same_wherever_it_lies(changes: dict[str, Any]) -> None:
    assert clip_mark(**changes) == clip_mark()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"source": source(size_bytes=1)}, id="size"),
        pytest.param({"source": source(sample_sha256="cd" * 32)}, id="content"),
        pytest.param({"source": source(timecode=None)}, id="timecode"),
        pytest.param({"source": source(reel="B001")}, id="reel"),
        pytest.param({"target": target(width=480)}, id="width"),
        pytest.param({"target": target(audio=[])}, id="sound"),
    ],
)
def test_a_clip_of_another_content_or_target_is_another(changes: dict[str, Any]) -> None:
    assert clip_mark(**changes) != clip_mark()


def test_a_clip_of_another_profile_is_another() -> None:
    spec = decode_jobspec(encoded(job()))
    other = decode_jobspec(encoded(job(profile=profile("dnxhr_lb"))))
    marks = {
        fingerprint_clip(spec.clips[0], fingerprint_profile(profile_of.profile))
        for profile_of in (spec, other)
    }
    assert len(marks) == 2
