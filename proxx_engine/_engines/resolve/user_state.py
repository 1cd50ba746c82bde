"""What in Resolve belongs to its user: looked at before, put back afterwards, whatever happened.

Each step of putting back looks at what there is, not at what we meant to have done: a call that
failed may have worked. What cannot be put back is told, and the next step is taken all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from proxx_engine._engines.resolve.asking import (
    ask,
    ask_number,
    ask_object,
    ask_text,
    is_gone,
    open_project,
)
from proxx_engine._engines.resolve.host import Folder, MediaPool, Project, ResolveHost, Timeline
from proxx_engine._engines.resolve.looking import (
    clips_in,
    current_folder_id,
    current_timeline,
    find_folder,
    find_timeline,
    format_and_codec,
    marks_of,
    playhead_of,
    preset_names,
    render_mode,
    timeline_id,
)
from proxx_engine._engines.resolve.names import OwnNames
from proxx_engine.errors import EncodingFault


@dataclass(frozen=True, slots=True)
class UserTimeline:
    """The timeline that the user works on."""

    timeline: Timeline
    id: str
    playhead: str
    marks: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class UserState:
    """What is as it was when we have gone."""

    host: ResolveHost
    project: Project
    project_id: str
    pool: MediaPool
    names: OwnNames
    page: str | None
    """None where no window is open."""
    current: UserTimeline | None
    folder: Folder
    folder_id: str
    mode: int
    format_and_codec: Mapping[str, Any]

    def restore(self, *, deliver: bool = True) -> tuple[str, ...]:
        """Put everything back; return a sentence for each thing that could not be.

        `deliver`: whether the Deliver settings, too; a run that is gone may have done so.
        """
        told: list[str] = []
        try:
            open_project(self.host, self.project_id)
        except EncodingFault as fault:
            if is_gone(self.host):
                return ("nothing, for Resolve answers nothing any more",)
            told.append(f"the project, which is not open any more ({fault.detail})")
            _guard(told, "our render presets", self._delete_presets)
            return tuple(told)
        # Before the page is left: some builds take presets only there.
        if deliver:
            _guard(told, "the Deliver settings", self._restore_deliver)
        _guard(told, "our render presets", self._delete_presets)
        # The user's timeline is not current yet: pages that are opened move its playhead.
        _guard(told, "the page", self._restore_page)
        # What is current now may be another after a deletion: only what is so at the end is told.
        _guard([], "the current timeline", self._restore_timeline)
        _guard(told, "our timeline", self._delete_timeline)
        _guard([], "the current bin", self._restore_folder)
        _guard(told, "our bin", self._delete_bin)
        _guard(told, "the current timeline", self._restore_timeline)
        _guard(told, "the current bin", self._restore_folder)
        _guard(told, "the playhead", self._restore_playhead)
        _guard(told, "the marks", self._restore_marks)
        return tuple(told)

    def forget(self) -> tuple[str, ...]:
        """Take our presets away where nothing else was changed; tell what could not be."""
        told: list[str] = []
        _guard(told, "our render presets", self._delete_presets)
        return tuple(told)

    def clear(self) -> tuple[str, ...]:
        """Take away what is ours where the user has gone on since; tell what could not be.

        Where the Deliver settings may have been changed, the preset that keeps them stays.
        """
        told: list[str] = []
        changed = self.names.preset in preset_names(self.project)
        _guard(told, "our timeline", self._delete_timeline)
        _guard(told, "the current bin", self._leave_bin)
        _guard(told, "our bin", self._delete_bin)
        kept = (self.names.backup,) if changed else ()
        _guard(told, "our render presets", lambda: self._delete_presets(*kept))
        return tuple(told)

    def _leave_bin(self) -> None:
        root = ask_object("GetRootFolder", lambda: self.pool.GetRootFolder())
        ours = find_folder(self.host, root, self.names.bin)
        if ours is None:
            return
        if current_folder_id(self.pool) == ask_text("GetUniqueId", ours.GetUniqueId):
            self._restore_folder()

    def _restore_deliver(self) -> None:
        self._load_backup()
        told: list[str] = []
        _guard(told, "the format", self._restore_format)
        _guard(told, "the render mode", self._restore_mode)
        if told:
            raise EncodingFault("RENDER_NOT_RESTORED", "; ".join(told))

    def _load_backup(self) -> None:
        """Load the user's settings; where that is not confirmed, the render mode tells.

        Nothing reads the settings back: so the mode is made another one before, and must return.
        """
        project, other = self.project, 1 - self.mode
        if render_mode(project) == self.mode:
            ask("SetCurrentRenderMode", lambda: project.SetCurrentRenderMode(other))
        answer = ask("LoadRenderPreset", lambda: project.LoadRenderPreset(self.names.backup))
        if answer is not True and render_mode(project) != self.mode:
            raise EncodingFault("RENDER_NOT_RESTORED", f"LoadRenderPreset answered {answer!r}")

    def _restore_format(self) -> None:
        if format_and_codec(self.project) == self.format_and_codec:
            return
        before = self.format_and_codec
        call = self.project.SetCurrentRenderFormatAndCodec
        ask("SetCurrentRenderFormatAndCodec", lambda: call(before["format"], before["codec"]))
        _require(format_and_codec(self.project) == before)

    def _restore_mode(self) -> None:
        if render_mode(self.project) == self.mode:
            return
        ask("SetCurrentRenderMode", lambda: self.project.SetCurrentRenderMode(self.mode))
        _require(render_mode(self.project) == self.mode)

    def _delete_presets(self, *kept: str) -> None:
        """Presets belong to all projects: whichever is open can delete them."""
        manager = ask_object("GetProjectManager", lambda: self.host.GetProjectManager())
        project = ask_object("GetCurrentProject", lambda: manager.GetCurrentProject())
        ours = [name for name in self.names.presets if name not in kept]
        for name in ours:
            _delete_preset(project, name)
        left = set(ours).intersection(preset_names(project))
        if left:
            raise EncodingFault("RENDER_NOT_RESTORED", f"{', '.join(sorted(left))} is left")

    def _restore_page(self) -> None:
        page = self.page
        if page is None or ask("GetCurrentPage", lambda: self.host.GetCurrentPage()) == page:
            return
        ask("OpenPage", lambda: self.host.OpenPage(page))
        _require(ask("GetCurrentPage", lambda: self.host.GetCurrentPage()) == page)

    def _restore_timeline(self) -> None:
        before = self.current
        if before is None or timeline_id(current_timeline(self.project)) == before.id:
            return
        ask("SetCurrentTimeline", lambda: self.project.SetCurrentTimeline(before.timeline))
        _require(timeline_id(current_timeline(self.project)) == before.id)

    def _delete_timeline(self) -> None:
        ours = find_timeline(self.host, self.project, self.names.timeline)
        if ours is None:
            return
        ask("DeleteTimelines", lambda: self.pool.DeleteTimelines([ours]))
        _require(find_timeline(self.host, self.project, self.names.timeline) is None)

    def _restore_folder(self) -> None:
        if current_folder_id(self.pool) == self.folder_id:
            return
        ask("SetCurrentFolder", lambda: self.pool.SetCurrentFolder(self.folder))
        _require(current_folder_id(self.pool) == self.folder_id)

    def _delete_bin(self) -> None:
        root = ask_object("GetRootFolder", lambda: self.pool.GetRootFolder())
        ours = find_folder(self.host, root, self.names.bin)
        if ours is None:
            return
        if clips_in(ours):
            raise EncodingFault("RENDER_NOT_RESTORED", f"bin {self.names.bin} is not empty")
        ask("DeleteFolders", lambda: self.pool.DeleteFolders([ours]))
        _require(find_folder(self.host, root, self.names.bin) is None)

    def _restore_playhead(self) -> None:
        before = self.current
        if before is None or playhead_of(before.timeline) == before.playhead:
            return
        timeline = before.timeline
        ask("SetCurrentTimecode", lambda: timeline.SetCurrentTimecode(before.playhead))
        _require(playhead_of(timeline) == before.playhead)

    def _restore_marks(self) -> None:
        before = self.current
        if before is None or marks_of(before.timeline) == before.marks:
            return
        timeline = before.timeline
        ask("ClearMarkInOut", lambda: timeline.ClearMarkInOut("all"))
        for kind, mark in before.marks.items():
            _set_mark(timeline, kind, mark)
        _require(marks_of(timeline) == before.marks)


def look_at_user_state(
    host: ResolveHost, project: Project, project_id: str, names: OwnNames
) -> UserState:
    """Return what must be put back. Raises: EncodingFault where Resolve does not tell all of it."""
    try:
        pool = ask_object("GetMediaPool", lambda: project.GetMediaPool())
        folder = ask_object("GetCurrentFolder", lambda: pool.GetCurrentFolder())
        page = ask("GetCurrentPage", lambda: host.GetCurrentPage())
        if page is not None and not isinstance(page, str):
            raise EncodingFault("", f"GetCurrentPage answered {page!r}")
        return UserState(
            host=host,
            project=project,
            project_id=project_id,
            pool=pool,
            names=names,
            page=page or None,
            current=_look_at_timeline(project),
            folder=folder,
            folder_id=ask_text("Folder.GetUniqueId", lambda: folder.GetUniqueId()),
            mode=render_mode(project),
            format_and_codec=format_and_codec(project),
        )
    except EncodingFault as fault:
        raise EncodingFault("RENDER_STATE_NOT_KEPT", fault.detail) from fault


def keep_deliver_settings(state: UserState) -> None:
    """Save the Deliver settings as a preset of ours: nothing else reads them back.

    Raises: EncodingFault.
    """
    project, name = state.project, state.names.backup
    try:
        ask("SaveAsNewRenderPreset", lambda: project.SaveAsNewRenderPreset(name))
        _require(name in preset_names(project))
    except EncodingFault as fault:
        detail = f"render preset {name}: {fault.detail}"
        raise EncodingFault("RENDER_STATE_NOT_KEPT", detail) from fault


def _look_at_timeline(project: Project) -> UserTimeline | None:
    timeline = current_timeline(project)
    if timeline is None:
        if ask_number("GetTimelineCount", lambda: project.GetTimelineCount()):
            raise EncodingFault("", "GetCurrentTimeline answered nothing")
        return None
    found = timeline_id(timeline)
    if found is None:
        raise EncodingFault("", "Timeline.GetUniqueId answered nothing")
    return UserTimeline(timeline, found, playhead_of(timeline), marks_of(timeline))


def _set_mark(timeline: Timeline, kind: str, mark: Mapping[str, int]) -> None:
    call = timeline.SetMarkInOut
    ask("SetMarkInOut", lambda: call(mark["in"], mark["out"], kind))


def _delete_preset(project: Project, name: str) -> None:
    ask("DeleteRenderPreset", lambda: project.DeleteRenderPreset(name))


def _require(holds: bool) -> None:
    if not holds:
        raise EncodingFault("RENDER_NOT_RESTORED", "Resolve did not take it")


def _guard(told: list[str], what: str, step: Callable[[], None]) -> None:
    try:
        step()
    except EncodingFault as fault:
        told.append(f"{what} ({fault.detail})")
