"""An environment's folder: where its parts lie, what was noted in it, and why it cannot be used.

The note inside (`proxx-setup.json`) says where the environment was made and whether a set-up is
under way in it; without it an interrupted set-up would look like a finished one.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from .steps import ask, read_told

ROOT = Path(__file__).resolve().parent.parent

_PROBE = """
import importlib.metadata, importlib.util, json, sys
def version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
print(json.dumps({
    "python": "%d.%d" % sys.version_info[:2],
    "pip": importlib.util.find_spec("pip") is not None,
    "proxx": version("proxx"),
}))
"""


@dataclass(frozen=True, kw_only=True)
class Note:
    """What the last set-up wrote down about this .venv."""

    place: str
    unfinished: bool
    installed: str = ""
    """Stamp of what was installed; empty when that is not known."""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """One `.venv`, there or not."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.program("python")

    @property
    def log(self) -> Path:
        """What pip and `venv` said the last time."""
        return self.folder / "proxx-setup.log"

    @property
    def note_file(self) -> Path:
        """What the last set-up wrote down."""
        return self.folder / "proxx-setup.json"

    @property
    def marks(self) -> tuple[Path, ...]:
        """What a folder is known by as one of these, from its first moment to its last."""
        return self.note_file, self.hidden_note, self.folder / "pyvenv.cfg"

    @property
    def hidden_note(self) -> Path:
        """The note, until it is whole."""
        return self.note_file.with_suffix(".new")

    def program(self, name: str) -> Path:
        """Where a program of the environment lies on this system."""
        if os.name == "nt":
            return self.folder / "Scripts" / f"{name}.exe"
        return self.folder / "bin" / name


def read_note(environment: Environment) -> Note | None:
    """The note, or nothing when there is none that can be read."""
    try:
        data = json.loads(environment.note_file.read_text(encoding="utf-8"))
        return Note(
            place=str(data["place"]),
            unfinished=bool(data["unfinished"]),
            installed=str(data["installed"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_note(environment: Environment, **changes: str | bool) -> None:
    """Change the note, whole or not at all. Raises: OSError."""
    note = read_note(environment) or Note(place=str(environment.folder), unfinished=False)
    hidden = environment.hidden_note
    hidden.write_text(json.dumps(asdict(note) | changes, indent=1) + "\n", encoding="utf-8")
    hidden.replace(environment.note_file)


def what_is_wrong(environment: Environment, *, version: str | None) -> str:
    """Why this environment cannot be used as it stands, in words; empty when it can.

    `version`: of the Python that it must have; None: any.
    """
    if not environment.folder.is_dir():
        return "it is not there"
    note = read_note(environment)
    if note is not None and note.unfinished:
        return "its last set-up did not come to its end"
    if not _made_here(environment, note):
        return "it was made for another place, and its programs still point there"
    facts = read_told(ask([str(environment.python), "-I", "-c", _PROBE], cwd=environment.folder))
    if facts is None:
        return "its Python does not start"
    if version is not None and facts["python"] != version:
        return f"it was made with Python {facts['python']}, this is {version}"
    if not facts["pip"]:
        return "it has no pip"
    if note is not None and note.installed and facts["proxx"] is None:
        # Somebody took the package out: the environment is sound, only the stamp is not true.
        write_note(environment, installed="")
    return ""


def _made_here(environment: Environment, note: Note | None) -> bool:
    here = os.path.realpath(environment.folder)
    if note is not None:
        return os.path.realpath(note.place) == here
    # Made by hand, so without a note: `venv` writes down the command it was made with, whose last
    # word is the folder. That word may hold spaces, so every ending of the line is looked at.
    try:
        lines = (environment.folder / "pyvenv.cfg").read_text("utf-8", "replace").splitlines()
    except OSError:
        return True
    commands = [line for line in lines if line.partition("=")[0].strip() == "command"]
    if not commands:
        return True
    words = commands[0].split(" ")
    endings = (" ".join(words[start:]) for start in range(len(words)))
    return any(os.path.realpath(ending) == here for ending in endings)
