"""A job whose lock was taken away while it ran publishes nothing more."""

from __future__ import annotations

from pathlib import Path

from proxx_engine import Tools
from tests.support import MakeClip, execute, make_job

PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=0.4", "-c:v", "mpeg4")


class TakesTheLockAway:
    """Stop flags that are never set; looking at them removes the job's lock."""

    soft = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def hard(self) -> bool:
        for lock in self._folder.glob("*.lock"):
            lock.unlink()
        return False


def test_a_lost_claim_publishes_nothing(make_clip: MakeClip, tools: Tools, tmp_path: Path) -> None:
    out = tmp_path / "out"
    spec = make_job(make_clip("clip.mov", *PICTURE), out, tools)
    ran = execute(spec, out, tools, stop=TakesTheLockAway(out))
    failure = ran.result.clips[0].failure
    assert failure is not None
    assert (failure.code, failure.stage) == ("CLAIM_LOST", "publication")
    assert not list(out.glob("*.mov"))


def test_a_link_below_the_output_folder_is_not_followed(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    elsewhere.mkdir()
    spec = make_job(make_clip("clip.mov", *PICTURE), out, tools)
    (out / "sub").symlink_to(elsewhere)
    clip = spec.clips[0].model_copy(update={"output_subdirectory": "sub"})
    ran = execute(spec.model_copy(update={"clips": (clip,)}), out, tools)
    assert ran.result.failure is not None
    assert ran.result.failure.code == "SPEC_OUTSIDE_ROOT"
    assert list(elsewhere.iterdir()) == []
