"""launchd's agents and Task Scheduler's tasks, read back by the rules of their systems."""

from __future__ import annotations

import dataclasses
import itertools
import plistlib
from pathlib import PureWindowsPath
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from install.services.keeping import keeper_code
from install.services.service import NoService, Service, services_of
from tests.install.services.examples import LAUNCHD, MACOS, TASKS, WINDOWS

_SPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
# In the order in which the schema of tasks, version 1.2, lists them.
_ORDER = {
    "Task": ("RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"),
    "LogonTrigger": (
        *("StartBoundary", "EndBoundary", "Enabled", "Repetition", "ExecutionTimeLimit"),
        *("UserId", "Delay"),
    ),
    "Principal": ("UserId", "LogonType", "GroupId", "RunLevel"),
    "Settings": (
        *("MultipleInstancesPolicy", "DisallowStartIfOnBatteries", "StopIfGoingOnBatteries"),
        *("AllowHardTerminate", "StartWhenAvailable", "RunOnlyIfNetworkAvailable"),
        *("IdleSettings", "AllowStartOnDemand", "Enabled", "Hidden", "RunOnlyIfIdle"),
        *("WakeToRun", "ExecutionTimeLimit", "Priority", "RestartOnFailure"),
    ),
    "IdleSettings": ("Duration", "WaitTimeout", "StopOnIdleEnd", "RestartOnIdle"),
    "Exec": ("Command", "Arguments", "WorkingDirectory"),
}


def task_of(service: Service) -> ET.Element:
    (content,) = (c for path, c in TASKS.files(service).items() if path.suffix == ".xml")
    assert content.startswith(b"\xff\xfe<\0?\0")
    return ET.fromstring(content.decode("utf-16"))


def said(task: ET.Element, path: str) -> str:
    text = task.findtext("/".join(_SPACE + name for name in path.split("/")))
    assert text is not None
    return text


def windows_words(line: str) -> list[str]:
    """Split as a program on Windows finds its words: quotes, and backslashes before them."""
    words: list[str] = []
    word, inside, begun, at = "", False, False, 0
    while at < len(line):
        slashes = len(line[at:]) - len(line[at:].lstrip("\\"))
        if slashes and line[at + slashes : at + slashes + 1] == '"':
            word += "\\" * (slashes // 2) + '"' * (slashes % 2)
            begun, at = True, at + slashes + slashes % 2
            continue
        character = line[at]
        if character == '"':
            inside, begun = not inside, True
        elif character in " \t" and not inside:
            words += [word] * begun
            word, begun = "", False
        else:
            word, begun = word + character, True
        at += 1
    return words + [word] * begun


@pytest.mark.parametrize("service", MACOS, ids=lambda service: service.words[0])
def test_an_agent_starts_its_service_at_login_and_again_only_after_a_death(
    service: Service,
) -> None:
    agent_file, keeper_file = LAUNCHD.files(service)
    agent = plistlib.loads(LAUNCHD.files(service)[agent_file])
    assert agent["Label"] == service.name == agent_file.stem
    words = agent["ProgramArguments"]
    assert tuple(words[words.index("--") + 1 :]) == service.command
    assert words[4] == str(keeper_file)
    needs = [after for word, after in itertools.pairwise(words) if word == "--needs"]
    assert needs == list(map(str, service.needs))
    assert agent["KeepAlive"] == {"SuccessfulExit": False}
    assert agent["RunAtLoad"] is True
    assert LAUNCHD.files(service)[keeper_file] == keeper_code()


@pytest.mark.parametrize("service", WINDOWS, ids=lambda service: service.words[0])
def test_a_task_starts_its_service_by_the_words_that_windows_finds(service: Service) -> None:
    task = task_of(service)
    assert said(task, "Actions/Exec/Command").endswith("\\env\\Scripts\\pythonw.exe")
    words = windows_words(said(task, "Actions/Exec/Arguments"))
    assert tuple(words[words.index("--") + 1 :]) == service.command
    assert words[3] == str(next(path for path in TASKS.files(service) if path.suffix == ".py"))


@given(
    words=st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="%$\ufffe\uffff"))
    )
)
def test_every_word_comes_back_from_a_task(words: list[str]) -> None:
    service = dataclasses.replace(WINDOWS[0], words=("watch", *words))
    found = windows_words(said(task_of(service), "Actions/Exec/Arguments"))
    assert found[-len(service.words) :] == list(service.words)


def test_a_task_keeps_the_order_of_the_schema() -> None:
    task = task_of(WINDOWS[0])
    seen = set()
    for element in task.iter():
        name = element.tag.removeprefix(_SPACE)
        if name in _ORDER:
            seen.add(name)
            children = [child.tag.removeprefix(_SPACE) for child in element]
            assert children == [known for known in _ORDER[name] if known in children]
    assert seen == set(_ORDER)
    assert task.get("version") == "1.2"


def test_a_task_runs_as_long_as_it_likes_once_and_on_battery_too() -> None:
    task = task_of(WINDOWS[0])
    assert said(task, "Settings/ExecutionTimeLimit") == "PT0S"
    assert said(task, "Settings/MultipleInstancesPolicy") == "IgnoreNew"
    assert said(task, "Settings/StopIfGoingOnBatteries") == "false"
    assert said(task, "Settings/DisallowStartIfOnBatteries") == "false"
    assert said(task, "Triggers/LogonTrigger/UserId") == "STUDIO\\jürgen & co"
    assert said(task, "Principals/Principal/LogonType") == "InteractiveToken"


@pytest.mark.parametrize("name", ["%TEMP%", "a%b%c", "$(Arg0)"])
def test_a_path_that_the_scheduler_would_fill_in_is_refused(name: str) -> None:
    (service,) = services_of(
        python=PureWindowsPath("C:/env/python.exe"), watch=PureWindowsPath("D:/", name)
    )
    with pytest.raises(NoService, match="fill in variables"):
        TASKS.files(service)
