"""Would an NLE attach this proxy? A table over the checks; never part of a status."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from proxx_engine.results.checks import PROVEN, VerificationReport

_NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "resolve": ("frames", "frame_rate", "times", "timecode", "plays"),
        "premiere": ("frames", "frame_rate", "times", "timecode", "audio", "field_order", "plays"),
        "avid_link": ("container", "codec", "frames", "frame_rate", "timecode", "plays"),
        "final_cut": ("frames", "frame_rate", "times", "audio", "display_aspect_ratio", "plays"),
    }
)
"""What each NLE compares when it attaches a proxy (checks by the first part of their name)."""


def judge_nles(report: VerificationReport) -> dict[str, str]:
    """Return one sentence for each NLE."""
    failing = {check.name.split(".")[0] for check in report.checks if check.verdict not in PROVEN}
    verdicts = {}
    for nle, needs in _NEEDS.items():
        missing = [name for name in needs if name in failing]
        verdicts[nle] = f"no: {', '.join(missing)}" if missing else "attaches"
    return verdicts
