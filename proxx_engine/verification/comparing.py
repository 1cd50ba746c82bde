"""The forms of a comparison: equal to a value, true, and different on purpose."""

from __future__ import annotations

from fractions import Fraction

from proxx_engine.results.checks import Check, Verdict

EDIT_LIST_TICK = Fraction(1, 1000)
"""A MOV states where a track begins in milliseconds."""


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


def planned(check: Check, why: str | None) -> Check:
    """Say that a comparison that holds differs from the source on purpose; None where it does not.

    One that does not hold stays as it is.
    """
    if why is None or check.verdict != "equal":
        return check
    return check.model_copy(update={"verdict": "planned", "expected": f"{check.expected} ({why})"})
