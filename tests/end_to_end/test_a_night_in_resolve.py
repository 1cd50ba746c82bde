"""A whole night, as an editor sees it: the menu in both languages, FFmpeg's half outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

import proxx_engine
from tests.resolve_scripts.stage import ROOT, Stage

PROXX = [sys.executable, "-m", "sidecar.cli.main"]
SCHEMA = json.loads(
    (Path(proxx_engine.__file__).parent / "schemas/result-1.0.schema.json").read_text()
)


class Night:
    """What came of one night."""

    def __init__(self, folder: Path, language: str) -> None:
        folder.mkdir()
        self.folder = folder
        self.out, self.ffmpeg_jobs, self.resolve_jobs = (
            folder / name for name in ("proxies", "ffmpeg jobs", "resolve jobs")
        )
        settings = folder / "plugin.toml"
        plugin = [*PROXX, "plugin", "--settings", str(settings)]
        places: dict[str, Path] = {
            "out": self.out,
            "ffmpeg_jobs": self.ffmpeg_jobs,
            "resolve_jobs": self.resolve_jobs,
            "source_roots": folder / "media",
        }
        for place in (self.ffmpeg_jobs, self.resolve_jobs):
            place.mkdir()
        made = [*plugin, "settings", *(f"{key}={value}" for key, value in places.items())]
        subprocess.run(made, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        stage = Stage(folder, language)
        stage.locate(plugin)
        sidecar = [*PROXX, "watch", str(self.ffmpeg_jobs), "--once"]
        self.steps = [
            "1 Make Proxies",
            "1 Make Proxies",
            json.dumps(sidecar),
            "2 Render Camera Raw",
            "3 Link Finished Proxies",
            "3 Link Finished Proxies",
            "4 Review Results",
            "5 Stop Rendering",
        ]
        program = [sys.executable, "-m", "tests.end_to_end.resolve_night"]
        done = subprocess.run(
            [*program, str(folder), language, str(stage.menu), *self.steps],
            check=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(folder)},
            stdout=subprocess.PIPE,
            timeout=180,
        )
        self.told: dict[str, Any] = json.loads(done.stdout)
        self.results = [
            json.loads(path.read_text(encoding="utf-8"))
            for path in sorted(self.out.rglob("*.result.json"))
        ]

    def said(self, step: int) -> str:
        """What stood in the Console after a step."""
        return "\n".join(self.told["said"][step])


@pytest.fixture(scope="module", params=["py", pytest.param("lua", marks=pytest.mark.slow)])
def night(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Night:
    """One night in each language of the menu."""
    return Night(tmp_path_factory.mktemp("night") / request.param, request.param)


def test_every_eligible_clip_is_linked_to_its_proxy(night: Night) -> None:
    assert len(night.told["eligible"]) == 9
    linked = night.told["proxies"]
    assert set(linked) == set(night.told["eligible"]), night.told["said"]
    made = {result["clips"][0]["output"]["path"] for result in night.results}
    assert set(linked.values()) == made
    assert all(Path(path).is_file() for path in linked.values())


def test_both_engines_write_one_kind_of_result(night: Night) -> None:
    assert sorted(result["engine"]["name"] for result in night.results) == (
        ["ffmpeg"] * 5 + ["resolve"] * 4
    )
    for result in night.results:
        Draft202012Validator(SCHEMA).validate(result)
        assert result["status"] == "COMPLETED", result
    assert len({_keys(result) for result in night.results}) == 1


def test_nothing_of_the_users_is_otherwise(night: Night) -> None:
    assert night.told["changes"] == []


def test_what_was_left_out_is_told_with_its_reason(night: Night) -> None:
    said = night.said(0)
    for name in night.told["others"].values():
        assert name in said
    assert "audio" in said.lower() or "sound" in said.lower()


def test_a_second_click_makes_nothing_twice(night: Night) -> None:
    assert len(night.results) == 9
    again = night.said(1)
    assert "9" in again
    for folder in (night.ffmpeg_jobs, night.resolve_jobs):
        assert list((folder / "pending").glob("*.job.json")) == []
        assert list((folder / "failed").rglob("*.job.json")) == []


def test_a_second_link_finds_everything_linked(night: Night) -> None:
    assert night.said(5) != night.said(4)
    assert "already" in night.said(5)


def test_the_review_names_all_nine(night: Night) -> None:
    assert "9" in night.said(6)
    assert "NOT" not in night.said(6)


def test_the_page_of_the_review_shows_both_engines_halves_and_their_links(night: Night) -> None:
    page = (night.folder / ".local" / "state" / "Proxx" / "review.html").read_text("utf-8")
    assert "all 9 clips COMPLETED and proven" in page
    for result in night.results:
        assert result["clips"][0]["output"]["relative_path"] in page
    assert page.count("linked in ") >= 9
    assert ">FFmpeg<" in page
    assert ">Resolve<" in page


def _keys(value: Any) -> Any:
    """The names of a result's fields, of its clip's, and of what stands in both."""
    if isinstance(value, dict):
        return tuple((key, _keys(value[key])) for key in sorted(value) if key != "clips") + (
            (("clips", _clip_keys(value["clips"])),) if "clips" in value else ()
        )
    return None


def _clip_keys(clips: list[dict[str, Any]]) -> tuple[str, ...]:
    [clip] = clips
    return tuple(sorted(clip))
