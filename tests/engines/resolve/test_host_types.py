"""The Protocols are Resolve's: the double satisfies them, and the public stubs know each method."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from proxx_engine._engines.resolve import host
from tests.fakes.test_against_stubs import ALLOWED, STUBS

ROOT = Path(__file__).parents[3]
PROTOCOLS = {
    "Resolve": host.ResolveHost,
    "ProjectManager": host.ProjectManager,
    "Project": host.Project,
    "MediaPool": host.MediaPool,
    "Folder": host.Folder,
    "MediaPoolItem": host.MediaPoolItem,
    "Timeline": host.Timeline,
    "TimelineItem": host.TimelineItem,
}


def test_the_double_satisfies_the_protocols() -> None:
    typed = Path(__file__).with_name("typed_double.py").relative_to(ROOT)
    command = [sys.executable, "-m", "mypy", "--strict", "--explicit-package-bases", "--no-pretty"]
    done = subprocess.run(
        [*command, "--follow-imports=silent", str(typed)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_resolve_has_every_method() -> None:
    unknown = [
        f"{name}.{method}"
        for name, protocol in PROTOCOLS.items()
        for method in vars(protocol)
        if method[0].isupper() and method not in STUBS[name] and f"{name}.{method}" not in ALLOWED
    ]
    assert unknown == []
