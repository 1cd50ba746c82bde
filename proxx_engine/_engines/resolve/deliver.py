"""The Deliver page, set for one render: each setting by itself, looked at where it can be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from proxx_engine._engines.resolve.asking import ask, ask_list, ask_table, is_whole_number
from proxx_engine._engines.resolve.host import Project, ResolveHost
from proxx_engine._engines.resolve.looking import format_and_codec, preset_names, render_mode
from proxx_engine._engines.resolve.settings import (
    FORMATS,
    OLDEST,
    Version,
    codec_ids,
    preset_not_taken,
    preset_text,
    unrenderable,
)
from proxx_engine._engines.resolve.user_state import UserState
from proxx_engine.errors import EncodingFault
from proxx_engine.spec.profile import ProfileSpec
from proxx_engine.system.files import read_regular

_REFUSED = "RENDER_SETTING_REFUSED"
_SINGLE_CLIP = 1
_MAX_PRESET_BYTES = 4 * 1024 * 1024


def version_of(host: ResolveHost) -> Version:
    """Return the version, which must be one that can be driven. Raises: EncodingFault."""
    told = ask_list("GetVersion", lambda: host.GetVersion())
    numbers = [int(part) for part in told[:3] if is_whole_number(part)]
    version: Version = (*numbers, 0, 0, 0)[:3]  # type: ignore[assignment]
    if version < OLDEST:
        raise EncodingFault("RENDER_TOO_OLD", ".".join(map(str, version)))
    return version


def choose_codec(project: Project, profile: ProfileSpec) -> str:
    """Return the id under which this Resolve has the profile's codec. Raises: EncodingFault."""
    if problem := unrenderable(profile):
        raise EncodingFault("RENDER_CODEC_MISSING", problem)
    wanted, container = codec_ids(profile), FORMATS[profile.container]
    told = ask_table("GetRenderCodecs", lambda: project.GetRenderCodecs(container))
    has = {str(codec) for codec in told.values()}
    if codec := next((codec for codec in wanted if codec in has), None):
        return codec
    there = ", ".join(sorted(has)) or "none"
    detail = f"{profile.codec} ({wanted[0]}) as {container}; there is {there}"
    raise EncodingFault("RENDER_CODEC_MISSING", detail)


def set_deliver_page(
    state: UserState, settings: Mapping[str, Any], *, container: str, codec: str, folder: Path
) -> None:
    """Make the Deliver page ask for our render. `folder` is private. Raises: EncodingFault."""
    project = state.project
    ask("OpenPage", lambda: state.host.OpenPage("deliver"))
    theirs = _load_preset(state, folder)
    _try_place(state, settings["TargetDir"], settings["CustomName"])
    ask("SetCurrentRenderMode", lambda: project.SetCurrentRenderMode(_SINGLE_CLIP))
    call = project.SetCurrentRenderFormatAndCodec
    ask("SetCurrentRenderFormatAndCodec", lambda: call(container, codec))
    for key, value in settings.items():
        if key not in ("TargetDir", "CustomName"):
            _set(project, key, value)
    _read_back(state, folder, theirs)
    # Of mode and codec the job in the queue says nothing but words: they are read as it is made.
    mode = render_mode(project)
    if mode != _SINGLE_CLIP:
        raise EncodingFault(_REFUSED, f"the render mode is {mode}, not {_SINGLE_CLIP} (one clip)")
    found, wanted = format_and_codec(project), {"format": container, "codec": codec}
    if found != wanted:
        raise EncodingFault(_REFUSED, f"format and codec are {dict(found)}, not {wanted}")


def set_place(project: Project, folder: str, name: str) -> None:
    """Set where the next job's file is to go, and its name. Raises: EncodingFault."""
    _set(project, "TargetDir", folder)
    _set(project, "CustomName", name)


def _try_place(state: UserState, folder: str, name: str) -> None:
    """Set folder and name so that our job tells whether a preset brings them back.

    Nothing but a job reads them. A preset keeps ours, others are set, the preset is loaded: what is
    another's in our job would not come back of the user's either.
    """
    project, names = state.project, state.names
    set_place(project, folder, name)
    ask("SaveAsNewRenderPreset", lambda: project.SaveAsNewRenderPreset(names.place))
    if names.place in preset_names(project):
        set_place(project, names.elsewhere(folder), names.word)
        loaded = ask("LoadRenderPreset", lambda: project.LoadRenderPreset(names.place))
        if loaded is False:  # which tells nothing of what it would have brought
            set_place(project, folder, name)


def _set(project: Project, key: str, value: Any) -> None:
    # None may mean that it worked: what counts is compared again with the job in the queue.
    answer = ask(f"SetRenderSettings {key}", lambda: project.SetRenderSettings({key: value}))
    if answer is not None and answer is not True:
        raise EncodingFault(_REFUSED, f"{key}: {value!r}")


def _load_preset(state: UserState, folder: Path) -> str:
    """What has no key goes in by a preset: the user's own, exported, with these things changed.

    Returns the user's.
    """
    text = _exported(state, state.names.backup, folder)
    ours = folder / f"{state.names.preset}.xml"
    ours.write_text(preset_text(text), "utf-8")
    made_current = ask("ImportRenderPreset", lambda: state.host.ImportRenderPreset(str(ours)))
    if state.names.preset not in preset_names(state.project):
        raise EncodingFault(_REFUSED, f"the render preset {ours} was not imported")
    loaded = ask("LoadRenderPreset", lambda: state.project.LoadRenderPreset(state.names.preset))
    if made_current is not True and loaded is not True:
        raise EncodingFault(_REFUSED, f"the render preset {state.names.preset} was not loaded")
    return text


def _read_back(state: UserState, folder: Path, theirs: str) -> None:
    """Of what neither the queue nor the file tells, a preset of what is set now does."""
    project, name = state.project, state.names.read_back
    ask("SaveAsNewRenderPreset", lambda: project.SaveAsNewRenderPreset(name))
    if problem := preset_not_taken(theirs, _exported(state, name, folder)):
        raise EncodingFault(_REFUSED, problem)


def _exported(state: UserState, name: str, folder: Path) -> str:
    """Return a render preset as Resolve writes it. Raises: EncodingFault."""
    place = folder / name
    place.mkdir()
    exported = place / f"{name}.xml"
    ask("ExportRenderPreset", lambda: state.host.ExportRenderPreset(name, str(exported)))
    written = sorted(place.rglob("*.xml"))
    if not written:
        raise EncodingFault(_REFUSED, f"{name} was not exported to {exported}")
    try:
        return read_regular(written[0], limit=_MAX_PRESET_BYTES).decode("utf-8")
    except ValueError as error:
        raise EncodingFault(_REFUSED, f"{written[0]} is no render preset: {error}") from error
