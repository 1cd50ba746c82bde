"""4 Review Results: a headline that cannot mislead, the newest first, bounded for a Console."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidecar.cli.plugin_review import MOST_LINES
from tests.resolve_scripts.plugin_stage import PluginStage
from tests.resolve_scripts.stage import Stage
from tests.results.scenes import clip_document, failed, put_proxy, write_result

REVIEW = "4 Review Results"


@pytest.fixture
def plugin(tmp_path: Path) -> PluginStage:
    """One language is enough: what a host does with the words is held elsewhere."""
    plugin = PluginStage(Stage(tmp_path / "Prüf Ordner", "py"))
    plugin.set()
    return plugin


def shoot(plugin: PluginStage, batch: str, *names: str, minute: int = 0, **changes: object) -> None:
    """Results of jobs of one clip each, whose proxies stand."""
    out = plugin.folder / "out"
    for name in names:
        put_proxy(out / name)
        clip = clip_document(name, out)
        write_result(out, clip, minute=minute, batch=batch, label=name, **changes)


def fall_short(plugin: PluginStage, batch: str, *names: str, minute: int = 0) -> None:
    out = plugin.folder / "out"
    for name in names:
        write_result(out, failed(name, out), minute=minute, batch=batch, label=name)


def test_all_is_said_only_where_all_is_proven(plugin: PluginStage) -> None:
    shoot(plugin, "night 1", "A.mov", "B.mov")
    told = plugin.run(REVIEW)
    assert told.console[0] == "Proxx: all 2 clips COMPLETED and proven"
    assert told.console[1] == "batch night 1: 2 clips, 2 completed and proven"
    assert [line.split()[:2] for line in told.console[2:4]] == [
        ["proven", "A.mov"],
        ["proven", "B.mov"],
    ]
    out = plugin.folder / "out"
    assert told.console[-2].startswith(f"all of it, in a terminal: proxx results '{out}' ")
    page = plugin.folder / ".local" / "state" / "Proxx" / "review.html"
    assert told.console[-1] == f"the page {page} is shown in the browser"
    assert "A.mov" in page.read_text("utf-8")
    assert told.log.endswith("ends with 0\n")


def test_a_page_that_cannot_be_written_is_told_and_the_console_has_all(plugin: PluginStage) -> None:
    shoot(plugin, "night 1", "A.mov")
    place = plugin.folder / ".local" / "state" / "Proxx"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("a file where a folder should be")
    told = plugin.run(REVIEW)
    assert told.console[0] == "Proxx: all 1 clip COMPLETED and proven"
    assert "cannot be written" in told.console[-1]
    assert told.log.endswith("ends with 0\n")


def test_the_headline_counts_what_is_not_completed_and_what_only_exists(
    plugin: PluginStage,
) -> None:
    shoot(plugin, "night 1", "A.mov", "B.mov")
    shoot(plugin, "night 1", "C.mov", verification_level="exists")
    shoot(plugin, "night 1", "D.mov")
    (plugin.folder / "out" / "D.mov").unlink()
    fall_short(plugin, "night 1", "E.mov", "F.mov")
    (plugin.folder / "out" / "torn.result.json").write_text("{")
    told = plugin.run(REVIEW)
    assert told.console[0] == (
        "Proxx: 6 clips: 2 COMPLETED and proven, 1 exists only, which proves nothing, "
        "2 NOT COMPLETED, 1 NOT PROVEN any more, 1 CANNOT BE READ"
    )
    assert any(line.startswith("next: `proxx resubmit`") for line in told.console)
    assert told.log.endswith("ends with 1\n")


def test_the_newest_batch_stands_first_and_what_is_wrong_in_it_before_what_is_well(
    plugin: PluginStage,
) -> None:
    shoot(plugin, "older", "A.mov", minute=5)
    shoot(plugin, "newer", "B.mov", minute=9)
    fall_short(plugin, "newer", "Z.mov", minute=6)
    told = plugin.run(REVIEW).console
    assert [line.partition(":")[0] for line in told if line.startswith("batch")] == [
        "batch newer",
        "batch older",
    ]
    assert any(line.strip() == "Mend." for line in told)


@pytest.mark.parametrize("wrong", [False, True])
def test_a_console_stays_readable_however_much_there_is(plugin: PluginStage, wrong: bool) -> None:
    make = fall_short if wrong else shoot
    for night in range(12):
        make(plugin, f"night {night:02d}", *(f"{night}-{n}.mov" for n in range(12)), minute=night)
    told = plugin.run(REVIEW).console
    state = "NOT COMPLETED" if wrong else "COMPLETED and proven"
    assert told[0].startswith("Proxx: ")
    assert f"144 clips {state}" in told[0] or f"144 clips: 144 {state}" in told[0]
    assert len(told) <= MOST_LINES + 5
    assert told[1].startswith("batch night 11: ")
    assert f"and of 4 older batches {4 if wrong else 0} that are not all well" in told
    hidden = next(line for line in told if line.endswith("rows more in these batches"))
    shown = sum(".mov " in line for line in told)
    assert hidden == f"and {8 * 12 - shown} rows more in these batches"


def test_a_folder_that_is_away_is_never_an_empty_one(plugin: PluginStage) -> None:
    (plugin.folder / "out").rmdir()
    told = plugin.run(REVIEW)
    assert told.console[0] == "Proxx: no clip yet, 1 CANNOT BE READ"
    assert told.console[2] == f"  {plugin.folder / 'out'}: is not there"
