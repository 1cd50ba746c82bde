"""What `proxx serve` says when it starts: to a person on standard output, to a log on the other."""

from __future__ import annotations

import ipaddress
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from proxx_engine import now_utc
from sidecar.cli.outcome import plural, say
from sidecar.service.parts import Parts


def write_line(line: str) -> None:
    """Write a line of the log; what nobody can read is lost, and the service goes on."""
    try:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
    except OSError:
        return


@dataclass(frozen=True)
class Start:
    """What a person or a program is told at the start."""

    parts: Parts
    port: int
    token: str
    is_dev: bool

    @property
    def url(self) -> str:
        """Where it is reached from this host."""
        host = self.parts.settings.address[0]
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
        return f"http://{f'[{shown}]' if ':' in shown else shown}:{self.port}"

    @property
    def is_open(self) -> bool:
        """Whether other machines may reach it."""
        host = self.parts.settings.address[0]
        try:
            return not ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host.lower() != "localhost"


def tell_start(start: Start, *, refill_lost: bool, as_json: bool) -> None:
    """Say where it is and what it is; enter what an earlier start left, where that is asked for."""
    from sidecar.service.refilling import lost_ids, refill

    parts = start.parts
    troubles = [] if start.is_dev else [str(error) for error in parts.look()]
    lost: tuple[str, ...] = ()
    entered: tuple[str, ...] = ()
    if start.is_dev:
        entered = refill(parts) if refill_lost else ()
        lost = lost_ids(parts)
    if as_json or not sys.stdout.isatty():
        # Where it is kept as a log, no token may stand in it.
        started = {
            "time": now_utc(),
            "event": "listening",
            "url": start.url,
            "token_file": str(parts.settings.token_path),
            "roots": list(parts.settings.roots),
            "tls": False,
            "open_to_others": start.is_open,
            "troubles": troubles,
            "left_waiting": len(lost),
            "entered": len(entered),
        }
        write_line(json.dumps(started))
    if not as_json:
        say(_lines(start, troubles, len(lost), len(entered)))


def _lines(start: Start, troubles: list[str], lost: int, entered: int) -> Iterator[str]:
    settings = start.parts.settings
    yield f"the API of the job service: {start.url}/v1"
    if settings.api.page:
        # A terminal forgets; a file that keeps these lines would keep the token.
        secret = f"#token={start.token}" if start.is_dev and sys.stdout.isatty() else ""
        yield f"page: {start.url}/{secret}"
    yield f"token: in {settings.token_path}"
    yield f"jobs may use what lies below {', '.join(settings.roots)}"
    if start.is_dev:
        yield f"for development, on this host alone: all of it lies in {settings.home};"
        yield "the queue is in memory, which forgets when this ends"
    if start.is_open:
        yield "other machines may reach it, and it has no TLS: a proxy with TLS belongs before it,"
        yield "or whoever is on the way reads the token"
    for trouble in troubles:
        yield f"TROUBLE: {trouble}"
    if entered:
        yield f"{plural(entered, 'job')} of an earlier start entered again"
    if lost:
        yield f"{plural(lost, 'job')} wait from an earlier start; --refill enters them"
