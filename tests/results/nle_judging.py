"""Plain functions for the tests of verdicts: a report, and the sample clip judged with it."""

from __future__ import annotations

from proxx_engine import JobSpec
from proxx_engine.results.checks import Check, VerificationReport
from proxx_engine.results.nle_verdicts import judge_nles
from tests.spec.samples import Json, changed, encoded, job

FOLDER = "/footage/card A"
NAMES = (
    *("file", "plays", "container", "codec", "pixel_format", "streams", "frames.muxed"),
    *("frame_rate", "times", "timecode", "audio.0.channels", "field_order"),
    "display_aspect_ratio",
)
NLES = ("resolve", "premiere", "avid_link", "final_cut")


def compared(**failing: str) -> VerificationReport:
    """Return a report in which all is equal but what is named, with its verdict."""
    return VerificationReport.model_validate(
        {
            "checks": tuple(
                Check.model_validate(
                    {
                        "name": name,
                        "expected": "48",
                        "actual": "47",
                        "verdict": failing.get(name.split(".")[0], "equal"),
                    }
                )
                for name in NAMES
            )
        }
    )


def judge(
    changes: dict[str, Json] | None = None,
    *,
    codec: str | None = "prores",
    folder: str = f"{FOLDER}/Proxy",
    report: VerificationReport | None = None,
) -> dict[str, str]:
    """Judge the sample clip, changed below `clips.0`, as a proxy in `folder`."""
    document = job()
    for where, value in (changes or {}).items():
        document = changed(document, f"clips.0.{where}", value)
    clip = JobSpec.model_validate_json(encoded(document)).clips[0]
    output = f"{folder}/{clip.output_name}"
    return judge_nles(report or compared(), clip, codec=codec, output_path=output)
