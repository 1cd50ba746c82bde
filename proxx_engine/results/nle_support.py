"""nle_support.toml as values: what each NLE reads, compares and finds; with the sources."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from proxx_engine.spec.model import FrozenModel

Weight = Literal["no", "unknown", "hand", "limit"]
"""What a reason comes to: refused, not known, a person's step, or attached within a limit."""


class Support(FrozenModel):
    """Codecs in containers, and how far they are read; wholly where nothing is said."""

    containers: tuple[str, ...]
    codecs: tuple[str, ...]
    """FFmpeg's names."""
    only: str | None = None
    doubt: str | None = None
    refused: str | None = None

    def reason(self) -> tuple[Weight, str] | None:
        """Return what stands against it, None where nothing does."""
        if self.refused is not None:
            return "no", self.refused
        if self.doubt is not None:
            return "unknown", self.doubt
        return None if self.only is None else ("limit", self.only)


class Naming(FrozenModel):
    """The proxy's name and place, from the original's."""

    folder: str | None = None
    """Below the original's folder; None for any place."""
    suffix: str
    """What follows the original's name without extension."""
    extensions: tuple[str, ...]
    always: str
    otherwise: str


class Nle(FrozenModel):
    """What one NLE does with a proxy."""

    name: str
    compares: tuple[str, ...]
    sources: tuple[str, ...]
    """Where this is known from."""
    naming: Naming
    reads: tuple[Support, ...]
    hears: tuple[Support, ...]
    differs: dict[str, Weight]


class NleTable(FrozenModel):
    """The whole table."""

    words: dict[str, str]
    """FFmpeg's name of a codec → what people call it."""
    nle: dict[str, Nle]


@cache
def nle_table() -> NleTable:
    """Return the table. Raises: pydantic.ValidationError for a row that is not whole."""
    text = files("proxx_engine.results").joinpath("nle_support.toml").read_text("utf-8")
    return NleTable.model_validate_json(json.dumps(tomllib.loads(text)))


@cache
def nle_names() -> Mapping[str, str]:
    """Return the name of each NLE by its key in a result's `nle_verdicts`."""
    return MappingProxyType({key: nle.name for key, nle in nle_table().nle.items()})
