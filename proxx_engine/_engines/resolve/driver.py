"""One clip through Resolve's render queue, in the order in which its user loses nothing.

look → keep the user's settings → own bin and timeline → Deliver page → own job → render → file;
and in every case: own render stopped, own job out of the queue, all of the user's put back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from proxx_engine._engines.contract import Workplace
from proxx_engine._engines.resolve.asking import NO_ANSWER, ask_object, is_gone, open_project
from proxx_engine._engines.resolve.deliver import (
    choose_codec,
    set_deliver_page,
    set_place,
    version_of,
)
from proxx_engine._engines.resolve.host import ResolveHost
from proxx_engine._engines.resolve.names import OwnNames, new_names
from proxx_engine._engines.resolve.queue import Render, remove_jobs, require_idle
from proxx_engine._engines.resolve.queued import add_job, place_of, require_job
from proxx_engine._engines.resolve.remains import note_before
from proxx_engine._engines.resolve.settings import FORMATS, look_settings, render_settings
from proxx_engine._engines.resolve.stage import find_clip, set_stage
from proxx_engine._engines.resolve.user_state import (
    UserState,
    keep_deliver_settings,
    look_at_user_state,
)
from proxx_engine.errors import EncodingFault
from proxx_engine.planning.rendering import Rendering
from proxx_engine.spec.profile import ProfileSpec


@dataclass(slots=True)
class Drive:
    """One clip's way through Resolve, and what is known of it so far."""

    host: ResolveHost
    wanted: Rendering
    profile: ProfileSpec
    file: Path
    place: Workplace
    names: OwnNames = field(default_factory=new_names)
    settings: dict[str, Any] = field(default_factory=dict)
    """What Resolve was told, with format, codec and look."""
    fault: EncodingFault | None = None
    not_restored: tuple[str, ...] = ()
    _state: UserState | None = None
    _kept: bool = False
    _lost: str = ""
    """What of the Deliver page does not come back, for nothing keeps it."""
    _job: str | None = None
    _render: Render | None = None

    def run(self) -> None:
        """Render; what went wrong stands in `fault`, what could not be put back in the other."""
        try:
            self._go()
        except EncodingFault as fault:
            self.fault = what_is_behind(fault, self.host, self.wanted.project_id)
        except OSError as error:
            self.fault = EncodingFault("STORAGE_FAILED", str(error))
        finally:
            # Whatever else comes up goes on its way only when the user's things are back.
            self.not_restored = self._put_back()

    def _go(self) -> None:
        host, wanted = self.host, self.wanted
        project = open_project(host, wanted.project_id)
        require_idle(project)
        version = version_of(host)
        codec = choose_codec(project, self.profile)
        pool = ask_object("GetMediaPool", lambda: project.GetMediaPool())
        clip = find_clip(host, pool, wanted)
        container = FORMATS[self.profile.container]
        folder = str(self.file.parent)
        settings = render_settings(wanted, self.profile, folder=folder, version=version)
        self._state = look_at_user_state(host, project, wanted.project_id, self.names)
        note_before(self._state, self.place.log)
        keep_deliver_settings(self._state)
        self._kept = True
        set_stage(self._state, clip, wanted)
        self.settings = {"Format": container, "Codec": codec, **settings, **look_settings(wanted)}
        set_deliver_page(
            self._state, settings, container=container, codec=codec, folder=self.place.folder
        )
        self._add_job(self._state, settings)
        assert self._job is not None
        job = require_job(project, self._job, self.names, wanted, settings, self.file)
        self._render = Render(
            host, project, wanted.project_id, job, self.place, folder=self.file.parent
        )
        self._render.run()
        require_file(self.file)

    def _add_job(self, state: UserState, settings: Mapping[str, Any]) -> None:
        """Put our job into the queue; once more where it goes elsewhere. Raises: EncodingFault."""
        project, folder = state.project, settings["TargetDir"]
        self._job = add_job(project, folder)
        place = place_of(project, self._job, self.names, folder)
        if place.is_whole:
            return
        if place.lost:
            self._lost = place.lost
            note_before(state, self.place.log, place.lost)
        remove_jobs(project, self.names, self._job)
        set_place(project, folder, settings["CustomName"])
        self._job = add_job(project, folder)

    def _put_back(self) -> tuple[str, ...]:
        state, told = self._state, []
        if state is None:
            return ()
        if not self._kept:
            return state.forget()
        try:
            if self._render is not None:
                self._render.end()
        except EncodingFault as fault:
            told.append(f"our render ({fault.detail})")
        try:
            remove_jobs(state.project, self.names, self._job)
        except EncodingFault as fault:
            told.append(f"our job in the queue ({fault.detail})")
        told += state.restore()
        return (*told, self._lost) if self._lost else tuple(told)


def what_is_behind(fault: EncodingFault, host: ResolveHost, project_id: str) -> EncodingFault:
    """Return why a call failed: Resolve or the project may be gone; else the fault as it is."""
    if is_gone(host):
        return EncodingFault("RENDER_HOST_GONE", f"{fault.code}: {fault.detail}")
    try:
        open_project(host, project_id)
    except EncodingFault as gone:
        return fault if gone.code == NO_ANSWER else gone
    return fault


def require_file(file: Path) -> None:
    """Find the rendered file under its name. Raises: EncodingFault."""
    if file.exists():
        return
    there = sorted(entry.name for entry in file.parent.iterdir() if not entry.name.startswith("."))
    numbered = re.compile(rf"{re.escape(file.stem)}_?\d{{8}}{re.escape(file.suffix)}")
    if named := next((name for name in there if numbered.fullmatch(name)), None):
        detail = f"{named}, asked for was {file.name}; it is the form of Individual clips mode"
        raise EncodingFault("RENDER_WRONG_NAME", detail)
    if there:
        raise EncodingFault("RENDER_WRONG_NAME", f"{', '.join(there)}, not {file.name}")
    raise EncodingFault("RENDER_NO_FILE", f"nothing is in {file.parent}")


def look_at_host(host: ResolveHost, wanted: Rendering, profile: ProfileSpec) -> None:
    """Look whether Resolve could render a clip now; changes nothing. Raises: EncodingFault."""
    try:
        project = open_project(host, wanted.project_id)
        require_idle(project)
        version_of(host)
        choose_codec(project, profile)
    except EncodingFault as fault:
        raise what_is_behind(fault, host, wanted.project_id) from fault


def describe_host(host: ResolveHost) -> str:
    """Return product and version as Resolve says them; empty where it says nothing."""
    try:
        product = ask_object("", lambda: _Told(host.GetProductName(), host.GetVersionString()))
    except EncodingFault:
        return ""
    return f"{product.name or ''} {product.version or ''}".strip()


@dataclass(frozen=True, slots=True)
class _Told:
    name: str | None
    version: str | None
