"""What the numbers say: equal pictures are equal, and a fault is told at its picture's number."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import av
import pytest

from proxx_engine import Tools
from tests.altered_profiles import run
from tests.end_to_end.look_pictures import looking
from tests.qc.measured import Qc, forge
from tests.support import MakeClip, Ran

LOSSLESS = ("-c:v", "ffv1", "-pix_fmt", "yuv422p10le")


def test_a_good_proxy_is_near_its_source_in_every_picture(qc: Qc, ran: Ran, tmp_path: Path) -> None:
    said = qc(tmp_path / "out")
    assert said.code == 0, said.err
    assert said.clip["status"] == "measured"
    assert said.clip["pictures"] == list(range(25))
    assert min(said.values("psnr_y")) > 40
    assert min(said.values("ssim")) > 0.98
    assert min(said.values("vmaf")) > 90
    assert said.clip["remarks"] == []


def test_pictures_that_are_equal_are_told_as_equal(
    qc: Qc, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    # Flat grey is what a codec gives back to the last bit.
    grey = ("-f", "lavfi", "-i", "color=0x808080:s=320x192:r=25:d=0.4", *LOSSLESS)
    ran = run(make_clip("grey.mkv", *grey), tmp_path, tools, looking("prores_hq"))
    said = qc(tmp_path / "out")
    assert ran.result.status == "COMPLETED"
    assert said.clip["equal"] == 10
    assert said.values("psnr_y") == [100.0] * 10
    assert said.values("ssim") == [1.0] * 10
    [psnr] = [each for each in said.clip["measures"] if each["name"] == "psnr_y"]
    assert (psnr["lowest"], psnr["lowest_at"], psnr["mean"]) == (100.0, 0, 100.0)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(r"gblur=sigma=4:enable='eq(n\,7)'", id="blurred"),
        pytest.param(r"drawbox=w=60:h=60:t=fill:color=gray:enable='eq(n\,7)'", id="damaged"),
        pytest.param(r"hue=s=0:enable='eq(n\,7)'", id="without colour"),
    ],
)
def test_one_bad_picture_is_told_by_its_number(
    fault: str, qc: Qc, ran: Ran, tools: Tools, tmp_path: Path
) -> None:
    forge(ran, tools, fault)
    said = qc(tmp_path / "out")
    ssim = said.values("ssim")
    [told] = [each for each in said.clip["measures"] if each["name"] == "ssim"]
    assert told["lowest_at"] == 7
    assert ssim[7] < min(ssim[:7] + ssim[8:]) - 0.01


def test_a_proxy_whose_pictures_are_one_off_is_found_out(
    qc: Qc, ran: Ran, tools: Tools, tmp_path: Path
) -> None:
    good = qc(tmp_path / "out").values("psnr_y")
    forge(ran, tools, "tpad=start=1:start_mode=clone,trim=end_frame=25")
    late = qc(tmp_path / "out", "--replace").values("psnr_y")
    assert late[0] > 50
    assert max(late[1:]) < 40 < min(good)


def test_a_proxy_that_has_fewer_pictures_is_told_and_not_measured(
    qc: Qc, ran: Ran, tools: Tools, tmp_path: Path
) -> None:
    forge(ran, tools, "trim=end_frame=20")
    said = qc(tmp_path / "out")
    assert said.code == 1
    assert said.clip["code"] == "QC_COUNT"
    assert "20 were compared, 25 expected" in said.clip["sentence"]
    assert said.clip["measures"] == []


def test_what_is_compared_is_every_nth_picture_and_at_most_so_many(
    qc: Qc, ran: Ran, tmp_path: Path
) -> None:
    whole = qc(tmp_path / "out")
    some = qc(tmp_path / "out", "--frame-stride", 4, "--max-frames", 5, "--replace", every=False)
    assert some.clip["pictures"] == [0, 4, 8, 12, 16]
    for name in ("psnr_y", "ssim", "vmaf"):
        every = whole.values(name)
        assert some.values(name) == [every[number] for number in some.clip["pictures"]]
    usual = qc(tmp_path / "out", "--replace", every=False)
    assert usual.clip["pictures"] == [0, 24]


def test_the_filmstrip_shows_the_same_picture_of_both(qc: Qc, ran: Ran, tmp_path: Path) -> None:
    strip = qc(tmp_path / "out").clip["filmstrip"]
    assert [pair["number"] for pair in strip] == [0, 5, 10, 14, 19, 24]
    shown = []
    for pair in strip:
        source, proxy = (_grey(pair[side]) for side in ("source", "proxy"))
        assert len(source) == len(proxy) == 320 * 180
        shown.append(source)
        assert _apart(source, proxy) < 3
    assert all(_apart(shown[0], other) > 5 for other in shown[1:])


def _grey(jpeg: str) -> bytes:
    data = base64.b64decode(jpeg)
    assert len(data) < 40_000
    with av.open(io.BytesIO(data), format="mjpeg") as file:
        picture = next(file.decode(video=0))
        return bytes(picture.reformat(format="gray").planes[0])[: picture.width * picture.height]


def _apart(one: bytes, other: bytes) -> float:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)


def test_equal_pictures_have_the_highest_value_of_each_measure(
    qc: Qc, ran: Ran, tools: Tools, make_clip: MakeClip, tmp_path: Path
) -> None:
    # What a proxy itself decodes to, kept without loss, is a source that it equals.
    again = tmp_path / "again"
    again.mkdir()
    source = ran.proxy.rename(again / "source.mov")
    other = run(source, again, tools, looking("prores_hq"))
    forge(other, tools, "null", *LOSSLESS, source=source)
    said = qc(again / "out")
    assert said.clip["equal"] == 25
    assert said.values("psnr_y") == [100.0] * 25
    assert said.values("ssim") == [1.0] * 25
    assert all(97.4 < value < 97.5 for value in said.values("vmaf"))
