"""`python3 install test [PYTEST ARGUMENTS]`: installs what the tests need, and runs them."""

from __future__ import annotations

import os
from collections.abc import Sequence

from ..environment import ROOT
from ..installation import Mode, ready_installation
from ..machine import Machine
from ..steps import run_in_sight
from .command import Command

_NO_TESTS = 5
# A third of their time tests wait, for a process of theirs or for a limit: one more process than
# there are processors fills it. The tests of one file stay together: they share what they stand on.
# `-n 0` takes both back.
_SIDE_BY_SIDE = ("-n", str((os.cpu_count() or 1) + 1), "--dist", "loadfile")
# pytest's own statuses: 2 interrupted (also by a test file that cannot be imported), 3 a defect of
# pytest, 4 wrong arguments. No test at all keeps its 5: a failure, but one a script can tell.
_FROM_PYTEST = {0: 0, 1: 1, 2: 1, 3: 1, 4: 2, _NO_TESTS: _NO_TESTS}


def run(arguments: Sequence[str], machine: Machine) -> int:
    """Run pytest in the project's folder with these arguments; its status, mapped."""
    environment = ready_installation(Mode.EDITABLE)
    print(flush=True)
    command = [str(environment.python), "-m", "pytest", *_SIDE_BY_SIDE, *arguments]
    status = run_in_sight(command, cwd=ROOT)
    if status == _NO_TESTS:
        print("\nNo test was run: that is a failure, not a success.")
    return exit_status(status)


def exit_status(pytest_status: int) -> int:
    """Our status for pytest's; whatever is not known is a failure."""
    return _FROM_PYTEST.get(pytest_status, 1)


COMMAND = Command(
    name="test",
    usage="test [ARGUMENT ...]",
    summary="install what the tests need and run them; arguments go to pytest",
    description=(
        "Makes the environment .venv, installs Proxx from its sources with what the tests need,\n"
        "and runs pytest; every argument goes to it, for example: python3 install test -k timecode"
    ),
    run=run,
)
