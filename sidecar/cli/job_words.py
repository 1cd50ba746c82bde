"""What a person reads of one job that ended."""

from __future__ import annotations

from collections.abc import Iterator

from proxx_engine import ClipExecutionResult, JobExecutionResult
from sidecar.cli.outcome import format_bytes, format_seconds, plural


def describe_result(title: str, result: JobExecutionResult) -> Iterator[str]:
    """Yield what a person reads of one job."""
    note = " (exists only)" if result.verification_level == "exists" else ""
    seconds = format_seconds(result.duration_seconds)
    if len(result.clips) == 1 and result.status == "COMPLETED":
        yield f"{title}  COMPLETED{note}  {_proof(result.clips[0])}  {seconds}"
    else:
        yield f"{title}  {result.status}{note}  {seconds}"
        for clip in result.clips:
            if clip.status == "COMPLETED":
                yield f"    {clip.output.relative_path}  COMPLETED  {_proof(clip)}"
            elif clip.failure is None:
                yield f"    {clip.output.relative_path}  {clip.status}"
    if result.failure is not None:
        yield f"    {result.failure.code}: {result.failure.sentence}"
        yield f"    {result.failure.next_step}"
    told = result.failure.sentence if result.failure else None
    for issue in result.issues:
        if issue.sentence not in (told, "") and issue.sentence not in (told or ""):
            yield f"    {issue.code}: {issue.sentence}"


def _proof(clip: ClipExecutionResult) -> str:
    checks = clip.verification.checks if clip.verification else ()
    planned = sum(1 for check in checks if check.verdict == "planned")
    size = format_bytes(clip.output_size_bytes or 0)
    return f"{plural(len(checks), 'check')} hold ({plural(planned, 'planned difference')})  {size}"
