"""A farm's path mapping rules, for the paths inside JobSpecs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openjd.sessions import PathFormat, PathMappingRule

from proxx_engine import RequestError, local_path
from sidecar.farm.rules import read_rules
from tests.farm.task_scenes import write_rules

SHOOT = ("WINDOWS", "P:\\shoot", "/mnt/shoot")
SHARE = ("WINDOWS", "\\\\nas\\raid", "/mnt/raid")
MAC = ("POSIX", "/Volumes/RAID", "/mnt/mac")


def mapped(folder: Path, path: str, *rules: tuple[str, str, object]) -> str:
    return local_path(path, read_rules(write_rules(folder / "rules.json", *rules)))


def mapped_by_the_runtime(path: str, *rules: tuple[str, str, object]) -> str:
    """Return what the standard's own runtime makes of a path."""
    keys = ("source_path_format", "source_path", "destination_path")
    theirs = [PathMappingRule.from_dict(dict(zip(keys, rule, strict=True))) for rule in rules]
    theirs.sort(key=lambda rule: -len(rule.source_path.parts))
    found = (told for hit, told in (rule.apply(path=path) for rule in theirs) if hit)
    return next(found, path)


@pytest.mark.parametrize(
    ("path", "here"),
    [
        pytest.param("P:\\shoot\\A.mov", "/mnt/shoot/A.mov", id="below"),
        pytest.param("P:\\shoot", "/mnt/shoot", id="the root itself"),
        pytest.param("p:/SHOOT/A.mov", "/mnt/shoot/A.mov", id="case and slashes of Windows"),
        pytest.param("P:\\shootX\\A.mov", "P:\\shootX\\A.mov", id="whole names only"),
        pytest.param("\\\\NAS\\raid\\A.mov", "/mnt/raid/A.mov", id="a share"),
        pytest.param("//nas/RAID/A.mov", "/mnt/raid/A.mov", id="a share with other slashes"),
        pytest.param("\\\\nas\\raid2\\A.mov", "\\\\nas\\raid2\\A.mov", id="another share"),
        pytest.param("/Volumes/RAID/A.mov", "/mnt/mac/A.mov", id="POSIX"),
        pytest.param("/volumes/raid/A.mov", "/volumes/raid/A.mov", id="the case of POSIX counts"),
        pytest.param("/Volumes/RAID2/A.mov", "/Volumes/RAID2/A.mov", id="whole names of POSIX"),
    ],
)
def test_a_path_is_mapped_as_the_standards_own_runtime_maps_it(
    tmp_path: Path, path: str, here: str
) -> None:
    assert mapped(tmp_path, path, SHOOT, SHARE, MAC) == here
    assert mapped_by_the_runtime(path, SHOOT, SHARE, MAC) == here


_NAMES = st.lists(st.sampled_from(["a", "A", "b", "a b", "x.y", "é"]), max_size=3)
_POSIX = st.tuples(st.just("POSIX"), st.sampled_from(["/", "/mnt/"]), _NAMES, st.just("/"))
_WINDOWS = st.tuples(
    st.just("WINDOWS"),
    st.sampled_from(["P:\\", "p:\\", "Q:/", "\\\\nas\\r\\"]),
    _NAMES,
    st.just("\\"),
)
_PATHS = st.one_of(_POSIX, _WINDOWS).map(lambda p: (p[0], p[1] + p[3].join(p[2])))


@given(
    path=_PATHS,
    sources=st.lists(_PATHS, max_size=5, unique_by=lambda source: source[1].lower()),
)
def test_whatever_the_rules_a_path_goes_where_the_runtime_puts_it(
    tmp_path_factory: pytest.TempPathFactory,
    path: tuple[str, str],
    sources: list[tuple[str, str]],
) -> None:
    rules = [(*source, f"/to/{number}") for number, source in enumerate(sources)]
    folder = tmp_path_factory.mktemp("rules")
    here, theirs = mapped(folder, path[1], *rules), mapped_by_the_runtime(path[1], *rules)
    # The runtime keeps a slash at the end, which no path of a job has.
    assert here.rstrip("/\\") == theirs.rstrip("/\\")


@pytest.mark.parametrize("turned", [False, True])
def test_the_longest_source_counts_whatever_the_order(tmp_path: Path, turned: bool) -> None:
    rules = [("POSIX", "/mnt", "/a"), ("POSIX", "/mnt/fast", "/b")]
    assert mapped(tmp_path, "/mnt/fast/x", *(reversed(rules) if turned else rules)) == "/b/x"


def test_more_slashes_are_one_to_posix(tmp_path: Path) -> None:
    assert mapped(tmp_path, "/mnt/x/y", ("POSIX", "//mnt//x/", "/a")) == "/a/y"


def test_a_rule_that_keeps_a_name_stands_above_a_shorter_one(tmp_path: Path) -> None:
    rules = [("POSIX", "/mnt", "/data"), ("POSIX", "/mnt/keep", "/mnt/keep")]
    assert mapped(tmp_path, "/mnt/keep/x", *rules) == "/mnt/keep/x"


def test_what_a_runtime_writes_without_rules_holds_none(tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    for text in ("{}", '{"version": "pathmapping-1.0", "path_mapping_rules": []}'):
        path.write_text(text, "utf-8")
        assert read_rules(path) == ()


def test_rules_for_addresses_hold_for_no_file(tmp_path: Path) -> None:
    path = write_rules(tmp_path / "rules.json", ("URI", "s3://bucket/day1", "/mnt/s3"), SHOOT)
    assert [each.written for each in read_rules(path)] == ["P:\\shoot"]


def test_a_rules_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = write_rules(tmp_path / "rules.json", SHOOT)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read_rules(path)) == 1


def test_the_runtime_knows_the_formats_that_are_read() -> None:
    assert {each.value for each in PathFormat} == {"POSIX", "WINDOWS", "URI"}


@pytest.mark.parametrize("said", ["windows", "Windows"])
def test_a_format_is_read_in_any_case_as_the_runtime_reads_it(tmp_path: Path, said: str) -> None:
    rule = (said, *SHOOT[1:])
    path = "P:\\shoot\\A.mov"
    assert mapped(tmp_path, path, rule) == mapped_by_the_runtime(path, rule) == "/mnt/shoot/A.mov"


def rule(**changes: object) -> dict[str, object]:
    keys = ("source_path_format", "source_path", "destination_path")
    return dict(zip(keys, SHOOT, strict=True)) | changes


def rules_of(*rules: object, **changes: object) -> dict[str, object]:
    return {"version": "pathmapping-1.0", "path_mapping_rules": list(rules)} | changes


FIRST = "path_mapping_rules[0]"


@pytest.mark.parametrize(
    ("value", "code", "field"),
    [
        (rules_of(version="pathmapping-2.0"), "SPEC_UNKNOWN_VALUE", "version"),
        ({"path_mapping_rules": []}, "SPEC_MISSING_FIELD", "version"),
        (rules_of(rules=[]), "SPEC_UNKNOWN_FIELD", "rules"),
        (rules_of(path_mapping_rules={}), "SPEC_WRONG_TYPE", "path_mapping_rules"),
        (rules_of(path_mapping_rules=None), "SPEC_WRONG_TYPE", "path_mapping_rules"),
        (rules_of("P:"), "SPEC_WRONG_TYPE", FIRST),
        (rules_of({}), "SPEC_MISSING_FIELD", f"{FIRST}.source_path"),
        (rules_of(rule(more=1)), "SPEC_UNKNOWN_FIELD", f"{FIRST}.more"),
        (rules_of(rule(source_path=7)), "SPEC_WRONG_TYPE", f"{FIRST}.source_path"),
        (rules_of(rule(source_path="")), "SPEC_OUT_OF_RANGE", f"{FIRST}.source_path"),
        (
            rules_of(rule(source_path_format="VMS")),
            "SPEC_UNKNOWN_VALUE",
            f"{FIRST}.source_path_format",
        ),
        (
            rules_of(rule(source_path_format="POSIX")),
            "SPEC_BAD_PATH",
            f"{FIRST}.source_path",
        ),
        (rules_of(rule(source_path="/mnt/x")), "SPEC_BAD_PATH", f"{FIRST}.source_path"),
        (rules_of(rule(source_path="P:shoot")), "SPEC_BAD_PATH", f"{FIRST}.source_path"),
        (rules_of(rule(source_path="\\\\nas")), "SPEC_BAD_PATH", f"{FIRST}.source_path"),
        (rules_of(rule(source_path="P:\\a\\..\\b")), "SPEC_BAD_PATH", f"{FIRST}.source_path"),
        (rules_of(rule(source_path="P:\\\x00")), "SPEC_BAD_PATH", f"{FIRST}.source_path"),
        (rules_of(rule(source_path="P:\\\ud800")), "SPEC_BAD_TEXT", f"{FIRST}.source_path"),
        (
            rules_of(rule(destination_path="mnt/shoot")),
            "SPEC_BAD_PATH",
            f"{FIRST}.destination_path",
        ),
        (
            rules_of(rule(destination_path="Q:\\shoot")),
            "SPEC_BAD_PATH",
            f"{FIRST}.destination_path",
        ),
        (
            rules_of(rule(), rule(source_path="p:/SHOOT/", destination_path="/other")),
            "SPEC_DUPLICATE_KEY",
            "path_mapping_rules[1].source_path",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_file_and_field(
    tmp_path: Path, value: Any, code: str, field: str
) -> None:
    path = tmp_path / "rules.json"
    path.write_text(json.dumps(value), "utf-8")
    with pytest.raises(RequestError) as refused:
        read_rules(path)
    assert refused.value.subject == str(path)
    assert (code, field) in [(issue.code, issue.path) for issue in refused.value.issues]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "SPEC_EMPTY"),
        (b"\n", "SPEC_EMPTY"),
        (b"{", "SPEC_NOT_JSON"),
        (b"[]", "SPEC_NOT_OBJECT"),
        (b"null", "SPEC_NOT_OBJECT"),
        (b'{"version": "\xff"}', "SPEC_ENCODING"),
        (b'{"version": 1, "version": 2}', "SPEC_DUPLICATE_KEY"),
        (b'{"version": ' + b"[" * 5000 + b"]" * 5000 + b"}", "SPEC_TOO_DEEP"),
        (b'{"version": ' + b"9" * 5000 + b"}", "SPEC_NOT_JSON"),
    ],
)
def test_a_file_that_is_no_rules_file_is_told_as_a_whole(
    tmp_path: Path, data: bytes, code: str
) -> None:
    path = tmp_path / "rules.json"
    path.write_bytes(data)
    with pytest.raises(RequestError) as refused:
        read_rules(path)
    assert [issue.code for issue in refused.value.issues] == [code]
    assert str(path) in str(refused.value)


def test_a_rules_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(RequestError, match=str(path)) as refused:
            read_rules(path)
        assert refused.value.issues[0].code == "SPEC_UNREADABLE"


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    wrong = rules_of(rule(source_path="x"), rule(destination_path="y"), rule(), rule())
    path.write_text(json.dumps(wrong), "utf-8")
    with pytest.raises(RequestError) as refused:
        read_rules(path)
    fields = [issue.path for issue in refused.value.issues]
    assert fields == [f"{FIRST}.source_path", "path_mapping_rules[1].destination_path"]


def test_thousands_of_rules_are_read_at_once(tmp_path: Path) -> None:
    many = [("POSIX", f"/mnt/{number}", f"/data/{number}") for number in range(10_000)]
    assert mapped(tmp_path, "/mnt/9999/x", *many) == "/data/9999/x"
