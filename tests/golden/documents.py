"""What stands in `tests/golden`: where it lies, and what is written there when it is made anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from proxx_engine import JobExecutionResult, JobSpec, ProbeError, ProfileSpec
from tests.golden.footage import command, pairs

HERE = Path(__file__).parent
SCHEMAS = HERE.parents[1] / "proxx_engine" / "schemas"
JOBSPEC_1_0 = HERE / "jobspec_1_0.json"
RESULT_1_0 = HERE / "result_1_0.json"
CONTRACTS: dict[str, type[BaseModel]] = {
    "jobspec-1.0.schema.json": JobSpec,
    "profile-1.0.schema.json": ProfileSpec,
    "result-1.0.schema.json": JobExecutionResult,
}


def schema_text(name: str) -> str:
    """Return the JSON Schema of one contract, as it is written."""
    schema = CONTRACTS[name].model_json_schema(by_alias=True)
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def argument_text(footage: str, profile: str) -> str:
    """Return the command that encodes one kind of footage, one argument a line; or why not."""
    try:
        return "".join(f"{argument}\n" for argument in command(footage, profile))
    except ProbeError as error:
        return f"left out: {error.detail}\n"


def remade_documents() -> dict[Path, str]:
    """Return every golden file that follows from the code."""
    schemas = {SCHEMAS / name: schema_text(name) for name in CONTRACTS}
    arguments = {
        HERE / "arguments" / f"{footage}.{profile}.txt": argument_text(footage, profile)
        for footage, profile in pairs()
    }
    return schemas | arguments


def result_document(**changes: Any) -> bytes:
    """Return the golden result with other values at its top."""
    value = json.loads(RESULT_1_0.read_bytes()) | changes
    return json.dumps(value).encode()
