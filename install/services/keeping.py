"""How the keeper is called where the system itself cannot tell one end from another."""

from __future__ import annotations

from pathlib import Path, PurePath

from .service import Service


def keeper_code() -> bytes:
    """Return the program to write as a file: it imports nothing but the standard library."""
    return Path(__file__).with_name("keeper.py").read_bytes()


def keeper_words(
    service: Service, python: PurePath, keeper: PurePath, log: PurePath
) -> tuple[str, ...]:
    """Return what starts the keeper of a service by a Python."""
    needs = [word for place in service.needs for word in ("--needs", str(place))]
    if service.environment is not None:
        needs += ["--environment", str(service.environment)]
    start = (str(python), "-I", "-X", "utf8", str(keeper))
    return (*start, "--log", str(log), *needs, "--", *service.command)
