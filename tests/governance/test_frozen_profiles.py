"""A profile is looked up once, when its job is made: a run opens no profile of the library."""

from __future__ import annotations

from pathlib import Path

from tests.governance.one_clip_job import PROFILES
from tests.governance.test_behaviour import observe


def test_a_run_opens_no_profile(tmp_path: Path) -> None:
    seen = observe(tmp_path).seen
    assert seen.status == "COMPLETED"
    assert [name for name in seen.opened if name.startswith(str(PROFILES))] == []
    assert any(name.startswith(str(tmp_path)) for name in seen.opened), "what is opened is seen"
