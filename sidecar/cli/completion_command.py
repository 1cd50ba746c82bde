"""`proxx completion`: a script with which a shell completes commands, options, choices and files.

The script is whole when it is printed, so that a press of Tab starts no Python: shtab's way.
argcomplete runs the program at every press (https://github.com/tqdm/shtab, alternatives).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from proxx_engine import failure_kinds, load_profiles
from sidecar.cli.main import COMMANDS, declare
from sidecar.cli.outcome import DONE, Outcome

SHELLS = ("bash", "zsh", "fish", "tcsh", "powershell")

_INSTALL: Mapping[str, str] = MappingProxyType(
    {
        "bash": "proxx completion bash > ~/.local/share/bash-completion/completions/proxx",
        "zsh": "proxx completion zsh > DIR/_proxx, with DIR in $fpath before compinit",
        "fish": "proxx completion fish > ~/.config/fish/completions/proxx.fish",
        "tcsh": "proxx completion tcsh > ~/.proxx.tcsh, and `source ~/.proxx.tcsh` in ~/.tcshrc",
        "powershell": "proxx completion powershell >> $PROFILE",
    }
)
_FOLDERS = ("DIR", "FOLDER", "WATCHFOLDER")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    places = "; ".join(f"{shell}: {line}" for shell, line in _INSTALL.items())
    parser.add_argument("shell", choices=SHELLS, help=places)


def execute(arguments: argparse.Namespace) -> Outcome:
    """Print the script."""
    import shtab

    preamble = dict.fromkeys(SHELLS, "")
    parser = _whole_parser(_Completions(preamble))
    script = shtab.complete(parser, arguments.shell, preamble=preamble[arguments.shell])
    data = {"shell": arguments.shell, "install": _INSTALL[arguments.shell], "script": script}
    return Outcome(DONE, data, tuple(script.splitlines()))


class _Completions:
    """How each kind of value is completed; notes the functions that a shell needs for it."""

    def __init__(self, preamble: dict[str, str]) -> None:
        profiles = (profile.name for profile in load_profiles())
        self._by_metavar = {
            "NAME|FILE": _words_or_files("profiles", profiles, preamble),
            "CODE": _words_or_files("codes", failure_kinds(), preamble),
        }
        self._by_metavar["CODE|RESULT"] = self._by_metavar["CODE"]

    def of(self, action: argparse.Action) -> dict[str, Any] | None:
        """Return how an argument's value is completed; None where that is its choices or free."""
        import shtab

        metavar = action.metavar if isinstance(action.metavar, str) else ""
        if metavar in self._by_metavar:
            return self._by_metavar[metavar]
        if metavar in _FOLDERS:
            return dict(shtab.DIRECTORY)
        return dict(shtab.FILE) if action.type is Path else None


def _whole_parser(completions: _Completions) -> argparse.ArgumentParser:
    """Return one parser that knows every command."""
    parser = argparse.ArgumentParser(prog="proxx", allow_abbrev=False)
    parser.add_argument("--version", action="store_true", help="show the version")
    commands = parser.add_subparsers()
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        declare(name, command)
        for action in command._actions:
            how = completions.of(action)
            if how is not None:
                action.complete = how  # type: ignore[attr-defined]
    return parser


def _words_or_files(name: str, words: Iterable[str], preamble: dict[str, str]) -> dict[str, Any]:
    """Return how one of some words, or a file, is completed."""
    import shtab

    listed = " ".join(words)
    function = f"_proxx_{name}_or_files"
    preamble["bash"] += f'{function}() {{ compgen -W "{listed}" -- "$1"; compgen -f -- "$1"; }}\n'
    preamble["zsh"] += f"{function}() {{ compadd -- {listed}; _files; }}\n"
    preamble["fish"] += (
        f"function {function}\n"
        f"  printf '%s\\n' {listed}\n"
        "  __fish_complete_path (commandline -ct)\n"
        "end\n"
    )
    own = {"bash": function, "zsh": function, "fish": f"({function})"}
    return dict(shtab.FILE) | own
