"""The file that `proxx qc` writes: its schema, its promises, and how it is read without trust."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from proxx_engine import StoredResult, Unread, find_results
from sidecar.qc.model import QcClip, QcResult
from sidecar.qc.reading import Quality, read_quality
from sidecar.qc.sampling import sampled_numbers, shown_positions
from sidecar.qc.storing import read_qc
from tests.qc.measured import Qc, beside, forge, qc_files
from tests.qc.schema import SCHEMA, schema_text
from tests.support import Ran

QC_1_0 = Path(__file__).with_name("qc_1_0.json")


def test_the_schema_is_what_the_classes_say() -> None:
    assert SCHEMA.read_text("utf-8") == schema_text(), "python -m tests.qc.schema writes it anew"
    schema = json.loads(SCHEMA.read_bytes())
    Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    assert all(each["additionalProperties"] is False for each in schema["$defs"].values())


def test_a_file_of_1_0_is_read_and_keeps_what_it_says() -> None:
    kept = json.loads(QC_1_0.read_bytes())
    Draft202012Validator(json.loads(SCHEMA.read_bytes())).validate(kept)
    assert read_qc(QC_1_0).model_dump(mode="json") == kept


def test_every_class_and_field_says_what_it_is() -> None:
    schema = json.loads(SCHEMA.read_bytes())
    classes = {"": schema} | schema["$defs"]
    assert [name for name, each in classes.items() if not each.get("description")] == []


def stored(folder: Path) -> StoredResult:
    [job] = find_results([folder]).jobs
    return job.stored


def test_what_was_measured_is_read_beside_either_copy(qc: Qc, ran: Ran, tmp_path: Path) -> None:
    assert read_quality(stored(tmp_path / "out"), 0) is None
    qc(tmp_path / "out")
    whole = read_quality(stored(tmp_path / "out"), 0)
    assert isinstance(whole, Quality)
    assert whole.clip.status == "measured"
    assert whole.qc.parameters.frame_stride == 1
    assert read_quality(stored(beside(ran)), 0) == whole
    assert read_quality(stored(ran.job_file), 0) == whole
    assert read_quality(stored(tmp_path / "out"), 7) is None


def test_measures_of_another_proxy_are_told_as_such(
    qc: Qc, ran: Ran, tools: Any, tmp_path: Path
) -> None:
    qc(tmp_path / "out")
    forge(ran, tools, "null")
    read = read_quality(stored(tmp_path / "out"), 0)
    assert isinstance(read, Unread)
    assert "another proxy" in read.sentence
    said = qc(tmp_path / "out")
    assert (said.code, said.data["jobs"][0]["reason"]) == (2, "is of other proxies")


def changed(path: Path, **fields: object) -> bytes:
    loaded = json.loads(path.read_bytes())
    loaded["clips"][0] |= fields
    return json.dumps(loaded).encode()


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda path: b"", id="empty"),
        pytest.param(lambda path: path.read_bytes()[:-50], id="cut off"),
        pytest.param(lambda path: b"\xff\xfe\0", id="no text"),
        pytest.param(lambda path: b"[" * 200_000, id="deep"),
        pytest.param(lambda path: b"[]", id="a list"),
        pytest.param(lambda path: b'{"qc_version": "9"}', id="another version"),
        pytest.param(lambda path: b'{"qc_version": "1.0"}', id="nothing in it"),
        pytest.param(lambda path: b'{"qc_version": "1.0", "qc_version": "1.0"}', id="twice"),
        pytest.param(
            lambda path: path.read_bytes().replace(b'"equal": 0', b'"equal": NaN'), id="NaN"
        ),
        pytest.param(lambda path: changed(path, extra=1), id="an unknown field"),
        pytest.param(lambda path: changed(path, status="not_measured"), id="contradicting itself"),
        pytest.param(lambda path: changed(path, pictures=[1]), id="fewer pictures than values"),
        pytest.param(lambda path: changed(path, index="0"), id="a text for a number"),
        pytest.param(
            lambda path: changed(
                path,
                filmstrip=[{"number": 0, "source": "", "proxy": 'x" onload="alert(1)'}],
            ),
            id="no picture",
        ),
    ],
)
def test_a_file_that_is_not_whole_is_told_never_raised(
    spoil: Any, qc: Qc, ran: Ran, tmp_path: Path
) -> None:
    qc(tmp_path / "out")
    [path] = qc_files(tmp_path)
    path.write_bytes(spoil(path))
    read = read_quality(stored(tmp_path / "out"), 0)
    assert isinstance(read, Unread)
    assert read.path == path
    assert "\n" not in read.sentence
    again = qc(tmp_path / "out")
    assert (again.code, again.data["jobs"][0]["ending"]) == (2, "refused")


def test_a_folder_under_the_name_is_told(qc: Qc, ran: Ran, tmp_path: Path) -> None:
    path = beside(ran).with_name(beside(ran).name.replace(".result.", ".qc."))
    path.mkdir()
    assert isinstance(read_quality(stored(tmp_path / "out"), 0), Unread)
    assert qc(tmp_path / "out").code == 2


def test_what_contradicts_itself_cannot_be_written(qc: Qc, ran: Ran, tmp_path: Path) -> None:
    qc(tmp_path / "out")
    [path] = qc_files(tmp_path)
    clip = QcResult.model_validate_json(path.read_bytes()).clips[0]
    for fields in ({"code": "QC_FAILED"}, {"measures": ()}, {"sentence": "why"}):
        with pytest.raises(ValueError, match=r"contradict|sentence"):
            QcClip.model_validate(clip.model_dump() | fields)


@pytest.mark.parametrize(
    ("count", "stride", "most", "numbers"),
    [
        (0, 1, None, ()),
        (1, 24, 16, (0,)),
        (25, 24, 16, (0, 24)),
        (24, 24, 16, (0,)),
        (1000, 24, 3, (0, 24, 48)),
        (5, 1, None, (0, 1, 2, 3, 4)),
        (5, 2, 1, (0,)),
    ],
)
def test_every_nth_picture_from_the_first(
    count: int, stride: int, most: int | None, numbers: tuple[int, ...]
) -> None:
    assert sampled_numbers(count, frame_stride=stride, max_frames=most) == numbers


@pytest.mark.parametrize(
    ("sampled", "shown"),
    [(0, ()), (1, (0,)), (2, (0, 1)), (6, (0, 1, 2, 3, 4, 5)), (16, (0, 3, 6, 9, 12, 15))],
)
def test_the_filmstrip_is_spread_over_what_was_compared(
    sampled: int, shown: tuple[int, ...]
) -> None:
    assert shown_positions(sampled) == shown
