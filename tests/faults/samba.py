"""A real Samba server on loopback, and clients of it as ordinary folders: `samba_share()`.

Each client is a process with a session of its own (`smb_mount.py`), so what holds between two of
these folders holds between two machines on one share. Nothing listens but on 127.0.0.1, nothing of
the system's own Samba is read or written, and all of it ends with the test: the server, the clients
and the mounts are kept by a process (this file, run as a program) that ends when its parent does,
also by kill -9.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ctypes.util import find_library
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_PROGRAMS = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin"))
_PYTHON = (sys.executable, "-m")
_START_SECONDS = 60.0
_CAP_SYS_ADMIN = 21
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_MNT_DETACH = 2
_SMB_CONF = """
[global]
server role = standalone server
smb ports = {port}
interfaces = 127.0.0.1/8
bind interfaces only = yes
disable netbios = yes
load printers = no
printcap name = /dev/null
disable spoolss = yes
usershare path =
map to guest = Bad User
oplocks = no
smb2 leases = no
private dir = {state}
lock directory = {state}
state directory = {state}
cache directory = {state}
pid directory = {state}
ncalrpc dir = {state}/rpc
log file = {state}/log

[share]
path = {folder}
read only = no
guest ok = yes
force user = root
"""


def why_no_samba() -> str | None:
    """Return what is missing here for `samba_share`; None when all is there."""
    if sys.platform != "linux":
        return "a Samba server with FUSE clients is set up on Linux only"
    if not _may_mount():
        return "only root may mount the clients of a Samba server"
    if shutil.which("smbd", path=_PROGRAMS) is None:
        return "smbd is not installed (Debian: samba)"
    if not os.path.exists("/dev/fuse"):
        return "there is no /dev/fuse"
    if find_library("fuse3") is None:
        return "libfuse 3 is not installed (Debian: fuse3)"
    for module in ("mfusepy", "smbprotocol"):
        if importlib.util.find_spec(module) is None:
            return f"the Python package {module} is not installed"
    return None


def _may_mount() -> bool:
    status = Path("/proc/self/status").read_text()
    may = next(line for line in status.splitlines() if line.startswith("CapEff:"))
    return os.geteuid() == 0 and bool(int(may.split()[1], 16) >> _CAP_SYS_ADMIN & 1)


@contextmanager
def samba_share(folder: Path, clients: int = 4) -> Iterator[list[Path]]:
    """Share `folder` and yield one folder for each client; all is gone at the end.

    Raises: RuntimeError with what was told, when it does not start.
    """
    share = os.path.abspath(folder)
    command = [*_PYTHON, "tests.faults.samba", str(os.getpid()), share, str(clients)]
    with tempfile.TemporaryFile("w+") as told:
        keeper = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=told,
            text=True,
            cwd=_ROOT,
            start_new_session=True,  # Ctrl-C ends the test, and the test ends the keeper
        )
        assert keeper.stdin is not None
        assert keeper.stdout is not None
        try:
            mounts = [Path(line.rstrip("\n")) for line in keeper.stdout.readlines()]
            if len(mounts) != clients:
                keeper.wait()
                told.seek(0)
                raise RuntimeError(f"no Samba share here: {told.read()}")
            yield mounts
        finally:
            keeper.stdin.close()
            keeper.wait()
            keeper.stdout.close()
            told.seek(0)
            sys.stderr.write(told.read())


def _keep(parent: int, folder: str, clients: int) -> None:
    """Start all, tell the clients' folders; end all when the parent ends or closes our stdin."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    _end_with_parent()
    if os.getppid() != parent:
        return
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    private = Path(tempfile.mkdtemp(prefix="proxx-samba-"))
    state = private / "state"
    mounts = [private / f"client-{number}" for number in range(1, clients + 1)]
    running: list[subprocess.Popen[bytes]] = []
    try:
        for place in (state, *mounts):
            place.mkdir()
        port = _free_port()
        running.append(_start_server(state, port, folder))
        _wait(lambda: _answers(port), running)
        running += [_start_client(port, mount) for mount in mounts]
        _wait(lambda: all(os.path.ismount(mount) for mount in mounts), running)
        print(*mounts, sep="\n", flush=True)
        os.close(1)
        sys.stdin.read()
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for mount in mounts:
            ctypes.CDLL(None).umount2(os.fsencode(mount), _MNT_DETACH)
        for process in running[1:]:
            _end(process)
        for process in running[:1]:
            os.killpg(process.pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            while True:
                os.wait()  # what smbd forked is ours now
        for mount in mounts:
            with suppress(FileNotFoundError):
                mount.rmdir()  # fails on what is still mounted: nothing is removed through a mount
        shutil.rmtree(private)


def _start_server(state: Path, port: int, folder: str) -> subprocess.Popen[bytes]:
    conf = state / "smb.conf"
    conf.write_text(_SMB_CONF.format(port=port, state=state, folder=folder))
    smbd = shutil.which("smbd", path=_PROGRAMS) or "smbd"
    command = [smbd, "--foreground", "--no-process-group", "-s", str(conf), "-l", str(state)]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        start_new_session=True,  # it forks; they are ended as a group
    )


def _start_client(port: int, mount: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*_PYTHON, "tests.faults.smb_mount", str(port), str(mount)],
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        preexec_fn=_end_with_parent,
    )


def _end(client: subprocess.Popen[bytes]) -> None:
    """Wait for a client whose folder was unmounted; one whose files are still open is stopped."""
    try:
        client.wait(timeout=2)
    except subprocess.TimeoutExpired:
        client.terminate()
        client.wait()


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _wait(done: Callable[[], bool], running: list[subprocess.Popen[bytes]]) -> None:
    end = time.monotonic() + _START_SECONDS
    while not done():
        for process in running:
            if process.poll() is not None:
                raise RuntimeError(f"{process.args} ended with {process.returncode}")
        if time.monotonic() > end:
            raise RuntimeError("the Samba server or its clients did not start in time")
        time.sleep(0.05)


if __name__ == "__main__":
    _keep(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
