"""The talk by files: what a host in Lua does where a build lets it start no program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from resolve_scripts.proxx_host import calls, host
from tests.resolve_scripts.awkward import awkward_resolve
from tests.resolve_scripts.lua_world import LUAS
from tests.resolve_scripts.stage import MENU
from tests.resolve_scripts.test_golden_talks import TALKS, alike
from tests.resolve_scripts.without_popen import POPENS, Menu

HELLO = '{"v": 1, "id": 1, "op": "hello"}'
SAY = '{"v": 1, "id": 2, "op": "say", "text": "Grüße 東京"}'
CANNOT = "Proxx: this build of Resolve does not let a Lua script start a program"

FULL_DISK = b"""
local open = io.open
function io.open(path, mode)
  if mode ~= "wb" then return open(path, mode) end
  open(path, mode):close()
  return {
    write = function() return nil, "No space left on device" end,
    close = function() return true end,
  }
end
"""


@pytest.fixture
def names() -> dict[str, Any]:
    return {"resolve": awkward_resolve()}


def requests(menu: Menu, action: str, *lines: str) -> Path:
    """Leave the lines of a request file, and the folder for answers."""
    for folder in ("to-resolve", "from-resolve"):
        (menu.files / folder).mkdir(parents=True, exist_ok=True)
    path = menu.files / "to-resolve" / f"{action}.requests.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def answered(menu: Menu) -> list[Path]:
    return sorted((menu.files / "from-resolve").iterdir())


def told(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("popen", POPENS)
@pytest.mark.parametrize("lua", LUAS)
def test_each_request_is_written_with_its_answer(
    tmp_path: Path, names: dict[str, Any], popen: str, lua: str
) -> None:
    menu = Menu(tmp_path, names, popen=popen, lua=lua)
    requests(menu, "make-proxies", HELLO, '{"v": 1, "id": 0, "op": "beat"}', SAY, "nonsense")
    cannot, said, then = menu.choose("make-proxies")
    assert cannot.startswith(CANNOT)
    assert said == "Grüße 東京"
    (path,) = answered(menu)
    assert path.name.startswith("make-proxies-")
    assert str(path) in then
    assert "run `proxx plugin exchange` in a terminal" in then
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [lines[0], lines[2], lines[4]] == [HELLO, SAY, "nonsense"]
    values = [json.loads(line) for line in lines[1::2]]
    assert values[0]["value"]["product"] == "DaVinci Resolve Studio"
    assert values[1] == {"v": 1, "id": 2, "value": None}
    assert values[2]["error"]["kind"] == "bad_request"


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk.stem)
def test_the_same_lines_have_the_same_answers_by_files(
    tmp_path: Path, names: dict[str, Any], talk: Path
) -> None:
    """The golden talks, of which the last line is no request but a bye."""
    menu = Menu(tmp_path, names)
    requests(menu, "link-proxies", *talk.read_text(encoding="utf-8").splitlines())
    menu.choose("link-proxies")
    (path,) = answered(menu)
    golden = talk.with_suffix(".answers.jsonl").read_text(encoding="utf-8").splitlines()
    assert [alike(one) for one in told(path)[1::2]] == [json.loads(line) for line in golden]


def test_an_answers_file_never_takes_the_place_of_another(
    tmp_path: Path, names: dict[str, Any]
) -> None:
    menu = Menu(tmp_path, names)
    requests(menu, "make-proxies", HELLO)
    for count in range(1, 6):
        menu.choose("make-proxies")
        assert len(answered(menu)) == count
    assert all(len(told(path)) == 2 for path in answered(menu))


def test_before_the_first_exchange_an_entry_says_what_to_do(
    tmp_path: Path, names: dict[str, Any]
) -> None:
    (said,) = Menu(tmp_path, names).choose("link-proxies")
    assert said.startswith(CANNOT)
    assert "Run `proxx plugin exchange` in a terminal" in said
    assert "choose this entry once more" in said


@pytest.mark.parametrize(
    ("action", "instead"),
    [
        ("render-raw", "`proxx watch`"),
        ("review", "`proxx results`"),
        ("stop-rendering", "the Deliver page"),
    ],
)
def test_what_cannot_be_had_by_files_says_what_else_can_be_done(
    tmp_path: Path, names: dict[str, Any], action: str, instead: str
) -> None:
    (said,) = Menu(tmp_path, names).choose(action)
    assert said.startswith(CANNOT)
    assert instead in said


@pytest.mark.parametrize("action", sorted(MENU.values()))
def test_an_installation_without_the_folder_says_so(
    tmp_path: Path, names: dict[str, Any], action: str
) -> None:
    menu = Menu(tmp_path, names)
    menu.locate(None)
    (said,) = menu.choose(action)
    assert said.startswith(CANNOT)


def test_a_full_disk_is_a_sentence_and_leaves_no_half_file(
    tmp_path: Path, names: dict[str, Any]
) -> None:
    menu = Menu(tmp_path, names, before=FULL_DISK)
    requests(menu, "make-proxies", HELLO)
    _, said = menu.choose("make-proxies")
    assert "could not be written (No space left on device)" in said
    assert answered(menu) == []


def test_a_folder_that_is_not_there_is_a_sentence_and_nothing_is_asked(
    tmp_path: Path, names: dict[str, Any]
) -> None:
    menu = Menu(tmp_path, names)
    requests(menu, "make-proxies", SAY)
    (menu.files / "from-resolve").rmdir()
    _, said = menu.choose("make-proxies")
    assert "could not be written" in said


def test_without_a_resolve_the_answers_say_so(tmp_path: Path) -> None:
    menu = Menu(tmp_path, {})
    requests(menu, "make-proxies", HELLO)
    menu.choose("make-proxies")
    (path,) = answered(menu)
    assert told(path)[1]["value"]["resolve"] is None


def test_both_hosts_answer_the_same_to_a_file(tmp_path: Path, names: dict[str, Any]) -> None:
    """The file that came of Lua holds what it was asked, so it can be asked again."""
    menu = Menu(tmp_path, names)
    requests(menu, "make-proxies", HELLO, '{"v": 1, "id": 2, "op": "call", "on": 0}')
    menu.choose("make-proxies")
    (path,) = answered(menu)
    lines = path.read_text(encoding="utf-8").splitlines()
    python = calls.Host(awkward_resolve(), host.ALLOWED, lambda text: None)
    again = [json.loads(python.answer(line.encode())) for line in lines[::2]]
    assert [alike(one) for one in again] == [alike(json.loads(line)) for line in lines[1::2]]
