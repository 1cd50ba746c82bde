"""The units: quoted by systemd's own rules, without a complaint of its own, and really run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from install.services.service import NoService, Service, services_of
from install.services.systemd import Systemd, quoted, unit_text, volumes_of
from tests.faults.scenes import proxx, wait_until
from tests.install.services.examples import LINUX
from tests.install.services.unit_reader import read_exec, read_paths, read_unit
from tests.support import MakeClip

CLIP = ("-f", "lavfi", "-i", "testsrc2=s=1280x720:r=25:d=8", "-c:v", "mjpeg", "-q:v", "2")
NASTY = '50% off $HOME ${X} Jürgen\'s "best" \\ takes; 夜 %h'
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine"
)


def unit_of(service: Service) -> dict[tuple[str, str], list[str]]:
    return read_unit(unit_text(service))


@given(words=st.lists(TEXTS).map(tuple), name=TEXTS)
@example(words=(";",), name=";")
def test_every_word_and_path_comes_back_as_it_was(words: tuple[str, ...], name: str) -> None:
    line = " ".join(map(quoted, ("/bin/true", *words)))
    assert read_exec(":" + line) == ("/bin/true", *words)
    assert read_paths(quoted(f"-/mnt/{name}")) == (f"/mnt/{name}",)


@pytest.mark.parametrize("service", LINUX, ids=lambda service: service.words[0])
def test_a_unit_says_what_its_service_is(service: Service) -> None:
    unit = unit_of(service)
    assert read_exec(*unit["Service", "ExecStart"]) == service.command
    assert read_exec(*unit["Service", "ExecStartPre"])[4:] == tuple(map(str, service.needs))
    written = [path for value in unit["Service", "ReadWritePaths"] for path in read_paths(value)]
    assert written == list(map(str, service.writes))


def test_a_folder_on_a_volume_that_can_go_is_named_by_its_mount_point() -> None:
    home = PurePosixPath("/home/a")
    lines = ("/", "/home", "/mnt/big\\040disk", "/mnt", "/proc")
    table = "\n".join(f"36 35 98:0 / {line} rw,noatime master:1 - ext4 x rw" for line in lines)
    volumes = volumes_of(table, home)
    assert volumes == tuple(map(PurePosixPath, ("/mnt/big disk", "/mnt", "/proc")))
    (service,) = services_of(
        python=PurePosixPath("/env/python"),
        watch=PurePosixPath("/mnt/big disk/a/box"),
        writes=(PurePosixPath("/mnt/big disk/out"), home / "proxies"),
    )
    values = read_unit(unit_text(service, volumes))["Service", "ReadWritePaths"]
    assert [read_paths(value) for value in values] == [("/mnt/big disk",), ("/home/a/proxies",)]


def test_a_folder_that_was_typed_with_dots_may_be_written(tmp_path: Path) -> None:
    (service,) = services_of(python=Path(sys.executable), watch=tmp_path / "a" / ".." / "box")
    values = unit_of(service)["Service", "ReadWritePaths"]
    assert [read_paths(value) for value in values] == [(str(tmp_path / "box"),)]


@pytest.mark.parametrize("character", ["'", '"', "\\"])
def test_an_environment_that_systemd_would_not_start_is_refused(character: str) -> None:
    python = PurePosixPath(f"/home/O{character}Neil/env/bin/python")
    (service,) = services_of(python=python, watch=PurePosixPath("/mnt/box"))
    with pytest.raises(NoService, match="no program at a path with quotes"):
        unit_text(service)


def test_a_private_tmp_does_not_hide_what_lies_there() -> None:
    (here,) = services_of(python=PurePosixPath("/env/python"), watch=PurePosixPath("/tmp/box"))
    assert ("Service", "PrivateTmp") not in unit_of(here)
    assert ("Service", "PrivateTmp") in unit_of(LINUX[0])


def test_where_it_cannot_be_held_to_its_folders_the_unit_asks_for_nothing_that_would_fail() -> None:
    names = {
        *("PrivateUsers", "ProtectSystem", "ReadWritePaths", "PrivateTmp", "ProtectHostname"),
        *("ProtectKernelTunables", "ProtectControlGroups"),
    }
    free = Systemd(PurePosixPath("/units"), bounded=False)
    ((_path, content),) = free.files(LINUX[0]).items()
    bound, loose = unit_of(LINUX[0]), read_unit(content.decode())
    assert {key: bound[key] for key in bound if key[1] not in names} == loose
    assert names <= {key for _section, key in bound}
    assert ("Service", "NoNewPrivileges") in loose
    assert any("write wherever you can" in hint for hint in free.hints(LINUX[0]))


def test_only_unix_sockets_unless_it_may_reach_the_network() -> None:
    key = ("Service", "RestrictAddressFamilies")
    (telling,) = services_of(
        python=PurePosixPath("/env/python"),
        watch=PurePosixPath("/mnt/box"),
        words=("--on-batch-done", "tell"),
    )
    assert unit_of(LINUX[0])[key] == ["AF_UNIX"]
    assert "AF_INET6" in unit_of(telling)[key][0]


@pytest.fixture
def installed(tmp_path: Path) -> tuple[Service, Path]:
    """A service whose paths are as bad as paths can be, and its unit as it is written."""
    odd = tmp_path / NASTY
    odd.mkdir()
    # The environment under another name: Python finds what belongs to it beside its program.
    environment = tmp_path / "50% off $HOME ${X} Jürgen; 夜 %h"
    environment.symlink_to(Path(sys.prefix))
    box, out = odd / "box", odd / "out"
    box.mkdir()
    out.mkdir()
    assert proxx("watch", box, "--once").returncode == 0
    (service,) = services_of(
        python=environment / "bin" / "python", watch=box, workers=1, writes=(out,)
    )
    ((path, content),) = Systemd(tmp_path / "units").files(service).items()
    Path(path).parent.mkdir()
    Path(path).write_bytes(content)
    return service, Path(path)


@needs_systemd
def test_systemd_has_nothing_to_complain_of(installed: tuple[Service, Path]) -> None:
    _service, unit = installed
    done = subprocess.run(
        ["systemd-analyze", "--user", "--man=no", "verify", str(unit)],
        capture_output=True,
        text=True,
        env={**os.environ, "XDG_RUNTIME_DIR": str(unit.parent)},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@needs_systemd
def test_systemd_reckons_it_less_exposed_than_a_bare_unit(installed: tuple[Service, Path]) -> None:
    _service, unit = installed
    bare = unit.with_name("bare.service")
    bare.write_text("[Service]\nExecStart=/bin/true\n")

    def exposure(path: Path) -> float:
        command = ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return float(done.stdout.split("exposure level for")[1].split()[1])

    assert exposure(bare) > 9
    assert exposure(unit) < 6


def test_what_stands_in_the_unit_runs_a_job_to_its_proof_and_ends_in_order(
    installed: tuple[Service, Path], make_clip: MakeClip
) -> None:
    _service, path = installed
    unit = read_unit(path.read_text("utf-8"))
    box, out = (Path(read_paths(value)[0]) for value in unit["Service", "ReadWritePaths"])
    clip = make_clip("clip.mov", *CLIP)
    assert proxx("create", clip, "--out", out, "--into", box).returncode == 0
    waits = read_exec(*unit["Service", "ExecStartPre"])
    assert subprocess.run(waits, timeout=10, check=False).returncode == 0
    running = subprocess.Popen(
        read_exec(*unit["Service", "ExecStart"]),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
        env={"PATH": "/usr/bin:/bin"},
        text=True,
    )
    try:
        wait_until(lambda: list((box / "running").glob("*/*")))
    finally:
        running.send_signal(signal.SIGTERM)
        told, _ = running.communicate(timeout=60)
    assert str(running.returncode) in unit["Service", "SuccessExitStatus"]
    assert "COMPLETED" in told
    assert (out / "clip.mov").is_file()
    assert list((box / "completed").glob("*/clip.*"))
    assert "finishing the running clip" in told


def test_a_place_that_is_away_is_waited_for_and_told_once(tmp_path: Path) -> None:
    (service,) = services_of(python=PurePosixPath("/env/python"), watch=tmp_path / NASTY)
    words = read_exec(*unit_of(service)["Service", "ExecStartPre"])
    hurried = [word.replace("sleep 15", "sleep 0.1") for word in words]
    waiting = subprocess.Popen(hurried, stdout=subprocess.PIPE, text=True)
    assert waiting.stdout is not None
    assert waiting.stdout.readline() == f"waiting for {tmp_path / NASTY / 'watch.toml'}\n"
    (tmp_path / NASTY).mkdir()
    (tmp_path / NASTY / "watch.toml").touch()
    rest, _ = waiting.communicate(timeout=10)
    assert (rest, waiting.returncode) == ("", 0)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--workers", "0"), 2),
        (("--ffmpeg", "/nowhere/ffmpeg"), 3),
    ],
)
def test_what_a_person_has_to_see_to_is_not_started_again(
    installed: tuple[Service, Path], words: tuple[str, ...], code: int
) -> None:
    service, path = installed
    ended = subprocess.run([*service.command, *words], capture_output=True, timeout=60, check=False)
    assert ended.returncode == code
    unit = read_unit(path.read_text("utf-8"))
    assert str(code) in unit["Service", "RestartPreventExitStatus"][0].split()
