"""The names of what we make inside Resolve: no user's thing is called so."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class OwnNames:
    """Everything of ours carries one word that nobody else has."""

    word: str

    @property
    def bin(self) -> str:
        """The bin for the temporary timeline."""
        return self.word

    @property
    def timeline(self) -> str:
        """The temporary timeline, of which the queue tells whose a job is."""
        return f"{self.word} timeline"

    @property
    def preset(self) -> str:
        """The render preset for what has no key."""
        return f"{self.word} settings"

    @property
    def backup(self) -> str:
        """The render preset that keeps the user's Deliver settings."""
        return f"{self.word} backup"

    @property
    def read_back(self) -> str:
        """The render preset out of which our own settings are read."""
        return f"{self.word} read back"

    @property
    def place(self) -> str:
        """The render preset that shows whether presets hold folder and name of a file."""
        return f"{self.word} place"

    def elsewhere(self, folder: str) -> str:
        """Return a folder that takes a job as well as another; nothing is rendered into it."""
        return str(Path(folder).parent)

    @property
    def presets(self) -> tuple[str, ...]:
        """All of ours."""
        return (self.preset, self.backup, self.read_back, self.place)


def new_names() -> OwnNames:
    """Return names that were never used."""
    return OwnNames(f"Proxx {uuid.uuid4().hex[:12]}")
