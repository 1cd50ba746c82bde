"""What tests of the farm stand on: JobSpecs by hand, `proxx` called, a bundle judged by others."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openjd.model import (
    ParameterValue,
    ParameterValueType,
    StepParameterSpaceIterator,
    create_job,
    decode_job_template,
    preprocess_job_parameters,
)

from tests.sidecar.calling import Proxx
from tests.spec.samples import clip, job, source

ROOT = Path(__file__).parents[2]
NAMESPACE = uuid.UUID("7d3f3f5e-1b4c-4f43-9d53-9a0f1c1f2a77")
IN, OUT = "/mnt/shoot/card A", "/mnt/cache/day 3"


def job_id(number: int) -> str:
    """Return the id of a job by its number, the same in each run."""
    return str(uuid.uuid5(NAMESPACE, str(number)))


def job_value(
    number: int,
    *,
    label: str | None = None,
    files: Sequence[str] | None = None,
    out: str = OUT,
    clips: int = 1,
    **changes: Any,
) -> dict[str, Any]:
    """Return a JobSpec as plain data; each has an id, a label, a source and a proxy of its own."""
    label = label or f"A001C{number:03d}"
    made = []
    for index in range(clips):
        name = label if clips == 1 else f"{label}-{index}"
        named = list(files) if files else [f"{IN}/{name}.mov"]
        of = source(path=named[0], files=named)
        made.append(clip(index, output_name=f"{name}.mov", source=of))
    value = job(job_id=job_id(number), label=label, clips=made)
    value["output"]["directory"] = out
    return value | changes


def write_jobs(folder: Path, *values: dict[str, Any]) -> list[Path]:
    """Write JobSpecs into a folder, each under its usual name."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{value['label']}.{value['job_id']}.job.json" for value in values]
    for path, value in zip(paths, values, strict=True):
        path.write_text(json.dumps(value, ensure_ascii=False, indent=2), "utf-8")
    return paths


def caller(folder: Path, capsys: pytest.CaptureFixture[str]) -> Proxx:
    """Return the command line in this process; there is no footage."""
    return Proxx(folder, folder / "no clip", capsys)


def contents(bundle: Path) -> dict[str, bytes]:
    """Return every file of a folder by its name below it."""
    files = sorted(path for path in bundle.rglob("*") if path.is_file())
    return {path.relative_to(bundle).as_posix(): path.read_bytes() for path in files}


def read(bundle: Path, name: str) -> Any:
    """Return what a JSON file of a bundle holds."""
    return json.loads((bundle / name).read_bytes())


def values_of(bundle: Path) -> dict[str, Any]:
    """Return the parameter values of a bundle by name."""
    return {
        each["name"]: each["value"]
        for each in read(bundle, "parameter_values.json")["parameterValues"]
    }


def open_as_standard(bundle: Path) -> tuple[list[str], list[list[str]]]:
    """Let the standard's own library read a bundle and make its job.

    Return the job's name with its command, and the arguments of each task as they would be run.
    """
    template = decode_job_template(template=read(bundle, "template.json"))
    given = {n: v for n, v in values_of(bundle).items() if ":" not in n}
    types = {each.name: each.type.name for each in template.parameterDefinitions or []}
    values = preprocess_job_parameters(
        job_template=template,
        job_parameter_values=given,
        job_template_dir=bundle,
        current_working_dir=bundle,
    )
    # As given: the library would take a path of another system for a relative one.
    values = {
        name: ParameterValue(
            type=ParameterValueType[types[name]], value=given.get(name, value.value)
        )
        for name, value in values.items()
    }
    made = create_job(job_template=template, job_parameter_values=values)
    step = made.steps[0]
    run = step.script.actions.onRun
    params = {f"{{{{Param.{name}}}}}": value.value for name, value in values.items()}
    told = []
    for task in StepParameterSpaceIterator(space=step.parameterSpace):
        known = {**params, "{{Task.Param.Job}}": str(task["Job"].value)}
        words = []
        for word in map(str, run.args or []):
            for name, value in known.items():
                word = word.replace(name, value)
            words.append(word)
        told.append(words)
    return [made.name, str(run.command)], told


def submit_as_deadline(bundle: Path, place: Path) -> dict[str, Any]:
    """Let Deadline's own submitter make its call of the service, which is not made.

    Return the call's `arguments`, what was `told`, and what the service's model finds `wrong`.
    """
    snapshot, home = place / "snapshot", place / "home"
    for folder in (snapshot, home):
        folder.mkdir(parents=True)
    ended = subprocess.run(
        [sys.executable, "-m", "tests.farm.submitter", bundle, snapshot],
        env={"HOME": str(home), "DEADLINE_CLOUD_TELEMETRY_OPT_OUT": "true"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    told: dict[str, Any] = json.loads(ended.stdout)
    return told
