"""`proxx serve SETTINGS.toml`: the API alone over a real Redis, before and after `prepare`."""

from __future__ import annotations

import json
import signal
from pathlib import Path

from sidecar.cli.main import main
from tests.service.api.processes import serving
from tests.service.api.serving import id_of, jobspec

JSON = {"content-type": "application/json"}
TOKEN = "a-token-of-the-facility-0123456789abcdef"


def test_the_api_alone_waits_for_its_parts_and_leaves_jobs_to_workers(
    redis_url: str, tmp_path: Path
) -> None:
    home, settings = tmp_path / "home", tmp_path / "settings.toml"
    home.mkdir()
    (home / "token").write_text(TOKEN)
    (home / "token").chmod(0o600)
    settings.write_text(
        f"""
table = "sqlite:///{tmp_path}/jobs.db"
queue = "{redis_url}"
storage = "storage"
home = "home"
roots = ["/footage"]
[api]
listen = "127.0.0.1:0"
token_file = "home/token"
page = false
"""
    )
    with serving(str(settings), home=home) as service:
        started = json.loads(service.log[0])
        assert "STORAGE_TABLE_OLD" in "".join(started["troubles"])
        with service.client() as client:
            assert client.get("/healthz").status_code == 200
            away = client.get("/readyz")
            assert (away.status_code, away.json()["error"]["code"]) == (503, "STORAGE_TABLE_OLD")
            assert main(["queue", "prepare", str(settings)]) == 0
            assert client.get("/readyz").json() == {"ready": True}
            spec = jobspec()
            answer = client.post("/v1/jobs", content=spec, headers=JSON)
            assert (answer.status_code, answer.json()) == (201, {"job_id": id_of(spec)})
            assert client.get(f"/v1/jobs/{id_of(spec)}").json()["status"] == "pending"
            line = client.get("/v1/overview").json()["line"]
            assert (line["waiting"], line["outlives_us"]) == (1, True)
            for path in ("/", "/docs"):
                assert client.get(path).json()["error"]["code"] == "API_NOT_FOUND"
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(60) == 130
    whole = "".join(service.log)
    assert TOKEN not in whole
    assert "Traceback" not in whole
    assert "proxx: answering what was asked; once more ends it" in whole
