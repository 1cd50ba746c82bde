"""What a farm reads: the template of Open Job Description, and its values for Deadline. Pure.

No name and no text of a job stands in the template, where `{{` would be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from proxx_engine import JobSpec
from sidecar.farm.layout import COMMAND_PARAMETER, JOBS, JOBS_PARAMETER, STEP, TASK

MAX_NAME = 128
"""Characters of a job's name in the standard without its extensions."""
MAX_PARAMETERS = 50
"""Of a template in the standard without its extensions."""
MAX_VALUE = 1024
"""Characters of a parameter's value, in the standard and in Deadline's service."""
MAX_SECONDS = 4_000_000
"""46 days. The standard's runtime counts them with a timer, and those of Windows end at 49 days."""
NOTIFY_SECONDS = 120
"""From the asking to stop until the farm kills."""
_ROOM_SECONDS = 600


def template_of(
    *, name: str, roots: tuple[str, ...], tasks: int, seconds: int, command: str
) -> dict[str, Any]:
    """Return the template. `roots`: names of their parameters; `seconds`: the limit of a task."""
    return {
        "specificationVersion": "jobtemplate-2023-09",
        "name": name,
        "parameterDefinitions": [
            {
                "name": COMMAND_PARAMETER,
                "type": "STRING",
                "default": command,
                "description": "The command proxx on the workers.",
            },
            {
                "name": JOBS_PARAMETER,
                "type": "PATH",
                "objectType": "DIRECTORY",
                "dataFlow": "INOUT",
                "default": JOBS,
                "description": "The jobs of this bundle, and their records.",
            },
            *map(_root_parameter, roots),
        ],
        "steps": [
            {
                "name": STEP,
                "parameterSpace": {
                    "taskParameterDefinitions": [
                        {"name": TASK, "type": "INT", "range": f"1-{tasks}"}
                    ]
                },
                "script": {"actions": {"onRun": _action(roots, seconds)}},
            }
        ],
    }


def values_of(roots: Mapping[str, str], *, allowed_failures: int) -> dict[str, Any]:
    """Return the values: each root as the exporting machine calls it; nothing is tried again."""
    values: dict[str, Any] = {
        **roots,
        # Unsaid, Deadline's submitter tries a task 5 times again and lets 20 fail.
        "deadline:maxRetriesPerTask": 0,
        "deadline:maxFailedTasksCount": allowed_failures,
    }
    return {"parameterValues": [{"name": name, "value": value} for name, value in values.items()]}


def task_seconds(spec: JobSpec) -> int:
    """Return the limit of a task: each clip is encoded and played, and may take its limit twice."""
    clips = 2 * len(spec.clips) * spec.execution.clip_timeout_seconds
    return min(clips + _ROOM_SECONDS, MAX_SECONDS)


def _root_parameter(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "type": "PATH",
        "objectType": "DIRECTORY",
        # NONE: job attachments would carry a whole volume otherwise.
        "dataFlow": "NONE",
        "description": "A folder below which jobs read or write.",
    }


def _action(roots: tuple[str, ...], seconds: int) -> dict[str, Any]:
    arguments = ["farm", "task", f"{{{{Param.{JOBS_PARAMETER}}}}}", f"{{{{Task.Param.{TASK}}}}}"]
    for name in roots:
        arguments += ["--root", f"{name}={{{{Param.{name}}}}}"]
    return {
        "command": f"{{{{Param.{COMMAND_PARAMETER}}}}}",
        "args": [*arguments, "--rules", "{{Session.PathMappingRulesFile}}"],
        "timeout": seconds,
        "cancelation": {
            "mode": "NOTIFY_THEN_TERMINATE",
            "notifyPeriodInSeconds": NOTIFY_SECONDS,
        },
    }
