"""The OpenAPI document is what the API does: kept, and asked of it by schemathesis."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sidecar.service.api.errors import CODES
from sidecar.service.submitting import submit_jobspec
from tests.service.api.rewrite import kept_documents
from tests.service.api.serving import TOKEN, Api, end_job, id_of, jobspec

HERE = Path(__file__).parent


def test_what_the_api_tells_is_what_is_kept() -> None:
    for path, text in kept_documents().items():
        assert text == path.read_text("utf-8"), f"python -m tests.service.api.rewrite ({path.name})"


def test_calls_to_copy_go_to_where_this_service_listens(kept: Api) -> None:
    shown = kept.client.get("/docs", headers={"authorization": "", "accept": "text/html"}).text
    calls = set(re.findall(r"http://127\.0\.0\.1:(\d+)/v1", shown))
    assert calls == {str(kept.port)}


def test_every_path_but_health_needs_the_token(kept: Api) -> None:
    document = kept.client.get("/openapi.json").json()
    assert document["security"] == [{"token": []}]
    free = {
        path
        for path, operations in document["paths"].items()
        for operation in operations.values()
        if operation.get("security") == []
    }
    assert free == {"/healthz"}
    for path in document["paths"]:
        named = path.format(job_id="0b1f6c1e-6f0e-4c57-9a57-3c1f0d4b8a11")
        bare = kept.client.request("GET", named, headers={"authorization": ""})
        assert bare.status_code == (200 if path in free else 401)


def test_every_code_of_the_api_is_described_with_an_example() -> None:
    document = json.loads((HERE / "openapi.json").read_text("utf-8"))
    examples = document["components"]["examples"]
    assert {code for code in examples if code.startswith("API_")} == set(CODES)
    told = {
        code
        for operations in document["paths"].values()
        for operation in operations.values()
        for answer in operation["responses"].values()
        for code in re.findall(r"`([A-Z]+_[A-Z_]+)`", answer["description"])
    }
    assert told == set(examples)


def test_the_description_and_the_page_are_served_only_where_they_are_wanted(kept: Api) -> None:
    for path in ("/", "/docs"):
        answer = kept.client.get(path, headers={"authorization": "", "accept": "text/html"})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert TOKEN not in answer.text


_QUICK = """
[[operations]]
include-method = "POST"
include-path = "/v1/jobs"
phases.coverage.enabled = false
"""
"""Every edge of every field of a JobSpec takes many seconds."""


def ask_everything(api: Api, *options: str, more: str = "") -> None:
    """Let schemathesis send what the document allows and what it does not."""
    settings = api.parts.settings.home / "schemathesis.toml"
    settings.write_text((HERE / "schemathesis.toml").read_text("utf-8") + more)
    for number in range(4):
        spec = jobspec()
        submit_jobspec(api.parts, spec)
        if number:
            end_job(api.parts, id_of(spec), status="failed" if number == 3 else "completed")
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            f"--config-file={settings}",
            "run",
            f"http://{api.host}/openapi.json",
            f"--header=Authorization: Bearer {TOKEN}",
            "--checks=all",
            "--no-color",
            "--generation-database=none",
            *options,
        ],
        cwd=api.parts.settings.home,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    statuses = {line["status"] for line in api.told(1)}
    assert {200, 201, 401, 404, 405, 422} <= statuses
    assert not {status for status in statuses if status >= 500}


def test_schemathesis_finds_nothing(api: Api) -> None:
    ask_everything(api, "--max-examples=5", "--seed=16", more=_QUICK)


@pytest.mark.slow
def test_schemathesis_finds_nothing_in_many_rounds(api: Api) -> None:
    ask_everything(api, "--max-examples=25", "--seed=9")
