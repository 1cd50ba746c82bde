"""What a process is called in a watch folder: its workers and its log are named after it. Pure."""

from __future__ import annotations

import re

from proxx_engine import ProcessIdentity

_MOST_CHARACTERS = 40


def process_name(owner: ProcessIdentity) -> str:
    """Return a name that is a good file name everywhere: `render1-4711`.

    No other process that lives has it: containers of one machine have hosts of their own.
    """
    plain = re.sub(r"[^A-Za-z0-9_-]", "-", owner.host.split(".")[0]).strip("-") or "host"
    return f"{plain[:_MOST_CHARACTERS]}-{owner.pid}"
