"""What a bundle or this machine lacks is told, and nothing else is run, or ended, for it."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from sidecar.cli.main import main
from tests.farm.runs import Scene, beginnings, record
from tests.farm.runs import scene as scene
from tests.farm.runs import sources as sources
from tests.faults.scenes import wait_until


def test_what_a_bundle_does_not_have_is_refused_and_nothing_is_run(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(bundle: Path, *words: str) -> str:
        assert main(["farm", "run", str(bundle), *words]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        return told.err

    bundle = scene.bundle(scene.jobs("w w"))
    for tasks in ("3", "0", "1-", "x", "1-99999999999"):
        assert "--tasks: " in refused(bundle, "--tasks", tasks)
    assert "given twice" in refused(bundle, "--root", "Root1=/a", "--root", "Root1=/b")
    for root in ("Root9=/tmp", "Proxx=/bin/true", "Jobs=/tmp"):
        assert root.partition("=")[0] in refused(bundle, "--root", root)
    assert "is no bundle: it holds no template.json" in refused(scene.place / "nowhere")
    assert f"did you mean {bundle}?" in refused(bundle / "jobs")
    nameless = Path(os.fsdecode(os.fsencode(scene.place) + b"/no text \xff"))
    shutil.copytree(bundle, nameless)
    assert "is no UTF-8" in refused(nameless)
    template = (bundle / "template.json").read_text("utf-8")
    values = (bundle / "parameter_values.json").read_text("utf-8")
    enter = {"actions": {"onEnter": {"command": "touch", "args": [str(scene.place / "entered")]}}}
    sites = json.loads(template) | {"jobEnvironments": [{"name": "Site", "script": enter}]}
    wrong = [
        ("template.json", "[]"),
        ("template.json", '{"specificationVersion": "jobtemplate-2023-09", "name": "x"}'),
        ("template.json", json.dumps(sites)),
        ("template.json", template.replace('"{{Param.Proxx}}"', '"touch"')),
        ("template.json", template.replace('"task"', '"export"')),
        (
            "template.json",
            template.replace('"Job"', '"Frame"').replace("Param.Job}", "Param.Frame}"),
        ),
        ("parameter_values.json", "{"),
        ("parameter_values.json", '{"parameterValues": [{"name": "Root1"}]}'),
        ("parameter_values.json", '{"parameterValues": []}'),
        ("parameter_values.json", values.replace('"value": 0', '"value": "0"')),
    ]
    for name, text in wrong:
        (bundle / name).write_text(text, "utf-8")
        assert str(bundle) in refused(bundle), text
        (bundle / "template.json").write_text(template, "utf-8")
        (bundle / "parameter_values.json").write_text(values, "utf-8")
    assert not (scene.place / "entered").exists()
    assert [beginnings(bundle, number) for number in (1, 2)] == [0, 0]


def test_without_the_extra_a_person_is_told_which_and_workers_need_none(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = scene.bundle(scene.jobs("w"))
    roots = json.loads((bundle / "jobs" / "roots.json").read_bytes())
    task = ["task", str(bundle / "jobs"), "1"]
    task += [word for name, root in roots.items() for word in ("--root", f"{name}={root}")]
    ours = ("sidecar.farm.local_run", "sidecar.farm.local_run_job")
    for name in [name for name in sys.modules if name in ours or name.startswith("openjd")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "openjd", None)
    assert main(["farm", "run", str(bundle)]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert "[TOOL_FARM_MISSING]" in told.err
    assert "python3 install sidecar --with farm" in told.err
    assert main(["farm", *task]) == 0


def test_a_worker_without_a_session_ends_no_others_task(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from openjd.sessions import Session

    def open_one(*, session_id: str, **settings: Any) -> Session:
        if session_id.startswith("worker-2"):
            wait_until(lambda: beginnings(bundle, 1))
            raise RuntimeError("Could not create a folder: No space left on device")
        return Session(session_id=session_id, **settings)

    bundle = scene.bundle(scene.jobs("ww w w"))
    monkeypatch.setattr("sidecar.farm.local_run.Session", open_one)
    assert main(["farm", "run", str(bundle), "--workers", "2"]) == 3
    told = capsys.readouterr()
    assert "No space left on device [STORAGE_NOT_WRITABLE]" in told.err
    assert "[1/3]  clip1  COMPLETED" in told.out
    assert [record(bundle, number) is None for number in (1, 2, 3)] == [False, True, True]


def test_a_folder_that_cannot_be_cleared_away_hides_no_outcome(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, remove = scene.bundle(scene.jobs("w")), os.rmdir

    def is_busy(path: str, *, dir_fd: int | None = None) -> None:
        if "proxx-farm-" in os.path.basename(path):
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), path)
        remove(path, dir_fd=dir_fd)

    monkeypatch.setenv("TMPDIR", str(scene.place))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(os, "rmdir", is_busy)
    assert main(["farm", "run", str(bundle)]) == 0
    assert "1 completed and proven" in capsys.readouterr().out
