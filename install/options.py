"""The words after a command of `python3 install`, read by a table; what is wrong is a sentence."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

from .steps import SetupError


class Options(argparse.ArgumentParser):
    """The options of one command; `--help` is answered before a command is asked."""

    def __init__(self, usage: str) -> None:
        super().__init__(add_help=False, allow_abbrev=False)
        self._usage = usage

    def read(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Return what was asked for. Raises: SetupError with exit status 2."""
        return self.parse_args(list(arguments))

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and how it is meant."""
        sentence = message[:1].upper() + message[1:] + "."
        cure = f"Usage: python3 install {self._usage}"
        raise SetupError(sentence, cure=cure, exit_code=2)
