"""An export that is killed, or meets a disk that takes no more: a whole bundle, or none."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sidecar.farm import exporting
from tests.farm.scenes import contents, job_value, write_jobs
from tests.faults.scenes import proxx
from tests.faults.shim import Fault, Shim, read_calls
from tests.faults.warm_proxx import run_warm
from tests.sidecar.calling import Proxx

KILLED = -9


@dataclass(frozen=True)
class Place:
    """Jobs of a person, and the folder that the bundle is to lie in."""

    root: Path
    shim: Shim

    @property
    def exports(self) -> Path:
        return self.root / "exports"

    @property
    def bundle(self) -> Path:
        return self.exports / "night"

    def export(self, fault: Fault) -> tuple[int, str]:
        """Export into an empty folder; return how that ended and what was said."""
        shutil.rmtree(self.exports, ignore_errors=True)
        self.exports.mkdir()
        return self.again(fault)

    def again(self, fault: Fault) -> tuple[int, str]:
        log = self.root / "calls"
        log.unlink(missing_ok=True)
        told = self.shim.environment(fault, root=self.exports, log=log)
        words = ("farm", "export", self.root / "jobs", "--bundle", self.bundle)
        ended = run_warm(*words, library=self.shim.library, **told)
        return ended.returncode, ended.stdout + ended.stderr

    def whole(self) -> tuple[dict[str, bytes], int]:
        """Return the bundle as it must be, and how many calls it takes."""
        code, said = self.export(Fault())
        assert code == 0, said
        calls = len(read_calls(self.root / "calls"))
        assert calls > 20
        return contents(self.bundle), calls


@pytest.fixture
def place(tmp_path: Path, shim: Shim) -> Place:
    write_jobs(tmp_path / "jobs", job_value(1), job_value(2))
    return Place(tmp_path, shim)


@pytest.mark.parametrize("stride", [5, pytest.param(1, marks=pytest.mark.slow)])
def test_killed_at_any_call_no_half_bundle_has_the_name_and_the_next_export_makes_it(
    place: Place, stride: int
) -> None:
    whole, calls = place.whole()
    seen = {"none": 0, "whole": 0}
    for at in range(1, calls + 1, stride):
        code, said = place.export(Fault("KILL", at))
        assert code == KILLED, f"at {at}: {said}"
        there = place.bundle.exists()
        seen["whole" if there else "none"] += 1
        if there:
            assert contents(place.bundle) == whole, f"at {at}"
            continue
        code, said = place.again(Fault())
        assert code == 0, f"at {at}: {said}"
        assert contents(place.bundle) == whole, f"at {at}"
    assert seen["none"] > 0
    print(calls, "calls:", seen)


@pytest.mark.parametrize(
    ("mode", "sticky", "stride"),
    [
        ("ENOSPC", False, 7),
        ("EROFS", True, 11),
        pytest.param("ENOSPC", False, 1, marks=pytest.mark.slow),
        pytest.param("ENOSPC", True, 1, marks=pytest.mark.slow),
        pytest.param("EDQUOT", False, 1, marks=pytest.mark.slow),
        pytest.param("EIO", False, 1, marks=pytest.mark.slow),
        pytest.param("TORN", False, 1, marks=pytest.mark.slow),
    ],
)
def test_at_whichever_call_the_disk_takes_no_more_one_sentence_tells_it_and_nothing_is_left(
    place: Place, mode: str, sticky: bool, stride: int
) -> None:
    whole, calls = place.whole()
    refused = 0
    for at in range(1, calls + 1, stride):
        code, said = place.export(Fault(mode, at, sticky=sticky))
        left = sorted(path.name for path in place.exports.iterdir())
        assert "Traceback" not in said, f"at {at}"
        if code == 0:
            assert contents(place.bundle) == whole, f"at {at}"
            continue
        refused += 1
        assert code == 3, f"at {at}: {said}"
        assert len(said.splitlines()) == 1, said
        assert str(place.bundle) in said or str(place.exports) in said
        assert ".part" not in said
        if mode != "TORN":
            assert os.strerror(getattr(errno, mode)) in said
        # Where the disk lets no file go either, what is hidden stays.
        assert sticky or left in ([], ["night"]), f"at {at}: {left}"
        if place.bundle.exists():
            assert contents(place.bundle) == whole, f"at {at}"
    assert refused > 0


def test_what_a_killed_export_left_is_cleaned_away_once_nobody_can_be_at_it(
    place: Place, farm: Proxx
) -> None:
    _whole, calls = place.whole()
    assert place.export(Fault("KILL", calls // 2))[0] == KILLED
    (left,) = place.exports.iterdir()
    assert place.again(Fault())[0] == 0
    bundle = contents(place.bundle)
    (place.exports / ".bundle.0123456.part").mkdir()  # a digit less: not ours
    said = farm("clean", place.exports)
    assert said.code == 0
    assert "left" in said.out
    assert left.is_dir()
    for path in (left, *left.rglob("*")):
        os.utime(path, (1e9, 1e9))
    # The folders above together with it: it is found once.
    assert farm("clean", place.root, place.exports, "--dry-run").out.count("would go") == 1
    said = farm("clean", place.root, place.exports)
    assert said.code == 0, said.out
    assert said.out.count("removed") == 2  # its line, and how many there were
    assert sorted(path.name for path in place.exports.iterdir()) == [
        ".bundle.0123456.part",
        "night",
    ]
    assert contents(place.bundle) == bundle


def test_another_that_makes_the_bundle_meanwhile_is_left_alone(
    farm: Proxx, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_jobs(farm.folder / "jobs", job_value(1))
    bundle, elsewhere = farm.folder / "bundle", farm.folder / "elsewhere"
    elsewhere.mkdir()
    written = exporting.sync_folder
    for make in (
        lambda: write_jobs(bundle, job_value(2)),
        lambda: bundle.write_text("mine"),
        lambda: bundle.symlink_to(elsewhere),
    ):

        def meanwhile(folder: Path, make: Callable[[], object] = make) -> None:
            written(folder)
            if folder.name.endswith(".part"):
                make()

        monkeypatch.setattr(exporting, "sync_folder", meanwhile)
        said = farm("farm", "export", farm.folder / "jobs", "--bundle", bundle)
        assert said.code == 3
        assert str(bundle) in said.err
        assert sorted(os.listdir(farm.folder)) == ["bundle", "elsewhere", "jobs"]
        assert not list(elsewhere.iterdir())
        assert not (bundle / "template.json").exists()
        shutil.rmtree(bundle) if bundle.is_dir() and not bundle.is_symlink() else bundle.unlink()


def test_a_folder_that_is_no_place_to_write_is_told_in_one_sentence(tmp_path: Path) -> None:
    write_jobs(tmp_path / "jobs", job_value(1))
    # Nobody makes a folder there, whoever asks.
    ended = proxx("farm", "export", tmp_path / "jobs", "--bundle", "/proc/night")
    assert ended.returncode == 3
    assert "/proc/night" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
