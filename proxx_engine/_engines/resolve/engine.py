"""The Resolve engine: Resolve renders a proxy, FFmpeg plays it back like any other."""

from __future__ import annotations

from pathlib import Path

from proxx_engine._engines.contract import EncodeReport, Fault, ProxyWitness, Workplace
from proxx_engine._engines.ffmpeg.engine import FFmpegEngine
from proxx_engine._engines.resolve.driver import Drive, describe_host, look_at_host
from proxx_engine._engines.resolve.host import ResolveHost
from proxx_engine.errors import EncodingFault
from proxx_engine.planning.plan import ClipPlan, ExecutionPlan
from proxx_engine.planning.raw_looks import unrendered
from proxx_engine.results.execution_results import CapturedText
from proxx_engine.spec.profile import ProfileSpec
from proxx_engine.system.tools import Tools


class ResolveEngine:
    """Makes proxies in the open project of a running Resolve."""

    def __init__(self, host: ResolveHost, profile: ProfileSpec) -> None:
        """`profile` is the job's."""
        self._host = host
        self._profile = profile

    def identify(self, tools: Tools) -> str:
        """Return Resolve's own name and version."""
        return describe_host(self._host)

    def look(self, plan: ExecutionPlan) -> tuple[Fault, ...]:
        """Look whether Resolve could render the job now; changes nothing."""
        if unmade := unrendered(plan.spec.profile.look):
            return (Fault("RENDER_LOOK_REFUSED", unmade),)
        projects = {
            clip.rendering.project_id: clip.rendering for clip in plan.clips if clip.rendering
        }
        for rendering in projects.values():
            try:
                look_at_host(self._host, rendering, self._profile)
            except EncodingFault as fault:
                return (Fault(fault.code, fault.detail),)
        return ()

    def encode(self, plan: ClipPlan, place: Workplace, tools: Tools) -> EncodeReport:
        """Render one proxy at `plan.work_path`, exactly one job of Resolve's queue."""
        assert plan.rendering is not None
        drive = Drive(self._host, plan.rendering, self._profile, Path(plan.work_path), place)
        drive.run()
        fault, left = drive.fault, "; ".join(drive.not_restored)
        return EncodeReport(
            executed_command=(),
            exit_code=None,
            stderr=CapturedText(text=f"not put back: {left}\n" if left else "", truncated=False),
            witness=None,
            fault=Fault(fault.code, fault.detail) if fault else None,
            render_settings={key: str(value) for key, value in drive.settings.items()} or None,
            not_restored=left,
        )

    def play(self, plan: ClipPlan, place: Workplace, tools: Tools) -> ProxyWitness | Fault:
        """Decode the whole proxy at `plan.work_path`."""
        return FFmpegEngine().play(plan, place, tools)
