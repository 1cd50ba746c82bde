"""Machines of all three systems, made of files: a DaVinci Resolve, its logs, and Pythons.

A version in the name of a function is a text, as people write it.
"""

from __future__ import annotations

import os
import plistlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sidecar.installed.resolve_found import FoundResolve, find_resolves

from .windows_programs import windows_program

WEBSITE = "com.blackmagic-design.DaVinciResolve"
STORE_FREE = "com.blackmagic-design.DaVinciResolveLite"
STORE_STUDIO = "com.blackmagic-design.DaVinciResolveAppStore"
PRODUCT = "Blackmagic Design/DaVinci Resolve"


@dataclass
class Made:
    """A machine under a folder of a test; `root` has a space and letters that are not ASCII."""

    system: str
    root: Path
    registry: dict[str, str] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.root / "Users" / "Jürgen Ñ"

    @property
    def programs(self) -> Path:
        return self.root / "Program Files"

    @property
    def variables(self) -> Mapping[str, str]:
        usual = {
            "HOME": str(self.home),
            "APPDATA": str(self.home / "AppData/Roaming"),
            "PROGRAMDATA": str(self.root / "ProgramData"),
            "PROGRAMFILES": str(self.programs),
        }
        return {**usual, **self.extra}

    @property
    def logs(self) -> Path:
        below = {
            "darwin": f"Library/Application Support/{PRODUCT}/logs",
            "win32": f"AppData/Roaming/{PRODUCT}/Support/logs",
            "linux": ".local/share/DaVinciResolve/logs",
        }
        return self.home / below[self.system]

    def find(self) -> tuple[FoundResolve, ...]:
        return find_resolves(self.system, self.variables, root=self.root, registry=self.registry)

    def only(self) -> FoundResolve:
        (found,) = self.find()
        return found

    def app(
        self,
        below: str = "Applications/DaVinci Resolve/DaVinci Resolve.app",
        *,
        identity: str = WEBSITE,
        version: str = "21.0.3",
    ) -> Path:
        """A program of macOS."""
        plist = {"CFBundleIdentifier": identity, "CFBundleShortVersionString": version}
        put(self.root / below / "Contents/Info.plist", plistlib.dumps(plist))
        return self.root / below

    def exe(self, version: tuple[int, ...] = (21, 0, 4, 5), *, readme: str | None = None) -> Path:
        """A program of Windows."""
        folder = self.programs / PRODUCT
        put(folder / "Resolve.exe", windows_program(version))
        if readme is not None:
            put(folder / "Documents/ReadMe.html", readme.encode())
        return folder / "Resolve.exe"

    def opt(
        self,
        below: str = "opt/resolve",
        *,
        readme: str | None = None,
        welcome: str | None = None,
    ) -> Path:
        """A program of Linux."""
        put(self.root / below / "bin/resolve", b"\x7fELF")
        if readme is not None:
            put(self.root / below / "docs/ReadMe.html", readme.encode())
        if welcome is not None:
            put(self.root / below / "docs/Welcome.txt", welcome.encode())
        return self.root / below / "bin/resolve"

    def log(
        self, *starts: str, name: str = "davinci_resolve.log", later_seconds: float = 60
    ) -> Path:
        """A log with the starts of `Studio v21.1.0.0014` or `v20.0.1.0006`; written so much later
        than anything that lies on the machine by now.
        """
        lines = "".join(
            f"[0x000043f4] | Main                 | INFO  | 2026-08-11 13:32:02,593 | "
            f"Running DaVinci Resolve {start} (Windows/MSVC x86_64)\n"
            "[0x00004224] | Fusion               | INFO  | 2026-08-11 13:32:04,275 | Build: 1\n"
            for start in starts
        )
        path = put(self.logs / name, lines.encode())
        time = path.stat().st_mtime + later_seconds
        os.utime(path, (time, time))
        return path

    def python(self, version: str = "3.11", *, library: bool = True) -> Path:
        """A Python at the place where Resolve looks on macOS and Linux; returns its folder."""
        home = make_python(self.root / "opt/pythons" / version, version, library=library)
        link(self.root / "usr/local/bin/python3", home / f"bin/python{version}")
        return home

    def windows_python(self, version: str, *, registered: bool = True) -> Path:
        """A Python of Windows; returns its folder."""
        folder = self.root / f"Python {version}"
        put(folder / "python.exe", b"MZ")
        put(folder / "python3.dll", b"MZ")
        put(folder / f"python{version.replace('.', '')}.dll", b"MZ")
        if registered:
            self.registry[version] = str(folder)
        return folder


def about(heading: str) -> str:
    """A `ReadMe.html` under a heading; its text speaks of Studio, as that of both editions."""
    return (
        '<html><head><title>Read Me</title></head><body><p class="p1"><b>' + heading + "</b></p>\n"
        "<p>Some effects are in DaVinci Resolve Studio. To learn About DaVinci Resolve Studio, see "
        "our site; from 20.3.2 on&nbsp;projects open.</p></body></html>"
    )


def put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def link(path: Path, target: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(os.path.relpath(target, path.parent))
    return path


def make_python(home: Path, version: str, *, library: bool = True) -> Path:
    """A Python of macOS or Linux as it is installed, with the name without a version too."""
    put(home / f"bin/python{version}", b"\x7fELF")
    link(home / "bin/python3", home / f"bin/python{version}")
    put(home / f"lib/python{version}/os.py", b"")
    put(home / f"lib/libpython{version}.{'so.1.0' if library else 'a'}", b"")
    return home
