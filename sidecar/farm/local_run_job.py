"""A bundle as the standard's own library reads it: what is run here, and with which values.

Only what `proxx farm export` writes is taken: one step, whose tasks are numbered from 1.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from openjd.model import (
    DecodeValidationError,
    ExpressionError,
    IntRangeExpr,
    Job,
    ParameterValue,
    ParameterValueType,
    Step,
    StepParameterSpaceIterator,
    TokenError,
    create_job,
    decode_job_template,
    preprocess_job_parameters,
)

from proxx_engine import Issue, RequestError, is_foreign
from sidecar.farm.json_files import read_object
from sidecar.farm.layout import (
    COMMAND_PARAMETER,
    JOBS,
    JOBS_PARAMETER,
    ROOT_PARAMETER,
    STEP,
    TASK,
    TEMPLATE,
    VALUES,
)

FAILURES = "deadline:maxFailedTasksCount"


@dataclass(frozen=True)
class LocalJob:
    """A bundle's job, ready to be run."""

    step: Step
    values: dict[str, ParameterValue]
    numbers: tuple[int, ...]
    """Of all its tasks, from 1."""
    allowed_failures: int
    """How many tasks may fail before no further one is begun."""
    named_here: tuple[str, ...]
    """Those of the values that are this machine's names already, and that no rule renames."""

    def of_task(self, number: int) -> dict[str, ParameterValue]:
        """Return the values of a task's parameters."""
        return {TASK: ParameterValue(type=ParameterValueType.INT, value=str(number))}


def read_local_job(bundle: Path, *, command: Path, roots: Mapping[str, str]) -> LocalJob:
    """Read a bundle; `command` is this Proxx, `roots` what a person says of its roots.

    Raises: RequestError.
    """
    if not os.path.lexists(bundle / TEMPLATE):
        inside = os.path.lexists(bundle.parent / TEMPLATE)
        meant = f"; did you mean {bundle.parent}?" if inside else ""
        raise _refused(bundle, f"is no bundle: it holds no {TEMPLATE}{meant}")
    template = read_object(bundle / TEMPLATE)
    said, allowed = _split(read_object(bundle / VALUES), bundle / VALUES)
    unknown = sorted(name for name in roots if not name.startswith(ROOT_PARAMETER))
    if unknown:
        raise _refused(bundle / TEMPLATE, f"has no root called {', '.join(unknown)}")
    here = {COMMAND_PARAMETER: str(command), JOBS_PARAMETER: str(bundle.absolute() / JOBS)}
    for value in (*here.values(), *roots.values()):
        if not _is_text(value):
            sentence = "is no UTF-8, and the standard's runtime takes nothing else"
            raise RequestError((Issue("SPEC_BAD_PATH", value, sentence),))
    try:
        decoded = decode_job_template(template=template)
        # With no folders given, paths stay as they are: a Windows one is not made absolute here.
        values = preprocess_job_parameters(
            job_template=decoded,
            job_parameter_values={**said, **roots, **here},
            job_template_dir=Path(),
            current_working_dir=Path(),
            allow_job_template_dir_walk_up=True,
        )
        job = create_job(job_template=decoded, job_parameter_values=values)
    except (DecodeValidationError, ValueError) as error:
        raise _refused(bundle / TEMPLATE, str(error)) from error
    (step, *more) = job.steps
    tasks = StepParameterSpaceIterator(space=step.parameterSpace)
    if more or step.name != STEP or set(tasks.names) != {TASK} or _does_more(job, step):
        sentence = "is no template of `proxx farm export`; `openjd run` of the standard takes any"
        raise _refused(bundle / TEMPLATE, sentence)
    numbers = tuple(int(each[TASK].value) for each in tasks)
    named_here = tuple(root for root in roots.values() if not is_foreign(root))
    return LocalJob(step, values, numbers, allowed, (here[JOBS_PARAMETER], *named_here))


def _is_text(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _does_more(job: Job, step: Step) -> bool:
    """Whether anything is run but this Proxx, for its tasks."""
    action = step.script.actions.onRun
    words = [str(each) for each in (action.command, *(action.args or ())[:2])]
    surrounded = job.jobEnvironments or step.stepEnvironments or step.script.embeddedFiles
    return bool(surrounded) or words != [f"{{{{Param.{COMMAND_PARAMETER}}}}}", "farm", "task"]


def choose_tasks(job: LocalJob, said: str | None) -> tuple[int, ...]:
    """Return the tasks that a person names, as `1-3,7`; all where nothing is said.

    Raises: RequestError.
    """
    if said is None:
        return job.numbers
    try:
        named = IntRangeExpr.from_str(said)
    except (ExpressionError, TokenError, ValueError) as error:
        sentence = f"found {said!r}, expected numbers of tasks such as 1-3,7"
        raise RequestError((Issue("SPEC_WRONG_TYPE", "--tasks", sentence),)) from error
    known, last = set(job.numbers), len(job.numbers)
    if strange := [number for number in islice(named, last + 1) if number not in known]:
        sentence = f"the bundle has no task {strange[0]}; it has {last}, from 1"
        raise RequestError((Issue("SPEC_OUT_OF_RANGE", "--tasks", sentence),))
    asked = set(named)
    return tuple(number for number in job.numbers if number in asked)


def _split(document: dict[str, object], path: Path) -> tuple[dict[str, str], int]:
    """Return the values of the template's own parameters, and how many tasks may fail."""
    said = document.get("parameterValues")
    values: dict[str, object] = {}
    for pair in said if isinstance(said, list) else [None]:
        if not isinstance(pair, dict) or not {"name", "value"} <= pair.keys():
            raise _refused(path, "holds no parameterValues, each with a name and a value")
        values[str(pair["name"])] = pair["value"]
    allowed = values.get(FAILURES, 0)
    if type(allowed) is not int or allowed < 0:
        raise _refused(path, f"{FAILURES}: found {allowed!r}, expected a whole number")
    # A name with a colon is one of the farm's own, and no parameter of the template.
    return {name: str(value) for name, value in values.items() if ":" not in name}, allowed


def _refused(path: Path, sentence: str) -> RequestError:
    return RequestError((Issue("SPEC_UNREADABLE", "", sentence),), subject=str(path))
