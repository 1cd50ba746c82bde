"""What keeps jobs from being one bundle: every problem at once, each under its job. Pure."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from proxx_engine import ExecutionPlan, Issue, PathMap, local_path, root_problem, same_root
from sidecar.farm.roots import RootFinder, keys_of, nested_roots, pure
from sidecar.farm.template import MAX_NAME, MAX_PARAMETERS, MAX_VALUE
from sidecar.words import plural

MAX_TASKS = 999_999
"""The folders of tasks have six digits."""
_OTHER_PARAMETERS = 2


def check_jobs(jobs: Sequence[tuple[str, ExecutionPlan]]) -> Iterator[Issue]:
    """Yield what is wrong with jobs that were read, each told by its file."""
    ids: dict[str, str] = {}
    places: dict[tuple[str, ...], str] = {}
    for told, plan in jobs:
        if plan.engine != "ffmpeg":
            sentence = f"the job needs {plan.engine}; a farm's workers run FFmpeg jobs"
            yield Issue("ROUTE_WRONG_FOLDER", told, sentence)
        first = ids.setdefault(plan.spec.job_id, told)
        if first is not told:
            sentence = f"is job {plan.spec.job_id}, as {first} is; name one of the two"
            yield Issue("SPEC_DUPLICATE_KEY", told, sentence)
            continue
        for path in (
            plan.work_folder,
            plan.result_path,
            *(clip.output_path for clip in plan.clips),
        ):
            other = places.setdefault(_place(path), told)
            if other is not told:
                sentence = f"would write {path}, as {other} would"
                yield Issue("OUTPUT_NAME_COLLISION", told, sentence)
                break


def _place(path: str) -> tuple[str, ...]:
    """Return a key that is equal for paths that some system takes for one."""
    names = keys_of(pure(path))
    return tuple(unicodedata.normalize("NFC", name.casefold()) for name in names)


def check_numbers(tasks: int, roots: int) -> Iterator[Issue]:
    """Yield where there is too much of something."""
    if tasks > MAX_TASKS:
        sentence = f"found {tasks:,} jobs; a bundle has at most {MAX_TASKS:,}: make several"
        yield Issue("SPEC_TOO_MANY", "", sentence)
    most = MAX_PARAMETERS - _OTHER_PARAMETERS
    if roots > most:
        sentence = (
            f"found {roots} roots; a template has at most {most}: name folders above them with "
            "--root, or make several bundles"
        )
        yield Issue("SPEC_TOO_MANY", "", sentence)


def check_name(name: str) -> Iterator[Issue]:
    """Yield why a bundle cannot have a name."""
    problem = None
    if not name.strip():
        problem = "is empty"
    elif len(name) > MAX_NAME:
        problem = f"has {len(name)} characters, and farms take {MAX_NAME}"
    elif not name.isprintable():
        problem = "holds what cannot be printed"
    elif "{{" in name or "}}" in name:
        problem = 'holds "{{" or "}}", which farms take for a reference'
    if problem is not None:
        yield Issue("SPEC_BAD_NAME", "--name", f"found {name[:200]!a}, which {problem}")


def check_roots(roots: Sequence[str], folders: Iterable[str]) -> Iterator[Issue]:
    """Yield what is wrong with roots that were said, and each folder that lies below none."""
    if not roots:
        return
    bad = False
    for root in roots:
        if problem := root_problem(root):
            bad = True
            yield Issue("SPEC_BAD_PATH", "--root", f"found {root[:400]!a}, which {problem}")
    if bad:
        return
    for inner, outer in nested_roots(roots):
        sentence = f"found {inner!a}, which lies in {outer!a} or is the same; name one of the two"
        yield Issue("SPEC_BAD_PAIR", "--root", sentence)
    finder = RootFinder(roots)
    outside = Counter(folder for folder in folders if finder.above(pure(folder)) is None)
    for folder in sorted(outside):
        sentence = f"lies below no --root, and jobs use it ({plural(outside[folder], 'time')})"
        yield Issue("SPEC_OUTSIDE_ROOT", folder, sentence)


def check_maps(
    roots: Mapping[str, str], folders: Iterable[str], maps: tuple[PathMap, ...]
) -> Iterator[Issue]:
    """Yield where a root's name here would lead elsewhere than the path maps do.

    `roots`: as written → as called here.
    """
    if not maps:
        return
    finder = RootFinder(roots)
    for folder in sorted(set(folders)):
        root = finder.above(pure(folder))
        if root is None:
            continue
        here, by_root = (
            local_path(folder, by) for by in (maps, (PathMap(written=root, local=roots[root]),))
        )
        if not same_root(here, by_root):
            sentence = (
                f"found {root}, which is {roots[root]} here; {folder} is {here} here, and would be "
                f"{by_root}: name their roots apart"
            )
            yield Issue("SPEC_BAD_PAIR", "--root", sentence)


def check_command(command: str) -> Iterator[Issue]:
    """Yield why workers could not be given a command."""
    if not command.strip():
        yield Issue("SPEC_BAD_TEXT", "--proxx", "is empty")
    yield from check_values([("--proxx", command)])


def check_values(values: Iterable[tuple[str, str]]) -> Iterator[Issue]:
    """Yield each parameter's value that is too long for the standard, or cannot be written."""
    for told, value in values:
        if len(value) > MAX_VALUE:
            sentence = f"has {len(value):,} characters; farms take {MAX_VALUE:,}"
            yield Issue("SPEC_TOO_LONG", told[:200], sentence)
        if any(letter < " " or "\ud800" <= letter <= "\udfff" for letter in value):
            yield Issue("SPEC_BAD_TEXT", ascii(told[:200]), "holds what no farm can read")
