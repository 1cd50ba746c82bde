"""Rules over a ProfileSpec that its types alone cannot tell. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from proxx_engine.errors import Issue
from proxx_engine.spec.codecs import AUDIO_CODECS, CONTAINERS, ENCODERS, PRORES_PROFILES
from proxx_engine.spec.profile import ProfileSpec


def check_profile(profile: ProfileSpec, *, path: str) -> list[Issue]:
    """Return what is wrong with a profile."""
    at = f"{path}." if path else ""
    issues = [
        *_check_pair(profile, at),
        *_check_encoder(profile, at),
        *_check_size(profile, at),
        *_check_unbuilt(profile, at),
    ]
    containers = AUDIO_CODECS[profile.audio.codec]
    if profile.container not in containers:
        sentence = (
            f"{profile.audio.codec} goes into {', '.join(containers)}, found {profile.container}"
        )
        issues.append(Issue("SPEC_BAD_PAIR", f"{at}audio.codec", sentence))
    return issues


def _check_pair(profile: ProfileSpec, at: str) -> Iterable[Issue]:
    allowed = CONTAINERS[profile.codec]
    if profile.container not in allowed:
        sentence = f"{profile.codec} goes into {', '.join(allowed)}, found {profile.container}"
        yield Issue("SPEC_BAD_PAIR", f"{at}container", sentence)


def _check_encoder(profile: ProfileSpec, at: str) -> Iterable[Issue]:
    video = profile.video
    encoder = ENCODERS[video.encoder]
    if profile.codec not in encoder.codecs:
        sentence = f"{video.encoder} makes {', '.join(encoder.codecs)}, found {profile.codec}"
        yield Issue("SPEC_BAD_PAIR", f"{at}video.encoder", sentence)
    if video.pixel_format not in encoder.pixel_formats:
        sentence = f"found {video.pixel_format}, allowed: {', '.join(encoder.pixel_formats)}"
        yield Issue("SPEC_UNKNOWN_VALUE", f"{at}video.pixel_format", sentence)
    given = {setting.name: setting.value for setting in video.settings}
    if len(given) != len(video.settings):
        names = [setting.name for setting in video.settings]
        twice = next(name for name in names if names.count(name) > 1)
        sentence = f"found {twice!r} twice, allowed once"
        yield Issue("SPEC_DUPLICATE_KEY", f"{at}video.settings", sentence)
    for position, setting in enumerate(video.settings):
        where = f"{at}video.settings[{position}]"
        pattern = encoder.settings.get(setting.name)
        if pattern is None:
            sentence = f"found {setting.name!r}, allowed: {', '.join(encoder.settings)}"
            yield Issue("SPEC_UNKNOWN_VALUE", where, sentence)
        elif not re.fullmatch(pattern, setting.value):
            sentence = f"found {setting.value!r}, allowed: {pattern}"
            yield Issue("SPEC_UNKNOWN_VALUE", where, sentence)
    for missing in [name for name in encoder.settings if name not in given]:
        sentence = f"the setting {missing!r} is missing; every encoder setting is written down"
        yield Issue("SPEC_MISSING_FIELD", f"{at}video.settings", sentence)
    wanted = PRORES_PROFILES.get(profile.codec)
    if wanted is not None and given.get("profile") not in (None, wanted):
        sentence = f"{profile.codec} needs the profile {wanted}, found {given['profile']}"
        yield Issue("SPEC_BAD_PAIR", f"{at}video.settings", sentence)
    if encoder.threads_change_bytes is (video.threads is None):
        sentence = (
            f"found null, expected a number: threads change the bytes of {video.encoder}"
            if encoder.threads_change_bytes
            else f"found {video.threads}, expected null: threads do not change the bytes of "
            f"{video.encoder}, so they are the worker's"
        )
        yield Issue("SPEC_OUT_OF_RANGE", f"{at}video.threads", sentence)
    pinned = re.match(r"threads=(\d+)", given.get("x264-params", ""))
    if pinned and video.threads is not None and int(pinned[1]) != video.threads:
        sentence = f"found {video.threads}, x264-params says {pinned[1]}"
        yield Issue("SPEC_OUT_OF_RANGE", f"{at}video.threads", sentence)
    if profile.interlaced == "keep" and encoder.interlaced_flags is None:
        sentence = f"found keep, allowed with {video.encoder}: deinterlace"
        yield Issue("SPEC_UNKNOWN_VALUE", f"{at}interlaced", sentence)


def _check_size(profile: ProfileSpec, at: str) -> Iterable[Issue]:
    size = profile.size
    wanted = {"height": (False, True), "box": (True, True)}.get(size.mode, (False, False))
    for name, value, needed in (
        ("width", size.width, wanted[0]),
        ("height", size.height, wanted[1]),
    ):
        if needed is (value is None):
            expected = "a number" if needed else "null"
            sentence = f"found {value or 'null'}, expected {expected} with the mode {size.mode!r}"
            yield Issue("SPEC_OUT_OF_RANGE", f"{at}size.{name}", sentence)
        if value is not None and value % 2:
            sentence = f"found {value}, expected an even number"
            yield Issue("SPEC_OUT_OF_RANGE", f"{at}size.{name}", sentence)


def _check_unbuilt(profile: ProfileSpec, at: str) -> Iterable[Issue]:
    if profile.look is not None:
        for name in type(profile.look).model_fields:
            if getattr(profile.look, name) is not None:
                sentence = f"{name} is part of the contract, but this Proxx does not make it yet"
                yield Issue("SPEC_NOT_SUPPORTED", f"{at}look.{name}", sentence)
    if profile.variable_frame_rate == "conform":
        sentence = "conform is part of the contract, but this Proxx does not make it yet; use keep"
        yield Issue("SPEC_NOT_SUPPORTED", f"{at}variable_frame_rate", sentence)
    elif profile.conform_frame_rate is not None:
        rate = profile.conform_frame_rate
        sentence = f"found {rate.numerator}/{rate.denominator}, expected null without conform"
        yield Issue("SPEC_OUT_OF_RANGE", f"{at}conform_frame_rate", sentence)
