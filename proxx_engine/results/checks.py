"""One comparison of a proxy with what its source promises, and all of them together."""

from __future__ import annotations

from typing import Literal

from proxx_engine.spec.model import FrozenModel

Verdict = Literal["equal", "planned", "different", "unknown"]
PROVEN: tuple[Verdict, ...] = ("equal", "planned")


class Check(FrozenModel):
    """One comparison."""

    name: str
    """Stable: `frames.muxed`, `audio.1.content`, …"""
    expected: str
    actual: str
    verdict: Verdict
    """`planned`: as decided, and different from the source on purpose."""


class VerificationReport(FrozenModel):
    """Every comparison that was made, in a fixed order."""

    checks: tuple[Check, ...]

    def first_failing(self) -> Check | None:
        """Return the first check that does not prove the proxy, None when all do."""
        return next((check for check in self.checks if check.verdict not in PROVEN), None)
