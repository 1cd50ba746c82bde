"""Every named bad input that concerns a file's content: which code, and what a person is told."""

from __future__ import annotations

import json

import pytest

from proxx_engine import JobSpecValidationError, decode_jobspec
from tests.spec.samples import clip, encoded, field, job, written

TEXT = json.dumps(job())


WHOLE_FILE = [
    pytest.param(b"", "SPEC_EMPTY", "0 bytes", id="empty file"),
    pytest.param(b" \n\t ", "SPEC_NOT_JSON", "line 2", id="whitespace only"),
    pytest.param(TEXT[:-40].encode(), "SPEC_NOT_JSON", "column", id="truncated JSON"),
    pytest.param(b"null", "SPEC_NOT_OBJECT", "found null", id="null"),
    pytest.param(b"[]", "SPEC_NOT_OBJECT", "found a list", id="a list"),
    pytest.param(b'"x"', "SPEC_NOT_OBJECT", 'found "x"', id="a text"),
    pytest.param(b"true", "SPEC_NOT_OBJECT", "found true", id="true"),
    pytest.param(f"{TEXT} x".encode(), "SPEC_NOT_JSON", "column", id="trailing text"),
    pytest.param(f"{TEXT}{TEXT}".encode(), "SPEC_NOT_JSON", "Extra data", id="two documents"),
    pytest.param(f"{TEXT[:-1]},}}".encode(), "SPEC_NOT_JSON", "column", id="trailing comma"),
    pytest.param(f"{TEXT} // x".encode(), "SPEC_NOT_JSON", "column", id="comment after"),
    pytest.param(f"/* x */{TEXT}".encode(), "SPEC_NOT_JSON", "column 1", id="comment before"),
    pytest.param(TEXT.replace('"', "'").encode(), "SPEC_NOT_JSON", "column", id="single quotes"),
    pytest.param(TEXT.encode("utf-8-sig"), "SPEC_BOM", "byte order mark", id="UTF-8 with BOM"),
    pytest.param(TEXT.encode("utf-16"), "SPEC_ENCODING", "UTF-16", id="UTF-16 with BOM"),
    pytest.param(TEXT.encode("utf-16-le"), "SPEC_ENCODING", "UTF-16", id="UTF-16 without BOM"),
    pytest.param(
        field("label", "ä").decode().encode("latin-1"), "SPEC_ENCODING", "0xe4", id="Latin-1 byte"
    ),
    pytest.param(
        written("label", '"X"').replace(b"X", b"\xc0\xaf"),
        "SPEC_ENCODING",
        "0xc0",
        id="overlong UTF-8",
    ),
    pytest.param(written("label", '"a\0b"'), "SPEC_ENCODING", "NUL", id="raw NUL in a text"),
    pytest.param(
        written("label", '"a\x07b"'),
        "SPEC_ENCODING",
        "control",
        id="raw control character in a text",
    ),
    pytest.param(
        b"[" * 100_000 + b"]" * 100_000,
        "SPEC_TOO_DEEP",
        "deeper than 16",
        id="100,000 nested brackets",
    ),
    pytest.param(
        b'{"a":' * 100_000, "SPEC_TOO_DEEP", "deeper than 16", id="100,000 objects never closed"
    ),
    pytest.param(
        field("x", {f"k{n}": 0 for n in range(300)}),
        "SPEC_TOO_MANY",
        "at most 256",
        id="object of 300 fields",
    ),
]


def refusal(data: bytes) -> JobSpecValidationError:
    with pytest.raises(JobSpecValidationError) as caught:
        decode_jobspec(data, name="night.job.json")
    return caught.value


@pytest.mark.parametrize(("data", "code", "sentence"), WHOLE_FILE)
def test_a_file_that_cannot_be_read_as_a_whole(data: bytes, code: str, sentence: str) -> None:
    error = refusal(data)
    assert error.subject == "night.job.json"
    assert [issue.code for issue in error.issues] == [code]
    assert sentence in error.issues[0].sentence


def test_many_problems_are_told_at_once() -> None:
    spec = job(3)
    spec["lable"] = spec.pop("label")
    spec["clips"][0]["source"]["audio"] = [{"codec": 1}, {"codec": 2}]
    spec["clips"][1]["target"]["width"] = float("nan")
    spec["clips"][2]["target"]["height"] = 3
    spec["clips"][2]["source"]["video"]["profil"] = "High"
    spec["profile"]["container"] = "mvo"
    text = encoded(spec).replace(b'"batch": "day 3"', b'"batch": "\\ud800", "batch": 4')
    told = {(issue.code, issue.path) for issue in refusal(text).issues}
    assert told >= {
        ("SPEC_DUPLICATE_KEY", "batch"),
        ("SPEC_UNKNOWN_FIELD", "lable"),
        ("SPEC_MISSING_FIELD", "label"),
        ("SPEC_WRONG_TYPE", "clips[0].source.audio[0].codec"),
        ("SPEC_MISSING_FIELD", "clips[0].source.audio[1].channels"),
        ("SPEC_NOT_FINITE", "clips[1].target.width"),
        ("SPEC_OUT_OF_RANGE", "clips[2].target.height"),
        ("SPEC_UNKNOWN_FIELD", "clips[2].source.video.profil"),
        ("SPEC_UNKNOWN_VALUE", "profile.container"),
    }


def test_no_more_than_a_hundred_problems_are_told() -> None:
    assert len(refusal(encoded(job() | {"clips": [{}] * 500})).issues) == 100


def test_an_empty_entry_does_not_make_a_list_empty() -> None:
    codes = {issue.code for issue in refusal(field("clips", [{}])).issues}
    assert codes == {"SPEC_MISSING_FIELD"}


def test_every_text_of_unicode_is_taken() -> None:
    spec = decode_jobspec(written("batch", r'"Köln 🎬 \ud83c\udfac 東京"'))
    assert spec.batch == "Köln 🎬 🎬 東京"


def test_a_clip_of_camera_raw_needs_no_picture() -> None:
    raw = clip(target=None)
    raw["source"]["video"] = None
    assert decode_jobspec(encoded(job(clips=[raw]))).clips[0].target is None
