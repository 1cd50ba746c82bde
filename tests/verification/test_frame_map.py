"""Of a conformed clip, a wrong picture in any frame is found: in the run, and on the disk."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest

from proxx_engine import Tools
from proxx_engine.results.checks import PROVEN
from tests.altered_profiles import conforming, run
from tests.support import MakeClip, Ran

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def uneven(make_clip: MakeClip) -> Path:
    """Two seconds of which some pictures are missing: a phone's, in short."""
    missing = r"select='not(eq(mod(n\,7)\,3))*not(between(n\,30\,44))'"
    return make_clip(
        "uneven.mov",
        *("-f", "lavfi", "-i", "testsrc2=s=320x180:r=50:d=2"),
        *("-f", "lavfi", "-i", "sine=r=48000:d=2", "-vf", missing, "-fps_mode", "passthrough"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-bf", "0"),
        *("-c:a", "pcm_s24le"),
    )


def _stand_in(tools: Tools, folder: Path, *, replaced: dict[str, str], remuxed: str = "") -> Tools:
    """Return tools whose FFmpeg reads other words than were written, or spoils what it made."""
    program = folder / "ffmpeg"
    program.write_text(
        f"#!{sys.executable} -IS\n"
        "import subprocess, sys\n"
        "from pathlib import Path\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        f"real, replaced, remuxed = {str(tools.ffmpeg)!r}, {replaced!r}, {remuxed!r}\n"
        "words = sys.argv[1:]\n"
        "if '-filter_complex' in words:\n"
        "    at = words.index('-filter_complex') + 1\n"
        "    for one, other in replaced.items():\n"
        "        assert one in words[at]\n"
        "        words[at] = words[at].replace(one, other)\n"
        "code = subprocess.run([real, *words]).returncode\n"
        "sinks = [word for word in words if word.startswith('[f=mov')]\n"
        "if code == 0 and sinks and remuxed:\n"
        "    from tests.verification.spoiling import remux\n"
        "    spoil = remux('-bsf:v', remuxed, reel=None)\n"
        "    spoil(real, Path(sinks[0].split('file:', 1)[1].split('|')[0]))\n"
        "sys.exit(code)\n"
    )
    program.chmod(0o755)
    return dataclasses.replace(tools, ffmpeg=program)


def _failing(ran: Ran) -> set[str]:
    report = ran.result.clips[0].verification
    assert report is not None, ran.result.failure
    return {check.name for check in report.checks if check.verdict not in PROVEN}


def _assert_refused(ran: Ran, code: str, failing: str) -> None:
    assert ran.result.failure is not None
    assert (ran.result.failure.code, _failing(ran)) == (code, set(failing.split()))
    assert not ran.proxy.exists()


CONFORMED = "fps=fps=30/1:round=near:eof_action=round"
COUNTS = "frames.muxed frames.played"


@pytest.mark.parametrize(
    ("instead", "code", "failing"),
    [
        pytest.param(
            "fps=fps=30/1:round=up:eof_action=round",
            "VERIFY_FRAMES",
            "frame_map",
            id="rounded up: some are shown a frame late",
        ),
        pytest.param(
            "fps=fps=30/1:round=down:eof_action=round",
            "VERIFY_FRAMES",
            "frame_map",
            id="rounded down: some are shown a frame early",
        ),
        pytest.param(
            f"{CONFORMED},shuffleframes=1|0",
            "VERIFY_FRAMES",
            "frame_map",
            id="two frames swapped",
        ),
        pytest.param(
            f"{CONFORMED},select='not(eq(n,20))',setpts=N",
            "VERIFY_FRAMES",
            f"{COUNTS} frame_map",
            id="a frame too few, the rest moved up",
        ),
        pytest.param(
            f"{CONFORMED},select='not(eq(n,20))'",
            "VERIFY_FRAMES",
            f"{COUNTS} frame_map frame_rate times",
            id="a frame too few, a hole in its place",
        ),
        pytest.param(
            f"{CONFORMED},tpad=stop=1:stop_mode=clone",
            "VERIFY_FRAMES",
            f"{COUNTS} frame_map",
            id="a frame too many at the end",
        ),
        pytest.param(
            f"{CONFORMED},loop=loop=1:size=1:start=20,setpts=N",
            "VERIFY_FRAMES",
            f"{COUNTS} frame_map",
            id="a frame too many in the middle",
        ),
        pytest.param(
            f"fps=fps=60/1,{CONFORMED}",
            "VERIFY_FRAMES",
            "frame_map",
            id="rounded twice",
        ),
        pytest.param(
            "fps=fps=15/1,fps=fps=30/1",
            "VERIFY_FRAMES",
            "frame_map",
            id="half the rate, each frame twice",
        ),
        pytest.param(
            f"{CONFORMED},setpts=PTS+3",
            "VERIFY_TIMES",
            "start audio.0.start",
            id="every picture three frames late",
        ),
    ],
)
def test_a_run_that_shows_other_pictures_is_found(
    instead: str, code: str, failing: str, uneven: Path, tools: Tools, tmp_path: Path
) -> None:
    stand_in = _stand_in(tools, tmp_path, replaced={CONFORMED: instead})
    _assert_refused(run(uneven, tmp_path, stand_in, conforming("30")), code, failing)


@pytest.mark.parametrize(
    ("filters", "code", "failing"),
    [
        pytest.param(
            r"noise=drop=eq(n\,59)", "VERIFY_FRAMES", f"{COUNTS} packets", id="the last one missing"
        ),
        pytest.param(
            r"noise=drop=eq(n\,20)",
            "VERIFY_FRAMES",
            f"{COUNTS} frame_rate times packets",
            id="one missing, a hole in its place",
        ),
        pytest.param(r"setts=ts=TS+if(eq(N\,20)\,200\,0)", "VERIFY_TIMES", "times", id="one late"),
        pytest.param("setts=ts=TS+150", "VERIFY_TIMES", "start", id="all a third of a frame late"),
        pytest.param("setts=ts=TS+5*512", "VERIFY_TIMES", "start audio.0.start", id="all late"),
    ],
)
def test_a_file_that_is_not_what_was_encoded_is_found(
    filters: str, code: str, failing: str, uneven: Path, tools: Tools, tmp_path: Path
) -> None:
    stand_in = _stand_in(tools, tmp_path, replaced={}, remuxed=filters)
    ran = run(uneven, tmp_path, stand_in, conforming("30"))
    _assert_refused(ran, code, failing)


@pytest.mark.parametrize(
    ("rate", "replaced"),
    [
        pytest.param(
            "30",
            {"[every]": "[all]", "[chosen];": "[chosen];[all]select=gt(n\\,0)[every];"},
            id="the first picture past the witness",
        ),
        pytest.param(
            "24",
            {"]split": "]select=lt(t\\,1.97),split"},
            id="the last lost, which no frame would have shown",
        ),
    ],
)
def test_a_witness_that_saw_fewer_pictures_than_were_decoded_proves_nothing(
    rate: str, replaced: dict[str, str], uneven: Path, tools: Tools, tmp_path: Path
) -> None:
    stand_in = _stand_in(tools, tmp_path, replaced=replaced)
    ran = run(uneven, tmp_path, stand_in, conforming(rate))
    assert ran.result.failure is not None
    assert ran.result.failure.code == "VERIFY_FRAMES"
    assert "frame_map" in _failing(ran)


def test_the_right_run_proves_itself_by_the_same_checks(
    uneven: Path, tools: Tools, tmp_path: Path
) -> None:
    ran = run(uneven, tmp_path, _stand_in(tools, tmp_path, replaced={}), conforming("30"))
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert ran.check("frame_map") == "planned"
