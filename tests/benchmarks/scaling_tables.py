"""Markdown tables of what was measured, and the slopes in it. Pure, but for printing."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

Row = Sequence[str | int | float]


def print_table(title: str, heads: Sequence[str], rows: Iterable[Row]) -> None:
    """Print one table; numbers stand to the right, three digits of them are told."""
    print(f"\n**{title}**\n")
    print(f"| {' | '.join(heads)} |")
    print(f"|{'|'.join('---' if number == 0 else '---:' for number in range(len(heads)))}|")
    for row in rows:
        print(f"| {' | '.join(map(told, row))} |", flush=True)


def told(value: str | int | float) -> str:
    """Return a number as people read it."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def slope(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return `(a, b)` of the line a + b·x that is nearest to the points (least squares)."""
    if len({x for x, _y in points}) < 2:
        return statistics.fmean(y for _x, y in points), 0.0
    line = statistics.linear_regression([x for x, _y in points], [y for _x, y in points])
    return line.intercept, line.slope


def print_slope(what: str, unit: str, by: str, points: Sequence[tuple[float, float]]) -> None:
    """Print how something grows, and how far the points lie from that line."""
    base, growth = slope(points)
    off = max(abs(y - base - growth * x) for x, y in points)
    print(f"\nslope: {what} = {told(base)} + {told(growth)} × {by} {unit} (off by ≤ {told(off)})")


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
