"""What a hostile or broken file may cost: memory stays bounded, whatever is wrong with it."""

from __future__ import annotations

import resource
from collections.abc import Callable

import pytest

from proxx_engine import JobSpecValidationError, decode_jobspec
from tests.spec.samples import clip, encoded, job, written

MEBIBYTE = 1024


def many(entry: str, count: int, where: str) -> bytes:
    """Return a JobSpec with a list of equal entries at `where`."""
    return written(where, f"[{','.join([entry] * count)}]")


def empty_tracks() -> bytes:
    value = clip()
    value["source"]["audio"] = [{}] * 64
    value["target"]["audio"] = [{}] * 64
    return encoded(job(clips=[value] * 4000))


def unknown_keys() -> bytes:
    value = clip() | {f"k{number}": 0 for number in range(240)}
    return encoded(job(clips=[value] * 4000))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        pytest.param(
            lambda: many("1", 20_000_000, "clips"), "SPEC_TOO_MANY", id="20 million numbers"
        ),
        pytest.param(lambda: many("{}", 2_000_000, "clips"), "SPEC_TOO_MANY", id="empty objects"),
        pytest.param(
            lambda: many("{}", 99_000, "clips.0.source.files"), "SPEC_WRONG_TYPE", id="wrong files"
        ),
        pytest.param(
            lambda: many("{}", 19_000, "clips"), "SPEC_MISSING_FIELD", id="clips without fields"
        ),
        pytest.param(empty_tracks, "SPEC_MISSING_FIELD", id="tracks without fields"),
        pytest.param(unknown_keys, "SPEC_UNKNOWN_FIELD", id="a million unknown keys"),
        pytest.param(lambda: b" " * (64 * 1024 * 1024 + 1), "SPEC_TOO_LARGE", id="a byte too many"),
        pytest.param(lambda: b'{"a":' * 13_000_000, "SPEC_TOO_DEEP", id="objects in objects"),
    ],
)
def test_a_refusal_costs_little(make: Callable[[], bytes], code: str) -> None:
    data = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(JobSpecValidationError) as caught:
        decode_jobspec(data)
    assert code in {issue.code for issue in caught.value.issues}
    assert len(caught.value.issues) <= 100
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 * MEBIBYTE
