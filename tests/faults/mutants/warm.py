"""A Python that forks for each run of tests: what they import from outside was imported before.

    python warm.py      reads lines of JSON: [the tests, the file for what pytest says];
                        answers each with pytest's exit code, on a line of its own

Nothing of the product or of its tests is imported before a fork: each run reads what stands there.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
from contextlib import suppress
from importlib.metadata import entry_points

import hypothesis.extra
import jsonschema
import pytest

BEFORE = (hypothesis.extra, jsonschema)
OURS = ("proxx_engine", "sidecar", "resolve_scripts", "tests", "install")
# What an assert compared nobody reads here: no file of tests is written anew for it in each run.
_PYTEST = ("-q", "-x", "-p", "no:cacheprovider", "--assert=plain")


def import_what_others_wrote() -> None:
    """Import pytest's plugins, and what the product and its tests import from outside.

    Which that is, is found out in a fork: it imports them, and tells.
    """
    for point in entry_points(group="pytest11"):
        point.load()
    reading, writing = os.pipe()
    if not os.fork():
        sys.path.insert(0, os.getcwd())
        importlib.import_module("tests.conftest")
        found = [name for name in sys.modules if name.split(".")[0] not in (*OURS, "__main__")]
        with open(writing, "w", encoding="utf-8") as told:
            told.write("\n".join(found))
        os._exit(0)
    os.close(writing)
    with open(reading, encoding="utf-8") as told:
        for name in told.read().split("\n"):
            with suppress(ImportError):  # some are made by others, and are no files
                importlib.import_module(name)
    os.wait()
    gc.collect()
    gc.freeze()


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
    import_what_others_wrote()
    for line in sys.stdin:
        print(run(*json.loads(line)), flush=True)
