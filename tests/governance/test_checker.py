"""The lock itself: which file a law is asked about, and whether an installed engine is the one that
passed.
"""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from proxx_engine.phase1_lock import (
    MANIFEST_PLACE,
    ComplianceState,
    Phase1ViolationError,
    assert_phase1_compliance,
    check_module_compliance,
    check_tree,
    compare_with_manifest,
    hash_file,
    write_manifest,
)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A package as a wheel would leave it: sources, and the manifest that was built into it."""
    package = tmp_path / "site" / "proxx_engine"
    for name in ("__init__.py", "journal.py", "spec/__init__.py", "spec/model.py"):
        write(package / name, f"NAME = {name!r}\n")
    hashes = {
        path.relative_to(package).as_posix(): hash_file(path) for path in package.rglob("*.py")
    }
    write(package / MANIFEST_PLACE, write_manifest(hashes))
    return package


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_an_untouched_engine_complies(installed: Path) -> None:
    compliance = compare_with_manifest(installed)
    assert compliance.state is ComplianceState.VERIFIED
    assert compliance.files == 4
    assert compliance.manifest_sha256 == hash_file(installed / MANIFEST_PLACE)


def test_compiled_files_are_no_sources(installed: Path) -> None:
    write(installed / "__pycache__" / "journal.py", "left by a tool")
    assert compare_with_manifest(installed).state is ComplianceState.VERIFIED


def test_a_changed_file_is_named(installed: Path) -> None:
    write(installed / "journal.py", "NAME = 'other'\n")
    assert differences(installed) == ("journal.py: changed",)


def test_a_missing_file_is_named(installed: Path) -> None:
    (installed / "spec" / "model.py").unlink()
    assert differences(installed) == ("spec/model.py: missing",)


def test_an_added_file_is_named(installed: Path) -> None:
    write(installed / "spec" / "again.py", "")
    assert differences(installed) == ("spec/again.py: added",)


def test_all_differences_are_named_at_once(installed: Path) -> None:
    write(installed / "journal.py", "")
    write(installed / "added.py", "")
    (installed / "spec" / "model.py").unlink()
    assert differences(installed) == (
        "added.py: added",
        "journal.py: changed",
        "spec/model.py: missing",
    )


def test_removing_the_manifest_is_no_way_round(installed: Path) -> None:
    (installed / MANIFEST_PLACE).unlink()
    with pytest.raises(Phase1ViolationError, match="no manifest"):
        compare_with_manifest(installed)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("[]", id="no object"),
        pytest.param('{"manifest_version": "9", "files": {}}', id="another version"),
        pytest.param('{"manifest_version": "1.0"}', id="no files"),
    ],
)
def test_a_broken_manifest_is_a_violation(installed: Path, text: str) -> None:
    write(installed / MANIFEST_PLACE, text)
    with pytest.raises(Phase1ViolationError, match="cannot be read"):
        compare_with_manifest(installed)


def test_a_source_checkout_says_so(installed: Path) -> None:
    (installed / MANIFEST_PLACE).unlink()
    write(installed.parent / "pyproject.toml", "")
    compliance = compare_with_manifest(installed)
    assert compliance.state is ComplianceState.SOURCE_CHECKOUT
    assert compliance.state.value == "source checkout: the tests run the rules"
    assert compliance.manifest_sha256 is None


def test_the_engine_is_asked_once_per_process() -> None:
    assert assert_phase1_compliance() is assert_phase1_compliance()


def test_the_error_survives_a_process_border() -> None:
    error = Phase1ViolationError("Changed:", ["a.py: changed", "b.py: added"])
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) == "Changed:\na.py: changed\nb.py: added"
    assert again.found == error.found


def test_a_file_is_judged_by_its_place(tmp_path: Path) -> None:
    clock = write(
        tmp_path / "proxx_engine" / "system" / "clock.py", "import time\nnow = time.time\n"
    )
    journal = write(tmp_path / "proxx_engine" / "journal.py", "import time\nnow = time.time\n")
    assert check_module_compliance(clock) == ()
    assert [(v.path, v.line, v.rule) for v in check_module_compliance(journal)] == [
        ("proxx_engine/journal.py", 2, "no_clock")
    ]


def test_a_checkout_may_be_called_like_a_package(tmp_path: Path) -> None:
    root = tmp_path / "install" / "proxx_engine"
    path = write(root / "proxx_engine" / "install.py", "print('x')\n")
    write(root / "proxx_engine" / "__init__.py", "")
    assert [violation.path for violation in check_module_compliance(path)] == [
        "proxx_engine/install.py"
    ]


def test_a_file_elsewhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="none of the folders"):
        check_module_compliance(write(tmp_path / "elsewhere.py", ""))


def test_a_tree_is_judged_whole_and_in_order(tmp_path: Path) -> None:
    write(
        tmp_path / "proxx_engine" / "__init__.py",
        "from .spec import JobSpec\n__all__ = ['JobSpec']\n",
    )
    write(tmp_path / "proxx_engine" / "late.py", "print(1)\n\nSEEN = {}\n")
    write(
        tmp_path / "sidecar" / "run.py",
        "from proxx_engine import JobSpec\nfrom proxx_engine import execute_jobspec\n",
    )
    write(tmp_path / "tests" / "free.py", "print(1)\n")
    assert [(v.path, v.line, v.rule) for v in check_tree(tmp_path)] == [
        ("proxx_engine/late.py", 1, "no_print"),
        ("proxx_engine/late.py", 3, "no_mutable_state"),
        ("sidecar/run.py", 2, "no_direct_engine_call"),
    ]


def differences(package: Path) -> tuple[str, ...]:
    with pytest.raises(Phase1ViolationError) as raised:
        compare_with_manifest(package)
    assert all(one in str(raised.value) for one in raised.value.found)
    return raised.value.found
