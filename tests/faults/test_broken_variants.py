"""Our own safety code, broken on purpose in a copy: each variant is caught by a named test.

A safety rule that can be taken out without any test noticing is none. Each row names a file, what
stands there, what is put in its place, and the test that must fail then; without the change it
passes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.scenes import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Variant:
    """One rule that is taken out."""

    what: str
    file: str
    stands: str
    broken: str
    caught_by: str


FOLDERS, WATCH = "tests/folders", "tests/watch"
VARIANTS = (
    Variant(
        "a claim replaces another",
        "proxx_engine/system/durability.py",
        "os.O_WRONLY | os.O_CREAT | os.O_EXCL | CLOEXEC, 0o644)\n    try:\n        try:",
        "os.O_WRONLY | os.O_CREAT | os.O_TRUNC | CLOEXEC, 0o644)\n    try:\n        try:",
        f"{FOLDERS}/test_claim_race.py",
    ),
    Variant(
        "no claim is taken",
        "sidecar/folders/claims.py",
        "    return claim if is_held(folder, claim) else None\n",
        "    path.unlink()\n    return claim\n",
        f"{FOLDERS}/test_taking.py::test_a_job_is_claimed_moved_filed_and_its_claim_goes_with_it",
    ),
    Variant(
        "a claim stays behind when its job is filed",
        "sidecar/folders/filing.py",
        "    bring_claim(folder, claim, target)\n    return target\n",
        "    return target\n",
        f"{FOLDERS}/test_taking.py::test_a_job_is_claimed_moved_filed_and_its_claim_goes_with_it",
    ),
    Variant(
        "what runs is what was looked at, not what was moved",
        "sidecar/folders/filing.py",
        "        spec = read_jobspec_file(job_file)\n",
        "        spec = spec\n",
        f"{FOLDERS}/test_taking.py::test_what_runs_is_what_was_moved_not_what_was_looked_at",
    ),
    Variant(
        "a job that was filed is taken again",
        "sidecar/folders/filing.py",
        "        gone = is_filed(folder, spec)\n",
        "        gone = False\n",
        f"{FOLDERS}/test_taking.py::test_a_job_that_was_filed_is_not_taken_again",
    ),
    Variant(
        "actions are noted after they are done",
        "sidecar/folders/filing.py",
        '            log.note("take", **told, to=place)\n'
        "            os.rename(folder.pending / name, job_file)\n",
        "            os.rename(folder.pending / name, job_file)\n"
        '            log.note("take", **told, to=place)\n',
        f"{FOLDERS}/test_taking.py::test_every_step_is_noted_before_it_is_done",
    ),
    Variant(
        "a lost reply is believed",
        "sidecar/folders/filing.py",
        "        gone = not os.path.lexists(job_file)\n",
        "        gone = True\n",
        f"{FOLDERS}/test_untrusted_words.py::test_a_lost_reply_loses_no_job_that_is_taken",
    ),
    Variant(
        "living processes are settled",
        "sidecar/folders/settling.py",
        "c.owner != me and c.owner.is_gone()",
        "c.owner != me",
        f"{FOLDERS}/test_settling.py::test_a_living_or_a_strange_owner_is_left_alone",
    ),
    Variant(
        "other machines' processes are judged",
        "proxx_engine/system/identity.py",
        "        if not self.is_near():\n            return False\n",
        "",
        f"{FOLDERS}/test_settling.py::test_a_living_or_a_strange_owner_is_left_alone",
    ),
    Variant(
        "the words of a claim are obeyed as paths",
        "sidecar/folders/claims.py",
        "    return claim if _is_ours(claim, path) else None\n",
        "    return claim\n",
        f"{FOLDERS}/test_untrusted_words.py",
    ),
    Variant(
        "half a job is refused",
        "sidecar/folders/pending.py",
        "None if _ends_midway(path) else error",
        "error",
        f"{FOLDERS}/test_pending.py::test_part_of_a_job_is_waited_for_whatever_part_it_is",
    ),
    Variant(
        "a living worker is released",
        "sidecar/folders/releasing.py",
        "    if _is_heard_of(folder, claim.worker):\n",
        "    if False:\n",
        f"{FOLDERS}/test_releasing.py::test_a_worker_elsewhere_that_speaks_is_alive",
    ),
    Variant(
        "a place that is away is claimed for",
        "sidecar/watch/line.py",
        "if self.places.why_not(seen.name, spec, tools) is not None:",
        "if False:",
        f"{WATCH}/test_watching.py::test_a_place_that_is_away_empties_no_queue",
    ),
    Variant(
        "a job of the other engine is run",
        "sidecar/watch/line.py",
        "        if engine != self.folder.engine:\n",
        "        if False:\n",
        f"{WATCH}/test_watching.py::test_a_job_of_the_other_engine_is_filed_unrun",
    ),
    Variant(
        "a claim that was lost is not asked for",
        "proxx_engine/execution_adapter.py",
        "self.stop.lost or read_lock",
        "read_lock",
        "tests/faults/test_claim_lost.py",
    ),
    Variant(
        "an unproven proxy is published",
        "proxx_engine/execution_adapter.py",
        "    if failing is not None:\n        code",
        "    if False:\n        code",
        "tests/faults/test_lying_ffmpeg.py",
    ),
    Variant(
        "publishing replaces what is there",
        "proxx_engine/system/publishing.py",
        "    rung = publish(hidden, final)\n",
        '    os.replace(hidden, final)\n    rung: Rung = "rename"\n',
        "tests/faults/test_publishing.py",
    ),
    Variant(
        "files are not synced",
        "proxx_engine/system/durability.py",
        "    os.fsync(descriptor)\n\n\ndef create_exclusive",
        "    return\n\n\ndef create_exclusive",
        "tests/system/test_durable_order.py",
    ),
    Variant(
        "settling counts a file under a final name whatever is in it",
        "proxx_engine/settled_result.py",
        "hash_file(final) == noted.output_sha256",
        "True",
        "tests/faults/test_settled_by_content.py",
    ),
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources and the tests, to be broken."""
    place = tmp_path_factory.mktemp("broken") / "main"
    place.mkdir()
    for name in ("proxx_engine", "sidecar", "tests", "install"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, place / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, place / name)
    media = ROOT.parent / "shared"
    if media.is_dir():
        (place.parent / "shared").symlink_to(media)
    return place


def passes(copy: Path, test: str) -> bool:
    """Whether a test passes over the copy."""
    # The copy comes before the installed sources, also in the processes that a test starts.
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    options = ("-q", "-x", "-p", "no:cacheprovider", "-m", "not slow")
    command = [sys.executable, "-m", "pytest", *options, test]
    ended = subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode in (0, 1), ended.stdout + ended.stderr
    return ended.returncode == 0


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.what)
def test_a_rule_that_is_taken_out_is_missed(copy: Path, variant: Variant) -> None:
    path = copy / variant.file
    true = path.read_text("utf-8")
    assert true.count(variant.stands) >= 1, "the rule stands no longer where it stood"
    path.write_text(true.replace(variant.stands, variant.broken), "utf-8")
    try:
        assert not passes(copy, variant.caught_by)
    finally:
        path.write_text(true, "utf-8")


@pytest.mark.parametrize("test", sorted({variant.caught_by for variant in VARIANTS}))
def test_the_tests_that_catch_them_pass_over_the_true_sources(copy: Path, test: str) -> None:
    assert passes(copy, test)
