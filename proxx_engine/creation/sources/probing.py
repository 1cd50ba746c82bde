"""One clip of footage → its Source, or the reason to leave it out."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from pydantic import ValidationError

from proxx_engine.creation.footage.found import Found
from proxx_engine.creation.sources.facts import (
    FileFacts,
    raw_source,
    sequence_source,
    source_from_facts,
)
from proxx_engine.creation.sources.pictures import INDEXED
from proxx_engine.errors import ProbeError
from proxx_engine.planning.routing import RAW_EXTENSIONS, SPANNED
from proxx_engine.spec.media import Source
from proxx_engine.system.clean_aperture import shows_less
from proxx_engine.system.files import hash_samples, is_regular, modified_at, total_size
from proxx_engine.system.probe import Prober

_RAW_SEQUENCES = frozenset({"dng"})


def probe_source(path: Path, prober: Prober) -> Source:
    """Return what one file is, as a JobSpec states it. Raises: ProbeError, OSError."""
    return probe_clip(Found(path, "", name=path.stem, files=(path,)), prober)


def probe_clip(found: Found, prober: Prober, *, sequence_rate: Fraction | None = None) -> Source:
    """Return what a clip is, as a JobSpec states it; `sequence_rate` is that of numbered pictures.

    Raises: ProbeError, OSError.
    """
    for path in found.files:
        _check_file(path)
    extension = found.path.suffix.lower().lstrip(".")
    file = FileFacts(
        paths=tuple(str(path) for path in found.files),
        size_bytes=total_size(found.files),
        modified_at=modified_at(found.path),
        sample_sha256=hash_samples(found.files),
    )
    try:
        if extension in RAW_EXTENSIONS or (found.sequence and extension in _RAW_SEQUENCES):
            return raw_source(file, extension)
        if found.spanned:
            return raw_source(file, SPANNED)
        if found.sequence is not None:
            if sequence_rate is None:
                detail = f"{len(found.files)} numbered pictures; give their --sequence-rate"
                raise ProbeError("SOURCE_NO_RATE", detail)
            facts = prober.probe(found.path, still=True)
            return sequence_source(file, facts, found.sequence, sequence_rate)
        sounds = tuple((found.files.index(path), prober.probe(path)) for path in found.audio_files)
        facts = prober.probe(found.path)
        limited = INDEXED in facts["format"].split(",") and shows_less(found.path)
        return source_from_facts(file, facts, sounds=sounds, clean_aperture=limited)
    except ValidationError as error:
        raise beyond_the_contract(error) from error


def _check_file(path: Path) -> None:
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        raise ProbeError("SOURCE_UNREADABLE", "its name is not UTF-8; rename it") from None
    if not is_regular(path):
        raise ProbeError("SOURCE_NOT_FILE", f"{path}: is not a regular file")


def beyond_the_contract(error: ValidationError) -> ProbeError:
    """Return why a file that says strange things of itself is left out."""
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    found = ascii(first["input"])[:80]
    return ProbeError("SOURCE_UNREADABLE", f"its {where} is {found}: {first['msg']}")
