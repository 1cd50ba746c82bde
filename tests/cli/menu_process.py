"""Plays Resolve as a process of its own, with a user at work in it: clicks files of the menu.

    python -m tests.cli.menu_process FOLDER MENU_FILE…

On standard output it tells, as JSON, what stood in the Console after each.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from tests.end_to_end.resolve_night import click
from tests.resolve.outside import start_again

if __name__ == "__main__":
    fake = start_again(Path(sys.argv[1]))
    told = [click(fake, Path(menu)) for menu in sys.argv[2:]]
    os.write(1, json.dumps(told).encode())
