"""The settings of a project and a timeline: texts, but for the frame rate, read as a number."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .profile import Profile
from .timecode import RATES, rate_number, rate_text

DEFAULTS: dict[str, str] = {
    "timelineFrameRate": "24",
    "timelinePlaybackFrameRate": "24",
    "timelineResolutionWidth": "1920",
    "timelineResolutionHeight": "1080",
    "timelineDropFrameTimecode": "0",
    "timelineSampleRate": "48000",
    "timelineInputResMismatchBehavior": "scaleToFit",
    "colorScienceMode": "davinciYRGB",
    "separateColorSpaceAndGamma": "0",
    "colorSpaceInput": "Rec.709 (Scene)",
    "colorSpaceTimeline": "Rec.709 (Scene)",
    "colorSpaceOutput": "Rec.709 (Scene)",
    "colorSpaceInputGamma": "Gamma 2.4",
    "colorSpaceTimelineGamma": "Gamma 2.4",
    "colorSpaceOutputGamma": "Gamma 2.4",
    "perfProxyMediaMode": "1",
    "perfProxyResolutionRatio": "original",
    "perfCacheClipsLocation": "",
    "superScale": "0",
}
_CHOICES = {
    "timelineInputResMismatchBehavior": ("centerCrop", "scaleToFit", "scaleToCrop", "stretch"),
    "perfProxyMediaMode": ("0", "1", "2"),
    "perfProxyResolutionRatio": ("original", "half", "quarter"),
    "timelineDropFrameTimecode": ("0", "1"),
}
_READ_ONLY = ("timelinePlaybackFrameRate",)
_SIZES = {"timelineResolutionWidth": 3840, "timelineResolutionHeight": 2160}
"""The keys of the picture's size, and what the free edition allows."""


def shown(values: dict[str, str], name: object) -> Any:
    """A setting as a script reads it; all of them for the empty name; '' for an unknown one."""
    if name in ("", None):
        return {key: _shown(key, value) for key, value in values.items()}
    return _shown(str(name), values[str(name)]) if name in values else ""


def rate_in(values: dict[str, str]) -> Fraction:
    """The frame rate among some settings."""
    return RATES[values["timelineFrameRate"]]


def write(
    values: dict[str, str], name: object, value: object, *, profile: Profile, rate_is_locked: bool
) -> bool:
    """Change one setting; anything but a text that the key allows changes nothing."""
    if name not in values or name in _READ_ONLY or not isinstance(value, str):
        return False
    if name == "timelineFrameRate":
        return not rate_is_locked and _write_rate(values, value, profile)
    if value not in _CHOICES.get(str(name), (value,)):
        return False
    if name in _SIZES:
        too_large = profile.edition == "free" and value.isdigit() and int(value) > _SIZES[str(name)]
        if not value.isdigit() or int(value) < 16 or too_large:
            return False
    values[str(name)] = value
    return True


def _write_rate(values: dict[str, str], value: str, profile: Profile) -> bool:
    text = value.removesuffix(" DF")
    drops = text != value
    if text not in RATES or (drops and round(RATES[text]) % 30):
        return False
    if profile.edition == "free" and RATES[text] > 60:
        return False
    values["timelineFrameRate"] = rate_text(RATES[text])
    values["timelinePlaybackFrameRate"] = rate_text(RATES[text])
    values["timelineDropFrameTimecode"] = "1" if drops else "0"
    return True


def _shown(name: str, value: str) -> str | float:
    return rate_number(RATES[value]) if name == "timelineFrameRate" else value
