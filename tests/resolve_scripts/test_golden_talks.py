"""Golden talks: what was asked once is answered in the same way, by both hosts.

Lines of NAME.jsonl are asked; NAME.answers.jsonl has what is answered, by either language. Write it
anew with `python -m tests.resolve_scripts.test_golden_talks`, and look at what changed.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.resolve_scripts.stage import Stage

TALKS = sorted(Path(__file__).with_name("talks").glob("*[!s].jsonl"))


def alike(value: Any) -> Any:
    """A value without what may differ: the language, an empty table's kind, an error's words."""
    match value:
        case {"language": str(), "runtime": str()}:
            return {key: alike(one) for key, one in value.items()} | dict.fromkeys(
                ("language", "runtime"), "any"
            )
        case {"kind": "raised", "text": str(text)}:
            return {"kind": "raised", "text": text.partition(":")[0]}
        case {"kind": "bad_request", "text": str(text)}:
            return {"kind": "bad_request", "text": text.partition(":")[0]}
        case dict():
            return {key: alike(value[key]) for key in sorted(value)} if value else []
        case list():
            return [alike(one) for one in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def replay(stage: Stage, talk: Path) -> list[Any]:
    """Ask a talk's lines; the answers."""
    told = stage.run(stage.player(talk.read_text(encoding="utf-8").splitlines()))
    assert told.log == "never to be seen by the host\nmake-proxies\n"
    return [alike(answer) for answer in stage.got()]


def golden(talk: Path) -> Path:
    return talk.with_suffix(".answers.jsonl")


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk.stem)
def test_a_talk_is_answered_as_ever(stage: Stage, talk: Path) -> None:
    expected = golden(talk).read_text(encoding="utf-8").splitlines()
    assert replay(stage, talk) == [json.loads(line) for line in expected]


if __name__ == "__main__":
    for one in TALKS:
        with tempfile.TemporaryDirectory() as folder:
            lines = [json.dumps(answer) for answer in replay(Stage(Path(folder), "py"), one)]
        golden(one).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
