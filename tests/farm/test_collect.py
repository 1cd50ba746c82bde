"""`proxx farm collect`: what came of each task, whatever befell the bundle; one page in all."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import identify_process, place_of_job
from sidecar.cli.farm_collect_told import ranges
from sidecar.cli.main import main
from tests.sidecar.calling import PICTURE, Proxx
from tests.support import MakeClip

PAGE = "proxx-report.html"


def call(*words: object) -> int:
    with open(os.devnull, "w") as silence, contextlib.redirect_stdout(silence):
        return main([str(word) for word in words])


def job(bundle: Path, number: int) -> Path:
    (path,) = (bundle / "jobs" / f"{number:06d}").glob("*.job.json")
    return path


def begin(job_file: Path, **owner: Any) -> None:
    """Leave a job as one does that was begun, and whose process is another."""
    place = place_of_job(job_file)
    who = dataclasses.asdict(identify_process()) | owner
    lock = {"owner": who, "nonce": "n", "taken_at": "2026-02-13T20:15:00.000Z"}
    place.lock.write_text(json.dumps(lock))
    facts = [{"event": "lock_taken", "owner": who, "nonce": "n"}, {"event": "job_started"}]
    lines = [json.dumps({"time": "2026-02-13T20:15:00.000Z", "clips": 1, **f}) for f in facts]
    place.journal.write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def night(make_clip: MakeClip, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of six tasks: proven, failed, not run, interrupted, another host's, half recorded.

    The last has its result beside its proxy alone.
    """
    place = tmp_path_factory.mktemp("night")
    clip = make_clip("clip.mov", *PICTURE, "-movflags", "+faststart").read_bytes()
    (place / "footage").mkdir()
    for name in "ABCDEF":
        kept = clip[: len(clip) * 2 // 3] if name == "B" else clip
        (place / "footage" / f"{name}.mov").write_bytes(kept)
    bundle, out = place / "bundle", place / "out"
    assert call("create", place / "footage", "--out", out, "--batch", "night 3") == 0
    assert call("farm", "export", out, "--bundle", bundle) == 0
    roots = json.loads((bundle / "jobs" / "roots.json").read_text())
    given = [word for name, root in roots.items() for word in ("--root", f"{name}={root}")]
    for number, code in ((1, 0), (2, 1), (6, 0)):
        assert call("farm", "task", bundle / "jobs", number, *given) == code
    begin(job(bundle, 4), process_mark="1", process_started=1.0)
    begin(job(bundle, 5), host="blade7", machine_id="another")
    place_of_job(job(bundle, 6)).result.unlink()
    return bundle


@pytest.fixture
def moved(night: Path, tmp_path: Path) -> Path:
    """The bundle, copied to where nobody expected it."""
    return shutil.copytree(night, tmp_path / "moved here")


@pytest.fixture
def proxx(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Proxx:
    return Proxx(tmp_path, tmp_path / "no clip", capsys)


def keep(bundle: Path, *numbers: int, tasks: int) -> None:
    """Leave these tasks of a bundle, and let its template tell of so many."""
    for number in set(range(1, 7)) - set(numbers):
        shutil.rmtree(job(bundle, number).parent)
    template = bundle / "template.json"
    template.write_text(template.read_text().replace('"1-6"', f'"1-{tasks}"'))


def states(told: Any) -> list[str]:
    return [task["state"] for task in told["tasks"]]


def test_each_task_is_told_of_by_its_number(proxx: Proxx, moved: Path) -> None:
    told = proxx.json("farm", "collect", moved)
    assert [task["number"] for task in told["tasks"]] == [1, 2, 3, 4, 5, 6]
    assert states(told) == ["proven", "failed", "waiting", "interrupted", "running", "proven"]
    failed = told["tasks"][1]
    assert failed["code"].startswith("SOURCE_")
    assert failed["sentence"]
    assert told["counts"]["proven"] == 2
    assert {task["job_id"] for task in told["tasks"]} == {
        json.loads(job(moved, number).read_text())["job_id"] for number in range(1, 7)
    }


def test_a_person_reads_what_to_do_about_each(proxx: Proxx, moved: Path) -> None:
    said = proxx("farm", "collect", moved)
    assert said.code == 1
    first, *_rest = said.out.splitlines()
    assert "6 tasks" in first
    assert "proven: 1, 6" in said.out
    assert "not run yet: 3" in said.out
    assert "FAILED" in said.out
    assert "of blade7" in said.out
    assert f"proxx farm export '{moved}' --bundle NEW" in said.out
    assert f"proxx release '{job(moved, 4)}' --reason TEXT" in said.out
    assert "proxx resubmit" in said.out


def test_one_page_is_written_in_the_bundle_and_again_in_its_place(
    proxx: Proxx, moved: Path
) -> None:
    proxx("farm", "collect", moved)
    page = moved / PAGE
    first = page.read_bytes()
    assert first.count(b"A.mov") > 0
    proxx("farm", "collect", moved)
    assert [path.name for path in moved.glob("*.html")] == [PAGE]
    other = proxx.folder / "night.html"
    assert proxx("farm", "collect", moved, "--out", other).code == 1
    assert other.is_file()


def test_nothing_else_of_the_bundle_is_touched(proxx: Proxx, moved: Path) -> None:
    def seen() -> dict[Path, tuple[bytes, int]]:
        files = (path for path in moved.rglob("*") if path.is_file() and path.name != PAGE)
        return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}

    before = seen()
    proxx("farm", "collect", moved, "--verify")
    assert seen() == before


def test_all_proven_is_done(proxx: Proxx, moved: Path) -> None:
    keep(moved, 1, 6, tasks=1)
    # Where the template tells less than lies there, what lies there counts.
    told = proxx.json("farm", "collect", moved)
    assert [task["number"] for task in told["tasks"]] == [1, 6]
    assert proxx("farm", "collect", moved).code == 0


def test_a_proxy_that_was_changed_or_is_gone_is_no_proven_one(proxx: Proxx, moved: Path) -> None:
    result = json.loads(place_of_job(job(moved, 1)).result.read_text())
    proxy = Path(result["clips"][0]["output"]["path"])
    whole = proxy.read_bytes()
    try:
        proxy.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        assert states(proxx.json("farm", "collect", moved))[0] == "proven"
        assert states(proxx.json("farm", "collect", moved, "--verify"))[0] == "changed"
        proxy.unlink()
        assert states(proxx.json("farm", "collect", moved))[0] == "gone"
    finally:
        proxy.write_bytes(whole)


def test_proxies_are_looked_for_where_the_roots_are_here(proxx: Proxx, moved: Path) -> None:
    out = Path(json.loads(job(moved, 1).read_text())["output"]["directory"])
    elsewhere = shutil.copytree(out, proxx.folder / "mounted")
    hidden = out.rename(out.with_name("away"))
    try:
        assert states(proxx.json("farm", "collect", moved))[0] == "gone"
        told = proxx.json("farm", "collect", moved, "--path-map", f"{out}={elsewhere}")
        assert states(told)[0] == "proven"
        assert states(told)[5] == "proven", "its result lies beside the proxy alone"
        values = json.loads((moved / "parameter_values.json").read_text())
        roots = json.loads((moved / "jobs" / "roots.json").read_text())
        (name,) = (name for name, root in roots.items() if out.is_relative_to(root))
        below = out.relative_to(roots[name])
        for each in values["parameterValues"]:
            if each["name"] == name:
                each["value"] = str(proxx.folder / "mnt")
        shutil.copytree(elsewhere, proxx.folder / "mnt" / below)
        (moved / "parameter_values.json").write_text(json.dumps(values))
        assert states(proxx.json("farm", "collect", moved))[0] == "proven"
        assert states(proxx.json("farm", "collect", moved / "jobs"))[0] == "proven"
    finally:
        hidden.rename(out)


def test_what_was_copied_by_half_is_told(proxx: Proxx, moved: Path) -> None:
    shutil.rmtree(job(moved, 3).parent)
    job(moved, 6).unlink()
    shutil.copy(job(moved, 1), job(moved, 1).with_name("again.job.json"))
    job_file = job(moved, 4)
    place_of_job(job_file).lock.unlink()
    place_of_job(job_file).journal.unlink()
    job_file.write_bytes(job_file.read_bytes()[:200])
    told = proxx.json("farm", "collect", moved)
    assert states(told) == ["missing", "failed", "missing", "unreadable", "running", "missing"]
    assert "2 jobs" in told["tasks"][0]["sentence"]
    assert "is not here" in told["tasks"][2]["sentence"]
    assert "MISSING" in proxx("farm", "collect", moved).out
    assert "task 3" in (moved / PAGE).read_text("utf-8")


@pytest.mark.parametrize("how", ["copied", "its job alone", "a link"])
def test_a_task_that_holds_anothers_job_is_not_proven_with_it(
    proxx: Proxx, moved: Path, how: str
) -> None:
    keep(moved, 1, tasks=2)
    second = moved / "jobs" / "000002"
    if how == "copied":
        shutil.copytree(job(moved, 1).parent, second)
    elif how == "a link":
        second.symlink_to("000001")
    else:
        second.mkdir()
        shutil.copy(job(moved, 1), second)
    said = proxx("farm", "collect", moved)
    assert said.code == 1
    assert "CANNOT BE READ" in said.out
    assert states(proxx.json("farm", "collect", moved)) == ["proven", "unreadable"]
    assert "task 2" in (moved / PAGE).read_text("utf-8")


@pytest.mark.parametrize("first_too", [True, False])
def test_the_record_of_another_job_proves_nothing_of_a_task(
    proxx: Proxx, moved: Path, first_too: bool
) -> None:
    record = place_of_job(job(moved, 1)).result.read_bytes()
    place_of_job(job(moved, 3)).result.write_bytes(record)
    keep(moved, *([1] * first_too), 3, tasks=3)
    told = proxx.json("farm", "collect", moved)
    assert states(told)[2] == "unreadable"
    assert proxx("farm", "collect", moved).code == 1


def test_only_folders_of_six_digits_are_tasks(proxx: Proxx, moved: Path) -> None:
    before = states(proxx.json("farm", "collect", moved))
    for name in ("0000003", "1", "\u0663"):
        shutil.copytree(job(moved, 1).parent, moved / "jobs" / name)
    assert states(proxx.json("farm", "collect", moved)) == before


def test_many_missing_tasks_are_told_in_few_words(proxx: Proxx, moved: Path) -> None:
    keep(moved, 1, 6, tasks=99_999)
    said = proxx("farm", "collect", moved)
    assert said.code == 1
    assert "MISSING: 2-5, 7-99999" in said.out
    assert len(said.out) < 2_000
    page = (moved / PAGE).read_text("utf-8")
    assert "tasks 7-99999" in page


@pytest.mark.parametrize("value", ["", "..", "mnt/x", "/mnt/../x", 7, None, "/mnt/\udcff"])
def test_a_value_that_is_no_path_of_here_leads_nowhere(
    proxx: Proxx, moved: Path, value: object
) -> None:
    before = states(proxx.json("farm", "collect", moved))
    values = json.loads((moved / "parameter_values.json").read_text())
    for each in values["parameterValues"]:
        if each["name"].startswith("Root"):
            each["value"] = value
    (moved / "parameter_values.json").write_text(json.dumps(values))
    assert states(proxx.json("farm", "collect", moved)) == before


def test_without_its_template_a_bundle_is_what_lies_there(proxx: Proxx, moved: Path) -> None:
    (moved / "template.json").unlink()
    shutil.rmtree(job(moved, 6).parent)
    shutil.rmtree(job(moved, 3).parent)
    said = proxx("farm", "collect", moved)
    assert "how many tasks" in said.err
    assert states(proxx.json("farm", "collect", moved))[2] == "missing"
    told = proxx.json("farm", "collect", moved / "jobs")
    assert len(told["tasks"]) == 5
    assert (moved / "jobs" / PAGE).is_file()


def test_a_folder_that_is_no_bundle_is_refused(proxx: Proxx) -> None:
    (proxx.folder / "empty").mkdir()
    (proxx.folder / "file").write_text("x")
    for name in ("empty", "file", "nowhere"):
        said = proxx("farm", "collect", proxx.folder / name)
        assert said.code == 2
        assert "is no bundle" in said.err


def test_where_nothing_can_be_read_an_older_page_stays(proxx: Proxx, moved: Path) -> None:
    proxx("farm", "collect", moved)
    before = (moved / PAGE).read_bytes()
    for number in range(1, 7):
        shutil.rmtree(job(moved, number).parent)
    assert proxx("farm", "collect", moved).code == 2
    assert (moved / PAGE).read_bytes() == before


def test_a_file_that_no_page_wrote_is_not_replaced(proxx: Proxx, moved: Path) -> None:
    (moved / PAGE).write_text("mine")
    assert proxx("farm", "collect", moved).code == 2
    assert (moved / PAGE).read_text() == "mine"


def test_numbers_are_told_in_few_words() -> None:
    assert ranges([1, 2, 3, 6, 8, 9]) == "1-3, 6, 8-9"
    assert ranges([]) == ""
