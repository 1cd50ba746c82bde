"""One file of footage → its Source, or the reason to leave it out."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from proxx_engine.creation.sources import FileFacts, raw_source, source_from_facts
from proxx_engine.errors import ProbeError
from proxx_engine.planning.routing import RAW_EXTENSIONS
from proxx_engine.spec.media import Source
from proxx_engine.system.files import hash_samples, is_regular, modified_at
from proxx_engine.system.probe import Prober


def probe_source(path: Path, prober: Prober) -> Source:
    """Return what a file is, as a JobSpec states it. Raises: ProbeError, OSError."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        raise ProbeError("SOURCE_UNREADABLE", "its name is not UTF-8; rename it") from None
    if not is_regular(path):
        raise ProbeError("SOURCE_NOT_FILE", f"{path}: is not a regular file")
    extension = path.suffix.lower().lstrip(".")
    file = FileFacts(
        path=str(path),
        size_bytes=path.stat().st_size,
        modified_at=modified_at(path),
        sample_sha256=hash_samples((path,)),
    )
    if extension in RAW_EXTENSIONS:
        return raw_source(file, extension)
    try:
        return source_from_facts(file, prober.probe(path))
    except ValidationError as error:
        raise beyond_the_contract(error) from error


def beyond_the_contract(error: ValidationError) -> ProbeError:
    """Return why a file that says strange things of itself is left out."""
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    found = ascii(first["input"])[:80]
    return ProbeError("SOURCE_UNREADABLE", f"its {where} is {found}: {first['msg']}")
