"""`proxx doctor`: what is installed, what is missing, and the cure for each."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path

from proxx_engine import (
    ComplianceState,
    PathMap,
    PlaceError,
    __version__,
    assert_phase1_compliance,
    cpu_count,
    failure_kinds,
    free_bytes,
    load_profiles,
)
from sidecar.cli.doctor_folder import Finding, look_at_folder
from sidecar.cli.doctor_installed import look_at_installation
from sidecar.cli.machine import add_machine, open_tools, read_machine
from sidecar.cli.outcome import DONE, PLACE_MISSING, Outcome, align, format_bytes
from sidecar.config import Config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("folder", nargs="?", type=Path, metavar="FOLDER", help="an output or watch folder")
    add("--self-test", action="store_true", help="try claim, publish, lock and rename in FOLDER")
    add_machine(parser, threads=False)


def execute(arguments: argparse.Namespace) -> Outcome:
    """Look at everything; the exit code is 3 when something is missing."""
    config = read_machine(arguments)
    findings = [*_installation(), *_ffmpeg(config)]
    findings += look_at_installation(Path(sys.prefix))
    findings += [_root(path_map) for path_map in config.path_maps]
    if arguments.self_test or arguments.folder is not None:
        findings += look_at_folder(arguments.folder or Path(), trying=arguments.self_test)
    rows = [("ok" if f.good else "NO", f.name, f.found) for f in findings]
    cures = [f"cure: {f.cure}" for f in findings if not f.good and f.cure]
    good = all(finding.good for finding in findings)
    data = {"good": good, "findings": [asdict(finding) for finding in findings]}
    return Outcome(DONE if good else PLACE_MISSING, data, (*align(rows), *cures))


def _installation() -> list[Finding]:
    compliance = assert_phase1_compliance()
    source = compliance.state is ComplianceState.SOURCE_CHECKOUT
    laws = (
        "source checkout: the tests run the laws" if source else "sources as they passed the laws"
    )
    return [
        Finding(
            "proxx", True, f"{__version__}, Python {platform.python_version()} ({sys.executable})"
        ),
        Finding("system", True, platform.platform()),
        Finding("laws", True, laws),
    ]


def _root(path_map: PathMap) -> Finding:
    """Whether what a map names is there, may be listed, and how much room it has."""
    name = f"{path_map.written} is {path_map.local}"
    place = Path(path_map.local)
    try:
        os.listdir(place)
        room = format_bytes(free_bytes(place))
    except OSError as error:
        cure = f"mount the volume at {place}, mend its permissions, or mend the map"
        return Finding(name, False, error.strerror or str(error), cure)
    access = "read and write" if os.access(place, os.W_OK) else "read only"
    return Finding(name, True, f"{access}, {room} free")


def _ffmpeg(config: Config) -> list[Finding]:
    try:
        with open_tools(config) as tools:
            build = tools.build_sha256() or "unknown"
            findings = [
                Finding(
                    "ffmpeg",
                    True,
                    f"{tools.ffmpeg_version.split(' Copyright')[0]} ({tools.ffmpeg})",
                ),
                Finding("build", True, f"sha256 {build}"),
                Finding("processors", True, str(cpu_count())),
            ]
            for profile in load_profiles():
                encoder = profile.video.encoder
                findings.append(
                    Finding(
                        f"profile {profile.name}",
                        encoder in tools.encoders,
                        f"encoder {encoder}",
                        failure_kinds()["TOOL_ENCODER_MISSING"].next_step,
                    )
                )
            return findings
    except PlaceError as error:
        own = config.ffmpeg is not None
        cure = "name another binary" if own else "install the package imageio-ffmpeg"
        return [Finding("ffmpeg", False, str(error), cure)]
