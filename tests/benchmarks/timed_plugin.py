"""`proxx`, which tells how long each part of Make Proxies took.

    python -m tests.benchmarks.timed_plugin TIMES WORD…

TIMES becomes a JSON object by the names of the functions in `sidecar.resolve.export.exporting`,
`all` for the whole action: the seconds that passed, and those of them that the processor worked for
Proxx. The Python that starts is not in it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sidecar.cli.main import main
from sidecar.resolve.export import exporting

PARTS = ("take_snapshot", "judge", "create_jobs", "submit_all")


def timed(
    name: str, function: Callable[..., Any], into: dict[str, tuple[float, float]]
) -> Callable[..., Any]:
    """Return the function, whose seconds are added up under its name."""

    def run(*args: Any, **named: Any) -> Any:
        passed, worked = time.perf_counter(), time.process_time()
        try:
            return function(*args, **named)
        finally:
            before = into.get(name, (0.0, 0.0))
            into[name] = (
                before[0] + time.perf_counter() - passed,
                before[1] + time.process_time() - worked,
            )

    return run


if __name__ == "__main__":
    into, *words = sys.argv[1:]
    seconds: dict[str, tuple[float, float]] = {}
    for name in PARTS:
        setattr(exporting, name, timed(name, getattr(exporting, name), seconds))
    exporting.make_proxies = timed("all", exporting.make_proxies, seconds)
    code = main(words)
    Path(into).write_text(json.dumps(seconds))
    sys.exit(code)
