"""Footage → frozen JobSpecs: inspect, admit, skip what is proven, freeze; and write them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from proxx_engine.creation.admission import Admitted, admit, inspect
from proxx_engine.creation.done_before import DoneBefore, WaitingFor, find_done, find_waiting
from proxx_engine.creation.footage.found import Found, LeftOut
from proxx_engine.creation.footage.roots import mirror_path
from proxx_engine.creation.footage.walk import walk_footage
from proxx_engine.creation.freezing import freeze_jobs
from proxx_engine.creation.request import CreatedJob, CreationRequest
from proxx_engine.creation.request_rules import check_request
from proxx_engine.creation.sound.told import SoundTold, sort_left_out, tell_sound
from proxx_engine.creation.sources.side_by_side import inspect_side_by_side
from proxx_engine.creation.taken_names import check_names, settle_replacements
from proxx_engine.creation.timecodes.lists import TimecodeList
from proxx_engine.errors import CreationError, Issue, ProbeError
from proxx_engine.planning.validation import validate_job
from proxx_engine.planning.written_paths import below_root, written_paths, written_spec
from proxx_engine.spec.decoding import encode_json
from proxx_engine.system.files import write_whole
from proxx_engine.system.probe import Prober


@dataclass(frozen=True, slots=True)
class Creation:
    """What one act of creation came to."""

    jobs: tuple[CreatedJob, ...]
    left_out: tuple[LeftOut, ...]
    done_before: tuple[DoneBefore, ...] = ()
    waiting: tuple[WaitingFor, ...] = ()
    """Clips left out because a job that has not run yet asks for the same."""
    unused_timecodes: tuple[str, ...] = ()
    """Clips that a timecode list names and that are not among the footage."""
    without_timecode: tuple[Path, ...] = ()
    """Clips of the jobs that a timecode list was given for and does not name."""
    sounds: tuple[SoundTold, ...] = ()
    """Clips of the jobs, and the sound that was recorded apart; empty where nobody asked."""


def create_jobs(request: CreationRequest, *, prober: Prober) -> Creation:
    """Inspect the footage and freeze it into JobSpecs; nothing is written.

    All is looked at and compared by its name on this machine; only what is frozen has the names
    that `path_maps` give it.
    Raises: CreationError with every problem (no footage path, template, timecodes that are none
    at a clip's rate, names that would meet or that a job waits for, maps that contradict each
    other); JobSpecValidationError when the profile or the output folder breaks a rule; OSError
    when a folder of jobs cannot be listed.
    """
    check_request(request)
    footage = walk_footage(request.paths, out=request.out, mirrored_from=request.mirrored_from)
    seen = list(footage)
    by_path = {entry.path: entry for entry in seen if isinstance(entry, Found)}
    found = [clip for clip in by_path.values() if not request.taken.issuperset(clip.files)]
    found = [_mirrored_alike(clip, request) for clip in found]
    _check_list(request.timecodes, found)
    inspected = list(_inspect_all(request, found, prober))
    clips = [entry for entry in inspected if isinstance(entry, Admitted)]
    done = find_done(request, clips)
    waiting, issues = find_waiting(request, [clip for clip in clips if clip not in done])
    to_do = [clip.inspected for clip in clips if clip not in done and clip not in waiting]
    jobs = tuple(freeze_jobs(request, to_do))
    if request.replace:
        jobs = settle_replacements(jobs)
    issues += check_names(jobs, request)
    if issues:
        raise CreationError(tuple(issues))
    left_out = [entry for entry in (*seen, *inspected) if isinstance(entry, LeftOut)]
    left_out = sort_left_out(left_out, request, (clip.inspected for clip in clips))
    listed = request.timecodes
    return Creation(
        tuple(_as_written(job, request) for job in jobs),
        tuple(sorted(left_out, key=lambda entry: str(entry.path))),
        tuple(done.values()),
        tuple(waiting.values()),
        listed.unused(found) if listed else (),
        listed.lacking(clip.found for clip in to_do) if listed else (),
        tell_sound(to_do),
    )


def write_job(job: CreatedJob, folder: Path) -> Path:
    """Write one job file, whole or not at all. Raises: FileExistsError, OSError."""
    path = folder / job.file_name
    write_whole(path, encode_json(job.spec))
    return path


def _mirrored_alike(clip: Found, request: CreationRequest) -> Found:
    """Return a clip whose proxy keeps whole paths with those that other machines know: its place
    is the same wherever its job is made.
    """
    folder = clip.path.parent
    if not request.path_maps or not clip.subdirectory:
        return clip
    if request.mirrored_from is None or clip.subdirectory != mirror_path(folder, ()):
        return clip
    try:
        [written] = written_paths([str(folder)], request.path_maps)
    except ValueError:  # it is left out for this name
        return clip
    if written == str(folder):
        return clip
    return replace(clip, subdirectory=below_root(written))


def _inspect_all(
    request: CreationRequest, found: list[Found], prober: Prober
) -> Iterator[Admitted | LeftOut]:
    """Inspect the clips side by side; a clip that cannot be taken costs only itself."""

    def inspect_one(entry: Found, prober: Prober) -> Admitted | LeftOut | CreationError:
        try:
            admitted = admit(request, inspect(request, entry, prober))
            _check_names_elsewhere(admitted, request)
            return admitted
        except ProbeError as error:
            return _left_out(entry, error.detail.removeprefix(f"{entry.path}: "))
        except OSError as error:
            return _left_out(entry, error.strerror or str(error))
        except CreationError as error:
            return error

    wrong: list[Issue] = []
    answers = inspect_side_by_side(inspect_one, found, prober, side_by_side=request.side_by_side)
    with closing(answers):
        for number, (entry, answer) in enumerate(zip(found, answers, strict=True), start=1):
            request.inspected(entry.path, number, len(found))
            if isinstance(answer, CreationError):
                wrong += answer.issues
            else:
                yield answer
    if wrong:
        raise CreationError(tuple(dict.fromkeys(wrong)))


def _check_names_elsewhere(clip: Admitted, request: CreationRequest) -> None:
    """Raises: ProbeError, CreationError where other machines have no name for one of its paths."""
    if not request.path_maps:
        return
    inspected = clip.inspected
    try:
        written_paths(
            (*inspected.source.files, str(inspected.placement.directory)), request.path_maps
        )
    except ValueError as error:
        raise ProbeError("SOURCE_UNREADABLE", str(error)) from error


def _as_written(job: CreatedJob, request: CreationRequest) -> CreatedJob:
    """Return a job as other machines know its paths; itself where there are no maps."""
    if not request.path_maps:
        return job
    written = written_spec(job.spec, request.path_maps)
    validate_job(written, name=job.file_name)
    return replace(job, spec=written)


def _left_out(clip: Found, reason: str) -> LeftOut:
    return LeftOut(clip.path, reason, clip.files if len(clip.files) > 1 else ())


def _check_list(timecodes: TimecodeList | None, found: list[Found]) -> None:
    """Refuse a row of the list that fits several clips: which of them it means is not guessed."""
    meant: dict[str, list[Path]] = defaultdict(list)
    for clip in found if timecodes else ():
        entry = timecodes and timecodes.find(clip)
        if entry:
            meant[f"{entry.name} (line {entry.line})"].append(clip.path)
    issues = [
        Issue(
            "SPEC_BAD_LIST",
            "--timecode-from",
            f"{row} fits {len(paths)} clips: {', '.join(map(str, paths[:3]))}; create them apart",
        )
        for row, paths in meant.items()
        if len(paths) > 1
    ]
    if issues:
        raise CreationError(tuple(issues))
