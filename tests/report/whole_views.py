"""Whole views: a night with every state, one that means harm, one of many rows."""

from __future__ import annotations

import dataclasses

from sidecar.report.model import CheckLine, Fact, FailureLine, Headline, NleLine, ReportView
from tests.report.samples import checks, clip, night, quality, sizes, speeds, view


def a_night() -> ReportView:
    """Return a view with every state, everything that a row can tell, and all plots."""
    states = ("failed", "failed", "not-run", "gone", "exists-only", "running")
    clips = [
        clip(number, state)
        for number, state in enumerate((*states, *("proven",) * 12, "replaced", "superseded"))
    ]
    clips[6] = dataclasses.replace(
        clips[6],
        quality=quality(),
        checks=checks(14, raster="planned", rotation="unknown", timecode="different"),
    )
    counted = ("3 NOT COMPLETED", "1 NOT PROVEN any more", "12 COMPLETED and proven")
    return view(
        *clips,
        headline=Headline("bad", "of 18 clips 3 NOT COMPLETED", counted),
        night=night(tuple(clips)),
        speeds=speeds(),
        sizes=sizes(),
    )


HOSTILE_NAMES = (
    '"><img src=x onerror="window.hurt = 1">.mov',
    "</script><script>window.hurt = 1</script>.mov",
    "' onfocus='window.hurt = 1' autofocus '.mov",
    "<!-- {{ 7 * 7 }} ]]>&amp;.mov",
    "invoice\u202egpj.vom",
    "two\nlines\r\tand\0more.mov",
    "x" * 251 + ".mov",
    "קליפ שלום.mov",
    "🎬 take 2.mov",
    "broken \udcff\x1b[31m.mov",
    "a\u2028b\u2029c.mov",
)


def hostile() -> ReportView:
    """Return a view in which every text means harm."""
    clips = []
    for number, name in enumerate(HOSTILE_NAMES):
        harmed = clip(number, "failed" if number % 2 else "proven")
        texts = dict.fromkeys(
            ("name", "folder", "batch", "label", "worker", "source", "proxy", "command"), name
        )
        failure = harmed.failure and FailureLine("SOURCE_DAMAGED", "execution", name, name)
        clips.append(
            dataclasses.replace(
                harmed,
                **texts,
                failure=failure,
                told=name,
                messages=name,
                remarks=(name,),
                links=(name,),
                files=(name,),
                checks=(CheckLine(name, name, name, "different"),),
                facts=(Fact(name, name, name),),
                nle=(NleLine(name, "no", name),),
            )
        )
    return view(*clips, night=night(tuple(clips), 2), title=f"Review of {HOSTILE_NAMES[1]}")


def many(count: int = 2000) -> ReportView:
    """Return a view of so many rows, each with thirty checks and all else that a row tells."""
    states = ("failed", "proven", "proven", "exists-only", "superseded")
    clips = tuple(clip(n, states[n % len(states)], checks=checks(30)) for n in range(count))
    return view(*clips, night=night(clips, 8), speeds=speeds(), sizes=sizes())
