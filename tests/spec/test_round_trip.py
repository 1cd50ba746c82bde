"""A JobSpec keeps its bytes, cannot be changed anywhere, and says the same in every writing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from proxx_engine import (
    JobSpec,
    decode_jobspec,
    decode_profile,
    encode_json,
    load_profiles,
    plan_job,
)
from tests.spec.samples import encoded, field, job, profile


def everything_in(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from everything_in(getattr(value, name))
    elif isinstance(value, tuple):
        for entry in value:
            yield from everything_in(entry)


def test_what_was_written_is_read_back_byte_for_byte() -> None:
    spec = decode_jobspec(encoded(job(3)))
    written = encode_json(spec)
    assert decode_jobspec(written) == spec
    assert encode_json(decode_jobspec(written)) == written
    assert written.endswith(b"}\n")
    assert "Köln" in encode_json(decode_jobspec(field("label", "Köln"))).decode()


def test_nothing_in_a_jobspec_can_be_changed() -> None:
    allowed = (BaseModel, tuple, str, int, bool, Fraction, type(None))
    for part in everything_in(decode_jobspec(encoded(job(2)))):
        assert isinstance(part, allowed), type(part)
        if isinstance(part, BaseModel):
            for name in type(part).model_fields:
                with pytest.raises(ValidationError, match="frozen"):
                    setattr(part, name, None)
                with pytest.raises(ValidationError, match="frozen"):
                    delattr(part, name)


def test_equal_jobspecs_are_one_key() -> None:
    first, second = decode_jobspec(encoded(job())), decode_jobspec(encoded(job()))
    assert {first: "one"}[second] == "one"
    assert hash(first) != hash(decode_jobspec(field("label", "other")))


def test_a_plan_cannot_be_changed() -> None:
    plan = plan_job(decode_jobspec(encoded(job())))
    for part in (plan, plan.clips[0], plan.clips[0].expected):
        assert part is not None
        for field_of_part in dataclasses.fields(part):
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(part, field_of_part.name, None)


def test_two_fields_may_be_left_out_and_no_other() -> None:
    spec = job()
    del spec["batch"], spec["retried_from"]
    assert decode_jobspec(encoded(spec)).batch is None
    optional = {n for n, f in JobSpec.model_fields.items() if not f.is_required()}
    assert optional == {"batch", "retried_from"}


@pytest.mark.parametrize("built_in", load_profiles(), ids=lambda each: each.name)
def test_a_built_in_profile_is_read_back(built_in: Any) -> None:
    assert decode_profile(encode_json(built_in)) == built_in


def test_hevc_is_read_as_h265() -> None:
    one = decode_profile(encoded(profile(codec="hevc")))
    other = decode_profile(encoded(profile(codec="h265")))
    assert one.codec == "h265"
    assert encode_json(one) == encode_json(other)
