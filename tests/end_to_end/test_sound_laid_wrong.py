"""Sound that lies wrong, or is not what it was, is never called proven."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import Tools
from proxx_engine.results.checks import PROVEN
from tests.recorded_apart import ONE_O_CLOCK, create, make_picture, run
from tests.support import MakeClip, execute
from tests.waves import Wave

_STAND_IN = """
import re, subprocess, sys
words = [re.sub({find!r}, {instead!r}, word) for word in sys.argv[1:]]
sys.exit(subprocess.run([{real!r}, *words]).returncode)
"""


def lying(tools: Tools, folder: Path, find: str, instead: str) -> Tools:
    """Return an FFmpeg that does something else than it was asked for, everywhere."""
    program = folder / "ffmpeg"
    body = _STAND_IN.format(real=str(tools.ffmpeg), find=find, instead=instead)
    program.write_text(f"#!{sys.executable} -IS{body}")
    program.chmod(0o755)
    return replace(tools, ffmpeg=program)


@pytest.mark.parametrize("profile", ["prores_proxy", "dnxhr_lb_mxf"])
@pytest.mark.parametrize(
    ("begins", "find", "instead"),
    [
        pytest.param(-100_001, "start_sample=4001", "start_sample=4000", id="a sample late"),
        pytest.param(-100_001, "start_sample=4001", "start_sample=4002", id="a sample early"),
        pytest.param(-100_001, "^2$", "1", id="another second"),
        pytest.param(777, "777S", "776S", id="a sample too little of silence"),
        pytest.param(-100_001, "asetpts=PTS-STARTPTS", "volume=0.99", id="quieter"),
    ],
)
def test_an_ffmpeg_that_lays_sound_elsewhere_is_found_out_by_our_own_reading(
    profile: str,
    begins: int,
    find: str,
    instead: str,
    make_clip: MakeClip,
    tools: Tools,
    tmp_path: Path,
) -> None:
    Wave(ONE_O_CLOCK + begins, 300_000).write(tmp_path / "sound" / "T01.WAV")
    spoilt = lying(tools, tmp_path, find, instead)
    ran = run(make_picture(make_clip), tmp_path / "sound", tmp_path, spoilt, profile=profile)
    assert ran.result.status == "FAILED"
    report = ran.result.clips[0].verification
    assert report is not None, ran.result.failure
    failing = {check.name for check in report.checks if check.verdict not in PROVEN}
    assert "audio.1.content" in failing
    assert not ran.proxy.exists()


@pytest.mark.parametrize(
    ("wave", "profile", "downmix"),
    [
        pytest.param({"width": 4, "float_samples": True}, "prores_proxy", None, id="floating"),
        pytest.param({"channels": 4}, "prores_proxy", "stereo", id="mixed"),
        pytest.param({"channels": 4}, "dnxhr_lb_mxf", "mono", id="mixed in MXF"),
        pytest.param({}, "h264_mp4", None, id="coded with loss"),
    ],
)
@pytest.mark.parametrize(
    ("find", "instead"), [("start_sample=4001", "start_sample=4000"), ("^2$", "1")]
)
def test_where_levels_or_rounding_decide_what_was_read_is_compared_sample_by_sample(
    find: str,
    instead: str,
    wave: dict[str, Any],
    profile: str,
    downmix: str | None,
    make_clip: MakeClip,
    tools: Tools,
    tmp_path: Path,
) -> None:
    Wave(ONE_O_CLOCK - 100_001, 300_000, **wave).write(tmp_path / "sound" / "T01.WAV")
    clip, sound = make_picture(make_clip), tmp_path / "sound"
    honest, lies = tmp_path / "honest", tmp_path / "lies"
    honest.mkdir()
    lies.mkdir()
    ran = run(clip, sound, honest, tools, profile=profile, downmix=downmix)
    assert ran.result.status == "COMPLETED", ran.result.failure
    spoilt = lying(tools, tmp_path, find, instead)
    ran = run(clip, sound, lies, spoilt, profile=profile, downmix=downmix)
    assert ran.result.failure is not None
    assert ran.result.failure.code == "ENCODE_NO_WITNESS"
    assert "T01.WAV" in ran.result.failure.sentence


def test_a_name_that_the_proxy_lacks_is_a_difference(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    Wave(ONE_O_CLOCK, 60_000, names=["Boom"]).write(tmp_path / "sound" / "T01.WAV")
    spoilt = lying(tools, tmp_path, "title=Boom", "title=Doom")
    ran = run(make_picture(make_clip), tmp_path / "sound", tmp_path, spoilt)
    assert ran.result.failure is not None
    assert ran.result.failure.code == "VERIFY_AUDIO"
    assert ran.check("audio.1.name") == "different"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param(lambda data: data[:-300], "SOURCE_CHANGED", id="cut short"),
        pytest.param(lambda data: data[:-1] + b"\x7f", "SOURCE_CHANGED", id="another sample"),
        pytest.param(None, "SOURCE_MISSING", id="gone"),
    ],
)
def test_a_recording_that_is_not_what_it_was_is_not_taken(
    change: object, code: str, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    wave = Wave(ONE_O_CLOCK, 60_000).write(tmp_path / "sound" / "T01.WAV")
    out = tmp_path / "out"
    creation = create((make_picture(make_clip),), (tmp_path / "sound",), out, tools)
    data = wave.read_bytes()
    wave.unlink()
    if callable(change):
        wave.write_bytes(change(data))
    ran = execute(creation.jobs[0].spec, out, tools)
    assert ran.result.failure is not None
    assert ran.result.failure.code == code
    assert "T01.WAV" in ran.result.failure.sentence


def test_a_recording_that_ffmpeg_reads_less_of_is_cut_short(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    Wave(ONE_O_CLOCK, 57_000).write(tmp_path / "sound" / "T01.WAV")
    spoilt = lying(tools, tmp_path, "file:(.*T01.WAV)", r"file:\1.short")
    short = tmp_path / "sound" / "T01.WAV.short"
    Wave(ONE_O_CLOCK, 50_000).write(short)
    ran = run(make_picture(make_clip), tmp_path / "sound", tmp_path, spoilt)
    assert ran.result.failure is not None
    assert ran.result.failure.code == "SOURCE_TRUNCATED"
    assert "T01.WAV" in ran.result.failure.sentence
