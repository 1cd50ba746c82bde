"""The Deliver page's settings of one project: one set, which the user and every script share, and
which nothing reads back.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from .profile import Profile, table

HIDDEN = {
    "UsePrefixAndSuffixFromSrc": "0",
    "RecordDigit": "8",
    "RecordClipUniqueName": "0",
    "SrcDirPreserveLevel": "0",
    "ReelInFolder": "0",
    "ClipInFolder": "0",
    "UseCommercialWorkflow": "0",
    "RenderAtSourceResolution": "false",
    "NumFramesOfHandles": "0",
    "RecordUseTgtTimeCode": "1",
    "RecordAudioNumChannels": "2",
    "RecordDataLevel": "DATA_LEVEL_AUTO",
    "ForceHighestQualityDebayerRes": "0",
    "ForceHighestQualitySizing": "0",
    "DisablePtzDuringRecording": "0",
    "DisableCcDuringRecording": "0",
    "UseProxyForRender": "0",
    "RecordSlatePreset": "Same as project",
}
"""What only a preset's file can set, and how it is at first."""

_PLACE = ("TargetDir", "CustomName")
_UHD = (3840, 2160)
_SMALLEST = {"DNxH": (256, 120)}


@dataclass(frozen=True, slots=True)
class RenderPreset:
    """A whole set of Deliver settings under a name."""

    format_id: str
    codec_id: str
    mode: int
    settings: dict[str, Any] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)

    @property
    def handles(self) -> int:
        """So many frames more at either end: by the key, where it was set, else by the preset."""
        return int(self.settings.get("AddFrameHandles", self.hidden.get("NumFramesOfHandles", 0)))

    @property
    def burn_in(self) -> str:
        """The text that is burnt into the picture: by the key, else by the preset."""
        return str(self.settings.get("DataBurnIn", self.hidden.get("RecordSlatePreset", "None")))


@dataclass(slots=True)
class Deliver:
    """The settings as they are; 0 is individual clips, 1 is single clip."""

    profile: Profile
    format_id: str = "mov"
    codec_id: str = "DNxHRHQ"
    mode: int = 1
    settings: dict[str, Any] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=lambda: dict(HIDDEN))
    preset_name: str = "Custom"
    was_open: bool = False

    def merge(self, given: object) -> bool:
        """Lay settings over what is there; one bad value, and nothing is laid at all."""
        if not isinstance(given, dict):
            return False
        known = table("render_settings")
        mine = {
            key: value
            for key, value in given.items()
            if key in known and self.profile.has(known[key].get("since", "0"))
        }
        if not all(self._takes(key, value, known[key], mine) for key, value in mine.items()):
            return False
        self.settings.update(copy.deepcopy(mine))
        self.preset_name = "Custom"
        return True

    def choose(self, format_id: object, codec_id: object) -> bool:
        """Take a format and a codec by their ids; a name as people see it is refused."""
        if not isinstance(format_id, str) or codec_id not in self._listed(format_id):
            return False
        self.format_id, self.codec_id = format_id, str(codec_id)
        self.preset_name = "Custom"
        return True

    def preset(self) -> RenderPreset:
        """The settings as a preset."""
        kept = copy.deepcopy(self.settings)
        return RenderPreset(self.format_id, self.codec_id, self.mode, kept, dict(self.hidden))

    def load(self, name: str, preset: RenderPreset, *, place_too: bool | str) -> None:
        """Take a preset's settings in the place of all that is there; `place_too`: what of it."""
        held = _PLACE if place_too is True else (place_too,)
        kept = {key: self.settings.get(key) for key in _PLACE if key not in held}
        self.settings = copy.deepcopy(preset.settings) | kept
        self.settings = {key: value for key, value in self.settings.items() if value is not None}
        self.format_id, self.codec_id = preset.format_id, preset.codec_id
        self.mode, self.hidden = preset.mode, HIDDEN | preset.hidden
        self.preset_name = name

    def _listed(self, format_id: str) -> set[str]:
        return set(self.profile.codecs(format_id).values())

    def _takes(self, key: str, value: Any, rule: dict[str, Any], given: dict[str, Any]) -> bool:
        kind = type(value).__name__
        types = [*rule["types"], *(["int"] if "float" in rule["types"] else [])]
        if kind not in types:
            return False
        if kind == "str" and value not in rule.get("words", [value]):
            return False
        if kind in ("int", "float") and (value < 0 or value not in rule.get("numbers", [value])):
            return False
        # H264_NVIDIA takes what H264 takes.
        family = self.codec_id.partition("_")[0]
        if family not in rule.get("codecs", [family]):
            return False
        if self.format_id not in rule.get("formats", [self.format_id]):
            return False
        if key == "AlphaMode":
            return bool((self.settings | given).get("ExportAlpha"))
        if key in ("FormatWidth", "FormatHeight"):
            return self._takes_size(value, 0 if key == "FormatWidth" else 1)
        return not (key == "FrameRate" and self.profile.edition == "free" and value > 60)

    def _takes_size(self, value: int, axis: int) -> bool:
        smallest = _SMALLEST.get(self.codec_id[:4], (16, 16))[axis]
        too_large = self.profile.edition == "free" and value > _UHD[axis]
        return value % 2 == 0 and value >= smallest and not too_large
