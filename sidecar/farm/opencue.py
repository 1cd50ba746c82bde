"""A bundle's tasks as a job of OpenCue: the outline in Cuebot's own XML, made without a server.

    outline_xml("Night 3", 5000, ("proxx", "farm", "task", "/farm/night3/jobs", FRAME,
                                  "--root", "Root1=/mnt/rushes"), timeout_seconds=7200)

One layer, one frame for each task. OpenCue maps no paths: each root stands in the command as the
workers call it, and nothing in it may change between two workers. `FRAME` stands where the task's
number belongs. The caller writes the bytes as `opencue.xml`; submitted they are with
`opencue.api.launchSpec(text)`. The same arguments give the same bytes, whoever asks, wherever.

What Cuebot does with a frame that ends (OpenCue at 1cea9a8 of August 2026; cuebot's
`FrameCompleteHandler.determineFrameState`, `FrameDaoJdbc.retryExclusions`, rqd's `rqcore.py`,
`rust/crates/rqd/src/frame/running_frame.rs`, `proto/src/job.proto`):

* Exit 0 is SUCCEEDED. Any other, with `maxretries` 0, is DEAD at once; without the element it would
  be run once more (`JobSpec.FRAME_RETRIES_DEFAULT`), by PyOutline's own configuration twice.
* 286 (`SKIP_RETRY`) is no "do not retry": such a frame goes back to WAITING without its try being
  counted, whatever `maxretries` says, so for ever. It is meant to be no program's: a POSIX exit
  code has 8 bits and 286 arrives as 30, an ordinary failure. It can come from rqd itself (the one
  in Python, while its host is locked by NIMBY), from a rule of the one in Rust that finds words in
  the log's tail (`log_exit_status_rules`: any number), and from a process of Windows.
* So what failed must never end with 286. It can only be right for a place that is not ready, where
  a facility wants another host to try: `proxx farm task --away-exit 286` says so instead of 3.
* 33 and 137 are memory failures and are run again past `maxretries`; Proxx ends with neither.
* A frame that runs longer than the layer's `timeout` (minutes) is killed and DEAD.
* Cuebot itself lets a frame wait again whose host was silent for 300 s, was locked by NIMBY, was
  short of memory, or where a person says so. Then the job's lock and record decide: nothing that
  ran or may still run is run a second time.
"""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from proxx_engine import CreationError, Issue, PlaceError

FRAME = "#IFRAME#"
"""Cuebot writes the frame's number there, without leading zeros."""
LAYER = "proxies"

MAX_FRAMES = 100_000
"""Of a job: cuebot's `JobSpec.MAX_FRAMES`."""
MAX_COMMAND = 4_000
"""Characters: `layer.str_cmd` in cuebot's first migration."""
_MAX_NAME = 120
_SECONDS = 120.0
_TOKENS = re.compile(
    r"#(ZFRAME|IFRAME|FRAME_START|FRAME_END|FRAME_CHUNK|LAYER|JOB|FRAMESPEC|FRAME)#"
)
"""What `DispatchSupportService.prepareRqdRunFrame` replaces, wherever it stands."""
_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\")
_PLAIN = re.compile(r"[A-Za-z0-9_@+=:,./-]+")
_NAME = re.compile(r"[A-Za-z0-9_.-]{3,36}")


def outline_xml(
    name: str,
    tasks: int,
    command: Sequence[str],
    *,
    timeout_seconds: float,
    show: str = "testing",
    shot: str = "default",
    user: str = "proxx",
) -> bytes:
    """Return the job as OpenCue takes it, UTF-8 and ASCII only.

    `name` is what people see; Cuebot's spelling of it is made here. `show` must be one that the
    facility has (these are the ones that a new OpenCue has), `user` is whom its log names; a frame
    runs as rqd's own user. Raises: CreationError with all that OpenCue would refuse; PlaceError
    (TOOL_OPENCUE_MISSING) where PyOutline is not installed or breaks.
    """
    issues = tuple(_issues(tasks, command, {"show": show, "shot": shot, "user": user}))
    if issues:
        raise CreationError(issues, subject="the outline for OpenCue")
    told = {
        "name": job_name(name),
        "layer": LAYER,
        "show": show,
        "shot": shot,
        "user": user,
        "range": f"1-{tasks}",
        "command": command_line(command),
        "timeout_minutes": math.ceil(timeout_seconds / 60),
    }
    return _ask(json.dumps(told))


def job_name(name: str) -> str:
    """Return a name in the letters that Cuebot takes (`JobSpec.conformJobName`); never refused."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    spelt = re.sub(r"[^a-z0-9.]+", "_", bare.lower())[:_MAX_NAME].strip("_.")
    return spelt if len(spelt) >= 3 else f"proxx_{spelt}".rstrip("_")


def command_line(command: Sequence[str]) -> str:
    """Return the command as the workers' shell reads it: sh, or cmd where its paths are Windows'.

    In sh every quote is a double one: rqd for macOS puts the command between single ones.
    """
    quote = _quoted_for_cmd if _is_for_windows(command) else _quoted_for_sh
    return " ".join(word if word == FRAME else quote(word) for word in command)


def _quoted_for_sh(word: str) -> str:
    return word if _PLAIN.fullmatch(word) else '"' + re.sub(r'([\\"$`])', r"\\\1", word) + '"'


def _quoted_for_cmd(word: str) -> str:
    return word if re.fullmatch(r"[A-Za-z0-9_@+:./\\-]+", word) else f'"{word}"'


def _is_for_windows(command: Sequence[str]) -> bool:
    return any(_WINDOWS.match(word.partition("=")[2] or word) for word in command)


def _issues(tasks: int, command: Sequence[str], names: dict[str, str]) -> Iterator[Issue]:
    if not 1 <= tasks <= MAX_FRAMES:
        sentence = f"{tasks} tasks; a job of OpenCue has 1 to {MAX_FRAMES} frames"
        yield Issue("SPEC_TOO_MANY", "tasks", sentence)
    for where, name in names.items():
        if not _NAME.fullmatch(name):
            sentence = f"{name!r}: expected 3 to 36 of the letters A-Z a-z 0-9 _ . -"
            yield Issue("SPEC_BAD_NAME", where, sentence)
    if names["user"] == "root":
        yield Issue("SPEC_BAD_NAME", "user", "Cuebot takes no job of root")
    for word in command:
        yield from _issues_of(word, windows=_is_for_windows(command))
    length = len(command_line(command))
    if length > MAX_COMMAND:
        sentence = f"has {length} characters; Cuebot keeps {MAX_COMMAND}: name fewer roots"
        yield Issue("SPEC_TOO_LONG", "command", sentence)


def _issues_of(word: str, *, windows: bool) -> Iterator[Issue]:
    token = _TOKENS.search(word)
    if token is not None and word != FRAME:
        sentence = f"OpenCue would write something else for {token.group()}"
        yield Issue("SPEC_BAD_TEXT", word, sentence)
    if not word.isprintable():
        yield Issue("SPEC_BAD_TEXT", repr(word), "a line of a command holds printable text only")
    if windows and (found := re.search(r'[\^&<>|%!"]', word)):
        sentence = f"{found.group()} cannot be kept in a batch file of rqd"
        yield Issue("SPEC_BAD_TEXT", word, sentence)


def _ask(told: str) -> bytes:
    """Let PyOutline write it, in a process that knows no setting, name or home of the user."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    try:
        ended = subprocess.run(
            [sys.executable, "-I", "-m", "sidecar.farm.opencue_child"],
            input=told.encode(),
            capture_output=True,
            timeout=_SECONDS,
            env={**kept, "HOME": os.devnull, "LOGNAME": "proxx"},
            # On Windows, without APPDATA, its configuration would be looked for below this.
            cwd=Path(sys.executable).parent,
            check=False,
        )
    except subprocess.TimeoutExpired:
        detail = f"PyOutline wrote nothing within {_SECONDS:.0f} seconds"
        raise PlaceError("TOOL_OPENCUE_MISSING", detail) from None
    if ended.returncode != 0:
        said = ended.stderr.decode(errors="replace").strip().splitlines()
        raise PlaceError("TOOL_OPENCUE_MISSING", said[-1] if said else "PyOutline broke")
    return ended.stdout
