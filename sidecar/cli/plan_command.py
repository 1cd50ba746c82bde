"""`proxx plan`: routes, output paths, exact commands, space and time, refusals; touches nothing."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import Any

from proxx_engine import (
    ClipPlan,
    ExecutionPlan,
    Obstacle,
    Tools,
    look_before,
    plan_here,
    plan_job,
)
from sidecar.cli.jobs import complaints_of, issues_of, read_jobs
from sidecar.cli.machine import add_machine, open_tools, read_machine
from sidecar.cli.outcome import DONE, REQUEST_WRONG, Outcome, format_bytes, format_seconds, plural


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="JOB", help="job files or folders")
    add_machine(parser)


def execute(arguments: argparse.Namespace) -> Outcome:
    """Decide everything about the jobs, look at the places, and tell."""
    config = read_machine(arguments)
    found = read_jobs(arguments.paths, path_maps=config.path_maps)
    if found.wrong:
        return Outcome(
            REQUEST_WRONG, {"wrong": issues_of(found.wrong)}, complaints=complaints_of(found.wrong)
        )
    with open_tools(config) as tools:
        plans = [(job.path, plan_job(job.spec)) for job in found.jobs]
        seen = [(path, plan, look_before(plan, tools, may_touch=False)) for path, plan in plans]
        lines = [
            line for path, plan, refusals in seen for line in _show(path, plan, refusals, tools)
        ]
        space = sum(plan.estimated_bytes for _, plan in plans)
        seconds = sum(plan.estimated_cpu_seconds for _, plan in plans)
        refused = sum(1 for _, _, refusals in seen if refusals)
        wall = seconds / max(1, tools.threads)
        lines.append(
            f"{plural(len(plans), 'job')}, {refused} would be refused; about "
            f"{format_bytes(space)} and {format_seconds(wall)} on {tools.threads} processors"
        )
        lines += [f"has run: {run.path}  {run.status}" for run in found.already_run]
        data = {
            "jobs": [_data(path, plan, refusals, tools) for path, plan, refusals in seen],
            "estimated_bytes": space,
            "estimated_hours": round(wall / 3600, 4),
            "already_run": [str(run.path) for run in found.already_run],
        }
    return Outcome(DONE, data, tuple(lines))


def _show(
    path: Path, plan: ExecutionPlan, refusals: tuple[Obstacle, ...], tools: Tools
) -> list[str]:
    here = plan_here(plan, tools.path_maps)
    lines = [f"{path.name}  →  {plan.engine}"]
    for clip, local in zip(plan.clips, here.clips, strict=True):
        lines += [f"  {clip.clip.source.path}"]
        lines += _here("    ", clip.clip.source.path, local.clip.source.path)
        size = format_bytes(clip.estimated_bytes)
        lines += [f"    → {clip.output_path}  (about {size})"]
        lines += _here("      ", clip.output_path, local.output_path)
        if local.command:
            lines.append(f"    $ {shlex.join(_filled(local, tools))}")
    lines.append(f"  result: {here.result_path}")
    lines += [f"  REFUSED {obstacle.code}: {obstacle.detail}" for obstacle in refusals]
    return lines


def _here(indent: str, written: str, local: str) -> list[str]:
    return [f"{indent}here: {local}"] if local != written else []


def _filled(clip: ClipPlan, tools: Tools) -> list[str]:
    values = {"{ffmpeg}": str(tools.ffmpeg), "{threads}": str(tools.threads)}
    return [values.get(part, part) for part in clip.command]


def _data(
    path: Path, plan: ExecutionPlan, refusals: tuple[Obstacle, ...], tools: Tools
) -> dict[str, Any]:
    here = plan_here(plan, tools.path_maps)
    return {
        "job_file": str(path),
        "engine": plan.engine,
        "fingerprint": plan.jobspec_fingerprint,
        "result": here.result_path,
        "clips": [
            {
                "source": clip.clip.source.path,
                "output": clip.output_path,
                "command": list(clip.command),
                "here": {
                    "source": local.clip.source.path,
                    "output": local.output_path,
                    "command": _filled(local, tools),
                },
                "estimated_bytes": clip.estimated_bytes,
                "estimated_cpu_seconds": round(clip.estimated_cpu_seconds, 1),
            }
            for clip, local in zip(plan.clips, here.clips, strict=True)
        ],
        "refusals": [
            {"code": o.code, "detail": o.detail, "clip_index": o.clip_index} for o in refusals
        ],
    }
