"""`proxx farm export --opencue`: the bundle as OpenCue takes it, whose workers map nothing."""

from __future__ import annotations

import builtins
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.farm.scenes import IN, OUT, contents, job_value, write_jobs
from tests.sidecar.calling import Proxx


def layer(bundle: Path) -> ElementTree.Element:
    found = ElementTree.fromstring((bundle / "opencue.xml").read_text()).find("job/layers/layer")
    assert found is not None
    return found


def test_a_frame_is_a_task_and_nothing_is_tried_again(farm: Proxx) -> None:
    write_jobs(farm.folder / "jobs", *(job_value(n) for n in (1, 2, 3)))
    bundle = farm.folder / "night 3"
    words = ("--opencue", "--show", "feature", "--proxx", "/opt/proxx")
    said = farm("farm", "export", farm.folder / "jobs", "--bundle", bundle, *words)
    assert said.code == 0, said.err
    found = layer(bundle)
    assert found.findtext("range") == "1-3"
    assert found.findtext("cmd") == (
        f'/opt/proxx farm task "{bundle}/jobs" #IFRAME# --root "Root1={OUT}" --root "Root2={IN}"'
    )
    whole = ElementTree.fromstring((bundle / "opencue.xml").read_text())
    assert whole.findtext("show") == "feature"
    assert whole.findtext("job/maxretries") == "0"


def test_all_paths_are_as_the_jobs_write_them(farm: Proxx) -> None:
    write_jobs(farm.folder / "jobs", job_value(1))
    here = farm.folder / "here"
    here.mkdir()
    words = ("--opencue", "--path-map", f"/mnt={here}")
    farm("farm", "export", farm.folder / "jobs", "--bundle", here / "night", *words)
    command = layer(here / "night").findtext("cmd") or ""
    assert "/mnt/night/jobs" in command
    assert str(here) not in command


def test_the_rest_of_the_bundle_is_the_same_with_and_without(farm: Proxx) -> None:
    write_jobs(farm.folder / "jobs", job_value(1))
    for name, words in (("with", ["--opencue"]), ("without", [])):
        farm("farm", "export", farm.folder / "jobs", "--bundle", farm.folder / name, *words)
    both = contents(farm.folder / "with")
    del both["opencue.xml"]
    assert both == contents(farm.folder / "without")


def test_what_opencue_would_refuse_is_refused_before_anything_is_written(farm: Proxx) -> None:
    write_jobs(farm.folder / "jobs", job_value(1))
    bundle = farm.folder / "bundle"
    said = farm(
        *("farm", "export", farm.folder / "jobs", "--bundle", bundle, "--opencue", "--show", "a b")
    )
    assert said.code == 2
    assert "show" in said.err
    assert not bundle.exists()
    said = farm("farm", "export", farm.folder / "jobs", "--bundle", bundle, "--show", "feature")
    assert said.code == 2
    assert "--opencue" in said.err


def test_no_extra_is_needed_for_a_bundle_that_is_not_for_opencue(
    farm: Proxx, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_jobs(farm.folder / "jobs", job_value(1))
    imported = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name.partition(".")[0] in ("openjd", "outline", "deadline"):
            raise ModuleNotFoundError(name)
        return imported(name, *more)

    for name in [name for name in sys.modules if name.startswith("sidecar.farm.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    said = farm("farm", "export", farm.folder / "jobs", "--bundle", farm.folder / "bundle")
    assert said.code == 0, said.err
