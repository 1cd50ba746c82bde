"""Which Resolve is found on made-up machines, and what is told of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sidecar.installed.resolve_found import find_resolves

from .made_machines import Made, about, link, put

SYSTEMS = ("darwin", "win32", "linux")


@pytest.fixture(params=SYSTEMS)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    return Made(request.param, tmp_path / "Maschine ö")


@pytest.fixture
def mac(tmp_path: Path) -> Made:
    return Made("darwin", tmp_path / "Maschine ö")


@pytest.fixture
def windows(tmp_path: Path) -> Made:
    return Made("win32", tmp_path / "Maschine ö")


@pytest.fixture
def linux(tmp_path: Path) -> Made:
    return Made("linux", tmp_path / "Maschine ö")


def install(made: Made) -> Path:
    """A Resolve whose files do not tell the edition: some 21.0.4."""
    if made.system == "darwin":
        return made.app(version="21.0.4")
    return (
        made.exe((21, 0, 4, 5))
        if made.system == "win32"
        else made.opt(welcome="DaVinci Resolve 21")
    )


def test_where_there_is_none_none_is_found(made: Made) -> None:
    assert made.find() == ()
    made.log("Studio v21.0.4.0005")
    assert made.find() == ()


def test_without_variables_or_on_another_system_none_is_found(tmp_path: Path) -> None:
    for system in (*SYSTEMS, "freebsd14", ""):
        assert find_resolves(system, {}, root=tmp_path, registry={}) == ()
        empty = {"HOME": "", "APPDATA": "", "PROGRAMFILES": "", "PROGRAMDATA": ""}
        assert find_resolves(system, empty, root=tmp_path, registry={}) == ()


def test_what_no_file_tells_is_not_guessed(made: Made) -> None:
    program = install(made)
    found = made.only()
    assert (found.program, found.edition, found.store) == (program, None, False)
    assert (
        found.version
        == {
            "darwin": (21, 0, 4),
            "win32": (21, 0, 4, 5),
            "linux": (21,),
        }[made.system]
    )


@pytest.mark.parametrize(("start", "edition"), [("Studio ", "studio"), ("", "free")])
def test_its_log_tells_the_edition_and_the_rest_of_the_version(
    made: Made, start: str, edition: str
) -> None:
    install(made)
    made.log("Studio v18.6.5.0001", f"{start}v21.0.4.0005")
    assert (made.only().edition, made.only().version) == (edition, (21, 0, 4, 5))


def test_a_log_from_before_the_installation_tells_nothing(made: Made) -> None:
    install(made)
    made.log("Studio v21.0.4.0005", later_seconds=-60)
    assert made.only().edition is None


def test_the_time_of_its_build_is_not_the_time_of_its_installation(made: Made) -> None:
    """An installer keeps that time; the log is of another program that was at its place before."""
    program = install(made)
    dated = program / "Contents/Info.plist" if made.system == "darwin" else program
    os.utime(dated, (1_600_000_000, 1_600_000_000))
    made.log("Studio v21.0.4.0005", later_seconds=-60)
    assert made.only().edition is None


def test_a_log_of_another_release_tells_nothing(made: Made) -> None:
    install(made)
    made.log("Studio v20.3.1.0006")
    assert made.only().edition is None
    assert made.only().version != (20, 3, 1, 6)


def test_the_newest_log_that_fits_tells(made: Made) -> None:
    install(made)
    made.log("v21.0.4.0005", name="ResolveDebug.txt", later_seconds=60)
    made.log("Studio v21.0.4.0005", name="davinci_resolve.log", later_seconds=120)
    assert made.only().edition == "studio"
    made.log("Studio v18.6.5.0005", name="davinci_resolve.log", later_seconds=180)
    assert made.only().edition == "free"


def test_links_to_one_program_are_one(mac: Made, linux: Made) -> None:
    program = mac.app("Volumes/Große Platte/DaVinci Resolve.app")
    link(mac.root / "Applications/DaVinci Resolve/DaVinci Resolve.app", program)
    link(mac.root / "Applications/DaVinci Resolve.app", program)
    assert len(mac.find()) == 1
    linux.opt(readme=about("About DaVinci Resolve Studio 21.1"))
    (linux.root / "home").mkdir()
    link(linux.root / "home/resolve", linux.root / "opt/resolve")
    assert len(linux.find()) == 1


def test_links_in_a_circle_and_to_nothing_are_none(linux: Made, mac: Made) -> None:
    link(linux.root / "opt/resolve", linux.root / "opt/resolve")
    assert linux.find() == ()
    link(mac.root / "Applications/DaVinci Resolve/DaVinci Resolve.app", mac.root / "gone")
    assert mac.find() == ()


def test_on_the_linux_of_its_maker_it_is_found_too(linux: Made) -> None:
    program = linux.opt("home/resolve", welcome="DaVinci Resolve 18.6")
    assert (linux.only().program, linux.only().version) == (program, (18, 6))


@pytest.mark.parametrize(
    ("heading", "edition"),
    [("About DaVinci Resolve Studio", "studio"), ("About DaVinci Resolve", "free")],
)
def test_the_read_me_beside_the_program_tells_the_edition(
    windows: Made, linux: Made, heading: str, edition: str
) -> None:
    windows.exe((20, 3, 1, 6), readme=about(heading))
    assert (windows.only().edition, windows.only().version) == (edition, (20, 3, 1, 6))
    linux.opt(readme=about(f"{heading} 20.3"), welcome="Welcome to DaVinci Resolve 20")
    assert (linux.only().edition, linux.only().version) == (edition, (20, 3))


def test_a_read_me_of_another_release_than_the_program_tells_nothing(windows: Made) -> None:
    windows.exe((20, 3, 1, 6), readme=about("About DaVinci Resolve Studio 18.6"))
    assert (windows.only().edition, windows.only().version) == (None, (20, 3, 1, 6))


def test_where_read_me_and_log_differ_the_edition_is_not_told(windows: Made) -> None:
    windows.exe((20, 3, 1, 6), readme=about("About DaVinci Resolve"))
    windows.log("Studio v20.3.1.0006")
    windows.log("Studio v20.3.1.0006", name="ResolveDebug.txt", later_seconds=90)
    assert windows.only().edition is None


def test_a_program_that_counts_otherwise_has_no_version(windows: Made) -> None:
    windows.exe((3, 66, 5, 0))
    assert windows.only().version is None


def test_a_program_of_windows_that_is_none_is_found_without_a_version(windows: Made) -> None:
    windows.exe().write_bytes(b"MZ" + bytes(10_000))
    assert windows.only().version is None


def test_a_32_bit_python_finds_the_64_bit_program(windows: Made) -> None:
    windows.exe()
    windows.extra = {
        "PROGRAMFILES": str(windows.root / "Program Files (x86)"),
        "PROGRAMW6432": str(windows.programs),
    }
    assert windows.only().version == (21, 0, 4, 5)
    windows.extra = {"PROGRAMW6432": str(windows.programs)}
    assert len(windows.find()) == 1


def test_what_is_no_file_where_one_should_be_tells_nothing(made: Made) -> None:
    """A folder in the place of each file, and a pipe, which would wait for ever."""
    program = install(made)
    if made.system == "linux":
        (made.root / "opt/resolve/docs/Welcome.txt").unlink()
        os.mkfifo(made.root / "opt/resolve/docs/Welcome.txt")
        (made.root / "opt/resolve/docs/ReadMe.html").mkdir()
    elif made.system == "win32":
        (program.parent / "Documents/ReadMe.html").mkdir(parents=True)
    else:
        (program / "Contents/Info.plist").unlink()
        os.mkfifo(program / "Contents/Info.plist")
    (made.logs / "davinci_resolve.log").mkdir(parents=True)
    os.mkfifo(made.logs / "ResolveDebug.txt")
    assert made.only().edition is None


def test_a_file_that_cannot_be_opened_tells_nothing(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(made)
    made.log("Studio v21.0.4.0005")

    def locked(*_args: object, **_kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", locked)
    found = made.only()
    assert (found.edition, found.version) == (None, None)
    monkeypatch.setattr("os.stat", locked)
    monkeypatch.setattr("os.listdir", locked)
    assert made.find() == ()


def test_a_variable_that_is_no_path_tells_nothing(made: Made) -> None:
    install(made)
    made.extra = {"HOME": "a\0b", "APPDATA": "a\0b", "PROGRAMDATA": "\udcff", "PYTHON3HOME": "\0"}
    assert len(made.find()) == 1


def test_a_huge_log_is_read_from_its_end(linux: Made) -> None:
    linux.opt(welcome="DaVinci Resolve 21")
    path = linux.log("Studio v21.0.4.0005")
    end = path.read_bytes()
    with open(path, "wb") as stream:
        stream.seek(3 << 30)
        stream.write(b"\n" + end)
    os.utime(path, (path.stat().st_mtime + 60,) * 2)
    assert linux.only().edition == "studio"


def test_nothing_is_written(made: Made) -> None:
    install(made)
    made.log("Studio v21.0.4.0005")
    made.python()

    def listing() -> list[tuple[Path, float]]:
        return sorted((path, path.lstat().st_mtime) for path in made.root.rglob("*"))

    before = listing()
    made.find()
    assert listing() == before


def test_a_name_says_what_is_known(mac: Made) -> None:
    program = mac.app(version="21.0.4")
    assert mac.only().name == "DaVinci Resolve 21.0.4"
    log = mac.log("v21.0.4.0005")
    assert mac.only().name == "DaVinci Resolve (free) 21.0.4"
    log.unlink()
    put(program / "Contents/Info.plist", b"")
    assert mac.only().name == "DaVinci Resolve"


def test_what_is_not_told_is_said_with_what_would_tell_it(mac: Made) -> None:
    program = mac.app(version="21.0.4")
    assert "do not tell its edition;" in (mac.only().untold or "")
    put(program / "Contents/Info.plist", b"")
    assert "do not tell its edition and version;" in (mac.only().untold or "")
    mac.log("v21.0.4.0005")
    assert mac.only().untold is None
