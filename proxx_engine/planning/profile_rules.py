"""Rules over a ProfileSpec that its types alone cannot tell. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from proxx_engine.errors import Issue
from proxx_engine.planning.frame_rates import rate_problem
from proxx_engine.planning.look_rules import check_look
from proxx_engine.spec.codecs import CONTAINERS, ENCODINGS, Encoding
from proxx_engine.spec.profile import ProfileSpec
from proxx_engine.spec.sound_codecs import SOUND_CODECS


def check_profile(profile: ProfileSpec, *, path: str) -> list[Issue]:
    """Return what is wrong with a profile."""
    at = f"{path}." if path else ""
    return [
        *_check_pair(profile, at),
        *_check_encoder(profile, at),
        *_check_size(profile, at),
        *_check_sound(profile, at),
        *_check_rates(profile, at),
        *check_look(profile, at),
        *_check_conformed(profile, at),
    ]


def _check_pair(profile: ProfileSpec, at: str) -> Iterable[Issue]:
    allowed = CONTAINERS[profile.codec]
    if profile.container not in allowed:
        sentence = f"{profile.codec} goes into {', '.join(allowed)}, found {profile.container}"
        yield Issue("SPEC_BAD_PAIR", f"{at}container", sentence)


def _check_encoder(profile: ProfileSpec, at: str) -> Iterable[Issue]:
    video, encoding = profile.video, ENCODINGS[profile.codec]
    if profile.interlaced == "keep" and encoding.interlaced_flags is None:
        sentence = f"found keep, allowed with {profile.codec}: deinterlace"
        yield Issue("SPEC_UNKNOWN_VALUE", f"{at}interlaced", sentence)
    if video.encoder != encoding.encoder:
        sentence = f"{profile.codec} is made by {encoding.encoder}, found {video.encoder}"
        yield Issue("SPEC_BAD_PAIR", f"{at}video.encoder", sentence)
        return  # the settings are another encoder's
    if video.pixel_format not in encoding.pixel_formats:
        sentence = f"found {video.pixel_format}, allowed: {', '.join(encoding.pixel_formats)}"
        yield Issue("SPEC_UNKNOWN_VALUE", f"{at}video.pixel_format", sentence)
    if video.alpha == "keep" and not encoding.alpha:
        holding = ", ".join(codec for codec, each in ENCODINGS.items() if each.alpha)
        sentence = f"found keep, allowed with {profile.codec}: drop; alpha is kept by {holding}"
        yield Issue("SPEC_UNKNOWN_VALUE", f"{at}video.alpha", sentence)
    yield from _check_settings(profile, encoding, at)
    yield from _check_threads(profile, encoding, at)


def _check_settings(profile: ProfileSpec, encoding: Encoding, at: str) -> Iterable[Issue]:
    video = profile.video
    names = [setting.name for setting in video.settings]
    for twice in sorted({name for name in names if names.count(name) > 1}):
        sentence = f"found {twice!r} twice, allowed once"
        yield Issue("SPEC_DUPLICATE_KEY", f"{at}video.settings", sentence)
    for position, setting in enumerate(video.settings):
        where = f"{at}video.settings[{position}]"
        pattern = encoding.settings.get(setting.name)
        if pattern is None:
            sentence = f"found {setting.name!r}, allowed: {', '.join(encoding.settings)}"
            yield Issue("SPEC_UNKNOWN_VALUE", where, sentence)
        elif not re.fullmatch(pattern, setting.value):
            sentence = (
                f"{setting.name}: found {setting.value!r}, allowed with {profile.codec}: {pattern}"
            )
            yield Issue("SPEC_UNKNOWN_VALUE", where, sentence)
    for missing in [name for name in encoding.settings if name not in names]:
        sentence = f"the setting {missing!r} is missing; every encoder setting is written down"
        yield Issue("SPEC_MISSING_FIELD", f"{at}video.settings", sentence)


def _check_threads(profile: ProfileSpec, encoding: Encoding, at: str) -> Iterable[Issue]:
    video, pin = profile.video, encoding.pin
    if (pin is None) is not (video.threads is None):
        sentence = (
            f"found null, expected a number: threads are pinned for {video.encoder}, so that they "
            "never change bytes"
            if pin
            else f"found {video.threads}, expected null: threads do not change the bytes of "
            f"{video.encoder}, so they are the worker's"
        )
        yield Issue("SPEC_OUT_OF_RANGE", f"{at}video.threads", sentence)
    if pin is None or video.threads is None:
        return
    given = {setting.name: setting.value for setting in video.settings}
    pinned = re.search(pin[1], given.get(pin[0], ""))
    if pinned and pinned.groups() and int(pinned[1]) != video.threads:
        sentence = f"found {video.threads}, {pin[0]} says {pinned[1]}"
        yield Issue("SPEC_OUT_OF_RANGE", f"{at}video.threads", sentence)


def _check_sound(profile: ProfileSpec, at: str) -> Iterable[Issue]:
    audio, codec = profile.audio, SOUND_CODECS[profile.audio.codec]
    if profile.container not in codec.containers:
        sentence = (
            f"{audio.codec} goes into {', '.join(codec.containers)}, found {profile.container}"
        )
        yield Issue("SPEC_BAD_PAIR", f"{at}audio.codec", sentence)
    lossless = codec.bytes_a_sample is not None
    if lossless is not (audio.kilobits_per_channel is None):
        found = audio.kilobits_per_channel or "null"
        expected = "null" if lossless else "a number"
        sentence = f"found {found}, expected {expected} with {audio.codec}"
        yield Issue("SPEC_OUT_OF_RANGE", f"{at}audio.kilobits_per_channel", sentence)
    if lossless and audio.length_tolerance_seconds and profile.container != "mxf":
        sentence = f"found {audio.length_tolerance_seconds}, expected 0/1: PCM keeps every sample"
        yield Issue("SPEC_OUT_OF_RANGE", f"{at}audio.length_tolerance_seconds", sentence)
    if profile.determinism == "any_cpu" and not codec.any_cpu:
        sentence = f"found any_cpu, allowed with {audio.codec}: same_cpu; its bytes differ by CPU"
        yield Issue("SPEC_UNKNOWN_VALUE", f"{at}determinism", sentence)


def _check_rates(profile: ProfileSpec, at: str) -> Iterable[Issue]:
    fixed = ENCODINGS[profile.codec].fixed_rasters
    if profile.variable_frame_rate == "keep" and (fixed or profile.container == "mxf"):
        what = "DNxHD" if fixed else "MXF"
        sentence = f"found keep, allowed with {what}, which has no variable rate: conform, refuse"
        yield Issue("SPEC_BAD_PAIR", f"{at}variable_frame_rate", sentence)


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


def _check_conformed(profile: ProfileSpec, at: str) -> Iterable[Issue]:
    rate = profile.conform_frame_rate
    if rate is not None and profile.variable_frame_rate != "conform":
        sentence = f"found {rate.numerator}/{rate.denominator}, expected null without conform"
        yield Issue("SPEC_OUT_OF_RANGE", f"{at}conform_frame_rate", sentence)
    elif rate is not None and (problem := rate_problem(rate, profile.container)):
        yield Issue("SPEC_BAD_PAIR", f"{at}conform_frame_rate", problem)
