"""Which engine executes a plan: the one that it names, and no other in its place."""

from __future__ import annotations

from proxx_engine._engines.contract import Engine
from proxx_engine._engines.ffmpeg.engine import FFmpegEngine
from proxx_engine._engines.resolve.engine import ResolveEngine
from proxx_engine._engines.resolve.host import ResolveHost
from proxx_engine.planning.plan import ExecutionPlan


def engine_for(plan: ExecutionPlan, host: ResolveHost | None) -> Engine | None:
    """Return the engine of a job; None where it is Resolve, and none is at hand."""
    if plan.engine == "ffmpeg":
        return FFmpegEngine()
    return ResolveEngine(host, plan.spec.profile) if host is not None else None
