"""What a process is called in a watch folder: its workers and its log are named after it. Pure."""

from __future__ import annotations

import hashlib
import re

from proxx_engine import ProcessIdentity

_MOST_CHARACTERS = 40


def process_name(owner: ProcessIdentity) -> str:
    """Return a name that is a good file name everywhere: `render1-4711-3fa2`.

    No other process has it: the last digits tell processes of one number apart, in two containers
    of one host, or before and after a restart.
    """
    told = f"{owner.machine_id} {owner.boot_id} {owner.process_space} {owner.process_mark}"
    apart = hashlib.sha256(told.encode()).hexdigest()[:4]
    plain = re.sub(r"[^A-Za-z0-9_-]", "-", owner.host.split(".")[0]).strip("-") or "host"
    return f"{plain[:_MOST_CHARACTERS]}-{owner.pid}-{apart}"
