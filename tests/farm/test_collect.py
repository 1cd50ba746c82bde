"""`proxx farm collect`: what came of each task, whatever befell the bundle; one page in all."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from proxx_engine import place_of_job
from sidecar.cli.farm_collect_told import ranges
from tests.farm.collect_scenes import (
    PAGE,
    job,
    keep,
    moved,
    night,
    proxx,
    states,
)
from tests.sidecar.calling import Proxx

__all__ = ["moved", "night", "proxx"]


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
