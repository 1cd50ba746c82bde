"""The real `proxx plugin` on a stage: what a menu file in Resolve comes to for a person."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import tomli_w

from tests.resolve_scripts.stage import Stage, Told

PROXX = [sys.executable, "-m", "sidecar.cli.main"]


@dataclass(frozen=True)
class PluginStage:
    """A stage with settings, whose menu starts Proxx itself."""

    stage: Stage

    @property
    def folder(self) -> Path:
        """The home of whoever sits at Resolve."""
        return self.stage.folder

    @property
    def settings(self) -> Path:
        """The settings' file."""
        return self.folder / "plugin.toml"

    def set(self, **more: Any) -> None:
        """Write settings; the three folders are made."""
        places = {name: self.folder / name for name in ("out", "ffmpeg_jobs", "resolve_jobs")}
        for place in places.values():
            place.mkdir(exist_ok=True)
        values = {name: str(place) for name, place in places.items()} | more
        self.settings.write_text(tomli_w.dumps(values), encoding="utf-8")

    def command(self, altered: str = "") -> list[str]:
        """The words that start Proxx; `altered` is Python that changes `r`, the review's module."""
        start = "from sidecar.cli.main import main; sys.exit(main(sys.argv[1:]))"
        program = f"import sys, sidecar.cli.plugin_review as r; {altered}; {start}"
        proxx = [sys.executable, "-c", program] if altered else PROXX
        return [*proxx, "plugin", "--settings", str(self.settings)]

    def run(self, name: str, *, altered: str = "", **how: Any) -> Told:
        """Choose an entry of the menu."""
        told = self.stage.run(self.command(altered), name=name, **how)
        return replace(told, console="\n".join(told.console).splitlines())
