"""`proxx serve`: one command for development, one process of many in production."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from proxx_engine import Tools, encode_json
from sidecar.cli.main import COMMANDS, main
from sidecar.cli.serve_told import Start, tell_start
from sidecar.service.parts import Parts
from sidecar.service.rows import NewJob
from sidecar.service.settings import ApiSettings
from tests.service.api.processes import serving
from tests.support import MakeClip, make_job

PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1", "-c:v", "prores_aw")
JSON = {"content-type": "application/json"}


def wait_for(client: httpx.Client, job_id: str) -> dict[str, Any]:
    until = time.monotonic() + 90
    body: dict[str, Any] = {}
    while body.get("status") not in ("completed", "failed") and time.monotonic() < until:
        time.sleep(0.1)
        body = client.get(f"/v1/jobs/{job_id}").json()
    return body


def test_one_command_does_a_real_job_for_another_program(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    source = make_clip("A.mov", *PICTURE)
    out, home = tmp_path / "out", tmp_path / "home"
    spec = make_job(source, out, tools)
    words = ("--dev", str(source.parent), str(out), "--home", str(home))
    with serving(*words, "--listen", "127.0.0.1:0", home=home) as service:
        assert stat.S_IMODE((home / "token").stat().st_mode) == 0o600
        with service.client() as client:
            answer = client.post("/v1/jobs", content=encode_json(spec), headers=JSON)
            assert (answer.status_code, answer.json()) == (201, {"job_id": spec.job_id})
            body = wait_for(client, spec.job_id)
            assert (body["status"], body["progress"]) == ("completed", 1.0)
            (clip,) = client.get(f"/v1/jobs/{spec.job_id}/results").json()["results"]
            assert clip["status"] == "COMPLETED"
            assert Path(clip["output"]["path"]).is_file()
            measured = client.post(
                "/v1/jobs?pipeline_id=qc&frame_stride=10",
                json={"result_of": spec.job_id},
            )
            assert wait_for(client, measured.json()["job_id"])["status"] == "completed"
        service.process.send_signal(signal.SIGINT)
        assert service.process.wait(60) == 130
    whole = "".join(service.log)
    assert service.token not in whole
    assert "Traceback" not in whole
    events = [json.loads(line)["event"] for line in service.log if line.startswith("{")]
    assert {"listening", "started", "request", "claimed", "ended"} <= set(events)


def refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = main(["serve", *words])
    return code, capsys.readouterr().err


SETTINGS = """
table = "sqlite:///{here}/jobs.db"
queue = "redis://127.0.0.1:1/0"
storage = "storage"
home = "home"
roots = ["/footage"]
"""


def written(folder: Path, *more: str) -> str:
    file = folder / "settings.toml"
    file.write_text(SETTINGS.format(here=folder) + "\n".join(more))
    return str(file)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["x.toml", "--dev", "."],
        ["x.toml", "--workers", "2"],
        ["x.toml", "--refill"],
        ["--dev", "/no/such/folder"],
        ["x.toml", "--home", "x"],
    ],
)
def test_what_contradicts_itself_is_refused(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = refused(words, capsys)
    assert code == 2
    assert "Traceback" not in said


@pytest.mark.parametrize("listen", ["x", "1", "127.0.0.1", "127.0.0.1:99999", "a@b:1", "h:1/x", ""])
def test_an_address_that_is_none_is_refused(
    listen: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--dev", str(tmp_path), "--listen", listen])
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_queue_in_memory_is_no_queue_for_several_processes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Path(written(tmp_path))
    file.write_text(file.read_text().replace("redis://127.0.0.1:1/0", "memory"))
    code, said = refused([str(file)], capsys)
    assert code == 2
    assert "serve --dev" in said


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o601])
def test_a_token_that_others_may_use_is_refused(
    mode: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = tmp_path / "token"
    token.write_text("a" * 43)
    token.chmod(mode)
    code, said = refused([written(tmp_path, "[api]", f'token_file = "{token}"')], capsys)
    assert code == 2
    assert "api.token_file" in said
    assert "chmod 600" in said


@pytest.mark.parametrize("text", ["", "short", "a" * 31, "with a space " * 4, "ä" * 40, "a" * 5000])
def test_a_token_that_is_none_is_refused_and_not_shown(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = tmp_path / "token"
    token.write_text(text)
    token.chmod(0o600)
    code, said = refused([written(tmp_path, "[api]", 'token_file = "token"')], capsys)
    assert code == 2
    assert "api.token_file" in said
    assert not text or text not in said


def test_a_token_file_that_is_not_there_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = refused([written(tmp_path, "[api]", 'token_file = "none"')], capsys)
    assert code == 2
    assert "api.token_file" in said


def test_a_port_in_use_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        named = f"127.0.0.1:{other.getsockname()[1]}"
        words = ["--dev", str(tmp_path), "--home", str(tmp_path / "home"), "--listen", named]
        code, said = refused(words, capsys)
    assert code == 3
    assert said.startswith(f"proxx: {named}: ")
    assert "--listen" in said


def test_a_start_that_finds_its_port_in_use_leaves_the_token_of_who_has_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = tmp_path / "home/token"
    token.parent.mkdir()
    token.write_text("the token of the one that runs")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        words = ["--dev", str(tmp_path), "--home", str(token.parent), "--listen", listen]
        assert main(["serve", *words]) != 0
    assert listen in capsys.readouterr().err
    assert token.read_text() == "the token of the one that runs"


def test_a_home_of_settings_that_takes_nothing_is_told_by_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Path(written(tmp_path, "[api]", 'listen = "127.0.0.1:0"'))
    (tmp_path / "file").touch()
    home = f"home = '{tmp_path / 'file' / 'x'}'"
    lines = [
        home if each.startswith("home") else each for each in settings.read_text().splitlines()
    ]
    settings.write_text("\n".join(lines))
    code, said = refused([str(settings)], capsys)
    assert code == 3
    assert f"home: {tmp_path / 'file' / 'x'}: Not a directory [STORAGE_NOT_WRITABLE]" in said


def test_a_home_that_takes_nothing_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    code, said = refused(["--dev", str(tmp_path), "--home", str(tmp_path / "file" / "x")], capsys)
    assert code == 3
    assert "STORAGE_NOT_WRITABLE" in said


def told_at_start(
    parts: Parts, capsys: pytest.CaptureFixture[str], *, refill: bool = False
) -> tuple[str, dict[str, Any]]:
    start = Start(parts, 8025, "the-token-of-this-start", is_dev=True)
    tell_start(start, refill_lost=refill, as_json=False)
    said = capsys.readouterr()
    return said.out, json.loads(said.err)


def test_jobs_of_an_earlier_start_are_told_and_entered_where_asked(
    parts: Parts, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = [str(uuid.uuid4()) for _ in range(3)]
    for job_id in ids:
        parts.table.submit(NewJob(job_id, f"jobspecs/{job_id}.job.json"))
    lines, event = told_at_start(parts, capsys)
    assert "3 jobs wait from an earlier start; --refill enters them" in lines
    assert (event["left_waiting"], event["entered"]) == (3, 0)
    assert parts.queue.waiting() == ()
    lines, event = told_at_start(parts, capsys, refill=True)
    assert "3 jobs of an earlier start entered again" in lines
    assert (event["left_waiting"], event["entered"]) == (0, 3)
    assert parts.queue.waiting() == tuple(ids)


def test_the_start_says_that_memory_forgets_and_keeps_the_token_out_of_logs(
    parts: Parts, capsys: pytest.CaptureFixture[str]
) -> None:
    lines, event = told_at_start(parts, capsys)
    assert "for development, on this host alone" in lines
    assert "in memory, which forgets" in lines
    assert "the-token-of-this-start" not in lines + json.dumps(event)
    assert event["open_to_others"] is False


@pytest.mark.parametrize(
    ("listen", "is_open"),
    [
        ("0.0.0.0:8025", True),
        ("[::]:8025", True),
        ("10.0.0.7:8025", True),
        ("nas:8025", True),
        ("127.0.0.1:8025", False),
        ("[::1]:8025", False),
        ("localhost:8025", False),
        ("127.8.8.8:8025", False),
    ],
)
def test_an_address_that_others_reach_is_told_to_need_tls(
    listen: str, is_open: bool, parts: Parts, capsys: pytest.CaptureFixture[str]
) -> None:
    other = replace(parts.settings, api=ApiSettings(listen=listen))
    lines, event = told_at_start(replace(parts, settings=other), capsys)
    assert event["open_to_others"] is is_open
    assert ("a proxy with TLS belongs before it" in lines) is is_open


def test_no_command_imports_what_only_the_service_needs_before_it_serves() -> None:
    program = f"""
import argparse, sys
from sidecar.cli.main import declare
for name in {sorted(COMMANDS)}:
    declare(name, argparse.ArgumentParser())
heavy = {{"fastapi", "starlette", "uvicorn", "sqlalchemy", "alembic", "rq", "redis", "obstore"}}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
