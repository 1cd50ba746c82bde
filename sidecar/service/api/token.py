"""The API's token: one file that only its owner reads; new at each start unless a file is named."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
from pathlib import Path

from proxx_engine import Issue, PlaceError, RequestError, read_regular
from sidecar.service.settings import ServiceSettings

_MOST_BYTES = 4096
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{32,512}")


def read_token(settings: ServiceSettings) -> str | None:
    """Return the token of the file that the settings name; None where they name none.

    Raises: RequestError: it cannot be read, is open to others or holds no token.
    """
    return _read(settings.token_path) if settings.api.token_file is not None else None


def make_token(settings: ServiceSettings) -> str:
    """Return a new token of 256 bits, which replaces the one before. Raises: OSError."""
    return _make(settings.token_path)


def _read(path: Path) -> str:
    try:
        mode = os.stat(path).st_mode
        text = read_regular(path, limit=_MOST_BYTES).decode("ascii").strip()
    except OSError as error:
        raise _wrong(path, "SPEC_UNREADABLE", error.strerror or str(error)) from error
    except ValueError as error:
        raise _wrong(path, "SPEC_BAD_TEXT", "it is no token: too long, or no text") from error
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        told = f"others may use it (mode {stat.S_IMODE(mode):04o}); say chmod 600 {path}"
        raise _wrong(path, "SPEC_UNREADABLE", told)
    if not _TOKEN.fullmatch(text):
        told = "expected 32 to 512 letters, digits and ._~+/=- and nothing else; it is not shown"
        raise _wrong(path, "SPEC_BAD_TEXT", told)
    return text


def _wrong(path: Path, code: str, sentence: str) -> RequestError:
    return RequestError((Issue(code, "api.token_file", f"{path}: {sentence}"),))


def _make(path: Path) -> str:
    token = secrets.token_urlsafe(32)
    hidden = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        place = os.open(hidden, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(place, "w", encoding="ascii") as file:
            file.write(f"{token}\n")
        os.replace(hidden, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(hidden)
        sentence = f"home: {path.parent}: {error.strerror or error}"
        raise PlaceError("STORAGE_NOT_WRITABLE", sentence) from error
    return token
