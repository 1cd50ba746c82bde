"""`proxx doctor`: what is installed, what is missing, and the cure for each."""

from __future__ import annotations

import argparse
import platform
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from proxx_engine import (
    ComplianceState,
    PlaceError,
    __version__,
    assert_phase1_compliance,
    failure_kinds,
    find_tools,
    load_profiles,
    try_folder,
)
from sidecar.cli.outcome import DONE, PLACE_MISSING, Outcome, align


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    good: bool
    found: str
    cure: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("folder", nargs="?", type=Path, metavar="FOLDER", help="an output or watch folder")
    add("--self-test", action="store_true", help="try claim, publish, lock and rename in FOLDER")
    add("--ffmpeg", type=Path, metavar="PATH", help="default: the embedded one")


def execute(arguments: argparse.Namespace) -> Outcome:
    """Look at everything; the exit code is 3 when something is missing."""
    findings = [*_installation(), *_ffmpeg(arguments.ffmpeg)]
    if arguments.self_test or arguments.folder is not None:
        findings += _folder(arguments.folder or Path(), trying=arguments.self_test)
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


def _ffmpeg(given: Path | None) -> list[Finding]:
    try:
        with find_tools(ffmpeg=given) as tools:
            build = tools.build_sha256() or "unknown"
            findings = [
                Finding(
                    "ffmpeg",
                    True,
                    f"{tools.ffmpeg_version.split(' Copyright')[0]} ({tools.ffmpeg})",
                ),
                Finding("build", True, f"sha256 {build}"),
                Finding("processors", True, str(tools.threads)),
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
        cure = "install the package imageio-ffmpeg" if given is None else "name another binary"
        return [Finding("ffmpeg", False, str(error), cure)]


def _folder(folder: Path, *, trying: bool) -> list[Finding]:
    if not folder.is_dir():
        cure = "mount the volume, or make the folder"
        return [Finding(f"folder {folder}", False, "is not there", cure)]
    if not trying:
        return [Finding(f"folder {folder}", True, "is there; --self-test tries it")]
    return [
        Finding(trial.name, trial.works, trial.found, "use another folder, or mend its permissions")
        for trial in try_folder(folder)
    ]
