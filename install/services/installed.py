"""The services of one home of Proxx: the files of each, and which are installed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..applying import read
from ..facts import manifest as installed
from ..plan import Plan, PlannedFile
from ..product import Product
from ..steps import SetupError
from .manager import Command, ServiceManager
from .running import KEPT, carry_out, manager_of, read_service, service_bytes
from .service import NoService, Service
from .systemd import Systemd

_PART = installed.SERVICE


def part_of(service: Service) -> str:
    """Return what the files of a service are noted under."""
    return f"{_PART}{service.name}"


def services_plan(product: Product, manager: ServiceManager, services: Sequence[Service]) -> Plan:
    """Return the files of services, and what they write by themselves. Raises: SetupError."""
    files: list[PlannedFile] = []
    folders: list[Path] = []
    own: list[Path] = []
    for service in services:
        try:
            written = {Path(path): data for path, data in manager.files(service).items()}
        except NoService as problem:
            raise SetupError(f"{problem}.", exit_code=2) from problem
        written[_kept(product, service.name)] = service_bytes(service)
        files += [
            PlannedFile(path=path, data=data, part=part_of(service))
            for path, data in written.items()
        ]
        log = manager.log_file(service)
        if log is not None:
            folders.append(Path(log).parent)
            own += [Path(log), Path(f"{log}.before")]
        if isinstance(manager, Systemd):
            # What `systemctl enable` makes; where it cannot be asked any more, it goes with us.
            wants = Path(manager.units, "default.target.wants")
            folders.append(wants)
            own.append(wants / f"{service.name}.service")
    return Plan(
        parts=frozenset(map(part_of, services)),
        files=tuple(files),
        folders=tuple(folders),
        own=tuple(own),
    )


def installed_services(product: Product) -> dict[str, Service]:
    """Return the services that are installed, by name. Raises: SetupError.

    Of one that was half installed, or whose file was edited, no more than the name is known: enough
    to end it and to take it away.
    """
    manifest = read(product.home) or installed.Manifest()
    names = (part.removeprefix(_PART) for part in manifest.parts() if part.startswith(_PART))
    return {name: _installed(product, name) for name in names}


def _installed(product: Product, name: str) -> Service:
    return read_service(_kept(product, name)) or Service(
        name=name,
        description="a service of which nothing more is known",
        python=product.environment.python,
        words=(),
        needs=(),
        writes=(),
    )


def forget_service(manager: ServiceManager, service: Service) -> tuple[str, ...]:
    """Stop it, and let it start no more; return what of that failed, in words."""
    return carry_out(manager.forget(service))


def forget_all(product: Product) -> tuple[tuple[Command, ...], tuple[str, ...]]:
    """Forget every service; return what is to be run once their files are gone, and what failed,
    in words. Raises: SetupError.
    """
    services = tuple(installed_services(product).values())
    if not services:
        return (), ()
    manager = manager_of(product.machine, product.home)
    failed = [words for service in services for words in forget_service(manager, service)]
    afterwards = (command for service in services for command in manager.forgotten(service))
    return tuple(afterwards), tuple(failed)


def _kept(product: Product, name: str) -> Path:
    return product.home / KEPT / f"{name}.json"
