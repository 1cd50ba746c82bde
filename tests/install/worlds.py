"""Made-up machines: a home, a root and variables, as each system has them."""

from __future__ import annotations

from pathlib import Path

from install.machine import Machine

MAC = "Library/Application Support/Blackmagic Design/DaVinci Resolve/Fusion/Scripts"
WINDOWS = "Blackmagic Design/DaVinci Resolve/Support/Fusion/Scripts"
LINUX = ".local/share/DaVinciResolve/Fusion/Scripts"
SCRIPTS = {"darwin": MAC, "win32": f"AppData/Roaming/{WINDOWS}", "linux": LINUX}
HOMES = {
    "darwin": "Library/Application Support/Proxx",
    "win32": "AppData/Local/Proxx",
    "linux": ".local/share/proxx",
}


def machine_of(system: str, place: Path, user: str = "jo") -> Machine:
    """Return a machine below a place, with the home of a user in it, and nothing else."""
    home = place / "home" / user
    home.mkdir(parents=True)
    variables = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    if system == "win32":
        variables |= {
            "USERPROFILE": str(home),
            "APPDATA": str(home / "AppData/Roaming"),
            "LOCALAPPDATA": str(home / "AppData/Local"),
            "PROGRAMDATA": str(place / "ProgramData"),
            "PROGRAMFILES": str(place / "Program Files"),
        }
    return Machine(system=system, variables=variables, root=place / "root")


def put_resolve(machine: Machine) -> None:
    """Make a Resolve of which nothing is known be there, where it is on Linux."""
    program = machine.root / "opt/resolve/bin/resolve"
    program.parent.mkdir(parents=True)
    program.touch()


def home_of(machine: Machine) -> Path:
    """Return the home of the user."""
    return Path(machine.variables["HOME"])


def scripts_of(machine: Machine) -> Path:
    """Return where Resolve looks for this user's scripts."""
    return home_of(machine) / SCRIPTS[machine.system]


def product_home(machine: Machine) -> Path:
    """Return where Proxx itself is for this user."""
    return home_of(machine) / HOMES[machine.system]


def files_below(folder: Path) -> set[str]:
    """Return every file below a folder, by its path there."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
