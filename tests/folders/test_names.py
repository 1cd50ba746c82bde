"""What a name in `pending/` means, and names that sort as they were submitted."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.folders.names import job_id_in, job_stem, judge_name, order_names, plain_stem
from tests.folders.scenes import make_spec

ID = "0d6a8f4e-52d1-4f5c-9a3b-6f1f7d2c8e90"


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        (f"A001.{ID}.job.json", "job"),
        (f"20260213T201500123Z-00001.Überfahrt 2.{ID}.job.json", "job"),
        ("by hand.job.json", "job"),
        (f".A001.{ID}.job.json.0123abcd.part", "unfinished"),
        (f".A001.{ID}.job.json", "unfinished"),
        (f"._A001.{ID}.job.json", "unfinished"),
        (f"A001.{ID}.job.json.tmp", "unfinished"),
        (f"A001.{ID}.job.json.part", "unfinished"),
        ("A001.job.json~", "unfinished"),
        ("~$A001.job.json", "unfinished"),
        (".DS_Store", "unfinished"),
        ("Thumbs.db", "unfinished"),
        ("desktop.ini", "unfinished"),
        (".nfs000000000123", "unfinished"),
        ("A001.json", "foreign"),
        ("A001.JOB.JSON", "foreign"),
        ("A001.result.json", "foreign"),
        ("notes.txt", "foreign"),
        ("A001 (conflicted copy 2026-02-13).job.json", "unsafe"),
        ("A001.sync-conflict-20260213-201500-ABCDEFG.job.json", "unsafe"),
        ("two\nlines.job.json", "unsafe"),
        ("right\u202eto left.job.json", "unsafe"),
        ("-rf.job.json", "unsafe"),
        ("no text \udcff.job.json", "unsafe"),
        ("x" * 240 + ".job.json", "unsafe"),
    ],
)
def test_a_name_has_one_meaning(name: str, meaning: str) -> None:
    assert judge_name(name) == meaning


@given(st.text(max_size=60))
def test_any_name_has_a_meaning(name: str) -> None:
    assert judge_name(name) in ("job", "unfinished", "foreign", "unsafe")


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_every_system_can_store(name: str) -> None:
    plain = plain_stem(name)
    assert plain
    assert len(plain.encode()) <= 140
    assert plain.isprintable()
    assert not set(plain) & set('/\\<>:"|?*')


def test_names_sort_as_the_jobs_were_submitted(tmp_path: Path) -> None:
    specs = [make_spec(tmp_path, number) for number in (3, 1, 2)]
    first = order_names(specs, at="2026-02-13T20:15:00.123Z")
    later = order_names(specs, at="2026-02-13T20:15:00.124Z")
    assert sorted(later + first) == first + later
    assert [job_id_in(name) for name in first] == [spec.job_id for spec in specs]
    assert all(judge_name(name) == "job" for name in first)


def test_a_long_label_is_cut_in_the_name_and_kept_in_the_folder(tmp_path: Path) -> None:
    label = "ü" * 95
    spec = make_spec(tmp_path).model_copy(update={"label": label})
    (name,) = order_names([spec], at="2026-02-13T20:15:00.123Z")
    assert judge_name(name) == "job"
    assert job_stem(spec) == f"{label}.{spec.job_id}"
