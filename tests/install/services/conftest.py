"""What tests of services stand on: a manager that is played, settings, a file of credentials."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.install.services.examples import SECRET
from tests.install.services.played import Manager


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> Manager:
    played = Manager()
    for module in ("install.commands.service", "install.commands.uninstall"):
        monkeypatch.setattr(f"{module}.carry_out", played)
    monkeypatch.setattr("install.services.installed.carry_out", played)
    return played


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """Settings whose job table and storage are files here, below folders that are there."""
    place = tmp_path / "Nächte 100%"
    for name in ("home", "storage", "db"):
        (place / name).mkdir(parents=True)
    file = place / "farm.toml"
    file.write_text(
        'table = "sqlite:///db/jobs.db"\nqueue = "redis://127.0.0.1:6379/0"\n'
        'storage = "storage"\nhome = "home"\nroots = ["/mnt"]\n'
    )
    return file


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    file = tmp_path / "secrets.env"
    file.write_text(f"# of the clients\nREDISCLI_AUTH='{SECRET}'\nPGPASSWORD=plain\n")
    file.chmod(0o600)
    return file
