"""What came of all clips, in one sentence that cannot mislead. Pure.

No word of success stands in it while anything is not so, and the gravest is said first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from sidecar.report.model import Headline, Tone
from sidecar.report.rows import Row
from sidecar.words import plural

LACKING = ("failed", "not-run", "interrupted")
_GROUPS: Mapping[str, tuple[tuple[str, ...], Tone]] = MappingProxyType(
    {
        "{} COMPLETED and proven": (("proven",), "good"),
        "{} exists only, which proves nothing": (("exists-only",), "warn"),
        "{} NOT COMPLETED": (LACKING, "bad"),
        "{} not done yet": (("waiting", "running"), "warn"),
        "{} NOT PROVEN any more": (("gone", "changed", "doubtful", "unproven"), "bad"),
    }
)
"""Each clip that counts is in one of these."""
_GRAVEST_FIRST = ("bad", "warn", "good")


def headline(rows: Iterable[Row]) -> Headline:
    """Say how many clips of all are what; rows that another job did again do not count."""
    counts = count_clips(rows)
    total = sum(counts[state] for states, _ in _GROUPS.values() for state in states)
    said = [
        (tone, words.format(count))
        for words, (states, tone) in _GROUPS.items()
        if (count := sum(counts[state] for state in states))
    ]
    unread = counts["unreadable"]
    lost = (f"{unread} CANNOT BE READ",) * bool(unread)
    details = (*(words for _, words in said), *lost)
    if total and counts["proven"] == total and not unread:
        return Headline("good", f"all {plural(total, 'clip')} COMPLETED and proven", ())
    if not said:
        return Headline("bad" if unread else "quiet", "no clip yet", lost)
    tone, gravest = min(said, key=lambda group: _GRAVEST_FIRST.index(group[0]))
    if unread and tone != "bad":
        return Headline("bad", f"{lost[0]}, of {plural(total, 'clip')} beside", details)
    return Headline(tone, f"of {plural(total, 'clip')} {gravest}", details)


def headline_in_a_line(rows: Iterable[Row]) -> str:
    """Say the same for a Console: every group, with the number of all clips before them."""
    rows = tuple(rows)
    counts, said = count_clips(rows), headline(rows)
    total = sum(counts[state] for states, _ in _GROUPS.values() for state in states)
    if said.tone == "good" or not total:
        return ", ".join((said.sentence, *said.details))
    return f"{plural(total, 'clip')}: {', '.join(said.details)}"


def count_clips(rows: Iterable[Row]) -> Counter[str]:
    """Count clips by state: a job stands for all of its clips, a file for one.

    A clip that failed and waits to be tried again counts once, as failed.
    """
    rows = tuple(rows)
    told = {row.data.get("waiting_job") for row in rows if row.state in LACKING} - {None}
    counts: Counter[str] = Counter()
    for row in rows:
        if row.kind != "job":
            counts[row.state] += 1
        elif row.data.get("job_id") not in told:
            counts[row.state] += row.data["clips"]
    return counts
