"""`proxx export` meets a disk that takes no more: whole files, or none; a history stays whole."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from ascmhl import commands
from ascmhl.chain_xml_parser import parse as parse_chain

from tests.faults.shim import Fault, Shim, build_shim, read_calls, why_no_shim
from tests.faults.warm_proxx import run_warm
from tests.report.exports.rows import put, seen

pytestmark = [
    # Of the library's own verify, under the newest pathspec.
    pytest.mark.filterwarnings("ignore:GitWildMatchPattern:DeprecationWarning"),
    pytest.mark.skipif(why_no_shim() is not None, reason=why_no_shim() or ""),
]
_MODES = [
    ("ENOSPC", True),
    pytest.param("ENOSPC", False, marks=pytest.mark.slow),
    pytest.param("TORN", False, marks=pytest.mark.slow),
    pytest.param("EIO", False, marks=pytest.mark.slow),
]
_NAMES = {"csv": "list.csv", "ale": "list.ale", "sha256": "SUMS"}
_FORMS = ["ale", *(pytest.param(form, marks=pytest.mark.slow) for form in ("csv", "sha256"))]


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Shim:
    """The library that makes a call fail."""
    return build_shim(tmp_path_factory.mktemp("shim"))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Proven proxies of two frame rates, and an empty folder for lists."""
    put(tmp_path / "dailies", "A.mov")
    put(tmp_path / "dailies", "B.mov", verification=seen(frame_rate="24/1"))
    (tmp_path / "lists").mkdir()
    return tmp_path


def _export(place: Path, shim: Shim, fault: Fault, form: str, out: Path) -> tuple[int, str]:
    """Export with a fault below the place that is written to; return how that ended, and words."""
    log = place / "calls"
    log.unlink(missing_ok=True)
    root = out if form == "mhl" else out.parent
    told = shim.environment(fault, root=root, log=log)
    words = ("export", form, place / "dailies", "--out", out)
    ended = run_warm(*words, library=shim.library, **told)
    said = ended.stdout + ended.stderr
    assert "Traceback" not in said, said
    return ended.returncode, said


def _calls(place: Path) -> Iterator[int]:
    yield from range(1, len(read_calls(place / "calls")) + 1)


@pytest.mark.parametrize(("mode", "sticky"), _MODES)
@pytest.mark.parametrize("form", _FORMS)
def test_at_whichever_call_the_disk_is_full_lists_are_whole_or_not_there(
    place: Path, shim: Shim, form: str, mode: str, sticky: bool
) -> None:
    lists = place / "lists"
    code, said = _export(place, shim, Fault(), form, lists / _NAMES[form])
    assert code == 0, said
    whole = {path.name: path.read_bytes() for path in lists.iterdir()}
    assert len(whole) == (2 if form == "ale" else 1)
    refused = 0
    for at in _calls(place):
        shutil.rmtree(lists)
        lists.mkdir()
        code, said = _export(
            place, shim, Fault(mode, at, sticky=sticky), form, lists / _NAMES[form]
        )
        left = {path.name: path.read_bytes() for path in lists.iterdir()}
        if code == 0:
            assert left == whole, f"at {at}: {said}"
            continue
        refused += 1
        assert code == 3, f"at {at}: {said}"
        assert mode == "TORN" or os.strerror(getattr(errno, mode)) in said
        # Where nothing at all is taken any more, not even that a file goes, what is whole stays.
        for name, data in left.items():
            assert sticky, f"at {at}: {said}"
            assert name.endswith(".part") or data == whole[name], f"at {at}: {said}"
    assert refused > 1


@pytest.mark.parametrize(("mode", "sticky"), _MODES)
@pytest.mark.parametrize("known", [1, pytest.param(0, marks=pytest.mark.slow)])
def test_at_whichever_call_the_disk_is_full_a_history_stays_whole(
    place: Path, shim: Shim, known: int, mode: str, sticky: bool
) -> None:
    dailies = place / "dailies"
    kept = place / "kept"
    for _ in range(known):
        assert _export(place, shim, Fault(), "mhl", dailies)[0] == 0
    shutil.copytree(dailies, kept)
    code, said = _export(place, shim, Fault(), "mhl", dailies)
    assert code == 0, said
    refused = 0
    for at in _calls(place):
        shutil.rmtree(dailies)
        shutil.copytree(kept, dailies)
        code, said = _export(place, shim, Fault(mode, at, sticky=sticky), "mhl", dailies)
        history = dailies / "ascmhl"
        made = {path.name for path in history.glob("*.mhl")}
        if code == 0:
            assert len(made) == known + 1, f"at {at}: {said}"
        else:
            refused += 1
            assert code == 3, f"at {at}: {said}"
        if history.exists():
            commands.verify_entire_folder(str(dailies), False, None, None)
            chain = parse_chain(str(history / "ascmhl_chain.xml")).generations
            # Where not even a file goes any more, one that the chain does not name may stay.
            assert {each.ascmhl_filename for each in chain} == made or sticky, f"at {at}: {said}"
        parts = [path.name for path in dailies.iterdir() if path.name.endswith(".part")]
        assert sticky or parts == [], f"at {at}: {said}"
    assert refused > 1
