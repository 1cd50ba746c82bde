"""A Python that forks for each run of tests: what they import from outside was imported before.

    python warm.py      reads lines of JSON: [the tests, the file for what pytest says];
                        answers each with pytest's exit code, on a line of its own

Nothing of the product or of its tests is imported before a fork: each run reads what stands there.
"""

from __future__ import annotations

import json
import os
import sys

import hypothesis.extra
import jsonschema
import psutil
import pydantic
import pytest

BEFORE = (hypothesis.extra, jsonschema, psutil, pydantic)
# What an assert compared nobody reads here: no file of tests is written anew for it in each run.
_PYTEST = ("-q", "-x", "-p", "no:cacheprovider", "--assert=plain")


def run(tests: list[str], output: str) -> int:
    """Run tests in a process of their own, up to the first that fails; return the exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    written = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for own, standard in ((nothing, 0), (written, 1), (written, 2)):
        os.dup2(own, standard)
    code = int(pytest.main([*_PYTEST, *tests]))
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    for line in sys.stdin:
        print(run(*json.loads(line)), flush=True)
