"""Every named bad value: which code, which place, and what a person is told of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import JobSpecValidationError, decode_jobspec, failure_kinds, plan_job
from tests.spec.samples import changed, encoded, field, job, without, written

_TABLE = tomllib.loads(Path(__file__).with_name("bad_values.toml").read_text("utf-8"))
ROWS = [pytest.param(row, id=row["name"]) for row in _TABLE["rows"]]
TEXT = encoded(job())
WIDTH = "clips[0].target.width"
SIZE = "clips[0].source.size_bytes"


def nested(depth: int) -> bytes:
    """Return a JobSpec whose brackets are `depth` deep."""
    return written("x", "[" * (depth - 1) + "]" * (depth - 1))


def twice(key: bytes) -> bytes:
    return TEXT[:-1] + b',"' + key + b'":"x"}'


MADE = [
    pytest.param(
        twice(b"label"), "SPEC_DUPLICATE_KEY", "label", "allowed once", id="duplicate key"
    ),
    pytest.param(
        twice(b"l\\u0061bel"), "SPEC_DUPLICATE_KEY", "label", "twice", id="duplicate by an escape"
    ),
    pytest.param(
        encoded(without(job(), "clips.0.target.width")),
        "SPEC_MISSING_FIELD",
        WIDTH,
        '"width" is missing',
        id="missing key",
    ),
    pytest.param(
        encoded(without(job(), "spec_version")),
        "SPEC_MISSING_FIELD",
        "spec_version",
        "is missing",
        id="missing version",
    ),
    pytest.param(
        written("clips.0.source.size_bytes", "1" + "0" * 400),
        "SPEC_OUT_OF_RANGE",
        SIZE,
        "found 1000.*…, expected less",
        id="10^400",
    ),
    pytest.param(
        written("clips.0.source.size_bytes", "1" + "0" * 5000),
        "SPEC_OUT_OF_RANGE",
        SIZE,
        "found 1000.*…, expected less",
        id="10^5000",
    ),
    pytest.param(
        field("clips.0.target.width", 2**31),
        "SPEC_OUT_OF_RANGE",
        WIDTH,
        "found 2147483648, expected less",
        id="width 2^31",
    ),
    pytest.param(nested(17), "SPEC_TOO_DEEP", f"x{'[0]' * 15}", "found .* 17 deep", id="depth 17"),
    pytest.param(nested(16), "SPEC_UNKNOWN_FIELD", "x", "does not exist", id="depth 16"),
    pytest.param(
        field("profile.video.settings", [{"name": "a", "value": "b"}] * 17),
        "SPEC_TOO_MANY",
        "profile.video.settings",
        "found 17 entries, at most 16",
        id="17 settings",
    ),
    pytest.param(
        field("clips", [0] * 20_001),
        "SPEC_TOO_MANY",
        "clips",
        "found 20,001 entries, at most 20,000",
        id="one clip too many",
    ),
    pytest.param(
        written("clips", f"[{'0,' * 1_000_000}0]"),
        "SPEC_TOO_MANY",
        "clips",
        "found 1,000,001 entries",
        id="list of 10^6",
    ),
    pytest.param(
        field("batch", "x" * 1_000_000),
        "SPEC_TOO_LONG",
        "batch",
        "found 1,000,000 characters, at most 4,096",
        id="text of 10^6 characters",
    ),
    pytest.param(
        encoded(changed(job(2), "clips.1.index", 0)),
        "SPEC_OUT_OF_RANGE",
        "clips[1].index",
        "found 0, expected more than 0",
        id="index of another clip",
    ),
    pytest.param(
        encoded(changed(changed(job(2), "clips.0.index", 7), "clips.1.index", 3)),
        "SPEC_OUT_OF_RANGE",
        "clips[1].index",
        "found 3, expected more than 7",
        id="indices that fall",
    ),
]


def refusal(data: bytes) -> JobSpecValidationError:
    with pytest.raises(JobSpecValidationError) as caught:
        plan_job(decode_jobspec(data))
    for issue in caught.value.issues:
        assert issue.code in failure_kinds()
        assert len(issue.sentence) < 1000
        assert issue.sentence.isprintable()
    return caught.value


def place(where: str) -> str:
    """Return `clips.0.target` as people write it."""
    return re.sub(r"\.(\d+)", r"[\1]", where)


@pytest.mark.parametrize("row", ROWS)
def test_a_value_that_cannot_be_used(row: dict[str, Any]) -> None:
    data = written(row["at"], row["json"])
    issues = refusal(data).issues
    path = row.get("path", place(row["at"]))
    told = [issue for issue in issues if (issue.code, issue.path) == (row["code"], path)]
    assert told, issues
    assert re.search(row["says"], told[0].sentence), told[0].sentence


@pytest.mark.parametrize(("data", "code", "path", "sentence"), MADE)
def test_a_value_too_large_to_write_down(data: bytes, code: str, path: str, sentence: str) -> None:
    (issue,) = refusal(data).issues
    assert (issue.code, issue.path) == (code, path)
    assert re.search(sentence, issue.sentence), issue.sentence


@pytest.mark.parametrize(
    ("where", "value"),
    [
        pytest.param(
            "clips.0.output_subdirectory", "%2e%2e", id="percent-encoding is a plain name"
        ),
        pytest.param("clips.0.output_subdirectory", "Tag 1/Köln", id="folders of folders"),
        pytest.param("output.directory", "D:\\Proxy", id="a folder of Windows"),
        pytest.param("output.directory", "\\\\nas\\share\\Proxy", id="a folder of a share"),
        pytest.param("output.directory", "\\\\nas.local\\raid", id="a share of a host with a dot"),
        pytest.param("output.directory", "\\\\10.0.0.9\\raid", id="a share of an address"),
        pytest.param("label", "x" * 190, id="the longest label"),
        pytest.param("clips.0.index", 7, id="the only clip that failed keeps its index"),
    ],
)
def test_a_value_that_looks_odd_but_is_fine(where: str, value: str | int) -> None:
    plan_job(decode_jobspec(field(where, value)))
