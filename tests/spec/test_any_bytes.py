"""Whatever stands in a file: it is a JobSpec that keeps its bytes, or it is refused by name."""

from __future__ import annotations

import copy
import json
import string
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proxx_engine import (
    JobSpecValidationError,
    decode_jobspec,
    encode_json,
    failure_kinds,
    plan_job,
)
from tests.spec.samples import encoded, job

VALID = encoded(job(2))
SETTINGS = settings(
    deadline=None,
    max_examples=250,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    derandomize=True,
)

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.integers(-3, 4000)
    | st.floats()
    | st.text(max_size=12)
    | st.text(alphabet="./\\:-~$ a{}", max_size=8)
    | st.sampled_from(
        ["prores_proxy", "mov", "/a", "C:\\a", "24000/1001", "0/1", "01:00:00:00", ""]
    )
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(string.ascii_lowercase, max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


def judge(data: bytes) -> None:
    """Read a file as every front door does."""
    try:
        spec = decode_jobspec(data)
        plan_job(spec)
    except JobSpecValidationError as error:
        judge_refusal(error)
        return
    written = encode_json(spec)
    again = decode_jobspec(written)
    assert again == spec
    assert encode_json(again) == written


def judge_refusal(error: JobSpecValidationError) -> None:
    assert error.issues
    assert str(error).encode()
    for issue in error.issues:
        assert issue.code in failure_kinds()
        assert issue.path.isprintable()
        assert issue.sentence.isprintable()
        assert len(issue.sentence) < 1000


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the place of every value below `value`."""
    found = [here] if here else []
    entries: dict[Any, Any] = {}
    if isinstance(value, dict | list):
        entries = value if isinstance(value, dict) else dict(enumerate(value))
    for key, inner in entries.items():
        found += places(inner, (*here, key))
    return found


PLACES = places(job(2))


@SETTINGS
@given(st.binary(max_size=400))
def test_arbitrary_bytes(data: bytes) -> None:
    judge(data)


@SETTINGS
@given(values)
def test_arbitrary_json(value: Any) -> None:
    judge(json.dumps(value).encode())


@SETTINGS
@given(st.integers(0, len(VALID) - 1), st.binary(max_size=3), st.integers(0, 4))
def test_a_jobspec_with_damaged_bytes(position: int, new: bytes, removed: int) -> None:
    judge(VALID[:position] + new + VALID[position + removed :])


@SETTINGS
@given(st.lists(st.tuples(st.sampled_from(PLACES), values, st.booleans()), min_size=1, max_size=3))
def test_a_jobspec_with_other_values(changes: list[tuple[tuple[Any, ...], Any, bool]]) -> None:
    value = copy.deepcopy(job(2))
    for place, new, remove in changes:
        holder = value
        try:
            for key in place[:-1]:
                holder = holder[key]
            if remove:
                del holder[place[-1]]
            else:
                holder[place[-1]] = new
        except (LookupError, TypeError):
            continue  # an earlier change took the place away
    judge(json.dumps(value).encode())
