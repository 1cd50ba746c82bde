"""A JobSpec becomes a job once, whatever is sent, and whatever breaks meanwhile."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from proxx_engine import PlaceError
from sidecar.service.keys import jobspec_key
from sidecar.service.parts import Parts
from sidecar.service.rows import NewJob
from sidecar.service.submitting import NotEntered, is_below, submit_jobspec
from tests.golden.documents import JOBSPEC_1_0
from tests.service.api.serving import BY, Api, end_job, id_of, jobspec, served


def rows(parts: Parts) -> list[str]:
    return [row.job_id for row in parts.table.page(limit=500).rows]


def left(parts: Parts) -> tuple[list[str], tuple[str, ...]]:
    return rows(parts), parts.queue.waiting()


def told(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def codes(answer: Any) -> set[str]:
    return {issue["code"] for issue in answer.json()["error"]["issues"]}


def test_a_jobspec_is_stored_as_it_is_then_has_a_row_then_an_entry(api: Api) -> None:
    spec = jobspec()
    assert api.submit(spec).status_code == 201
    job_id = id_of(spec)
    assert left(api.parts) == ([job_id], (job_id,))
    row = api.parts.table.row(job_id)
    assert row is not None
    assert (row.status, row.input_path, row.pipeline_id) == (
        "pending",
        jobspec_key(job_id),
        "proxy",
    )
    assert (row.frame_stride, row.max_frames, row.output_path) == (1, None, None)
    assert api.parts.storage.read(row.input_path, limit=10**7) == spec


def test_the_same_jobspec_again_is_the_same_job(api: Api) -> None:
    spec = jobspec()
    assert api.submit(spec).status_code == 201
    again = api.submit(spec)
    assert (again.status_code, again.json()) == (200, {"job_id": id_of(spec)})
    otherwise_written = json.dumps(json.loads(spec), indent=4, sort_keys=True).encode()
    assert api.submit(otherwise_written).status_code == 200
    assert left(api.parts) == ([id_of(spec)], (id_of(spec),))
    end_job(api.parts, id_of(spec))
    assert api.submit(spec).status_code == 200
    assert api.parts.queue.waiting() == (id_of(spec),)


def test_another_jobspec_under_the_id_of_a_job_is_refused(api: Api) -> None:
    spec = jobspec()
    api.submit(spec)
    other = jobspec(job_id=id_of(spec), label="another")
    assert told(api.submit(other)) == (409, "API_CONFLICT")
    assert api.client.get(f"/v1/jobs/{id_of(spec)}/jobspec").content == spec
    assert len(rows(api.parts)) == 1


def test_a_jobspec_under_the_id_of_a_qc_job_is_refused(api: Api) -> None:
    spec = jobspec()
    api.parts.table.submit(NewJob(id_of(spec), "jobspecs/x.job.json", "qc"))
    assert told(api.submit(spec)) == (409, "API_CONFLICT")
    assert api.parts.queue.waiting() == ()


@pytest.mark.parametrize("through", ["api", "parts"])
def test_eight_who_submit_one_jobspec_at_once_make_one_job(api: Api, through: str) -> None:
    spec = jobspec()
    start, heard = threading.Barrier(8), list[int]()

    def submit() -> None:
        start.wait(10)
        if through == "api":
            heard.append(api.submit(spec).status_code)
        else:
            heard.append(201 if submit_jobspec(api.parts, spec).is_new else 200)

    threads = [threading.Thread(target=submit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(heard) == [200] * 7 + [201]
    assert left(api.parts) == ([id_of(spec)], (id_of(spec),))


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


def test_an_uploaded_jobspec_is_submitted_by_its_id(api: Api) -> None:
    spec = jobspec()
    for kind in ("application/json", "application/octet-stream"):
        uploaded = api.client.post("/v1/uploads", content=spec, headers={"content-type": kind})
        assert uploaded.status_code == 201
        assert set(uploaded.json()) == {"upload_id"}
        answer = api.submit(uploaded.json())
        assert answer.json() == {"job_id": id_of(spec)}
    assert left(api.parts) == ([id_of(spec)], (id_of(spec),))
    assert list(api.parts.settings.home.glob(".upload-*")) == []


def test_an_upload_may_be_larger_than_a_body(api: Api) -> None:
    spec = jobspec() + b" " * (2 * 1024 * 1024)
    assert told(api.submit(spec)) == (413, "API_BODY_TOO_LARGE")
    headers = {"content-type": "application/json"}
    uploaded = api.client.post("/v1/uploads", content=spec, headers=headers)
    assert api.submit(uploaded.json()).status_code == 201
    assert api.client.get(f"/v1/jobs/{id_of(spec)}/jobspec").content == spec


@pytest.mark.parametrize("name", [str(uuid.uuid4()), "../jobspecs/x", "x", "", "a" * 900])
def test_what_was_not_uploaded_cannot_be_submitted(kept: Api, name: str) -> None:
    assert told(kept.submit({"upload_id": name})) == (404, "API_NO_UPLOAD")


def test_an_upload_that_is_no_jobspec_is_told_when_it_is_submitted(kept: Api) -> None:
    headers = {"content-type": "application/octet-stream"}
    uploaded = kept.client.post("/v1/uploads", content=b"\x00\xff", headers=headers)
    assert told(kept.submit(uploaded.json())) == (422, "API_WRONG_JOBSPEC")


def test_only_what_is_completed_is_measured(api: Api) -> None:
    spec = jobspec()
    job_id = id_of(spec)
    assert told(api.submit({"result_of": job_id}, pipeline_id="qc")) == (404, "API_NO_JOB")
    api.submit(spec)
    assert told(api.submit({"result_of": job_id}, pipeline_id="qc")) == (409, "API_NOT_COMPLETED")
    end_job(api.parts, job_id)
    answer = api.submit({"result_of": job_id}, pipeline_id="qc", frame_stride=2, max_frames=9)
    assert answer.status_code == 201
    qc_id = answer.json()["job_id"]
    row = api.parts.table.row(qc_id)
    assert row is not None
    assert (row.pipeline_id, row.frame_stride, row.max_frames) == ("qc", 2, 9)
    assert row.input_path == jobspec_key(job_id)
    assert api.parts.queue.waiting()[-1] == qc_id
    assert told(api.submit({"result_of": qc_id}, pipeline_id="qc")) == (409, "API_NOT_COMPLETED")


def test_a_failed_job_is_not_measured(api: Api) -> None:
    spec = jobspec()
    api.submit(spec)
    end_job(api.parts, id_of(spec), status="failed")
    answer = api.submit({"result_of": id_of(spec)}, pipeline_id="qc")
    assert told(answer) == (409, "API_NOT_COMPLETED")


@pytest.mark.parametrize(
    "query",
    [
        {"pipeline_id": "gpu"},
        {"pipeline_id": ""},
        {"pipeline_id": "qc"},
        {"frame_stride": 1},
        {"max_frames": 3},
        {"frame_stride": "x"},
    ],
)
def test_a_parameter_that_does_not_go_with_a_jobspec_is_refused(
    kept: Api, query: dict[str, Any]
) -> None:
    assert told(kept.submit(jobspec(), **query)) == (422, "API_BAD_PARAMETER")
    assert left(kept.parts) == ([], ())


@pytest.mark.parametrize(
    "query",
    [
        {"frame_stride": 0},
        {"frame_stride": -1},
        {"frame_stride": 10**9},
        {"max_frames": 0},
        {"frame_stride": 10**30},
        {"max_frames": 10**30},
        {"frame_stride": "x"},
    ],
)
def test_measuring_that_cannot_be_is_refused(api: Api, query: dict[str, Any]) -> None:
    spec = jobspec()
    api.submit(spec)
    end_job(api.parts, id_of(spec))
    answer = api.submit({"result_of": id_of(spec)}, pipeline_id="qc", **query)
    assert told(answer) == (422, "API_BAD_PARAMETER")
    assert len(rows(api.parts)) == 1


class Away:
    """A part of which one call is away; `after` lets it be done first, and only its answer lost."""

    def __init__(self, part: Any, call: str, error: PlaceError, *, after: bool = False) -> None:
        self._given = (part, call, error, after)

    def __getattr__(self, name: str) -> Any:
        part, call, error, after = self._given
        whole = getattr(part, name)
        if name != call:
            return whole

        def broken(*given: Any, **more: Any) -> Any:
            if after:
                whole(*given, **more)
            raise error

        return broken


QUEUE, TABLE, OBJECTS = "STORAGE_QUEUE_AWAY", "STORAGE_TABLE_AWAY", "STORAGE_OBJECTS_AWAY"


@pytest.mark.parametrize(
    ("part", "call", "code", "after", "there"),
    [
        ("queue", "look", QUEUE, False, "nothing"),
        ("storage", "put_new", OBJECTS, False, "nothing"),
        ("storage", "put_new", OBJECTS, True, "the JobSpec"),
        ("table", "submit", TABLE, False, "the JobSpec"),
        ("table", "submit", TABLE, True, "the row"),
        ("queue", "push", QUEUE, False, "the row"),
        ("queue", "push", QUEUE, True, "the entry"),
    ],
)
def test_whatever_is_away_at_any_step_nothing_is_lost_and_nothing_half_told(
    parts: Parts, part: str, call: str, code: str, after: bool, there: str
) -> None:
    spec = jobspec()
    job_id = id_of(spec)
    broken: Any = Away(getattr(parts, part), call, PlaceError(code, "gone for a walk"), after=after)
    with served(replace(parts, **{part: broken})) as api:
        answer = api.submit(spec)
    assert told(answer) == (503, code)
    stored = parts.storage.size_of(jobspec_key(job_id)) is not None
    assert stored is (there != "nothing")
    has_row, has_entry = there in ("the row", "the entry"), there == "the entry"
    assert left(parts) == ([job_id] * has_row, (job_id,) * has_entry)
    if call == "push":
        assert job_id in answer.json()["error"]["message"]
        assert answer.json()["error"]["issues"][0]["path"] == f"/v1/jobs/{job_id}"
    # All is well again: the same JobSpec is the same job, and waits where it was not yet a row.
    with served(parts) as api:
        again = api.submit(spec)
    assert again.json() == {"job_id": job_id}
    assert again.status_code == (200 if has_row else 201)
    assert rows(parts) == [job_id]
    assert parts.queue.waiting() == (() if there == "the row" else (job_id,))


def test_a_queue_that_took_no_id_is_told_with_the_job(parts: Parts) -> None:
    broken: Any = Away(parts.queue, "push", PlaceError(QUEUE, "x"))
    spec = jobspec()
    with pytest.raises(NotEntered) as raised:
        submit_jobspec(replace(parts, queue=broken), spec)
    assert raised.value.job_id == id_of(spec)
    assert "proxx queue refill" in raised.value.detail


@pytest.mark.parametrize(
    ("part", "code", "named"),
    [
        ("queue", QUEUE, "queue"),
        ("table", TABLE, "table"),
        ("storage", OBJECTS, "storage"),
        ("table", "STORAGE_TABLE_OLD", "table"),
    ],
)
def test_readiness_says_which_part_is_away(parts: Parts, part: str, code: str, named: str) -> None:
    broken: Any = Away(getattr(parts, part), "look", PlaceError(code, "gone for a walk"))
    with served(replace(parts, **{part: broken})) as api:
        answer = api.client.get("/readyz")
        assert api.client.get("/healthz").status_code == 200
    assert told(answer) == (503, code)
    (issue,) = answer.json()["error"]["issues"]
    assert (issue["path"], issue["code"], issue["sentence"]) == (named, code, "gone for a walk")


def test_readiness_says_all_that_is_away(parts: Parts) -> None:
    broken: dict[str, Any] = {
        part: Away(getattr(parts, part), "look", PlaceError(code, "x"))
        for part, code in (("queue", QUEUE), ("table", TABLE), ("storage", OBJECTS))
    }
    with served(replace(parts, **broken)) as api:
        issues = api.client.get("/readyz").json()["error"]["issues"]
    assert {each["path"] for each in issues} == {"queue", "table", "storage"}
    with served(parts) as api:
        assert api.client.get("/readyz").json() == {"ready": True}


def test_a_part_that_is_away_is_told_at_every_path_that_needs_it(parts: Parts) -> None:
    spec = jobspec()
    submit_jobspec(parts, spec)
    end_job(parts, id_of(spec))
    job = f"/v1/jobs/{id_of(spec)}"
    gone: Callable[..., Any] = lambda call, of, code: Away(of, call, PlaceError(code, "x"))  # noqa: E731
    with served(replace(parts, table=gone("row", parts.table, TABLE))) as api:
        for path in (job, f"{job}/results", f"{job}/result", f"{job}/jobspec", f"{job}/history"):
            assert told(api.client.get(path)) == (503, TABLE)
    with served(replace(parts, storage=gone("read", parts.storage, OBJECTS))) as api:
        assert api.client.get(job).status_code == 200
        for path in (f"{job}/results", f"{job}/result", f"{job}/jobspec"):
            assert told(api.client.get(path)) == (503, OBJECTS)


def test_a_stored_result_that_is_none_is_told_as_such(parts: Parts) -> None:
    spec = jobspec()
    submit_jobspec(parts, spec)
    assert parts.table.claim(id_of(spec), BY)
    parts.storage.put_new("results/x.result.json", b"{}")
    from sidecar.service.rows import Ending

    ending = Ending("completed", "results/x.result.json", None)
    assert parts.table.settle(id_of(spec), ending, by=BY, of=BY)
    with served(parts) as api:
        answer = api.client.get(f"/v1/jobs/{id_of(spec)}/results")
        assert told(answer) == (503, "STORAGE_OBJECT_CHANGED")
        assert api.client.get(f"/v1/jobs/{id_of(spec)}/result").content == b"{}"


def test_pages_of_jobs_stay_in_order_while_jobs_are_added(api: Api) -> None:
    ids = [str(uuid.uuid4()) for _ in range(250)]
    for job_id in ids:
        api.parts.table.submit(NewJob(job_id, jobspec_key(job_id)))
    seen: list[str] = []
    after: str | None = None
    turns = 0
    while turns == 0 or after is not None:
        query = {"limit": "40"} | ({"after": after} if after else {})
        body = api.client.get("/v1/jobs", params=query).json()
        assert set(body) == {"jobs", "after"}
        assert all(
            set(job) == {"job_id", "status", "created_at", "updated_at"} for job in body["jobs"]
        )
        seen += [job["job_id"] for job in body["jobs"]]
        after, turns = body["after"], turns + 1
        if turns < 4:
            ids.append(str(uuid.uuid4()))
            api.parts.table.submit(NewJob(ids[-1], jobspec_key(ids[-1])))
    assert seen == ids


def test_jobs_are_listed_by_status(api: Api) -> None:
    specs = [jobspec() for _ in range(3)]
    for spec in specs:
        api.submit(spec)
    end_job(api.parts, id_of(specs[1]))
    for status, expected in (("completed", specs[1:2]), ("pending", specs[::2]), ("failed", [])):
        body = api.client.get("/v1/jobs", params={"status": status}).json()
        assert [job["job_id"] for job in body["jobs"]] == list(map(id_of, expected))


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "501"},
        {"limit": "x"},
        {"status": "lost"},
        {"after": "nonsense"},
        {"after": "9" * 400},
        {"limit": "1e1"},
        {"after": "\x00"},
        {"after": "' OR 1=1 --"},
    ],
)
def test_a_list_that_cannot_be_is_refused(kept: Api, query: dict[str, str]) -> None:
    assert told(kept.client.get("/v1/jobs", params=query)) == (422, "API_BAD_PARAMETER")
