"""Each law against its own table in cases/: what it must flag in every disguise, and what it must
leave alone.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxx_engine.phase1_lock import EXEMPTIONS, RULES, Exemption, Rule, Violation
from proxx_engine.phase1_lock.rules import SourceModule, judge

ROOT = Path(__file__).resolve().parents[2]
CASES = Path(__file__).with_name("cases")
# A file that no law exempts, for the cases that name none.
ORDINARY = "proxx_engine/journal.py"
AT_LEAST = {"must_flag": 6, "must_pass": 4}


def table(rule: Rule) -> dict[str, dict[str, str | dict[str, str]]]:
    return tomllib.loads((CASES / f"{rule.id}.toml").read_text(encoding="utf-8"))


def cases(kind: str) -> Iterator[object]:
    for rule in RULES:
        for name, case in table(rule)[kind].items():
            code, path = (case, ORDINARY) if isinstance(case, str) else (case["code"], case["path"])
            yield pytest.param(rule, code, path, id=f"{rule.id}: {name}")


def found_by(rule: Rule, code: str, path: str = ORDINARY) -> tuple[Violation, ...]:
    return judge(SourceModule.parse(code, path=path), rules=(rule,))


@pytest.mark.parametrize(("rule", "code", "path"), list(cases("must_flag")))
def test_flags(rule: Rule, code: str, path: str) -> None:
    found = found_by(rule, code, path)
    assert found
    assert {violation.rule for violation in found} == {rule.id}
    assert all(1 <= violation.line <= len(code.splitlines()) for violation in found)


@pytest.mark.parametrize(("rule", "code", "path"), list(cases("must_pass")))
def test_leaves_alone(rule: Rule, code: str, path: str) -> None:
    assert found_by(rule, code, path) == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_law_is_complete(rule: Rule) -> None:
    """One sentence, the sentence it comes from, folders it holds for, and tables long enough to
    mean something.
    """
    assert rule.law.endswith(".")
    assert rule.governing.document
    assert rule.governing.sentence
    assert all(folder.endswith("/") for folder in rule.holds_for)
    assert {
        kind: len(named) >= AT_LEAST[kind] for kind, named in table(rule).items()
    } == dict.fromkeys(AT_LEAST, True)


def test_every_table_belongs_to_a_law() -> None:
    assert {path.stem for path in CASES.glob("*.toml")} == {rule.id for rule in RULES}


@pytest.mark.parametrize("exemption", EXEMPTIONS, ids=lambda one: f"{one.path}: {one.rule}")
def test_exemption_is_needed(exemption: Exemption) -> None:
    """An exemption that no longer covers anything is a door left open."""
    rule = next(rule for rule in RULES if rule.id == exemption.rule)
    code = (ROOT / exemption.path).read_bytes()
    beside = str(Path(exemption.path).with_name("not_exempt.py"))
    assert exemption.reason
    assert judge(SourceModule.parse(code, path=exemption.path), rules=(rule,)) == ()
    assert judge(SourceModule.parse(code, path=beside), rules=(rule,)) != ()


def test_a_law_holds_nowhere_else() -> None:
    for rule in RULES:
        for folder in {"proxx_engine/", "sidecar/", "install/", "resolve_scripts/"} - set(
            rule.holds_for
        ):
            assert (
                found_by(
                    rule,
                    "import threading, time, os, numpy\nx = []\nprint(os.environ)",
                    f"{folder}x.py",
                )
                == ()
            )


@given(st.text())
def test_a_string_breaks_no_law(value: str) -> None:
    module = SourceModule.parse(
        f"VALUE = {value!r}\nfound = look_up(VALUE, {value!r})", path=ORDINARY
    )
    assert judge(module) == ()


@given(st.text(alphabet=string.ascii_lowercase + "_", min_size=1), st.integers())
def test_a_number_breaks_no_law(key: str, value: int) -> None:
    module = SourceModule.parse(
        f"from types import MappingProxyType\nTABLE = MappingProxyType({{{key!r}: {value}}})",
        path=ORDINARY,
    )
    assert judge(module) == ()


def test_a_violation_says_where_what_and_why() -> None:
    rule = next(rule for rule in RULES if rule.id == "no_clock")
    (violation,) = found_by(rule, "import time\n\nstarted = time.time()\n")
    assert str(violation) == (
        "proxx_engine/journal.py:3: [no_clock] time.time\n"
        "    law: Only system/clock.py knows the time or waits.\n"
        "    from: “Execution behavior does not vary based on when it occurs.” "
        "(Phase-2 Execution Invariants, No Time-Based Behavior)"
    )
