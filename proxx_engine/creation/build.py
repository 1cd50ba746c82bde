"""Footage → frozen JobSpecs: look, admit, skip what is proven, freeze; and write them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from proxx_engine.creation.admission import Admitted, admit, look_at
from proxx_engine.creation.footage.found import Found, LeftOut
from proxx_engine.creation.footage.walk import walk_footage
from proxx_engine.creation.freezing import CreatedJob, CreationRequest, freeze_jobs
from proxx_engine.creation.output_rules import check_rule, find_rule
from proxx_engine.creation.profiles.library import load_profiles
from proxx_engine.creation.sources.looking import look_side_by_side
from proxx_engine.creation.taken_names import check_names, settle_replacements
from proxx_engine.creation.timecodes.lists import TimecodeList
from proxx_engine.errors import CreationError, Issue, ProbeError
from proxx_engine.planning.naming import name_problem
from proxx_engine.result_store.proven import ProvenProxies
from proxx_engine.spec.decoding import encode_json
from proxx_engine.spec.tokens import TOKENS, check_template, expand_template
from proxx_engine.system.files import write_whole
from proxx_engine.system.probe import Prober


@dataclass(frozen=True, slots=True)
class DoneBefore:
    """One clip that needs no new proxy."""

    path: Path
    proxy: Path
    proven_at: str
    """When the proxy was proven, in UTC."""


@dataclass(frozen=True, slots=True)
class Creation:
    """What one act of creation came to."""

    jobs: tuple[CreatedJob, ...]
    left_out: tuple[LeftOut, ...]
    done_before: tuple[DoneBefore, ...] = ()
    unused_timecodes: tuple[str, ...] = ()
    """Clips that a timecode list names and that are not among the footage."""


def create_jobs(request: CreationRequest, *, prober: Prober) -> Creation:
    """Look at the footage and freeze it into JobSpecs; nothing is written.

    Raises: CreationError with every problem (no footage path, template, timecodes that are none
    at a clip's rate, names that would meet); JobSpecValidationError when the profile or the output
    folder breaks a rule.
    """
    _check_request(request)
    seen = list(walk_footage(request.paths, out=request.out))
    found = list({entry.path: entry for entry in seen if isinstance(entry, Found)}.values())
    _check_list(request.timecodes, found)
    looked = list(_look_at_all(request, found, prober))
    clips = [entry for entry in looked if isinstance(entry, Admitted)]
    done = _done_before(request, clips)
    jobs = tuple(freeze_jobs(request, [clip.looked for clip in clips if clip not in done]))
    if request.replace:
        jobs = settle_replacements(jobs)
    check_names(jobs)
    left_out = [entry for entry in (*seen, *looked) if isinstance(entry, LeftOut)]
    return Creation(
        jobs,
        tuple(sorted(left_out, key=lambda entry: str(entry.path))),
        tuple(done.values()),
        request.timecodes.unused(found) if request.timecodes else (),
    )


def write_job(job: CreatedJob, folder: Path) -> Path:
    """Write one job file, whole or not at all. Raises: FileExistsError, OSError."""
    path = folder / job.file_name
    write_whole(path, encode_json(job.spec))
    return path


def _look_at_all(
    request: CreationRequest, found: list[Found], prober: Prober
) -> Iterator[Admitted | LeftOut]:
    """Look at the clips side by side; a clip that cannot be taken costs only itself."""

    def look(entry: Found, prober: Prober) -> Admitted | LeftOut | CreationError:
        try:
            return admit(request, look_at(request, entry, prober))
        except ProbeError as error:
            return LeftOut(entry.path, error.detail.removeprefix(f"{entry.path}: "))
        except OSError as error:
            return LeftOut(entry.path, error.strerror or str(error))
        except CreationError as error:
            return error

    wrong: list[Issue] = []
    answers = look_side_by_side(look, found, prober, side_by_side=request.side_by_side)
    for number, (entry, answer) in enumerate(zip(found, answers, strict=True), start=1):
        request.looking(entry.path, number, len(found))
        if isinstance(answer, CreationError):
            wrong += answer.issues
        else:
            yield answer
    if wrong:
        raise CreationError(tuple(wrong))


def _done_before(request: CreationRequest, clips: list[Admitted]) -> dict[Admitted, DoneBefore]:
    """Return the clips that need no new proxy, where a person asked to leave them out."""
    if request.skip_done is None:
        return {}
    folders = {clip.looked.placement.directory for clip in clips}
    trust = request.skip_done == "trusted"
    proven = {folder: ProvenProxies(folder, trust=trust) for folder in folders}
    done = {}
    for clip in clips:
        made = proven[clip.looked.placement.directory].find(clip.fingerprint, clip.output)
        if made is not None:
            path = clip.looked.found.path
            done[clip] = DoneBefore(path, clip.output, made.completed_at or "")
    return done


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
            f"{row} fits {len(paths)} clips: {', '.join(map(str, paths[:3]))}; look at them apart",
        )
        for row, paths in meant.items()
        if len(paths) > 1
    ]
    if issues:
        raise CreationError(tuple(issues))


def _check_request(request: CreationRequest) -> None:
    issues = [
        Issue("SOURCE_MISSING", str(path), "does not exist")
        for path in request.paths
        if not path.exists()
    ]
    rule = find_rule(request.rule)
    issues += _check_template(request)
    issues += check_rule(
        rule,
        template=request.naming_template,
        profile=request.profile,
        known=load_profiles(),
    )
    if issues:
        raise CreationError(tuple(issues))


def _check_template(request: CreationRequest) -> list[Issue]:
    template = request.naming_template
    issues = check_template(template, clip_count=request.clips_per_job, path="--name")
    if issues:
        return issues
    problem = name_problem(expand_template(template, dict.fromkeys(TOKENS, "x")))
    sentence = f"found {template!a}, which {problem}"
    return [Issue("SPEC_BAD_TEMPLATE", "--name", sentence)] if problem else []
