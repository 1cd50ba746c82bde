"""The project as it stands keeps every law; the same questions that `python -m tests.governance`
asks.
"""

from __future__ import annotations

import pytest

from proxx_engine.phase1_lock import check_tree
from tests.governance.__main__ import main
from tests.governance.audit import ROOT, Answer, check_layers, check_profiles
from tests.governance.vocabulary import scan_tree


def test_rules() -> None:
    assert "\n".join(map(str, check_tree(ROOT))) == ""


def test_vocabulary() -> None:
    assert "\n".join(map(str, scan_tree(ROOT))) == ""


def test_layers() -> None:
    assert "\n".join(check_layers(ROOT)) == ""


def test_profiles() -> None:
    assert "\n".join(check_profiles(ROOT)) == ""


@pytest.mark.parametrize(
    ("broken", "status"), [((), 0), (("a.py:1: [no_print] print",), 1)], ids=["kept", "broken"]
)
def test_the_command_prints_and_exits(
    broken: tuple[str, ...],
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(
        "tests.governance.__main__.audit", lambda: (Answer("rules", broken), Answer("layers", ()))
    )
    assert main() == status
    assert capsys.readouterr().out.splitlines() == [
        f"rules: {'broken' if broken else 'kept'}",
        *(f"  {one}" for one in broken),
        "layers: kept",
    ]
