"""The two forms of a comparison: equal to a value, and true."""

from __future__ import annotations

from proxx_engine.results.checks import Check, Verdict


def same(name: str, expected: object, actual: object) -> Check:
    """Compare two values; one that was not seen proves nothing."""
    verdict: Verdict = "equal" if expected == actual else "different"
    if actual is None:
        verdict = "unknown"
    return Check(name=name, expected=str(expected), actual=str(actual), verdict=verdict)


def true(name: str, expected: str, actual: str, holds: bool) -> Check:
    """Write a comparison down whose outcome is known."""
    return Check(
        name=name, expected=expected, actual=actual, verdict="equal" if holds else "different"
    )
