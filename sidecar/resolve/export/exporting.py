"""Make Proxies: what Resolve shows → jobs in the two watch folders. Nothing of the project changes.

look (snapshot) → judge (pool_clips) → create and submit, as the command line does → tell
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from proxx_engine import (
    RULES_BY_NAME,
    CreatedJob,
    Creation,
    CreationError,
    CreationRequest,
    Issue,
    Prober,
    RequestError,
    create_jobs,
    find_profile,
)
from sidecar.folders.layout import Engine, WatchFolder, make_watch_folder
from sidecar.folders.pending import open_job_folders
from sidecar.folders.submitting import submit_all
from sidecar.resolve.export.pool_clips import Judged, judge
from sidecar.resolve.export.snapshot import take_snapshot
from sidecar.resolve.export.told import tell_export, tell_nothing
from sidecar.resolve.session import Session
from sidecar.resolve.settings import PluginSettings, request_of
from sidecar.resolve.talk.values import HostGone
from sidecar.words import plural

_DONE, _FAILED, _REQUEST_WRONG = 0, 1, 2
_MOST_SIDE_BY_SIDE = 8
"""Files that are inspected at a time; more only wait for the disk."""
_FLAG = re.compile(r"--(out|name|profile|rule|skip-done|verification)\b")


def make_proxies(session: Session) -> int:
    """Make the jobs of what Resolve shows; return an exit code.

    Raises: TalkError; RequestError with every problem, and PlaceError: no job was written; OSError.
    """
    project = session.project
    if project is None:
        session.say("Proxx: no project is open.")
        return _REQUEST_WRONG
    with session.talk.in_project(project.id):
        snapshot = take_snapshot(session.talk)
    judged = judge(snapshot, file_problem)
    if not judged.clips:
        session.say(*tell_nothing(snapshot, judged))
        return _FAILED if snapshot.unread else _REQUEST_WRONG
    session.say(f"Make Proxies looks at the files of {plural(len(judged.clips), 'clip')} …")
    creation, request = _create(session, judged)
    if parts := find_parts(creation):
        judged = judged.without(parts)
        creation, request = _create(session, judged)
    folders, written = _submit(creation, session.settings)
    told = tell_export(snapshot, judged, creation, request, written, folders)
    for line in told.for_the_log:
        session.log(line)
    session.say(*told.lines)
    made = creation.jobs or creation.done_before or creation.waiting
    return _FAILED if snapshot.unread else _DONE if made else _REQUEST_WRONG


def creation_request(settings: PluginSettings, judged: Judged) -> CreationRequest:
    """Return what the settings and the clips come to for creation. Raises: PlaceError, OSError."""
    asked = request_of(settings, RULES_BY_NAME[settings.rule], find_profile(settings.profile))
    waiting = [
        place
        for door in (settings.ffmpeg_jobs, settings.resolve_jobs)
        for place in open_job_folders(door)
    ]
    return replace(
        asked,
        paths=tuple(clip.path for clip in judged.clips),
        job_folders=tuple(dict.fromkeys((settings.out, *waiting))),
        resolve_clips={clip.path: clip.resolve for clip in judged.clips},
        side_by_side=min(_MOST_SIDE_BY_SIDE, 2 * (os.cpu_count() or 1)),
    )


def file_problem(path: Path) -> str | None:
    """Return why there is no file to read at a path, None where there is one."""
    try:
        mode = os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return f"offline: {path} is not there"
    except OSError as error:
        return f"offline: {path}: {error.strerror}"
    return None if stat.S_ISREG(mode) else f"{path} is no file"


def find_parts(creation: Creation) -> dict[Path, str]:
    """Return the files of which Resolve shows far fewer frames than they hold, and what is wrong.

    A proxy is made of a whole file. It would bear the timecode of the part, and Resolve would not
    link it, for it compares the number of frames.
    """
    parts: dict[Path, str] = {}
    for clip in (clip for job in creation.jobs for clip in job.spec.clips):
        shown = clip.resolve.frames if clip.resolve else None
        held = clip.source.video.promised_frames.count if clip.source.video else None
        if shown is not None and held is not None and held - shown > max(2, held // 100):
            reason = f"Resolve shows {shown} of its {held} frames; choose the whole clip"
            parts |= dict.fromkeys(map(Path, clip.source.files), reason)
    return parts


def _create(session: Session, judged: Judged) -> tuple[Creation, CreationRequest]:
    def go_on(_path: Path, _number: int, _total: int) -> None:
        if session.talk.gone:
            raise HostGone("the host in Resolve has ended; no job was written")

    request = creation_request(session.settings, judged)
    try:
        with Prober() as prober:
            return create_jobs(replace(request, inspected=go_on), prober=prober), request
    except RequestError as error:
        raise in_words_of_settings(error) from error


def _submit(
    creation: Creation, settings: PluginSettings
) -> tuple[Mapping[Engine, WatchFolder], list[tuple[CreatedJob, Path]]]:
    """Put the jobs into the watch folders; all of them, or none."""
    doors: dict[Engine, Path] = {
        "ffmpeg": settings.ffmpeg_jobs,
        "resolve": settings.resolve_jobs,
    }
    folders = {engine: make_watch_folder(door, engine) for engine, door in doors.items()}
    issues = tuple(
        Issue("ROUTE_WRONG_FOLDER", f"{engine}_jobs", f"{folder.root} is of {folder.engine} jobs")
        for engine, folder in folders.items()
        if folder.engine != engine
    )
    if issues:
        raise RequestError(issues)
    if creation.jobs:
        settings.out.mkdir(parents=True, exist_ok=True)
    return folders, submit_all([(job, folders[job.engine]) for job in creation.jobs])


def in_words_of_settings(error: RequestError) -> CreationError:
    """Return an error of creation by the names of the settings, where it names flags."""
    return CreationError(
        tuple(
            Issue(issue.code, _by_settings(issue.path), _by_settings(issue.sentence))
            for issue in error.issues
        ),
        subject=error.subject,
    )


def _by_settings(words: str) -> str:
    named = _FLAG.sub(lambda flag: flag[1].replace("-", "_"), words)
    return named.replace("--replace", "`proxx create --replace`")
