"""`proxx timeline` meets a disk that takes no more: a whole timeline under its name, or none."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import opentimelineio as otio
import pytest
from opentimelineio.opentime import RationalTime, TimeRange

from proxx_engine import Tools
from tests.faults.shim import Fault, Shim, read_calls
from tests.faults.warm_proxx import run_warm
from tests.support import execute, make_job

NAME = "with.otio"


@pytest.fixture
def place(tmp_path: Path, clip: Path, tools: Tools) -> Path:
    """A folder with a timeline of one clip, whose proxy is proven, and an empty folder beside."""
    source = tmp_path / clip.name
    shutil.copyfile(clip, source)
    for name in ("out", "exports"):
        (tmp_path / name).mkdir()
    ran = execute(make_job(source, tmp_path / "out", tools), tmp_path / "out", tools)
    assert ran.result.status == "COMPLETED"
    media = otio.schema.ExternalReference(source.as_uri())
    used = TimeRange(RationalTime(0, 25), RationalTime(5, 25))
    track = otio.schema.Track("V1", children=[otio.schema.Clip("clip", media, used)])
    cut = otio.schema.Timeline("cut", tracks=[track])
    otio.adapters.write_to_file(cut, str(tmp_path / "cut.otio"))
    return tmp_path


def _write(place: Path, shim: Shim, fault: Fault) -> tuple[int, str]:
    """Write the timeline into the empty folder; return how that ended and what was said."""
    log = place / "calls"
    log.unlink(missing_ok=True)
    told = shim.environment(fault, root=place / "exports", log=log)
    words = ("--results", place / "out", "--out", place / "exports" / NAME)
    ended = run_warm("timeline", place / "cut.otio", *words, library=shim.library, **told)
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("mode", "sticky"),
    [
        ("ENOSPC", True),
        pytest.param("TORN", False, marks=pytest.mark.slow),
        pytest.param("ENOSPC", False, marks=pytest.mark.slow),
        pytest.param("EDQUOT", True, marks=pytest.mark.slow),
        pytest.param("EIO", False, marks=pytest.mark.slow),
        pytest.param("SHORT", False, marks=pytest.mark.slow),
    ],
)
def test_at_whichever_call_the_disk_is_full_no_half_timeline_has_the_name(
    place: Path, shim: Shim, mode: str, sticky: bool
) -> None:
    exports = place / "exports"
    code, said = _write(place, shim, Fault())
    assert code == 0, said
    whole = (exports / NAME).read_bytes()
    calls = len(read_calls(place / "calls"))
    assert calls > 3
    refused = 0
    for at in range(1, calls + 1):
        shutil.rmtree(exports)
        exports.mkdir()
        code, said = _write(place, shim, Fault(mode, at, sticky=sticky))
        left = {path.name: path.read_bytes() for path in exports.iterdir()}
        if code == 0:
            assert left == {NAME: whole}, f"at {at}: {said}"
            continue
        refused += 1
        assert code == 3, f"at {at}: {said}"
        assert str(exports) in said
        assert "Traceback" not in said
        if mode in ("ENOSPC", "EDQUOT", "EIO"):
            assert os.strerror(getattr(errno, mode)) in said
        # Where the disk lets no file go either, what is whole stays, or what is hidden.
        assert left.get(NAME, whole) == whole, f"at {at}: {said}"
        assert sticky or left == {}, f"at {at}: {said}"
    assert (refused > 0) is (mode != "SHORT")


def test_when_there_is_room_again_the_same_words_write_it(place: Path, shim: Shim) -> None:
    code, said = _write(place, shim, Fault("ENOSPC", 2, sticky=True))
    assert code == 3, said
    code, said = _write(place, shim, Fault())
    assert code == 0, said
    assert [
        clip.name
        for clip in otio.adapters.read_from_file(str(place / "exports" / NAME)).find_clips()
    ] == ["clip"]
