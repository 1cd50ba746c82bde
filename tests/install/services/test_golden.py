"""What is written and run on each system, to the byte: `golden/` holds what people can read.

After a meant change: `python -m tests.install.services.test_golden` writes them anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

import pytest

from install.services.keeping import keeper_code
from install.services.manager import Command, ServiceManager
from install.services.service import Service
from tests.install.services.examples import GOLDEN, KEPT


def _told(command: Command) -> list[str]:
    return ["?", *command.words] if command.may_fail else list(command.words)


def commands(service: Service, manager: ServiceManager) -> dict[str, Any]:
    return {
        "start": list(map(_told, manager.start(service))),
        "stop": list(map(_told, manager.stop(service))),
        "forget": list(map(_told, manager.forget(service))),
        "forgotten": list(map(_told, manager.forgotten(service))),
        "show": _told(manager.show(service)),
        "log": _told(manager.log(service)),
        "hints": list(manager.hints(service)),
    }


def made() -> Iterator[tuple[str, bytes]]:
    for services, manager in KEPT:
        system = type(manager).__name__.lower()
        for service in services:
            kind = service.words[0]
            for path, content in manager.files(service).items():
                if content != keeper_code():
                    yield f"{system}.{kind}{path.suffix}", content
            told = json.dumps(commands(service, manager), indent=1, ensure_ascii=False) + "\n"
            yield f"{system}.{kind}.commands.json", told.encode()


@pytest.mark.parametrize(
    ("name", "content"), [pytest.param(name, content, id=name) for name, content in made()]
)
def test_what_is_written_and_run_is_what_is_kept(name: str, content: bytes) -> None:
    assert (GOLDEN / name).read_bytes() == content


def test_nothing_else_is_kept() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {name for name, _content in made()}


def test_every_file_bears_the_name_of_its_service_alone() -> None:
    everything: list[PurePath] = []
    for services, manager in KEPT:
        for service in services:
            files = manager.files(service)
            assert {path.stem for path in files} == {service.name}
            everything += files
    assert len(set(everything)) == len(everything)


def _write(folder: Path = GOLDEN) -> None:
    for name, content in made():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    _write()
