"""Profiles by name or file: read from TOML once, when jobs are made."""

from __future__ import annotations

import json
import tomllib
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from proxx_engine.errors import Issue, ProfileError
from proxx_engine.planning.validation import validate_profile
from proxx_engine.spec.decoding import decode_profile
from proxx_engine.spec.profile import ProfileSpec
from proxx_engine.system.files import read_regular

DEFAULT_PROFILE = "prores_proxy"
_MAX_BYTES = 256 * 1024


@cache
def load_profiles() -> tuple[ProfileSpec, ...]:
    """Return the built-in profiles, by name. Raises: ProfileError."""
    library = files("proxx_engine").joinpath("profiles")
    names = sorted(entry.name for entry in library.iterdir() if entry.name.endswith(".toml"))
    return tuple(read_profile(library.joinpath(name).read_bytes(), name=name) for name in names)


def find_profile(name_or_file: str) -> ProfileSpec:
    """Return a built-in profile by name, or one from a TOML file. Raises: ProfileError."""
    built_in = {profile.name: profile for profile in load_profiles()}
    if name_or_file in built_in:
        return built_in[name_or_file]
    if not name_or_file.endswith(".toml"):
        near = get_close_matches(name_or_file, built_in, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        sentence = f"found {name_or_file!r}; there are {', '.join(built_in)}.{hint}"
        raise ProfileError((Issue("SPEC_UNKNOWN_PROFILE", "", sentence),), subject="--profile")
    try:
        data = read_regular(Path(name_or_file), limit=_MAX_BYTES)
    except ValueError:
        raise _unreadable(name_or_file, f"is larger than {_MAX_BYTES:,} bytes") from None
    except OSError as error:
        raise _unreadable(name_or_file, error.strerror or str(error)) from error
    return read_profile(data, name=name_or_file)


def read_profile(data: bytes, *, name: str) -> ProfileSpec:
    """Read a profile from TOML; a value that TOML cannot write (none) is left out there.

    Raises: ProfileError with every problem found.
    """
    try:
        loaded = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        issue = Issue("SPEC_NOT_TOML", "", str(error)[:300])
        raise ProfileError((issue,), subject=name) from error
    complete = _fill_none(loaded, ProfileSpec)
    profile = decode_profile(json.dumps(complete, default=str).encode("utf-8"), name=name)
    validate_profile(profile, name=name)
    return profile


def _unreadable(name: str, why: str) -> ProfileError:
    return ProfileError((Issue("SPEC_UNREADABLE", "", why),), subject=name)


def _fill_none(table: dict[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    filled = dict(table)
    for name, field in model.model_fields.items():
        choices = get_args(field.annotation)
        if name not in filled:
            if type(None) in choices:
                filled[name] = None
            continue
        inner = next(
            (
                c
                for c in (field.annotation, *choices)
                if isinstance(c, type) and issubclass(c, BaseModel)
            ),
            None,
        )
        if inner is not None and isinstance(filled[name], dict):
            filled[name] = _fill_none(filled[name], inner)
    return filled
