"""Contracts and commands change on purpose only: what was written stays readable and the same.

After a change on purpose: `python -m tests.golden.rewrite`, and read the diff.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from proxx_engine import JobExecutionResult, decode_jobspec, encode_json, load_profiles, plan_job
from tests.golden.documents import (
    CONTRACTS,
    HERE,
    JOBSPEC_1_0,
    RESULT_1_0,
    SCHEMAS,
    remade_documents,
    result_document,
)
from tests.spec.samples import changed, without

JOB_FINGERPRINT = "28c38b9ad952dd1f42ff0c8ccc970009be7310a1b4ebc324f51afe2e04f2edc3"
CLIP_FINGERPRINTS = (
    "b70dd840fa2707603bfa29d26f3a340b5dcc709b5418726014f2b6c4495fbe68",
    "44a453784aeaf51cfc77a1c536a65fd859bf56e08def02e7583e429096872090",
    "20ae9c4393bf92d4c36214d1ab6c8f4ed977ea03418d2fd4b7c682c398e18c8d",
)


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / name).read_bytes()))


def fields_with_sentences(name: str) -> dict[str, str]:
    schema = json.loads((SCHEMAS / name).read_bytes())
    classes = {"": schema} | schema["$defs"]
    return {
        f"{title}.{field}": rule["description"]
        for title, value in classes.items()
        for field, rule in value.get("properties", {}).items()
        if "description" in rule
    }


@pytest.mark.parametrize("path", remade_documents(), ids=lambda path: path.name)
def test_what_the_code_makes_is_what_is_kept(path: Path) -> None:
    assert path.read_text("utf-8") == remade_documents()[path]


def test_no_kept_command_is_left_over() -> None:
    assert set((HERE / "arguments").iterdir()) <= set(remade_documents())


def holds(whole: Any, part: Any) -> bool:
    """Whether everything that `part` says stands in `whole`, which may say more."""
    if isinstance(part, dict):
        return all(key in whole and holds(whole[key], value) for key, value in part.items())
    if isinstance(part, list):
        return len(whole) == len(part) and all(map(holds, whole, part))
    return type(whole) is type(part) and whole == part


def test_a_jobspec_of_1_0_is_read_and_keeps_what_it_says() -> None:
    data = JOBSPEC_1_0.read_bytes()
    assert holds(json.loads(encode_json(decode_jobspec(data))), json.loads(data))


def test_a_jobspec_of_1_0_keeps_its_fingerprints() -> None:
    plan = plan_job(decode_jobspec(JOBSPEC_1_0.read_bytes()))
    assert plan.jobspec_fingerprint == JOB_FINGERPRINT
    assert tuple(clip.fingerprint for clip in plan.clips) == CLIP_FINGERPRINTS


def test_a_result_of_1_0_is_read_and_keeps_what_it_says() -> None:
    data = RESULT_1_0.read_bytes()
    assert holds(
        json.loads(encode_json(JobExecutionResult.model_validate_json(data))), json.loads(data)
    )


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_schema_is_a_schema(name: str) -> None:
    schema = json.loads((SCHEMAS / name).read_bytes())
    Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    assert all(each["additionalProperties"] is False for each in schema["$defs"].values())


def test_what_was_written_fits_its_schema() -> None:
    validator("jobspec-1.0.schema.json").validate(json.loads(JOBSPEC_1_0.read_bytes()))
    validator("result-1.0.schema.json").validate(json.loads(RESULT_1_0.read_bytes()))
    for profile in load_profiles():
        validator("profile-1.0.schema.json").validate(json.loads(encode_json(profile)))


JOB = json.loads(JOBSPEC_1_0.read_bytes())


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(without(JOB, "clips.0.source.path"), id="a missing field"),
        pytest.param(changed(JOB, "lable", "x"), id="an unknown field"),
        pytest.param(changed(JOB, "spec_version", "2.0"), id="another version"),
        pytest.param(changed(JOB, "clips", []), id="no clips"),
        pytest.param(changed(JOB, "label", "a\nb"), id="a newline in a name"),
        pytest.param(changed(JOB, "batch", "x" * 4097), id="a text too long"),
        pytest.param(changed(JOB, "clips.0.target.width", 961), id="an odd width"),
        pytest.param(changed(JOB, "clips.0.target.frame_rate", "0/1"), id="0 frames a second"),
        pytest.param(changed(JOB, "clips.0.target.frame_rate", 25), id="a rate as a number"),
        pytest.param(changed(JOB, "clips.0.target.rotation", 45), id="turned by 45 degrees"),
        pytest.param(changed(JOB, "clips.0.source.path", "a.mov"), id="a relative path"),
        pytest.param(changed(JOB, "clips.0.source.path", "http://a/b"), id="an address"),
        pytest.param(changed(JOB, "clips.0.source.path", "\\\\?\\C:\\a"), id="a device path"),
        pytest.param(changed(JOB, "profile.codec", "theora"), id="an unknown codec"),
        pytest.param(changed(JOB, "job_id", "1"), id="no UUID"),
    ],
)
def test_a_bad_jobspec_does_not_fit_its_schema(bad: Any) -> None:
    assert not validator("jobspec-1.0.schema.json").is_valid(bad)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"status": "DONE"}, id="an unknown status"),
        pytest.param({"result_version": "2.0"}, id="another version"),
        pytest.param({"counts": None}, id="no counts"),
        pytest.param({"progress": 50}, id="an unknown field"),
    ],
)
def test_a_bad_result_does_not_fit_its_schema(changes: dict[str, Any]) -> None:
    assert not validator("result-1.0.schema.json").is_valid(json.loads(result_document(**changes)))


@pytest.mark.parametrize("path", ["C:\\a\\b.mov", "\\\\nas\\share\\b.mov", "/a b/ä.mov", "/"])
def test_an_absolute_path_fits_the_schema(path: str) -> None:
    document = changed(JOB, "clips.0.source.path", path)
    assert validator("jobspec-1.0.schema.json").is_valid(document)


def test_the_sentence_under_a_field_is_its_description() -> None:
    sentences = fields_with_sentences("jobspec-1.0.schema.json")
    assert sentences["Timecode.from"] == "Who said so."
    assert sentences["Source.size_bytes"] == "All files together."
    assert sentences["ProfileSpec.why"] == "What the settings rest on."
    assert fields_with_sentences("result-1.0.schema.json")[".job_id"]
