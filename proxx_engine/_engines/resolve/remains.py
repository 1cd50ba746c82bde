"""What a run that is gone left in Resolve: known by its names, put back by what it wrote before.

A run that is killed, or whose Resolve ends, puts nothing back. So what is the user's stands in the
job's log before anything is changed, and a later run of the project finds it there by our names.
Names that no log knows are told, and left alone: another machine may be at work in the project.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from proxx_engine._engines.resolve.asking import ask_object, ask_text
from proxx_engine._engines.resolve.host import Project, ResolveHost
from proxx_engine._engines.resolve.looking import (
    current_timeline,
    folder_with_id,
    name_of,
    names_in,
    preset_names,
    timeline_with_id,
)
from proxx_engine._engines.resolve.names import OwnNames
from proxx_engine._engines.resolve.queue import end_own_render, remove_jobs, require_idle
from proxx_engine._engines.resolve.user_state import UserState, UserTimeline
from proxx_engine.errors import EncodingFault
from proxx_engine.system.durability import append_line
from proxx_engine.system.files import read_regular

_OURS = re.compile(r"(Proxx [0-9a-f]{12})(?: timeline| settings| backup| read back| place)?")
_BEFORE = b"in Resolve before: "
_CLEARED = b"in Resolve cleared: "
_MAX_LOG_BYTES = 64 * 1024 * 1024


def note_before(state: UserState, log: Path, lost: str = "") -> None:
    """Write down what is the user's, before anything of it is changed. Raises: OSError.

    `lost`: what of it will not come back; written once more where that shows.
    """
    current = state.current
    timeline = current and {"id": current.id, "playhead": current.playhead, "marks": current.marks}
    told = {
        "word": state.names.word,
        "project_id": state.project_id,
        "page": state.page,
        "timeline": timeline,
        "folder_id": state.folder_id,
        "mode": state.mode,
        "format_and_codec": state.format_and_codec,
        "lost": lost,
    }
    append_line(log, _BEFORE + json.dumps(told, default=dict).encode())


def clear_remains(host: ResolveHost, logs: Iterable[Path]) -> tuple[str, ...]:
    """Take away what runs that are gone left in the open project; return what is to be told.

    `logs`: of jobs that nobody runs any more; they are read only where something was left.
    """
    try:
        manager = ask_object("GetProjectManager", lambda: host.GetProjectManager())
        project = ask_object("GetCurrentProject", lambda: manager.GetCurrentProject())
        words = _words_in(host, project)
        known = _read_before(logs) if words else {}
        return tuple(_told(host, project, words, known))
    except (EncodingFault, OSError):
        return ()  # whoever renders next tells what is wrong with Resolve


def _told(
    host: ResolveHost, project: Project, words: list[str], known: dict[str, tuple[Path, Any]]
) -> Iterator[str]:
    for word in words:
        if word not in known:
            yield f"{word}: is in Resolve, made by a run that is not known here; not touched"
            continue
        log, before = known[word]
        if before is None:
            continue  # what was kept of it was told at that time
        try:
            yield f"{word}: {_clear(host, project, before)}"
            append_line(log, _CLEARED + word.encode())
        except (EncodingFault, OSError) as error:
            yield f"{word}: left in Resolve by a run that is gone, and still there ({error})"


def _words_in(host: ResolveHost, project: Project) -> list[str]:
    """Return the word of each run of which a bin or a preset is there."""
    pool = ask_object("GetMediaPool", lambda: project.GetMediaPool())
    root = ask_object("GetRootFolder", lambda: pool.GetRootFolder())
    names = [*preset_names(project), *names_in(host, root)]
    return sorted({found[1] for name in names if (found := _OURS.fullmatch(name))})


def _read_before(logs: Iterable[Path]) -> dict[str, tuple[Path, Any]]:
    """Return what was written down, by word; None where it was cleared once."""
    known: dict[str, tuple[Path, Any]] = {}
    for log in logs:
        for line in _lines_of(log):
            if line.startswith(_CLEARED):
                known[line.removeprefix(_CLEARED).decode()] = log, None
            elif line.startswith(_BEFORE):
                told = json.loads(line.removeprefix(_BEFORE))
                known[told["word"]] = log, told
    return known


def _lines_of(log: Path) -> list[bytes]:
    """Return the whole lines of a log that can be read: a death may have cut the last one off."""
    with suppress(OSError, ValueError):
        return read_regular(log, limit=_MAX_LOG_BYTES).split(b"\n")[:-1]
    return []


def _clear(host: ResolveHost, project: Project, before: dict[str, Any]) -> str:
    """Put back or take away; return what came of it. Raises: EncodingFault."""
    names = OwnNames(before["word"])
    if ask_text("Project.GetUniqueId", lambda: project.GetUniqueId()) != before["project_id"]:
        raise EncodingFault("RENDER_NOT_RESTORED", "it is another project's: open that one")
    end_own_render(project, names)
    require_idle(project)
    remove_jobs(project, names, None)
    state = _state_of(host, project, before, names)
    timeline = current_timeline(project)
    if timeline is not None and name_of(timeline) == names.timeline:
        left = state.restore(deliver=names.backup in preset_names(project))
        done = "left by a run that is gone; all is put back as it was before that run"
    else:
        left = state.clear()
        done = "left by a run that is gone, and taken away"
        if names.backup in preset_names(project):
            done += f"; the Deliver settings of then are in the render preset {names.backup}"
    if before.get("lost"):  # in no log of an older Proxx
        left = (*left, before["lost"])
    return f"{done}, but for {'; '.join(left)}" if left else done


def _state_of(
    host: ResolveHost, project: Project, before: dict[str, Any], names: OwnNames
) -> UserState:
    pool = ask_object("GetMediaPool", lambda: project.GetMediaPool())
    root = ask_object("GetRootFolder", lambda: pool.GetRootFolder())
    folder = folder_with_id(host, root, before["folder_id"]) or root
    return UserState(
        host=host,
        project=project,
        project_id=before["project_id"],
        pool=pool,
        names=names,
        page=before["page"],
        current=_find_timeline(host, project, before["timeline"]),
        folder=folder,
        folder_id=ask_text("Folder.GetUniqueId", lambda: folder.GetUniqueId()),
        mode=int(before["mode"]),
        format_and_codec=before["format_and_codec"],
    )


def _find_timeline(
    host: ResolveHost, project: Project, before: dict[str, Any] | None
) -> UserTimeline | None:
    """Return the user's timeline; None where there was none, or it is gone."""
    there = timeline_with_id(host, project, before["id"]) if before else None
    if before is None or there is None:
        return None
    return UserTimeline(there, before["id"], before["playhead"], before["marks"])
