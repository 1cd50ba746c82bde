"""`proxx watch --report`: the folder's page is kept current, and costs no job anything."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from sidecar.cli import watch_report
from sidecar.cli.watch_report import KeptReport
from sidecar.folders.layout import WatchFolder, make_watch_folder
from tests.results.scenes import failed, write_result
from tests.sidecar.calling import Proxx
from tests.sidecar.test_report import text_of


def watch_folder(root: Path) -> WatchFolder:
    root.mkdir()
    return make_watch_folder(root)


def test_the_page_tells_of_what_was_run(proxx: Proxx) -> None:
    watch_folder(proxx.folder / "jobs")
    proxx.shoot("A.mov", "B.mov")
    proxx.cut("B.mov")
    assert proxx("create", "footage", "--out", "out", "--into", "jobs").code == 0
    said = proxx("watch", "jobs", "--once", "--report", "night.html")
    assert said.code == 1
    told = text_of(proxx.folder / "night.html")
    assert "of 2 clips 1 NOT COMPLETED" in told
    assert "SOURCE_TRUNCATED" in told


def test_a_page_that_would_take_the_place_of_another_file_stops_the_start(proxx: Proxx) -> None:
    watch_folder(proxx.folder / "jobs")
    page = proxx.folder / "night.html"
    page.write_text("notes")
    said = proxx("watch", "jobs", "--once", "--report", "night.html")
    assert said.code == 2
    assert "is no page of Proxx" in said.err
    assert page.read_text() == "notes"


def test_the_page_follows_the_log_and_not_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_report, "_LEAST_SECONDS", 0.02)
    monkeypatch.setattr(watch_report, "_SHARE", 0)
    folder = watch_folder(tmp_path / "jobs")
    page = tmp_path / "night.html"
    write_result(folder.root / "failed", failed("A.mov", tmp_path), label="A")
    written = threading.Semaphore(0)
    original = watch_report.write_report

    def write(*words: object, **more: object) -> object:
        try:
            return original(*words, **more)  # type: ignore[arg-type]
        finally:
            written.release()

    monkeypatch.setattr(watch_report, "write_report", write)
    with KeptReport(folder, page, path_maps=(), complain=pytest.fail):
        assert written.acquire(timeout=20)
        assert written.acquire(timeout=20), "once more at rest"
        before = page.stat().st_mtime_ns
        assert not written.acquire(timeout=0.2), "nothing happened"
        (folder.log / "2026-02-13.x.jsonl").write_text("{}\n")
        assert written.acquire(timeout=20)
        assert page.stat().st_mtime_ns > before
    assert written.acquire(timeout=20), "once more at the end"


def test_a_page_that_cannot_be_written_is_told_once_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_report, "_LEAST_SECONDS", 0.01)
    monkeypatch.setattr(watch_report, "_SHARE", 0)
    folder = watch_folder(tmp_path / "jobs")
    write_result(folder.root / "failed", failed("A.mov", tmp_path), label="A")
    told: list[str] = []
    place = tmp_path / "pages"
    place.mkdir()
    kept = KeptReport(folder, place / "night.html", path_maps=(), complain=told.append)
    place.rmdir()
    with kept:
        deadline = time.monotonic() + 20
        while not told and time.monotonic() < deadline:
            time.sleep(0.01)
        for number in range(3):
            (folder.log / f"{number}.jsonl").write_text("{}\n")
            time.sleep(0.05)
    assert len(told) == 1
    assert "cannot be written" in told[0]


def test_a_job_that_is_filed_after_its_note_comes_onto_the_page_without_another_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An action is noted before it is done: a page made between the two is not the last."""
    monkeypatch.setattr(watch_report, "_LEAST_SECONDS", 0.02)
    monkeypatch.setattr(watch_report, "_SHARE", 0)
    folder = watch_folder(tmp_path / "jobs")
    page = tmp_path / "night.html"
    write_result(folder.root / "failed", failed("A.mov", tmp_path), label="A")
    original = watch_report.write_report

    def file_later(*words: object, **more: object) -> object:
        monkeypatch.setattr(watch_report, "write_report", original)
        made = original(*words, **more)  # type: ignore[arg-type]
        write_result(folder.root / "failed", failed("B.mov", tmp_path), label="B")
        return made

    monkeypatch.setattr(watch_report, "write_report", file_later)
    with KeptReport(folder, page, path_maps=(), complain=pytest.fail):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and not (page.exists() and "B.mov" in page.read_text()):
            time.sleep(0.01)
        assert "B.mov" in page.read_text()


def test_whatever_keeps_a_page_from_being_made_ends_no_watch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_words: object, **_more: object) -> object:
        raise ValueError("a result like no other")

    monkeypatch.setattr(watch_report, "write_report", broken)
    folder = watch_folder(tmp_path / "jobs")
    told: list[str] = []
    with KeptReport(folder, tmp_path / "night.html", path_maps=(), complain=told.append):
        pass
    assert len(told) == 1
    assert "a result like no other" in told[0]
