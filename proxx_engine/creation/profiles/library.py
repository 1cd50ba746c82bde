"""Profiles by name or file: read from TOML once, when jobs are made."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from proxx_engine.creation.profiles.text import profile_text
from proxx_engine.errors import Issue, ProfileError
from proxx_engine.planning.validation import validate_profile
from proxx_engine.spec.decoding import decode_profile
from proxx_engine.spec.model import format_rational
from proxx_engine.spec.profile import Look, Lut, ProfileSpec, VariableFrameRate
from proxx_engine.system.files import read_regular, write_whole

DEFAULT_PROFILE = "prores_proxy"
_MAX_BYTES = 256 * 1024
_PLAIN = Look(lut=None, burn_in=None, flips=None, data_level=None, crop=None)


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


def adjust_profile(
    profile: ProfileSpec,
    *,
    variable_frame_rate: VariableFrameRate | None = None,
    conform_frame_rate: Fraction | None = None,
    lut: Lut | None = None,
    look: Mapping[str, Any] | None = None,
) -> ProfileSpec:
    """Return a profile with what a person asks for otherwise; `look` is fields of its look.

    Raises: ProfileError.
    """
    changes: dict[str, Any] = {}
    if variable_frame_rate is not None:
        changes["variable_frame_rate"] = variable_frame_rate
    if conform_frame_rate is not None:
        changes["conform_frame_rate"] = conform_frame_rate
    if lut is not None:
        changes["look"] = (profile.look or _PLAIN).model_copy(update={"lut": lut})
    adjusted = profile.model_copy(update=changes)
    if look:
        adjusted = _with_look(adjusted, look)
    validate_profile(adjusted, name=profile.name)
    return adjusted


def _with_look(profile: ProfileSpec, asked: Mapping[str, Any]) -> ProfileSpec:
    """Read what a person typed like that of a file: no value of it is a field yet."""
    values = profile.model_dump(mode="json", by_alias=True)
    look = values["look"] or _PLAIN.model_dump(mode="json", by_alias=True)
    typed = {k: format_rational(v) if isinstance(v, Fraction) else v for k, v in asked.items()}
    written = json.dumps(values | {"look": look | typed})
    return decode_profile(written.encode("utf-8"), name=profile.name)


def write_profile(base: ProfileSpec, *, name: str, folder: Path) -> Path:
    """Write a profile to start a new one from, every field explained; return its file.

    Raises: ProfileError for a bad name or one that is taken, OSError.
    """
    path = folder / f"{name}.toml"
    values = base.model_dump(mode="json") | {
        "name": name,
        "description": f"{base.description} Started from {base.name}.",
        "why": f"Started from {base.name}: {base.why}",
    }
    if name in {profile.name for profile in load_profiles()}:
        sentence = f"found {name!r}, the name of a profile that comes with Proxx; take another"
        raise ProfileError((Issue("SPEC_BAD_NAME", "name", sentence),), subject=str(path))
    profile = decode_profile(json.dumps(values).encode("utf-8"), name=str(path))
    head = (
        "# A profile of Proxx. What is not set may be left out.\n"
        f"# Check: proxx profiles check {path.name}\n"
        f"# Use: proxx create FOOTAGE --out DIR --profile {path.name}\n\n"
    )
    write_whole(path, (head + profile_text(profile, explained=True)).encode("utf-8"))
    return path


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
