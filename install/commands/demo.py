"""`python3 install demo [FOLDER]`: from nothing to proven proxies, and shows each proof.

The folder with the footage is only read. Every run writes into a new numbered folder.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from ..building import only_one
from ..environment import ROOT, Environment
from ..installation import Mode, ready_installation
from ..machine import Machine
from ..proofs import read_outcome, show
from ..samples import make_samples, sample_clips
from ..steps import SetupError, run_in_sight, shell_line, step
from .command import Command

_OUTPUT = Path("demo-output")
_STATUSES = (0, 1, 2, 3, 4, 130)


def run(arguments: Sequence[str], machine: Machine) -> int:
    """Make proxies of the folder, or of samples; exit status as `proxx run` gives it."""
    if len(arguments) > 1 or (arguments and arguments[0].startswith("-")):
        raise SetupError(
            "demo takes one folder, or nothing.",
            cure=f"Usage: python3 install {COMMAND.usage}",
            exit_code=2,
        )
    footage = footage_folder(arguments[0]) if arguments else None
    environment = ready_installation(Mode.NORMAL)
    if footage is None:
        footage = ROOT / _OUTPUT / "samples"
        _samples(environment, footage)
    try:
        output = next_output(ROOT / _OUTPUT)
    except OSError as problem:
        raise SetupError(f"No output folder in {ROOT / _OUTPUT}: {problem}.") from problem
    status = _make_proxies(environment, footage, output)
    outcome = read_outcome(output)
    if outcome.clips or outcome.troubles:
        print(f"\nWhat was made, and what proves it:\n\n{show(outcome, folder=output)}")
        print(_ending(environment, output, given=bool(arguments)), flush=True)
    else:
        with contextlib.suppress(OSError):
            output.rmdir()  # only when it is empty: a refused request leaves nothing behind
    if status == 0 and not outcome.good:
        return 1
    return status if status in _STATUSES else 1


def footage_folder(argument: str, *, output: Path = ROOT / _OUTPUT) -> Path:
    """The folder that was named, whole. Raises: SetupError if nothing may or can be made of it."""
    folder = Path(argument).expanduser().absolute()
    if not folder.is_dir():
        raise SetupError(f"There is no folder {folder}.", exit_code=2)
    if output.resolve().is_relative_to(folder.resolve()):
        raise SetupError(
            f"The demo writes into {output}, which lies in {folder}: that folder would be changed.",
            cure="Name the folder with the footage itself.",
            exit_code=2,
        )
    return folder


def next_output(folder: Path) -> Path:
    """A new folder with the next free number, so that no run meets another one's files."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = [int(entry.name) for entry in folder.iterdir() if entry.name.isdecimal()]
    number = max(taken, default=0)
    while True:
        number += 1
        with contextlib.suppress(FileExistsError):
            chosen = folder / f"{number:03d}"
            chosen.mkdir()
            return chosen


def _samples(environment: Environment, folder: Path) -> None:
    with only_one(ROOT), step(f"three sample clips in {folder.relative_to(ROOT)}") as current:
        current.outcome = "made" if make_samples(environment, folder) else "are there"
    for sample in sample_clips():
        print(f"    {sample.name}\n      {sample.shows}")


def _make_proxies(environment: Environment, footage: Path, output: Path) -> int:
    proxx = str(environment.program("proxx"))
    for words in (["create", str(footage), "--out", str(output)], ["run", str(output)]):
        print(f"\n$ {shell_line([_short(proxx), words[0], *map(_short, words[1:])])}", flush=True)
        status = run_in_sight([proxx, *words], cwd=ROOT)
        if status != 0:
            return status
    return 0


def _ending(environment: Environment, output: Path, *, given: bool) -> str:
    if given:
        example = [str(environment.program("proxx")), "--help"]
        hint = "All that Proxx can do"
    else:
        example = ["python3", str(ROOT / "install"), "demo", "FOLDER"]
        hint = "Next, with footage of your own"
    return f"\nThe files are in\n  {output}\n{hint}:\n  {shell_line(example)}"


def _short(word: str) -> str:
    # The commands are shown as one would type them in the project's folder.
    path = Path(word)
    inside = path.is_absolute() and path.is_relative_to(ROOT)
    return str(path.relative_to(ROOT)) if inside else word


COMMAND = Command(
    name="demo",
    usage="demo [FOLDER]",
    summary="install Proxx, make proxies of FOLDER or of samples, prove each",
    description=(
        "Makes the environment .venv, installs Proxx with its FFmpeg, and makes proxies of every\n"
        "clip in FOLDER, which is only read; without one, of three sample clips that it makes.\n"
        "The proxies go into a new folder demo-output/001, 002, ... in the project."
    ),
    run=run,
)
