"""What keeps services, played: no test starts one by the system."""

from __future__ import annotations

from install.services.manager import Command
from install.steps import SetupError


class Manager:
    """Plays the programs that keep services: remembers what they were asked, and may fail."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fails_at = ""

    def __call__(self, commands: tuple[Command, ...]) -> tuple[str, ...]:
        for command in commands:
            self.asked.append(" ".join(command.words))
            if self.fails_at and self.fails_at in self.asked[-1] and not command.may_fail:
                raise SetupError(f"This failed: {self.asked[-1]}")
        return ()
