"""Each fact of a proxy that Resolve rendered is looked at: any one that is wrong has its check."""

from __future__ import annotations

import copy
from array import array
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import Tools, execution_adapter
from proxx_engine._engines.contract import ProxyWitness
from proxx_engine.planning.rendering import Rendering
from proxx_engine.system import clock
from proxx_engine.verification.rendered import verify_rendered
from tests.engines.resolve.stage import Stage
from tests.fakes.resolve import Footage, make_resolve


@dataclass
class Seen:
    """What there is to compare of one proxy."""

    wanted: Rendering
    proxy: ProxyWitness
    facts: dict[str, Any]
    size: int

    def failing(self) -> set[str]:
        report = verify_rendered(self.wanted, self.proxy, self.facts, size_bytes=self.size)
        good = ("equal", "planned")
        return {check.name for check in report.checks if check.verdict not in good}

    @property
    def picture(self) -> dict[str, Any]:
        return next(one for one in self.facts["streams"] if one["type"] == "video")

    @property
    def sound(self) -> dict[str, Any]:
        return next(one for one in self.facts["streams"] if one["type"] == "audio")


@pytest.fixture(scope="module")
def rendered(tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What was seen of a proxy as it must be."""
    seen: list[Seen] = []

    def look(wanted: Rendering, proxy: ProxyWitness, facts: Any, *, size_bytes: int) -> Any:
        seen.append(Seen(wanted, proxy, facts, size_bytes))
        return verify_rendered(wanted, proxy, facts, size_bytes=size_bytes)

    fake = make_resolve(footage=Footage(), seconds_per_job=20.0)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clock, "wait_seconds", fake.advance)
        patched.setattr(clock, "monotonic_seconds", fake.clock.now)
        patched.setattr(execution_adapter, "verify_rendered", look)
        folder: Path = tmp_path_factory.mktemp("rendered")
        assert Stage(fake, folder, tools).run().status == "COMPLETED"
    return seen[0]


def picture(**facts: Any) -> Callable[[Seen], None]:
    return lambda seen: seen.picture.update(facts)


def sound(**facts: Any) -> Callable[[Seen], None]:
    return lambda seen: seen.sound.update(facts)


def shown(**facts: Any) -> Callable[[Seen], None]:
    return lambda seen: seen.facts["first_picture"].update(facts)


def proxy(**parts: Any) -> Callable[[Seen], None]:
    def change(seen: Seen) -> None:
        seen.proxy = replace(seen.proxy, **parts)

    return change


def frames(count: int) -> Callable[[Seen], None]:
    return lambda seen: proxy(video=replace(seen.proxy.video, frames=count))(seen)


def times(change: Callable[[array[int]], list[int]]) -> Callable[[Seen], None]:
    def apply(seen: Seen) -> None:
        packets = seen.proxy.packets
        proxy(packets=replace(packets, times=array("q", change(packets.times))))(seen)

    return apply


def sound_lasts(more: int) -> Callable[[Seen], None]:
    def apply(seen: Seen) -> None:
        (heard,) = seen.proxy.audio
        proxy(audio=(replace(heard, samples=heard.samples + more),))(seen)

    return apply


def size(value: int) -> Callable[[Seen], None]:
    return lambda seen: setattr(seen, "size", value)


def without_sound(seen: Seen) -> None:
    seen.facts["streams"].remove(seen.sound)
    proxy(audio=(), audio_hashes=())(seen)


def second_picture(seen: Seen) -> None:
    seen.facts["streams"].append(copy.deepcopy(seen.picture))


def another_timecode(seen: Seen) -> None:
    for metadata in (seen.facts["metadata"], *(one["metadata"] for one in seen.facts["streams"])):
        for key in [key for key in metadata if key.casefold() == "timecode"]:
            metadata[key] = "10:00:00:01"


def another_brand(seen: Seen) -> None:
    seen.facts["metadata"]["major_brand"] = "isom"


@pytest.mark.parametrize(
    ("change", "check"),
    [
        pytest.param(size(0), "file", id="empty"),
        pytest.param(proxy(exit_code=1), "plays", id="broken"),
        pytest.param(proxy(messages=("a slice is broken",)), "plays", id="an error"),
        pytest.param(another_brand, "container", id="another container"),
        pytest.param(picture(codec="mjpeg"), "codec", id="another codec"),
        pytest.param(picture(profile="LT"), "codec_profile", id="another profile"),
        pytest.param(picture(pixel_format="yuv444p10le"), "pixel_format", id="another sampling"),
        pytest.param(second_picture, "streams", id="a second picture"),
        pytest.param(times(lambda all_of: [*all_of][:-1]), "frames.muxed", id="a packet less"),
        pytest.param(frames(23), "frames.played", id="a picture less plays"),
        pytest.param(picture(average_rate="25/1"), "frame_rate", id="another rate"),
        pytest.param(
            times(lambda all_of: [*all_of[:-1], all_of[-1] + all_of[1]]), "times", id="uneven"
        ),
        pytest.param(
            times(lambda all_of: [one + 2 * all_of[1] for one in all_of]), "start", id="late"
        ),
        pytest.param(another_timecode, "timecode", id="another timecode"),
        pytest.param(sound(channels=1), "audio.channels", id="a channel less"),
        pytest.param(sound(codec="aac"), "audio.0.codec", id="another codec of sound"),
        pytest.param(sound(sample_rate=44_100), "audio.0.sample_rate", id="another sample rate"),
        pytest.param(sound_lasts(-2100), "audio.0.length", id="short sound"),
        pytest.param(sound_lasts(2100), "audio.0.length", id="long sound"),
        pytest.param(picture(height=362), "raster", id="another raster"),
        pytest.param(picture(sample_aspect_ratio="4/3"), "pixel_aspect_ratio", id="stretched"),
        pytest.param(shown(rotation=90), "rotation", id="turned"),
        pytest.param(shown(interlaced=True), "field_order", id="woven"),
    ],
)
def test_one_fact_that_is_wrong(rendered: Seen, change: Callable[[Seen], None], check: str) -> None:
    seen = copy.deepcopy(rendered)
    assert seen.failing() == set()
    change(seen)
    assert check in seen.failing()


def test_a_clip_with_sound_whose_proxy_has_none(rendered: Seen) -> None:
    seen = copy.deepcopy(rendered)
    without_sound(seen)
    assert {"streams", "audio.channels"} <= seen.failing()


def test_a_proxy_without_one_picture_has_no_times(rendered: Seen) -> None:
    seen = copy.deepcopy(rendered)
    times(lambda _all_of: [])(seen)
    assert {"times", "frames.muxed"} <= seen.failing()


def test_a_picture_more_or_less_of_sound_is_none(rendered: Seen) -> None:
    """Resolve cuts sound at whole pictures."""
    a_picture = int(Fraction(48_000, 24))
    for more in (-a_picture, a_picture):
        seen = copy.deepcopy(rendered)
        sound_lasts(more)(seen)
        assert seen.failing() == set()
