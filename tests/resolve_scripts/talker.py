"""What a host starts to let tests talk through `sidecar.resolve.talk.talking`.

    python -m tests.resolve_scripts.talker NAME TOLD ACTION [--answers FOLDER]

Runs the talk of that name in `talks.py`, and writes what it returns, or its error, into TOLD.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sidecar.resolve.talk.talking import open_talk
from tests.resolve_scripts import spoken

if __name__ == "__main__":
    name, told, _action, *more = sys.argv[1:]
    with open_talk(Path(more[1]) if more else None, beat_seconds=0.1) as talk:
        said = getattr(spoken, name)(talk)
    Path(told).write_text(json.dumps(said))
