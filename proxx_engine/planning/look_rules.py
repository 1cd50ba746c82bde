"""Rules over the look of a profile, and over what a target says of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from proxx_engine.errors import Issue, ProbeError
from proxx_engine.planning.flips import order_as_flipped
from proxx_engine.planning.levels import level_to_read
from proxx_engine.spec.job_spec import ClipSpec, Target
from proxx_engine.spec.media import VideoStream
from proxx_engine.spec.profile import ProfileSpec

_UNBUILT = ("burn_in", "crop")


def check_look(profile: ProfileSpec, at: str) -> Iterable[Issue]:
    """Yield what is wrong with a profile's look; `at` ends with a point, or is empty."""
    look = profile.look
    if look is None:
        return
    for name in _UNBUILT:
        if getattr(look, name) is not None:
            sentence = f"{name} is part of the contract, but this Proxx does not make it yet"
            yield Issue("SPEC_NOT_SUPPORTED", f"{at}look.{name}", sentence)


def check_look_of_target(
    profile: ProfileSpec, clip: ClipSpec, video: VideoStream, target: Target, at: str
) -> Iterable[Issue]:
    """Yield where a clip's target is not what its profile's look comes to."""
    try:
        level = level_to_read(video, profile.look, clip.resolve)
    except ProbeError as error:
        yield Issue("SPEC_BAD_PAIR", f"{at}.target.data_level", error.detail)
        return
    if target.data_level != level:
        sentence = f"found {target.data_level or 'null'}, the look means {level or 'null'}"
        yield Issue("SPEC_UNKNOWN_VALUE", f"{at}.target.data_level", sentence)
    flipped = order_as_flipped(video.field_order, profile.look)
    if target.field_order not in ("progressive", flipped) and flipped != video.field_order:
        sentence = f"found {target.field_order}, flipped it is {flipped}"
        yield Issue("SPEC_UNKNOWN_VALUE", f"{at}.target.field_order", sentence)
