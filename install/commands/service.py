"""`python3 install service`: what of Proxx runs from login on, without a terminal.

service --watch FOLDER …                            install and start: `proxx watch`, `proxx intake`
service --worker FILE … | --serve FILE …            `proxx worker`, `proxx serve`
service start | stop | show | log | remove [NAME …]
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence

from ..applying import apply, read, refuse_early
from ..building import only_one
from ..facts import manifest as installed
from ..machine import Machine
from ..plan import foresee, lines_of
from ..product import Product, product_of, ready_product
from ..removing import remove_parts
from ..services.asked import (
    USAGE,
    extras_of,
    read_asked,
    refuse_missing,
    services_asked,
)
from ..services.installed import forget_service, installed_services, part_of, services_plan
from ..services.manager import ServiceManager
from ..services.running import carry_out, manager_of, tried
from ..services.service import Service
from ..steps import SetupError, last_lines, run_in_sight, run_quietly, shell_line, step
from .command import Command

_CURE = "Mend its permissions, then run the same command again."
_MARKER = "watch.toml"


def main(arguments: Sequence[str], machine: Machine) -> int:
    """Install a service, or do something with those that are. Raises: SetupError, OSError."""
    product = product_of(machine, "user")
    manager = manager_of(machine, product.home)
    if arguments and arguments[0] in _VERBS:
        for service in _named(product, arguments[1:]):
            _VERBS[arguments[0]](product, manager, service)
        return 0
    asked = read_asked(arguments, machine)
    services = services_asked(product, asked)
    manager = tried(manager)
    plan = services_plan(product, manager, services)
    refuse_early(plan, cure=_CURE)
    refuse_missing(asked, machine)
    if asked.dry_run:
        before = read(product.home) or installed.Manifest()
        print("Nothing is written. These files would be there:")
        print("\n".join(lines_of(foresee(plan, before))))
        return 0
    ready_product(product, extras_of(asked))
    if asked.watch is not None:
        _make_watch_folder(product, asked)
    with only_one(product.home), step(", ".join(one.name for one in services)) as current:
        for name in installed_services(product).keys() & {one.name for one in services}:
            forget_service(manager, installed_services(product)[name])
        apply(plan, product.home)
        current.outcome = "installed"
    for service in services:
        (_arm if asked.no_start else _start)(product, manager, service)
    print("\n".join(_ending(manager, services)))
    return 0


def _make_watch_folder(product: Product, asked: Namespace) -> None:
    """An empty folder becomes a watch folder now: later it may be a share that is not mounted."""
    if (asked.watch / _MARKER).is_file():
        return
    log = product.environment.log
    words = [*product.command, "watch", str(asked.watch), "--once", *asked.watch_with]
    if run_quietly(words, cwd=product.home, log=log) != 0:
        raise SetupError(f"{asked.watch} cannot become a watch folder:\n{last_lines(log)}")


def _named(product: Product, names: Sequence[str]) -> tuple[Service, ...]:
    services = installed_services(product)
    if not services:
        cure = "Install one: python3 install service --watch FOLDER"
        raise SetupError("No service is installed.", cure=cure)
    unknown = [name for name in names if name not in services]
    if unknown:
        known = f"There are: {', '.join(services)}."
        raise SetupError(f"There is no service {', '.join(unknown)}.", cure=known, exit_code=2)
    return tuple(services[name] for name in names or services)


def _arm(product: Product, manager: ServiceManager, service: Service) -> None:
    with step(f"ready {service.name} for the next login") as current:
        try:
            carry_out(manager.arm(service))
        except SetupError as problem:
            cure = f"Where it can be started: python3 install service start {service.name}"
            current.outcome, current.remark = "not now", f"{problem}\n{cure}"
        else:
            current.outcome = "readied"


def _start(product: Product, manager: ServiceManager, service: Service) -> None:
    with step(f"start {service.name}") as current:
        try:
            carry_out(manager.start(service))
        except SetupError as problem:
            problem.cure = (
                "It is installed. Where it can be started: python3 install service start "
                f"{service.name}"
            )
            raise
        current.outcome = "started"


def _stop(product: Product, manager: ServiceManager, service: Service) -> None:
    with step(f"stop {service.name}{_after(service)}") as current:
        carry_out(manager.stop(service))
        current.outcome = "stopped"


def _show(product: Product, manager: ServiceManager, service: Service) -> None:
    print(f"\n{service.name}: {service.description}", flush=True)
    run_in_sight(manager.show(service).words, cwd=product.home)


def _log(product: Product, manager: ServiceManager, service: Service) -> None:
    print(f"\n{service.name}: {service.description}", flush=True)
    run_in_sight(manager.log(service).words, cwd=product.home)


def _remove(product: Product, manager: ServiceManager, service: Service) -> None:
    with step(f"remove {service.name}{_after(service)}") as current:
        failed = forget_service(manager, service)
        came = remove_parts(product.home, [part_of(service)])
        carry_out(manager.forgotten(service))
        current.outcome = "removed"
        kept = (f"kept: {line}" for line in came.kept)
        current.remark = "\n".join((*failed, *kept))


def _after(service: Service) -> str:
    return " after its clip" * service.has_clips


def _ending(manager: ServiceManager, services: Sequence[Service]) -> Iterator[str]:
    yield ""
    for service in services:
        yield f"{service.description}\n  {shell_line(service.command)}"
        yield f"What it says is shown by\n  {shell_line(manager.log(service).words)}"
    yield from dict.fromkeys(hint for service in services for hint in manager.hints(service))
    yield "Whether they run shows, and start, stop and remove change:"
    yield "  python3 install service show"


_VERBS: Mapping[str, Callable[[Product, ServiceManager, Service], None]] = {
    "start": _start,
    "stop": _stop,
    "show": _show,
    "log": _log,
    "remove": _remove,
}

COMMAND = Command(
    name="service",
    usage=USAGE,
    summary="run `proxx watch`, or the job service, from login on",
    description=(
        "Has systemd, launchd or Task Scheduler run Proxx while you are logged in. After a crash\n"
        "it comes up again and settles what was left; no job is run twice.\n\n"
        "  --watch FOLDER       `proxx watch`; makes FOLDER a watch folder where it is empty\n"
        "  --worker FILE        `proxx worker` with the settings of the job service in FILE\n"
        "  --serve FILE         `proxx serve` with them; with --worker or without\n"
        "  --workers N          jobs side by side; default 1\n"
        "  --writes DIR         where its jobs write proxies; may be given again\n"
        "  --environment FILE   NAME=VALUE lines with credentials of the job service's clients;\n"
        "                       nobody else may read it, and nothing of it is copied\n"
        "  --worker-with WORDS  more options of `proxx worker`, in one pair of quotes\n"
        "  --intake DIR         take footage that is copied into DIR as well\n"
        "  --out DIR            where the proxies of that footage go\n"
        "  --watch-with WORDS   more options of `proxx watch`\n"
        "  --intake-with WORDS  more options of `proxx intake`\n"
        "  --no-start           only install it; it starts at the next login\n"
        "  --dry-run            only name the files that would be written\n\n"
        "Afterwards: service start, stop, show, log or remove, with names of services; without\n"
        "any, all are meant."
    ),
    run=main,
)
