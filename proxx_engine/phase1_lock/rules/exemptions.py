"""The one table of files to which a law does not apply, each with its reason."""

from __future__ import annotations

from .law import Exemption

# lifeline.py and probe_child.py are small programs: each runs in a child process, started and ended
# by process.py.
_SYSTEM = "proxx_engine/system"

EXEMPTIONS = (
    Exemption("no_clock", f"{_SYSTEM}/clock.py", "the one place that knows the time"),
    Exemption("no_subprocess", f"{_SYSTEM}/process.py", "the one place that starts a program"),
    Exemption(
        "no_subprocess",
        f"{_SYSTEM}/lifeline.py",
        "a child program: it runs the one command it was given",
    ),
    Exemption(
        "no_environment",
        f"{_SYSTEM}/lifeline.py",
        "a child program: it hands on the minimal one it was given",
    ),
    Exemption(
        "no_threads",
        f"{_SYSTEM}/lifeline.py",
        "a child program: it waits for its parent and the command at once",
    ),
    Exemption(
        "no_print", f"{_SYSTEM}/lifeline.py", "a child program: its output is a pipe to its parent"
    ),
    Exemption(
        "no_print",
        f"{_SYSTEM}/probe_child.py",
        "a child program: its output is a pipe to its parent",
    ),
    Exemption(
        "no_progress_callback",
        "proxx_engine/_engines/resolve/host.py",
        "names of Resolve's own API: a question that is asked, and tells nobody",
    ),
    Exemption(
        "standard_library_only",
        "install/build_hook.py",
        "runs inside the builder, never on a user's machine",
    ),
    Exemption(
        "standard_library_only",
        "install/facts.py",
        "takes from sidecar/installed, which itself needs nothing but Python",
    ),
)
