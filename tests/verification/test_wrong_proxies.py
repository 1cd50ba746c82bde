"""A wrong proxy is caught by the check that is there for it, by no other, and never published."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from proxx_engine import Tools, VerificationReport, execution_adapter
from proxx_engine.results.checks import PROVEN
from tests.support import Ran, run_one_clip
from tests.verification.wrong_proxies import UNDECODABLE, WRONG_PROXIES, WrongProxy

Clip = Callable[[str], Path]
StandIn = Callable[[str], Tools]

TOLD_TWICE = {
    "codec": "another codec has other packets",
    "pixel_format": "other pictures are other packets",
    "raster": "other pictures are other packets",
    "plays": "what does not play is not what the encoder wrote",
    "start": "the gap between picture and sound, from the other side",
    "frames.muxed": "a picture that is not in the file is not played either",
    "frames.played": "a picture that is not in the file is not played either",
    "display_aspect_ratio": "follows from raster and pixels; kept because people think in it",
    "pixel_aspect_ratio": "the shape of the picture follows from it",
    "audio.N.channels": "the hash is over the samples of every channel",
    "audio.N.length": "the hash is over every sample",
}
"""Checks that never fail alone, and why they are kept: they say what is wrong in words."""

BEFORE_THE_REPORT = {
    "file": "without a byte there is nothing to compare",
    "frames.decoded": "fewer pictures than promised end the run as SOURCE_TRUNCATED",
}
"""Checks of the report whose failure ends the clip before a report is made."""

rows = pytest.mark.parametrize(
    "wrong", [pytest.param(row, id=f"{row.what}, {row.profile}") for row in WRONG_PROXIES]
)


def _run(wrong: WrongProxy, clip: Clip, spoiling_tools: StandIn, folder: Path) -> Ran:
    tools = spoiling_tools(wrong.what)
    return run_one_clip(clip(wrong.source), folder, tools, profile=wrong.profile)


def _failing(ran: Ran) -> set[str]:
    report = ran.result.clips[0].verification
    return (
        {check.name for check in report.checks if check.verdict not in PROVEN} if report else set()
    )


def _general(name: str) -> str:
    head, *rest = name.split(".")
    return ".".join((head, "N", *rest[1:])) if head == "audio" else name


@rows
def test_a_wrong_proxy_fails_by_its_own_checks_and_leaves_nothing(
    wrong: WrongProxy, clip: Clip, spoiling_tools: StandIn, tmp_path: Path
) -> None:
    ran = _run(wrong, clip, spoiling_tools, tmp_path)
    result = ran.result
    assert result.status == "FAILED"
    assert result.failure is not None
    assert (result.failure.code, _failing(ran)) == (wrong.code, wrong.failing)
    assert result.failure.stage == "verification"
    assert result.clips[0].output_sha256 is None
    left = sorted(path.name for path in ran.proxy.parent.iterdir())
    assert [name for name in left if name.endswith(".mov") or name.startswith(".proxx")] == []
    assert any(name.endswith(".result.json") for name in left)


@pytest.mark.parametrize(
    "wrong", [pytest.param(row, id=row.what) for row in WRONG_PROXIES if row.failing]
)
def test_with_its_checks_taken_out_a_wrong_proxy_would_be_called_completed(
    wrong: WrongProxy,
    clip: Clip,
    spoiling_tools: StandIn,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = execution_adapter.verify_conforms

    def without(expected: object, seen: object) -> VerificationReport:
        report = whole(expected, seen)  # type: ignore[arg-type]
        kept = tuple(check for check in report.checks if check.name not in wrong.failing)
        return VerificationReport(checks=kept)

    monkeypatch.setattr(execution_adapter, "verify_conforms", without)
    assert _run(wrong, clip, spoiling_tools, tmp_path).result.status == "COMPLETED"


@pytest.mark.parametrize("profile", ["prores_proxy", "dnxhr_lb", "h264"])
def test_every_check_of_a_right_proxy_has_its_wrong_proxy(
    profile: str, clip: Clip, tools: Tools, tmp_path: Path
) -> None:
    result = run_one_clip(clip("plain"), tmp_path, tools, profile=profile).result
    report = result.clips[0].verification
    assert result.status == "COMPLETED"
    assert report is not None
    alone = {
        _general(name) for row in WRONG_PROXIES if len(row.failing) == 1 for name in row.failing
    }
    together = {_general(name) for row in WRONG_PROXIES for name in row.failing}
    names = {_general(check.name) for check in report.checks} - BEFORE_THE_REPORT.keys()
    assert names - alone - TOLD_TWICE.keys() == set()
    assert TOLD_TWICE.keys() - together == set()


def test_what_is_expected_is_known_before_anything_is_encoded(
    clip: Clip, tools: Tools, tmp_path: Path
) -> None:
    ran = run_one_clip(clip("plain"), tmp_path, tools)
    report = ran.result.clips[0].verification
    assert report is not None
    target = ran.spec.clips[0].target
    assert target is not None
    expected = {check.name: check.expected for check in report.checks}
    assert expected["raster"].startswith(f"{target.width}x{target.height}")
    assert expected["frames.decoded"] == "25 promised by index"
    assert expected["timecode"] == "01:00:00:00"
    assert [expected[f"audio.{n}.length"] for n in range(3)] == ["48000 samples"] * 3


def test_a_picture_that_does_not_decode_is_named_as_that_whatever_else_it_breaks(
    clip: Clip, spoiling_tools: StandIn, tmp_path: Path
) -> None:
    # The run ends at the error, so pictures and sound behind it are missing too, or not: a race.
    ran = _run(UNDECODABLE, clip, spoiling_tools, tmp_path)
    assert ran.result.failure is not None
    assert ran.result.failure.code == "VERIFY_PLAYS"
    assert "plays" in _failing(ran)
