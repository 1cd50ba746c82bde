"""A JobSpec that is wrong, or reaches out of the roots, is refused with every problem at once."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from proxx_engine import JobSpecValidationError
from sidecar.service.parts import Parts
from sidecar.service.roots import is_below
from sidecar.service.submitting import checked_jobspec
from tests.golden.documents import JOBSPEC_1_0
from tests.service.api.serving import (
    Api,
    codes,
    jobspec,
    left,
    served,
    told,
)

WHOLE = JOBSPEC_1_0.read_bytes().decode()
TRAPS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", ""),
    "spaces": (b"   ", "SPEC_NOT_JSON"),
    "cut": (WHOLE[:-20].encode(), "SPEC_NOT_JSON"),
    "null": (b"null", "SPEC_NOT_OBJECT"),
    "a list": (b"[]", "SPEC_NOT_OBJECT"),
    "a text": (b'"x"', "SPEC_NOT_OBJECT"),
    "a number": (b"5", "SPEC_NOT_OBJECT"),
    "two": ((WHOLE + WHOLE).encode(), "SPEC_NOT_JSON"),
    "a mark of bytes": (b"\xef\xbb\xbf" + WHOLE.encode(), ""),
    "UTF-16": (WHOLE.encode("utf-16"), ""),
    "Latin-1": (WHOLE.encode("latin-1"), ""),
    "a key twice": (
        WHOLE.replace('"label"', '"label": "x", "label"').encode(),
        "SPEC_DUPLICATE_KEY",
    ),
    "a key twice in a small one": (b'{"upload_id": "x", "upload_id": "y"}', "SPEC_DUPLICATE_KEY"),
    "an unknown key": (
        WHOLE.replace('"label"', '"__proto__": 1, "label"').encode(),
        "SPEC_UNKNOWN_FIELD",
    ),
    "NaN": (WHOLE.replace('"size_bytes": 123456789', '"size_bytes": NaN').encode(), ""),
    "1e999": (WHOLE.replace('"size_bytes": 123456789', '"size_bytes": 1e999').encode(), ""),
    "10^400": (
        WHOLE.replace('"size_bytes": 123456789', '"size_bytes": 1' + "0" * 400).encode(),
        "",
    ),
    "a number as text": (
        WHOLE.replace('"size_bytes": 123456789', '"size_bytes": "5"').encode(),
        "",
    ),
    "NUL": (WHOLE.replace("A001C001.mov", "A\\u0000.mov").encode(), ""),
    "half a character": (WHOLE.replace("A001C001.mov", "A\\ud800.mov").encode(), ""),
    "100,000 brackets": (b"[" * 100_000, ""),
    "40,000 objects": (b'{"a":' * 40_000, ""),
    "a newer version": (
        WHOLE.replace('"spec_version": "1.0"', '"spec_version": "2.0"').encode(),
        "SPEC_UNSUPPORTED_VERSION",
    ),
    "another reference": (b'{"upload_id": "x", "result_of": "y"}', "SPEC_UNKNOWN_FIELD"),
    "a reference to a number": (b'{"upload_id": 5}', "SPEC_WRONG_TYPE"),
    "brackets in a reference": (b'{"upload_id": ' + b"[" * 500, ""),
}


@pytest.mark.parametrize("name", TRAPS)
def test_what_json_readers_let_through_is_refused(kept: Api, name: str) -> None:
    body, code = TRAPS[name]
    answer = kept.submit(body)
    assert told(answer) == (422, "API_WRONG_JOBSPEC")
    found = codes(answer)
    assert code in found if code else all(each.startswith("SPEC_") for each in found)
    assert left(kept.parts) == ([], ())


def test_every_problem_is_told_at_once(kept: Api) -> None:
    value = json.loads(WHOLE)
    value["clips"][0]["source"]["path"] = "/etc/passwd"
    value["clips"][0]["source"]["files"] = ["/etc/passwd"]
    value["clips"][1]["index"] = 0
    value["output"]["directory"] = "/elsewhere"
    value["profile"]["look"] = {
        "lut": {"path": "/root/x.cube", "sha256": "0" * 64, "range": "pc"},
        "burn_in": None,
        "flips": None,
        "data_level": None,
        "crop": None,
    }
    answer = kept.submit(value)
    assert told(answer) == (422, "API_WRONG_JOBSPEC")
    issues = answer.json()["error"]["issues"]
    outside = {each["path"] for each in issues if each["code"] == "SPEC_OUTSIDE_ROOT"}
    assert outside == {
        "clips[0].source.path",
        "clips[0].source.files[0]",
        "output.directory",
        "profile.look.lut.path",
    }
    assert any(each["path"] == "clips[1].index" for each in issues)
    assert left(kept.parts) == ([], ())


def test_sound_that_was_recorded_apart_lies_below_a_root_too(kept: Api) -> None:
    value = json.loads(WHOLE)
    value["clips"][0]["source"]["files"].append("/sound/A.wav")
    found = kept.submit(value).json()["error"]["issues"]
    assert ("SPEC_OUTSIDE_ROOT", "clips[0].source.files[1]") in {
        (each["code"], each["path"]) for each in found
    }


def test_what_is_hidden_beside_a_folder_named_proxy_lies_below_a_root_too(parts: Parts) -> None:
    roots = ("/footage/Proxy", "/footage/card A")
    narrow = replace(parts, settings=replace(parts.settings, roots=roots))
    with served(narrow) as api:
        found = api.submit(jobspec()).json()["error"]["issues"]
    assert [(each["code"], each["path"]) for each in found] == [
        ("SPEC_OUTSIDE_ROOT", "output.directory")
    ]


@pytest.mark.parametrize(
    "path", ["/footage/../etc/passwd", "/footage/./A.mov", "file:///footage/A"]
)
def test_a_path_that_is_not_plain_is_refused(kept: Api, path: str) -> None:
    value = json.loads(WHOLE)
    value["clips"][0]["source"]["path"] = path
    assert told(kept.submit(value)) == (422, "API_WRONG_JOBSPEC")


@pytest.mark.parametrize(
    ("path", "root", "below"),
    [
        ("/mnt/shoot/A.mov", "/mnt/shoot", True),
        ("/mnt/shoot", "/mnt/shoot/", True),
        ("/mnt//shoot///A.mov", "/mnt/shoot", True),
        ("/mnt/shoot-evil/A.mov", "/mnt/shoot", False),
        ("/mnt/Shoot/A.mov", "/mnt/shoot", False),
        ("/mnt", "/mnt/shoot", False),
        ("/anything", "/", True),
        ("/mnt/Ka\u0308fer/A.mov", "/mnt/K\u00e4fer", True),
        ("p:/shoot/A.mov", r"P:\Shoot", True),
        (r"P:\shoot-evil\A.mov", r"P:\shoot", False),
        (r"Q:\shoot\A.mov", r"P:\shoot", False),
        (r"P:\shoot\.. \x\A.mov", r"P:\shoot", False),
        (r"P:\shoot\...\x\A.mov", r"P:\shoot", False),
        (r"P:\shoot.\A.mov", r"P:\shoot", False),
        (r"\\NAS\Proxies\A.mov", r"\\nas\proxies", True),
        (r"\\nas\proxies2\A.mov", r"\\nas\proxies", False),
        ("/P:/shoot/A.mov", r"P:\shoot", False),
        ("/mnt/shoot\\..\\x", "/mnt/shoot", False),
        ("/mnt/shoot/a\\b", "/mnt/shoot", True),
    ],
)
def test_a_root_holds_whole_names_as_each_system_compares_them(
    path: str, root: str, below: bool
) -> None:
    assert is_below(path, (root,)) is below
    assert is_below(path, ("/other", root, r"Z:\other")) is below


def test_a_job_for_resolve_is_refused(kept: Api) -> None:
    value = json.loads(WHOLE)
    clip = value["clips"][0]
    clip["source"] |= {"path": "/footage/A.braw", "files": ["/footage/A.braw"], "video": None}
    clip["source"] |= {"container": "braw", "audio": [], "left_out": [], "timecode": None}
    clip["source"]["duration_seconds"] = None
    value["clips"] = [clip | {"target": None}]
    answer = kept.submit(value)
    assert told(answer) == (422, "API_WRONG_JOBSPEC")
    assert "ROUTE_WRONG_FOLDER" in codes(answer)


def test_a_file_whose_name_is_a_way_up_on_windows_is_outside() -> None:
    value = json.loads(jobspec())
    value["output"]["directory"] = "P:\\shoot\\x"
    for clip in value["clips"]:
        clip["source"] |= {"path": "P:\\shoot\\.. ", "files": ["P:\\shoot\\.. "]}
    with pytest.raises(JobSpecValidationError) as raised:
        checked_jobspec(json.dumps(value).encode(), ("P:\\shoot",))
    assert {issue.code for issue in raised.value.issues} == {"SPEC_OUTSIDE_ROOT"}
