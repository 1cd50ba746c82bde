"""`proxx qc` and the FFmpeg that it finds: what that can, and what is measured without the rest."""

from __future__ import annotations

from pathlib import Path

from proxx_engine import Tools
from tests.qc.measured import Qc
from tests.support import Ran


def test_an_ffmpeg_that_cannot_compare_is_a_missing_tool(
    qc: Qc, ran: Ran, tools: Tools, tmp_path: Path
) -> None:
    bare = tmp_path / "ffmpeg"
    bare.write_text(
        f'#!/bin/sh\ncase "$*" in *filter=ssim*) echo "Unknown filter";; '
        f"*) exec '{tools.ffmpeg}' \"$@\";; esac\n"
    )
    bare.chmod(0o755)
    said = qc(tmp_path / "out", "--ffmpeg", bare)
    assert (said.code, said.data["error"]) == (3, "TOOL_FILTER_MISSING")


def test_an_ffmpeg_without_vmaf_measures_the_rest(
    qc: Qc, ran: Ran, tools: Tools, tmp_path: Path
) -> None:
    bare = tmp_path / "ffmpeg"
    bare.write_text(
        f'#!/bin/sh\ncase "$*" in *filter=libvmaf*) echo "Unknown filter";; *libvmaf*) exit 8;; '
        f"*) exec '{tools.ffmpeg}' \"$@\";; esac\n"
    )
    bare.chmod(0o755)
    said = qc(tmp_path / "out", "--ffmpeg", bare)
    assert said.code == 0, said.data
    assert [each["name"] for each in said.clip["measures"]] == ["psnr_y", "ssim"]
    assert said.clip["remarks"] == ["no VMAF: this FFmpeg was built without libvmaf"]


def test_what_ffmpeg_can_is_understood_with_the_line_ends_of_windows(
    qc: Qc, ran: Ran, tools: Tools, tmp_path: Path
) -> None:
    other = tmp_path / "ffmpeg"
    other.write_text(
        f'#!/bin/sh\ncase "$*" in *filter=*) \'{tools.ffmpeg}\' "$@" 2>&1 | sed "s/$/\\r/";; '
        f"*) exec '{tools.ffmpeg}' \"$@\";; esac\n"
    )
    other.chmod(0o755)
    said = qc(tmp_path / "out", "--ffmpeg", other)
    assert said.code == 0, said.data
    assert [each["name"] for each in said.clip["measures"]] == ["psnr_y", "ssim", "vmaf"]
