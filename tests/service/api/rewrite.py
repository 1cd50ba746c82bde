"""`python -m tests.service.api.rewrite`: write anew what the API tells, then look at the diff."""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

import httpx

from proxx_engine import JobExecutionResult
from sidecar.service.api.guard import Guard
from sidecar.service.projection import results_of
from tests.golden.documents import RESULT_1_0
from tests.service.api.serving import TOKEN, guard_over, parts_in

HERE = Path(__file__).parent


def kept_documents() -> dict[Path, str]:
    """Return every golden file of the API that follows from the code."""
    result = JobExecutionResult.model_validate_json(RESULT_1_0.read_bytes())
    return {
        HERE / "results.json": _text(results_of(result)),
        HERE / "openapi.json": _text(openapi()),
    }


def openapi() -> dict[str, Any]:
    """Return the OpenAPI document as the API serves it."""
    with tempfile.TemporaryDirectory() as folder, parts_in(Path(folder)) as parts:
        return asyncio.run(_read(guard_over(parts, lambda: 8025)))


async def _read(app: Guard) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {TOKEN}"}
    transport = httpx.ASGITransport(app)
    base = "http://127.0.0.1:8025"
    async with httpx.AsyncClient(transport=transport, base_url=base, headers=headers) as client:
        document: dict[str, Any] = (await client.get("/openapi.json")).json()
        return document


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    for path, text in kept_documents().items():
        path.write_text(text, "utf-8")
