"""One sentence over all clips: no word of success while anything is not so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.report.headline import headline, headline_in_a_line
from sidecar.report.rows import BAD, QUIET, STATES, Row


def row(state: str, clips: int = 1) -> Row:
    kind = {"waiting": "job", "running": "job", "interrupted": "job", "unreadable": "file"}
    return Row(
        state=state,
        job_status="",
        name=state,
        told="",
        code=None,
        batch=None,
        size_bytes=None,
        duration_seconds=None,
        ended=None,
        data={"clips": clips},
        kind=kind.get(state, "clip"),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("states", "tone", "sentence"),
    [
        ("proven proven", "good", "all 2 clips COMPLETED and proven"),
        ("proven", "good", "all 1 clip COMPLETED and proven"),
        ("proven replaced superseded", "good", "all 1 clip COMPLETED and proven"),
        ("proven failed not-run", "bad", "of 3 clips 2 NOT COMPLETED"),
        ("proven exists-only", "warn", "of 2 clips 1 exists only, which proves nothing"),
        ("exists-only gone", "bad", "of 2 clips 1 NOT PROVEN any more"),
        ("proven waiting", "warn", "of 2 clips 1 not done yet"),
        ("proven interrupted", "bad", "of 2 clips 1 NOT COMPLETED"),
        ("proven unreadable", "bad", "1 CANNOT BE READ, of 1 clip beside"),
        ("unreadable", "bad", "no clip yet"),
        ("superseded", "quiet", "no clip yet"),
        ("", "quiet", "no clip yet"),
    ],
)
def test_the_gravest_is_said(states: str, tone: str, sentence: str) -> None:
    said = headline([row(state) for state in states.split()])
    assert (said.tone, said.sentence) == (tone, sentence)


def test_a_job_counts_for_all_its_clips() -> None:
    said = headline([row("proven"), row("waiting", clips=40)])
    assert said.sentence == "of 41 clips 40 not done yet"


def test_the_details_tell_every_group_also_what_is_well() -> None:
    said = headline([row(state) for state in ("proven", "proven", "failed", "unreadable")])
    assert said.details == ("2 COMPLETED and proven", "1 NOT COMPLETED", "1 CANNOT BE READ")


@given(st.lists(st.sampled_from(STATES), max_size=12))
def test_all_is_never_said_while_anything_is_not_so(states: list[str]) -> None:
    rows = [row(state) for state in states]
    said, line = headline(rows), headline_in_a_line(rows)
    well = [state for state in states if state == "proven"]
    whole = bool(well) and all(state in {"proven", *QUIET} for state in states)
    assert (said.tone == "good") == whole
    assert said.sentence.startswith("all") == whole
    assert line.startswith("all") == whole
    if any(state in BAD - {"waiting", "running"} for state in states):
        assert said.tone == "bad"


def test_a_clip_that_waits_to_be_tried_again_counts_once() -> None:
    lost, well = row("failed"), row("proven")
    lost.data.update(job_id="one", waiting_job="two")
    again = row("waiting", clips=1)
    again.data.update(job_id="two", retried_from="one")
    said = headline([lost, well, again])
    assert said.sentence == "of 2 clips 1 NOT COMPLETED"
    assert said.details == ("1 COMPLETED and proven", "1 NOT COMPLETED")
    assert headline([again]).sentence == "of 1 clip 1 not done yet"
