"""`proxx farm task`: one task of a bundle, its paths as the farm maps them, its record read."""

from __future__ import annotations

import json
import shutil

import pytest

from proxx_engine import JobExecutionResult, place_of_job
from sidecar.farm.layout import folder_of_task
from tests.end_to_end.results_compared import differences
from tests.farm.task_scenes import WINDOWS, Bundle, heard, write_rules
from tests.farm.task_scenes import bundle as bundle
from tests.sidecar.calling import Proxx


@pytest.fixture
def windows(proxx: Proxx) -> Bundle:
    """A bundle whose jobs were written on Windows."""
    return Bundle(proxx, WINDOWS)


def test_a_task_makes_and_proves_its_proxies(bundle: Bundle) -> None:
    bundle.proxx.shoot("A.mov", "B.mov")
    bundle.make("A.mov", "B.mov")
    said = bundle.task(2)
    assert (said.code, said.err) == (0, "")
    assert "task 2  B  COMPLETED  " in said.out
    assert list(bundle.proxies()) == ["B.mov"]
    assert bundle.result(2).proven
    assert bundle.result(2).environment_used.path_maps == ()  # type: ignore[union-attr]
    assert not place_of_job(bundle.job(1)).journal.exists()


def three_jobs(bundle: Bundle) -> None:
    """One that completes, one that fails, one whose second clip fails."""
    bundle.proxx.shoot("A.mov", "B.mov", "C.mov", "D.mov")
    bundle.proxx.cut("B.mov")
    bundle.proxx.cut("D.mov")
    bundle.make("A.mov")
    bundle.make("B.mov")
    bundle.make("C.mov", "D.mov", clips_per_job=2)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_task_gives_the_same_bytes_and_the_same_result_as_a_run(
    proxx: Proxx, elsewhere: bool
) -> None:
    bundle = Bundle(proxx, WINDOWS if elsewhere else None)
    three_jobs(bundle)
    maps = ("--path-map", f"{WINDOWS}={bundle.here}") if elsewhere else ()
    ran = {}
    for number in (1, 2, 3):
        code = proxx("run", bundle.job(number), *maps).code
        ran[number] = (code, bundle.result(number))
    proxies = bundle.proxies()
    assert [result.status for _code, result in ran.values()] == ["COMPLETED", "FAILED", "PARTIAL"]

    bundle.forget()
    for number, (code, result) in ran.items():
        assert bundle.task(number).code == code
        assert differences(result, bundle.result(number)) == []
    assert bundle.proxies() == proxies


@pytest.mark.parametrize(
    ("root", "rule"),
    [
        (WINDOWS, ("WINDOWS", "p:/SHOOT")),
        ("\\\\nas\\raid", ("WINDOWS", "//NAS/raid")),
    ],
)
def test_the_farms_rules_map_the_paths_inside_a_job(
    proxx: Proxx, root: str, rule: tuple[str, str]
) -> None:
    bundle = Bundle(proxx, root)
    proxx.shoot("A.mov")
    bundle.make("A.mov")
    assert json.loads(bundle.job(1).read_bytes())["output"]["directory"].startswith(root)
    rules = write_rules(bundle.here / "rules.json", (*rule, bundle.here))
    given = ("--root", f"Root1={root}", "--rules", rules)
    said = proxx("farm", "task", bundle.jobs, 1, *given)
    assert said.code == 0, said.err
    assert list(bundle.proxies()) == ["A.mov"]


def test_a_rule_for_a_folder_below_a_root_counts_more_than_the_root(windows: Bundle) -> None:
    windows.proxx.shoot("A.mov")
    windows.make("A.mov")
    (windows.here / "footage").rename(windows.here / "fast")
    below = ("WINDOWS", f"{WINDOWS}\\footage", windows.here / "fast")
    rules = write_rules(windows.here / "rules.json", below)
    assert windows.task(1, "--rules", rules).code == 0


def test_a_root_that_the_runtime_did_not_map_is_mapped_by_its_rules(windows: Bundle) -> None:
    windows.proxx.shoot("A.mov")
    windows.make("A.mov")
    rule = ("WINDOWS", "\\\\nas\\raid", windows.here)
    rules = write_rules(windows.here / "rules.json", rule)
    given = ("--root", "Root1=\\\\nas\\raid", "--rules", rules)
    assert windows.proxx("farm", "task", windows.jobs, 1, *given).code == 0


@pytest.mark.parametrize("root", [WINDOWS, "P:\\"])
def test_a_windows_root_that_a_runtime_took_for_a_name_in_its_folder_is_mapped(
    proxx: Proxx, root: str
) -> None:
    bundle = Bundle(proxx, root)
    proxx.shoot("A.mov")
    bundle.make("A.mov")
    rules = write_rules(bundle.here / "rules.json", ("WINDOWS", root, bundle.here))
    given = ("--root", f"Root1=/tmp/session/{root}", "--rules", rules)
    assert proxx("farm", "task", bundle.jobs, 1, *given).code == 0


def test_what_a_person_maps_stands_above_the_farms_rules(bundle: Bundle) -> None:
    bundle.proxx.shoot("A.mov")
    bundle.make("A.mov")
    (bundle.here / "footage").rename(bundle.here / "fast")
    footage = bundle.here / "footage"
    rules = write_rules(bundle.here / "rules.json", ("POSIX", footage, "/nowhere"))
    mine = ("--path-map", f"{footage}={bundle.here / 'fast'}", "--rules", rules)
    assert bundle.task(1, *mine).code == 0


def test_of_equal_roots_the_one_that_is_given_counts(windows: Bundle) -> None:
    windows.proxx.shoot("A.mov")
    windows.make("A.mov")
    rules = write_rules(windows.here / "rules.json", ("WINDOWS", WINDOWS, "/nowhere"))
    assert windows.task(1, "--rules", rules).code == 0


def test_a_root_that_keeps_its_name_stands_above_a_rule_for_it(bundle: Bundle) -> None:
    bundle.proxx.shoot("A.mov")
    bundle.make("A.mov")
    rules = write_rules(bundle.here / "rules.json", ("POSIX", bundle.here, "/nowhere"))
    assert bundle.task(1, "--rules", rules).code == 0


def test_a_path_of_another_system_that_nothing_maps_begins_nothing(windows: Bundle) -> None:
    windows.proxx.shoot("A.mov")
    windows.make("A.mov")
    said = windows.proxx("farm", "task", windows.jobs, 1, "--root", f"Root1={WINDOWS}")
    assert said.code == 2
    (told,) = heard(said.out)
    assert told[:2] == (
        "fail",
        "SPEC_BAD_PATH: A: Root1: P:\\shoot is a path of another system, and nothing maps it",
    )
    assert [path.name for path in folder_of_task(windows.jobs, 1).iterdir()] == [
        windows.job(1).name
    ]


def test_a_root_of_another_system_that_the_job_does_not_use_is_in_nobodys_way(
    bundle: Bundle,
) -> None:
    bundle.proxx.shoot("A.mov")
    bundle.make("A.mov")
    bundle.write_roots({"Root1": bundle.written, "Root2": "L:\\looks"})
    assert bundle.task(1, "--root", "Root2=L:\\looks").code == 0


@pytest.mark.parametrize("unfit", ["away", "not writable"])
def test_a_place_that_is_away_is_no_verdict_about_the_job(bundle: Bundle, unfit: str) -> None:
    bundle.proxx.shoot("A.mov")
    bundle.make("A.mov")
    out = bundle.here / "out"
    out.rmdir()
    if unfit == "not writable":
        out.write_bytes(b"")
    said = bundle.task(1)
    assert said.code == 3
    assert heard(said.out)[0][1].startswith("STORAGE_OUTPUT_MISSING: The output folder is not")
    assert "the task may be started again" in said.out
    assert not place_of_job(bundle.job(1)).result.exists()

    assert bundle.task(1, "--away-exit", 286).code == 286
    out.unlink(missing_ok=True)
    out.mkdir()
    assert bundle.task(1, "--away-exit", 286).code == 0


def test_a_record_is_no_wish_to_try_elsewhere(bundle: Bundle) -> None:
    bundle.proxx.shoot("A.mov")
    (job,) = bundle.make("A.mov")
    (bundle.here / "out").rmdir()
    assert bundle.proxx("run", job).code == 3
    assert bundle.task(1, "--away-exit", 286).code == 3


def test_an_ffmpeg_that_is_missing_is_no_verdict_about_the_job(bundle: Bundle) -> None:
    bundle.proxx.shoot("A.mov")
    bundle.make("A.mov")
    said = bundle.task(1, "--ffmpeg", bundle.here / "none")
    assert (said.code, heard(said.out)[0][1].split(":")[0]) == (3, "TOOL_FFMPEG_MISSING")
    assert bundle.task(1).code == 0


def test_what_ran_is_told_again_and_not_run_again(bundle: Bundle) -> None:
    three_jobs(bundle)
    for number in (1, 2, 3):
        first = bundle.task(number)
        place = place_of_job(bundle.job(number))
        before = (place.journal.read_bytes(), place.result.read_bytes(), bundle.proxies())
        again = bundle.task(number)
        assert again.code == first.code == (0, 1, 1)[number - 1]
        assert "has run before; its result stands, and nothing is run again" in again.out
        spoken = ("fail", "progress")
        last = [told for told in heard(first.out) if told[0] in spoken][-1]
        assert heard(again.out) == [last]
        assert (place.journal.read_bytes(), place.result.read_bytes(), bundle.proxies()) == before


def test_a_completed_task_stays_so_wherever_its_roots_are(windows: Bundle) -> None:
    windows.proxx.shoot("A.mov")
    windows.make("A.mov")
    assert windows.task(1).code == 0
    shutil.rmtree(windows.here / "footage")
    said = windows.proxx("farm", "task", windows.jobs, 1, "--root", f"Root1={WINDOWS}")
    assert said.code == 0


def test_a_task_that_was_killed_after_its_last_word_is_completed(bundle: Bundle) -> None:
    bundle.proxx.shoot("A.mov")
    (job,) = bundle.make("A.mov")
    assert bundle.task(1).code == 0
    place, before = place_of_job(job), bundle.result(1)
    facts = map(json.loads, place.journal.read_text("utf-8").splitlines())
    owner = next(fact["owner"] for fact in facts if fact["event"] == "lock_taken")
    told = {"owner": owner | {"pid": 2**22 + 1}, "nonce": "0" * 32, "taken_at": "now"}
    place.lock.write_text(json.dumps(told), "utf-8")
    assert bundle.task(1).code == 0
    assert bundle.result(1) == before
    assert not place.lock.exists()


@pytest.mark.parametrize("text", ["", "{}", '{"status": "COMPLETED"}'])
def test_a_record_that_cannot_be_read_is_no_success(bundle: Bundle, text: str) -> None:
    bundle.proxx.shoot("A.mov")
    (job,) = bundle.make("A.mov")
    place_of_job(job).result.write_text(text, "utf-8")
    said = bundle.task(1, "--away-exit", 286)
    assert said.code == 1
    assert heard(said.out)[0][1].startswith("CLAIM_SETTLED: the task has a result, which ")
    assert bundle.proxies() == {}


def test_the_record_of_another_job_is_no_success(bundle: Bundle) -> None:
    bundle.proxx.shoot("A.mov", "B.mov")
    one, other = bundle.make("A.mov", "B.mov")
    assert bundle.task(1).code == 0
    shutil.copyfile(place_of_job(one).result, place_of_job(other).result)
    said = bundle.task(2)
    assert (said.code, "COMPLETED" in said.out) == (1, False)
    assert heard(said.out)[-1][1].startswith("CLAIM_SETTLED: the task has a result, which is of ")
    assert list(bundle.proxies()) == ["A.mov"]


def test_a_program_reads_the_result_and_nothing_else(bundle: Bundle) -> None:
    bundle.proxx.shoot("A.mov")
    bundle.make("A.mov")
    for ran in (True, False):
        said = bundle.task(1, "--json")
        told = json.loads(said.out)
        assert (said.code, told["task"], told["ran"]) == (0, 1, ran)
        result = JobExecutionResult.model_validate(told["result"], strict=False)
        assert result == bundle.result(1)
    assert json.loads(bundle.task(2, "--json").out)["error"] == "request"
