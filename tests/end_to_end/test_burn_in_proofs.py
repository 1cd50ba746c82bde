"""Proxies with something burnt in are proven, and their bytes and records are the same anywhere."""

from __future__ import annotations

import dataclasses
import subprocess
from pathlib import Path

import pytest

from proxx_engine import Tools
from proxx_engine._engines.ffmpeg.looks import place_look
from tests.altered_profiles import run
from tests.end_to_end.burnt_in import still
from tests.end_to_end.conftest import Footage
from tests.end_to_end.look_pictures import chain_of, looking, plan_of
from tests.support import MakeClip


def test_a_proxy_with_everything_burnt_in_is_proven_and_its_record_is_the_same_anywhere(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    source = still(
        make_clip, "30000/1001", 40, "-timecode", "00:59:58;28", name="A001 'C1' 50%.mov"
    )
    everything = (
        *("timecode@bottom", "name@top-left:4%", "frame@top-right", "reel-or-none@bottom-left"),
        *("text=NOT FOR RELEASE@center:10%",),
    )
    hashes, commands = set(), set()
    for threads in (1, 8):
        folder = tmp_path / f"{threads}"
        folder.mkdir()
        profile = looking("h264", burn_in=everything)
        ran = run(source, folder, dataclasses.replace(tools, threads=threads), profile)
        assert ran.result.status == "COMPLETED", ran.result.failure
        [clip] = ran.result.clips
        hashes.add(clip.output_sha256)
        command = clip.invocation.command or ()
        commands.add(command[command.index("-vf") + 1])
    assert len(hashes) == len(commands) == 1
    assert not [command for command in commands if "A001" in command or str(tmp_path) in command]


@pytest.mark.parametrize("profile", ["prores_proxy", "h264", "dnxhr_lb", "prores_4444", "h265"])
def test_pictures_are_the_same_on_any_processor_and_number_of_threads(
    profile: str, footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    source = footage("busy.mov", picture="testsrc2=s=640x360:r=25:d=0.2")
    everything = ("timecode-or-zero@bottom", "name@top-left", "text=PROOF@center:15%")
    asked = looking(profile, burn_in=everything)
    plan = plan_of(source, tools, tmp_path, asked)
    assert place_look(plan, tmp_path) is None
    seen = set()
    for options in (("-cpuflags", "0"), ("-cpuflags", "ssse3"), (), ("-threads", "8")):
        command = [str(tools.ffmpeg), "-v", "error", *options, "-i", f"file:{source}"]
        end = ["-vf", chain_of(plan), "-f", "md5", "-"]
        done = subprocess.run([*command, *end], check=True, cwd=tmp_path, capture_output=True)
        seen.add(done.stdout)
    assert len(seen) == 1


@pytest.mark.parametrize(
    "name",
    [
        *("dv_pal_i.mov", "imx_525.mov", "xdcam_hd422_720p.mov"),
        pytest.param("gopro_tmcd_gpmf.mp4", marks=pytest.mark.slow),
        pytest.param("cityCC0.mpg", marks=pytest.mark.slow),
        pytest.param("iphone_hevc10_hlg_editlist_rot_vfr.mp4", marks=pytest.mark.slow),
    ],
)
def test_real_clips_with_names_and_numbers_are_proven(
    name: str, shared_media: Path, tools: Tools, tmp_path: Path
) -> None:
    varies = "vfr" in name
    counted = "frame@bottom" if varies else "timecode-or-zero@bottom"
    profile = looking(burn_in=(counted, "name@top", "reel-or-none@top-left"))
    quarter = profile.size.model_copy(update={"mode": "quarter" if varies else "full"})
    ran = run(shared_media / name, tmp_path, tools, profile.model_copy(update={"size": quarter}))
    assert ran.result.status == "COMPLETED", ran.result.failure
