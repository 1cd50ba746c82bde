"""Writes OpenCue's XML with PyOutline, in a process of its own.

    python -I -m sidecar.farm.opencue_child    (what the job is, as JSON on stdin; XML on stdout)

What PyOutline 1.37 reads that is not asked of it, and why the result does not hold it:

* at import a configuration, from a path in the environment or below the home, else its own; then
  OUTLINE_<SECTION>_<OPTION> over it, and the user's name (`config.py`): the environment is empty
  and there is no home;
* RENDER_TO or FACILITY (`cuerun.get_launch_facility`), SHOW, SHOT, USER (`util`), OL_OS and
  OL_TAG_OVERRIDE (`backend.cue._serialize`): not there;
* the process's user id, always written: taken out. Cuebot then names none (`JobSpec.handleSpecTag`;
  one of 0 it refuses), and rqd runs the frame as itself. So is the facility: Cuebot has a default.
* `OutlineLauncher.setup` makes a session below the home, under a random name: it is not called.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from typing import Any
from xml.etree import ElementTree

_TAKEN_OUT = ("facility", "uid")


def main() -> int:
    """Answer the one question."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    told = json.load(sys.stdin)
    stdout, sys.stdout = sys.stdout, sys.stderr
    try:
        text = _serialised(told)
    except ModuleNotFoundError as error:
        print(f"no module {error.name}", file=sys.stderr)
        return 1
    except Exception as error:
        print(f"PyOutline: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    stdout.buffer.write(text.encode("ascii"))
    stdout.flush()
    return 0


def _serialised(told: dict[str, Any]) -> str:
    import outline
    from outline.backend.cue import serialize_simple
    from outline.cuerun import OutlineLauncher
    from outline.modules.shell import Shell

    job = outline.Outline(
        name=told["name"],
        show=told["show"],
        shot=told["shot"],
        user=told["user"],
        facility="local",
    )
    job.add_layer(
        Shell(
            told["layer"],
            command=told["command"],
            range=told["range"],
            chunk=1,
            timeout=told["timeout_minutes"],
        )
    )
    return _plain(serialize_simple(OutlineLauncher(job, maxretries=0, autoeat=False, nomail=True)))


def _plain(text: str) -> str:
    """Return the XML on lines of its own, without what tells who made it."""
    begin = text.index("<spec>")
    root = ElementTree.fromstring(text[begin:])
    for name in _TAKEN_OUT:
        for element in root.findall(name):
            root.remove(element)
    ElementTree.indent(root)
    head = text[:begin].replace("?><!", "?>\n<!")
    return f"{head}\n{ElementTree.tostring(root).decode('ascii')}\n"


if __name__ == "__main__":
    sys.exit(main())
