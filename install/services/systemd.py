"""systemd's user units: hardened as far as a manager without rights can, and exactly quoted.

Left out on purpose: CapabilityBoundingSet, ProtectKernelModules, ProtectKernelLogs, ProtectClock
and PrivateDevices drop capabilities, and a user's service has none to lose. FFmpeg, PyAV and Proxx
were run under all of the following.

Read-only folders need a user namespace. Where a machine allows none to users (some distributions,
most containers) a unit that asks for one does not start at all (217/USER), or starts without what
it asked for. So `trials` are run first, and `bounded` is what came of them.

A folder below a mount point that is named in ReadWritePaths holds that volume fast: measured, the
service went on writing to it after it had been unmounted, and never saw the one that was mounted
again. A mount point that is named itself comes and goes for the service too. So a folder on a
volume of its own is named by the volume's mount point.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath

from .manager import (
    ASKED,
    DOWN_FOR_GOOD,
    LOOK_SECONDS,
    MOST_STARTS,
    REST_SECONDS,
    STARTS_WITHIN_SECONDS,
    Command,
)
from .service import NoService, Service

_WAIT = (
    'for place do until [ -e "$place" ]; do '
    '[ "$told" = "$place" ] || { told=$place; echo "waiting for $place"; }; '
    f"sleep {LOOK_SECONDS}; done; done"
)
# Below these a private /tmp would hide what the service is there for.
_TEMPORARY = (PurePosixPath("/tmp"), PurePosixPath("/var/tmp"))

# This path stands without quotes, and may be a pattern.
_PATTERN = frozenset("*?[]{}\\\"'")

# How the kernel writes what would part a line of its table.
_OCTAL = re.compile(r"\\([0-7]{3})")

_BOUNDS = """\
# Without a user namespace of its own a user's service would get none of these.
PrivateUsers=yes
ProtectSystem=strict
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectHostname=yes"""

_HARDENING = """\
NoNewPrivileges=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
# Proxies are for others to read.
UMask=0022"""


@dataclass(frozen=True)
class Systemd:
    """The user's own instance of systemd."""

    units: PurePath
    """`~/.config/systemd/user`."""
    user: str = ""
    """For the sentence that names them; empty: whoever runs it."""
    volumes: tuple[PurePath, ...] = ()
    """Mount points of what may be unmounted while the service runs: see `volumes_of`."""
    bounded: bool = True
    """Whether this machine can hold a user's service to its folders: what `trials` told."""

    def trials(self) -> tuple[Command, Command]:
        """Return what succeeds where services can be started, and of these where they can be held
        to their folders.
        """
        run = ("systemd-run", "--user", "--wait", "--quiet", "--collect")
        properties = ("PrivateUsers=yes", "ProtectSystem=strict", "WorkingDirectory=~")
        asked = [word for name in properties for word in ("-p", name)]
        script = ("/bin/sh", "-c", "[ ! -w . ]")
        return Command((*run, "true"), True), Command((*run, *asked, *script), True)

    def files(self, service: Service) -> Mapping[PurePath, bytes]:
        """The unit. Raises: NoService."""
        return {self.units / _unit(service): self._text(service).encode()}

    def _text(self, service: Service) -> str:
        return unit_text(service, self.volumes, bounded=self.bounded)

    def arm(self, service: Service) -> tuple[Command, ...]:
        """Works where no manager runs just now, too: the next reads the unit anyway."""
        return (_systemctl("enable", _unit(service)),)

    def start(self, service: Service) -> tuple[Command, ...]:
        """It may have to wait for a folder: nobody waits with it."""
        return (
            _systemctl("daemon-reload"),
            _systemctl("reset-failed", _unit(service), may_fail=True),
            *self.arm(service),
            _systemctl("start", "--no-block", _unit(service)),
        )

    def stop(self, service: Service) -> tuple[Command, ...]:
        """Comes back once the running clip is finished."""
        return (_systemctl("stop", _unit(service)),)

    def forget(self, service: Service) -> tuple[Command, ...]:
        """Comes back once the running clip is finished."""
        return (_systemctl("disable", "--now", _unit(service), may_fail=True),)

    def forgotten(self, service: Service) -> tuple[Command, ...]:
        """Let systemd see that the unit is gone."""
        return (
            _systemctl("daemon-reload", may_fail=True),
            _systemctl("reset-failed", _unit(service), may_fail=True),
        )

    def show(self, service: Service) -> Command:
        """Its state, its processes, its last lines."""
        return _systemctl("status", "--no-pager", _unit(service))

    def log(self, service: Service) -> Command:
        """The journal."""
        return Command(("journalctl", "--user", "--no-pager", "-u", _unit(service)))

    def log_file(self, service: Service) -> PurePath | None:
        """The journal is systemd's."""
        return None

    def hints(self, service: Service) -> tuple[str, ...]:
        """Lingering, a hard end, more folders."""
        linger = " ".join(("loginctl", "enable-linger", *filter(None, (self.user,))))
        kill = f"systemctl --user kill --kill-whom=main --signal=TERM {_unit(service)}"
        bounds = (
            "It can write only into the folders of ReadWritePaths; where proxies go elsewhere, "
            "jobs for that place wait. The command of --on-batch-done is held to the same. Install "
            "it while the volumes of these folders are mounted."
            if self.bounded
            else "This machine allows no user namespaces, so it can write wherever you can."
        )
        clip = (
            f"A stop finishes the running clip. To end that clip too, in another terminal: {kill}"
        )
        return (
            f"It runs while you are logged in; on a machine that nobody logs in to: {linger}",
            *((clip,) if service.has_clips else ()),
            bounds,
        )


def unit_text(service: Service, volumes: Iterable[PurePath] = (), *, bounded: bool = True) -> str:
    """Return the unit. Raises: NoService."""
    if set(str(service.python)) & set("\"'\\"):
        raise NoService(f"systemd starts no program at a path with quotes: {service.python}")
    line = " ".join(map(quoted, service.command))
    wait = " ".join(map(quoted, ("/bin/sh", "-c", _WAIT, "sh", *map(str, service.needs))))
    families = "AF_UNIX AF_INET AF_INET6" if service.network else "AF_UNIX"
    return "\n".join(
        [
            "[Unit]",
            f"Description={_description(service.description)}",
            f"StartLimitIntervalSec={STARTS_WITHIN_SECONDS}",
            f"StartLimitBurst={MOST_STARTS}",
            "",
            "[Service]",
            "Type=exec",
            "# The colon: a dollar sign is one.",
            f"ExecStartPre=:{wait}",
            f"ExecStart=:{line}",
            "TimeoutStartSec=infinity",
            *_environment(service),
            "",
            "# Up again after a crash, never after what a person has to see to.",
            "Restart=on-failure",
            f"RestartSec={REST_SECONDS}",
            f"RestartPreventExitStatus={' '.join(map(str, DOWN_FOR_GOOD))}",
            f"SuccessExitStatus={ASKED}",
            "# FFmpeg is not told to stop: Proxx finishes the running clip, within its own limits.",
            "KillMode=mixed",
            "TimeoutStopSec=infinity",
            "# FFmpeg out of memory costs its job, not the service.",
            "OOMPolicy=continue",
            "",
            *(_bounds(service, tuple(volumes)) if bounded else ()),
            _HARDENING,
            f"RestrictAddressFamilies={families}",
            "",
            "[Install]",
            "WantedBy=default.target",
            "",
        ]
    )


def quoted(word: str) -> str:
    """Return a word as a value of a unit: one word, each character itself.

    Of ExecStart it holds behind a colon, which leaves dollar signs alone.
    """
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def volumes_of(mountinfo: str, home: PurePath) -> tuple[PurePath, ...]:
    """Return the mount points in the text of `/proc/self/mountinfo`, but the user's own system's.

    That is what the root and the home lie on; it stays while they are logged in.
    """
    fields = (line.split(" ") for line in mountinfo.splitlines())
    points = (PurePosixPath(_OCTAL.sub(_character, field[4])) for field in fields if field[4:])
    return tuple(dict.fromkeys(point for point in points if not home.is_relative_to(point)))


def _character(octal: re.Match[str]) -> str:
    return chr(int(octal[1], 8))


def _place(path: PurePath, volumes: Iterable[PurePath]) -> PurePath:
    around = [volume for volume in volumes if path.is_relative_to(volume)]
    return max(around, key=lambda volume: len(volume.parts), default=path)


def _environment(service: Service) -> Iterable[str]:
    if service.environment is not None:
        path = str(service.environment)
        if set(path) & _PATTERN or path != path.strip():
            raise NoService(f"systemd reads no variables from a file that is called {path}")
        yield "# Read for each program anew, so what is waited for may be missing until then."
        yield f"EnvironmentFile=-{path.replace('%', '%%')}"


def _description(text: str) -> str:
    # A backslash at the end of a line would join it with the next one.
    escaped = text.replace("%", "%%")
    return escaped + "." if escaped.endswith("\\") else escaped


def _bounds(service: Service, volumes: tuple[PurePath, ...]) -> Iterable[str]:
    yield "# All but these is read-only; one that is missing is passed over."
    for place in dict.fromkeys(_place(path, volumes) for path in service.writes):
        yield f"ReadWritePaths={quoted(f'-{place}')}"
    yield _BOUNDS
    paths = (service.python, *service.needs, *service.writes)
    if not any(path.is_relative_to(folder) for path in paths for folder in _TEMPORARY):
        yield "PrivateTmp=yes"


def _unit(service: Service) -> str:
    return f"{service.name}.service"


def _systemctl(*words: str, may_fail: bool = False) -> Command:
    return Command(("systemctl", "--user", *words), may_fail)
