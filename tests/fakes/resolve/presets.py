"""Render presets: those of a person, and the XML files that carry what no key can set."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from .deliver import HIDDEN, Deliver, RenderPreset
from .profile import Profile, table

if TYPE_CHECKING:
    from .resolve import FakeResolve

_MADE_BY = re.compile(r'DbAppVer="(\d+\.\d+)')
_ROOT = "SyRecordInfo"


def built_in(profile: Profile) -> dict[str, RenderPreset]:
    """The presets every Resolve has."""
    listed = profile.codecs("mov").values()
    master = "H264" if "H264" in listed else "DNxHRHQ"
    return {
        "H.264 Master": RenderPreset("mov", master, 1, {"ExportVideo": True, "ExportAudio": True}),
        "ProRes 422 HQ": RenderPreset("mov", "ProRes422HQ", 1, {"ExportVideo": True}),
    }


def import_preset(root: FakeResolve, deliver: Deliver, path: object) -> bool:
    """Take a preset from its file, under the file's name, and make it the current one.

    A file of a newer version, one that is no preset, and a name that is taken are refused.
    """
    if not isinstance(path, str) or not Path(path).is_file():
        return False
    text = Path(path).read_text(encoding="utf-8")
    name = Path(path).stem
    made_by = _MADE_BY.search(text)
    try:
        record = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return False
    too_new = made_by is not None and not root.profile.has(made_by[1])
    if record.tag != _ROOT or too_new or name in root.presets:
        return False
    fields = {child.tag: (child.text or "").strip() for child in record}
    root.presets[name] = _preset(fields, deliver)
    deliver.load(name, root.presets[name], place_too=False)
    return True


def export_preset(root: FakeResolve, name: object, path: object) -> bool:
    """Write a preset's file; `path` is a folder, or the file itself."""
    preset = root.presets.get(str(name))
    if preset is None or not isinstance(path, str):
        return False
    target = Path(path) / f"{name}.xml" if Path(path).is_dir() else Path(path)
    if not target.parent.is_dir():
        return False
    record = ElementTree.Element(_ROOT)
    fields = {
        **preset.hidden,
        "RecordFormatType": preset.format_id,
        "RecordFormatSubType": _codec(preset.codec_id).get("fourcc", preset.codec_id),
        # What has a key and a field is one thing.
        "NumFramesOfHandles": str(preset.handles),
        "RecordSlatePreset": preset.burn_in,
        "RecordAudioEnabled": str(int(preset.settings.get("ExportAudio", True))),
    }
    for key in ("FormatWidth", "FormatHeight"):
        if key in preset.settings:
            fields[key] = str(preset.settings[key])
    for key, value in sorted(fields.items()):
        ElementTree.SubElement(record, key).text = value
    ElementTree.indent(record)
    made_by = f'<!--DbAppVer="{root.profile.version_string}" DbPrjVer="0"-->'
    body = ElementTree.tostring(record, encoding="unicode")
    target.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n{made_by}\n{body}\n', "utf-8")
    return True


def _preset(fields: dict[str, str], deliver: Deliver) -> RenderPreset:
    settings: dict[str, object] = {}
    for key in ("FormatWidth", "FormatHeight"):
        if fields.get(key, "").isdigit():
            settings[key] = int(fields[key])
    if "RecordAudioEnabled" in fields:
        settings["ExportAudio"] = fields["RecordAudioEnabled"] in ("1", "true")
    sub_type = fields.get("RecordFormatSubType", deliver.codec_id)
    codec_id = next((key for key in _codecs() if _codec(key).get("fourcc") == sub_type), sub_type)
    hidden = {key: value for key, value in fields.items() if key in HIDDEN}
    format_id = fields.get("RecordFormatType", deliver.format_id)
    return RenderPreset(format_id, codec_id, deliver.mode, settings, HIDDEN | hidden)


def _codecs() -> dict[str, dict[str, str]]:
    return table("formats")["codecs"]  # type: ignore[no-any-return]


def _codec(codec_id: str) -> dict[str, str]:
    return _codecs().get(codec_id, {})
