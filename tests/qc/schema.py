"""The JSON Schema of what `proxx qc` writes; `python -m tests.qc.schema` writes it anew."""

from __future__ import annotations

import json
from pathlib import Path

from sidecar.qc.model import QcResult

SCHEMA = Path(__file__).parents[2] / "sidecar" / "qc" / "qc-1.0.schema.json"


def schema_text() -> str:
    """Return the schema as the classes give it."""
    schema = QcResult.model_json_schema()
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), "utf-8")
