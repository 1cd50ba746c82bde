"""What came of Make Proxies, in words for the Console and for the log. Pure."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import CreatedJob, Creation, CreationRequest
from sidecar.creation_words import Aside, asides, describe_jobs
from sidecar.folders.layout import Engine, WatchFolder
from sidecar.resolve.export.pool_clips import Judged
from sidecar.resolve.export.snapshot import Snapshot
from sidecar.words import align, plural

_IN_SHORT = ("done", "waiting")
"""Counted in the Console: after a second click they are all clips that there are."""


@dataclass(frozen=True, slots=True)
class Told:
    """Lines for a person."""

    lines: tuple[str, ...]
    for_the_log: tuple[str, ...] = ()
    """Which clips they are that the Console only counts."""


def tell_nothing(snapshot: Snapshot, judged: Judged) -> Iterator[str]:
    """Yield why there is nothing to make proxies of."""
    yield f"Make Proxies: {_shown(snapshot)}"
    yield from _unread(snapshot)
    yield from _left_out(judged, ())
    yield "there is no clip to make a proxy of; nothing was written"


def tell_export(
    snapshot: Snapshot,
    judged: Judged,
    creation: Creation,
    request: CreationRequest,
    written: list[tuple[CreatedJob, Path]],
    folders: Mapping[Engine, WatchFolder],
) -> Told:
    """Return what was made, what was not and why, and what is to be clicked next."""
    beside = list(asides(creation, request))
    lines = [f"Make Proxies: {_shown(snapshot)}", *_unread(snapshot)]
    lines += describe_jobs(creation, written, request.out)
    for aside in beside:
        if aside.kind in _IN_SHORT:
            lines.append(aside.lines[0])
        elif aside.kind != "left_out":
            lines += aside.lines
    lines += _frames_that_differ(creation)
    lines += _left_out(judged, beside)
    lines += _next(creation, written, folders)
    in_short = (line for aside in beside if aside.kind in _IN_SHORT for line in aside.lines)
    return Told(tuple(lines), tuple(in_short))


def _shown(snapshot: Snapshot) -> str:
    clips = plural(len(snapshot.clips), "clip")
    project = snapshot.project_name or "without a name"
    return f"{clips} of {snapshot.scope_in_words}, project {project}"


def _unread(snapshot: Snapshot) -> Iterator[str]:
    if not snapshot.selection_is_told:
        yield "this Resolve does not tell what is selected in the media pool; 19.0 and later do"
    for sentence in snapshot.unread:
        yield f"not looked at: {sentence}"


def _left_out(judged: Judged, beside: Iterable[Aside]) -> Iterator[str]:
    """Yield all that no proxy is made of, by whom it was judged; what is alike, once."""
    rows = Counter((one.name, one.reason) for one in judged.skipped)
    for aside in beside:
        if aside.kind == "left_out":
            rows.update((name, reason) for name, reason in aside.rows)
    if rows:
        yield f"left out: {rows.total()}"
    several = ((f"{n} × {name}" if n > 1 else name, why) for (name, why), n in rows.items())
    yield from align(list(several), indent="  ")


def _frames_that_differ(creation: Creation) -> Iterator[str]:
    """Yield the clips of which Resolve shows another part than the file holds."""
    rows = []
    for job in creation.jobs:
        for clip in job.spec.clips:
            video, said = clip.source.video, clip.resolve
            held = video.promised_frames.count if video else None
            if held is not None and said and said.frames is not None and said.frames != held:
                name = Path(clip.source.path).name
                rows.append((name, f"{held} in the file, {said.frames} in Resolve"))
    if rows:
        yield f"frames that differ, so that Resolve may refuse the proxy: {len(rows)}"
    yield from align(rows, indent="  ")


def _next(
    creation: Creation,
    written: list[tuple[CreatedJob, Path]],
    folders: Mapping[Engine, WatchFolder],
) -> Iterator[str]:
    """Yield what a person does now."""
    if not written and (creation.waiting or creation.done_before):
        yield "nothing to do: every clip was proven before, or a job waits for it"
    elif not written:
        yield "there is no clip to make a proxy of; nothing was written"
        return
    files = [path for _job, path in written] + [entry.job_file for entry in creation.waiting]
    ours = {
        engine: any(path.is_relative_to(folder.root) for path in files)
        for engine, folder in folders.items()
    }
    if written:
        yield f"batch: {written[0][0].spec.batch}"
    if ours["ffmpeg"]:
        place = shlex.quote(str(folders["ffmpeg"].root))
        yield f"next: workers take the jobs for FFmpeg; `proxx watch {place}` starts one"
    if ours["resolve"]:
        yield "next: 2 Render Camera Raw runs the jobs for Resolve"
    yield f"next{', when they are done' if files else ''}: 3 Link Finished Proxies"
