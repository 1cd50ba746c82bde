"""What Resolve is told: the profile's format, codec and sound, and every setting of the render.

Pure. Formats and codecs go by their ids, which no version and no language changes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from proxx_engine.planning.raw_looks import AS_A_WHOLE
from proxx_engine.planning.rendering import Rendering
from proxx_engine.spec.profile import Flips, ProfileSpec

Version = tuple[int, int, int]

OLDEST: Version = (19, 1, 0)
"""From here on marks can be put back and render presets deleted."""

FORMATS: Mapping[str, str] = MappingProxyType({"mov": "mov", "mxf": "mxf_op1a"})
"""Container → Resolve's id of it."""

_CODECS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "prores_proxy": ("ProRes422P", "ProRes422Proxy"),
        "prores_lt": ("ProRes422LT",),
        "prores_standard": ("ProRes422",),
        "prores_hq": ("ProRes422HQ",),
        "prores_4444": ("ProRes4444",),
        "dnxhr_lb": ("DNxHRLB",),
        "dnxhr_sq": ("DNxHRSQ",),
        "dnxhr_hq": ("DNxHRHQ",),
    }
)
"""The one codec that a profile names → the ids it has had."""

_BITS: Mapping[str, int] = MappingProxyType({"pcm_s16le": 16, "pcm_s24le": 24})

_SINCE: Mapping[str, Version] = MappingProxyType(
    {
        "ExportSubtitle": (20, 1, 0),
        "UseFullExtents": (21, 0, 4),
        "AddFrameHandles": (21, 0, 4),
        "DataBurnIn": (21, 0, 4),
        "UseUniqueFilenames": (21, 1, 0),
    }
)

_PRESET: Mapping[str, str] = MappingProxyType(
    {
        "UsePrefixAndSuffixFromSrc": "0",
        "RecordClipUniqueName": "0",
        "SrcDirPreserveLevel": "0",
        "ReelInFolder": "0",
        "ClipInFolder": "0",
        # A file for each version of a grade.
        "UseCommercialWorkflow": "0",
        "RenderAtSourceResolution": "false",
        "NumFramesOfHandles": "0",
        # Every channel of the clip, however many.
        "RecordAudioNumChannels": "-1",
        "RecordDataLevel": "DATA_LEVEL_AUTO",
        # A proxy of a proxy, or a graded one, would be none of the source.
        "UseProxyForRender": "0",
        "DisableCcDuringRecording": "1",
        "RecordSlatePreset": "None",
    }
)
"""What no key of SetRenderSettings sets: it goes in by a preset."""

_FIT = "timelineInputResMismatchBehavior"

_FLIPS: Mapping[Flips, tuple[str, ...]] = MappingProxyType(
    {"horizontal": ("FlipX",), "vertical": ("FlipY",), "both": ("FlipX", "FlipY")}
)

_UNSEEN = (
    *("RecordSlatePreset", "UseProxyForRender", "RecordDataLevel"),
    "DisableCcDuringRecording",
)
"""No rendered file tells of these: a text burnt in, a proxy of a proxy, levels, a grade."""


def codec_ids(profile: ProfileSpec) -> tuple[str, ...]:
    """Return the ids of the profile's codec; empty where Resolve has no such codec."""
    if profile.codec != "dnxhr":
        return _CODECS.get(profile.codec, ())
    kinds = [each.value for each in profile.video.settings if each.name == "profile"]
    return _CODECS.get(kinds[0], ()) if kinds else ()


def unrenderable(profile: ProfileSpec) -> str | None:
    """Return what of a profile no Resolve renders, None when there is nothing."""
    if profile.container not in FORMATS or not codec_ids(profile):
        named = f"{profile.codec} in {profile.container.upper()}"
        return f"{named}; of camera raw Resolve makes ProRes in MOV and DNxHR in MOV or MXF"
    if profile.audio.codec not in _BITS:
        return f"sound as {profile.audio.codec}; of camera raw Resolve makes PCM of 16 or 24 bit"
    return None


def render_settings(
    wanted: Rendering, profile: ProfileSpec, *, folder: str, version: Version
) -> dict[str, Any]:
    """Return every setting of one render, by the keys of SetRenderSettings."""
    sound: dict[str, Any] = {"ExportAudio": wanted.channels > 0}
    if wanted.channels:
        sound |= {
            "AudioCodec": "lpcm",
            "AudioBitDepth": _BITS[profile.audio.codec],
            "AudioSampleRate": wanted.sample_rate,
        }
    settings: dict[str, Any] = {
        "SelectAllFrames": True,
        "TargetDir": folder,
        "CustomName": wanted.name,
        "ExportVideo": True,
        **sound,
        "FormatWidth": wanted.width,
        "FormatHeight": wanted.height,
        "FrameRate": float(rate_text(wanted)),
        "ExportAlpha": False,
        "TimelineStartTimecode": wanted.timecode,
        "ReplaceExistingFilesInPlace": False,
        "ExportSubtitle": False,
        "UseFullExtents": False,
        "AddFrameHandles": 0,
        "DataBurnIn": "None",
        "UseUniqueFilenames": False,
    }
    return {key: value for key, value in settings.items() if version >= _SINCE.get(key, version)}


def rate_text(wanted: Rendering) -> str:
    """Return the frame rate as Resolve writes it: 23.976, 25."""
    return f"{float(wanted.frame_rate):.3f}".rstrip("0").rstrip(".")


def timeline_settings(wanted: Rendering) -> tuple[tuple[str, str], ...]:
    """Return the settings of a clip's own timeline, in the order in which they are made."""
    drops = " DF" if ";" in wanted.timecode else ""
    return (
        ("useCustomSettings", "1"),
        ("timelineFrameRate", rate_text(wanted) + drops),
        ("timelineResolutionWidth", str(wanted.width)),
        ("timelineResolutionHeight", str(wanted.height)),
        # Of a raster that is not quite the clip's shape nothing may be cut off, unless asked for.
        (_FIT, wanted.fit),
    )


def item_properties(wanted: Rendering) -> tuple[tuple[str, bool], ...]:
    """Return the properties of the clip on its timeline that a look changes."""
    if wanted.flips is None:
        return ()
    return tuple((key, True) for key in _FLIPS[wanted.flips])


def look_settings(wanted: Rendering) -> dict[str, Any]:
    """Return what a look changes on the clip's own timeline, by Resolve's keys."""
    scaled = {} if wanted.fit == AS_A_WHOLE else {_FIT: wanted.fit}
    return scaled | dict(item_properties(wanted))


def preset_text(exported: str) -> str:
    """Return a render preset that Resolve exported, with what no key sets set in it."""
    text = exported
    for name, value in _PRESET.items():
        element = f"<{name}>{value}</{name}>"
        found = rf"<{name}>[^<]*</{name}>|<{name}\s*/>"
        text, count = re.subn(found, element, text)
        if not count:
            text = text.replace("</SyRecordInfo>", f"  {element}\n</SyRecordInfo>")
    return text


def preset_not_taken(theirs: str, found: str) -> str | None:
    """Return what no file would show and stands in a preset as its user had it; None: nothing.

    `theirs` and `found`: the presets that were exported before our settings were made and after.
    How a version writes a value is not known for all: another one than the user's was taken.
    """
    for name in _UNSEEN:
        before, now, ours = _field(theirs, name), _field(found, name), _PRESET[name]
        if now and now == before and now != ours:
            return f"{name} is still {now!r}, not {ours!r}"
    return None


def _field(preset: str, name: str) -> str:
    """Return what a field of a preset holds, '' where there is none."""
    found = re.search(rf"<{name}>([^<]*)</{name}>", preset)
    return found[1].strip() if found else ""
