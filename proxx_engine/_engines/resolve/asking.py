"""One call of Resolve's API, and a look at what it answers.

A call that fails says None, False or nothing, and seldom throws: each answer is looked at, and one
of another kind is a fault that names the call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from proxx_engine._engines.resolve.host import Project, ResolveHost
from proxx_engine.errors import EncodingFault

NO_ANSWER = "RENDER_NO_ANSWER"
T = TypeVar("T")

_PLAIN = (bool, int, float, str, bytes, list, tuple, dict)


def ask(what: str, call: Callable[[], Any]) -> Any:
    """Return what a call answers, whatever that is. Raises: EncodingFault where it throws."""
    try:
        return call()
    except Exception as error:
        raise EncodingFault(NO_ANSWER, f"{what} threw {type(error).__name__}: {error}") from error


def ask_object(what: str, call: Callable[[], T | None]) -> T:
    """Return an object of the API. Raises: EncodingFault for anything else."""
    answer: T | None = ask(what, call)
    if answer is None or isinstance(answer, _PLAIN):
        raise _unanswered(what, answer)
    return answer


def ask_text(what: str, call: Callable[[], Any]) -> str:
    """Return text that is not empty. Raises: EncodingFault for anything else."""
    answer = ask(what, call)
    if not isinstance(answer, str) or not answer:
        raise _unanswered(what, answer)
    return answer


def ask_number(what: str, call: Callable[[], Any]) -> int:
    """Return a whole number. Raises: EncodingFault for anything else."""
    answer = ask(what, call)
    if not is_whole_number(answer):
        raise _unanswered(what, answer)
    return int(answer)


def is_whole_number(answer: Any) -> bool:
    """Whether an answer counts something; Lua knows only fractions, some of which are whole."""
    if isinstance(answer, float):
        return answer.is_integer()
    return isinstance(answer, int) and not isinstance(answer, bool)


def ask_truth(what: str, call: Callable[[], Any]) -> bool:
    """Return True or False. Raises: EncodingFault for anything else."""
    answer = ask(what, call)
    if not isinstance(answer, bool):
        raise _unanswered(what, answer)
    return answer


def ask_list(what: str, call: Callable[[], Any]) -> list[Any]:
    """Return a list without its gaps; {} is an empty one in Lua. Raises: EncodingFault."""
    answer = ask(what, call)
    if isinstance(answer, Mapping) and not answer:
        return []
    if not isinstance(answer, Sequence) or isinstance(answer, str | bytes):
        raise _unanswered(what, answer)
    return [entry for entry in answer if entry is not None]


def ask_entries(what: str, call: Callable[[], Any]) -> list[Any]:
    """Return a list without its gaps; None is an empty one on some builds, and a call that failed.

    So None is asked about once more. Raises: EncodingFault for anything else.
    """
    answer = ask(what, call)
    if answer is None:
        answer = ask(what, call)
    return [] if answer is None else ask_list(what, lambda: answer)


def ask_table(what: str, call: Callable[[], Any]) -> dict[str, Any]:
    """Return names and values. Raises: EncodingFault for anything else."""
    answer = ask(what, call)
    if not isinstance(answer, Mapping):
        raise _unanswered(what, answer)
    return dict(answer)


def is_object(answer: Any) -> bool:
    """Whether an entry of a list is an object of the API."""
    return answer is not None and not isinstance(answer, _PLAIN)


def _unanswered(what: str, answer: Any) -> EncodingFault:
    return EncodingFault(NO_ANSWER, f"{what} answered {answer!r:.200}")


def is_gone(host: ResolveHost) -> bool:
    """Whether Resolve does not even say its name any more."""
    try:
        ask_text("GetProductName", lambda: host.GetProductName())
    except EncodingFault:
        return True
    return False


def open_project(host: ResolveHost, project_id: str) -> Project:
    """Return the open project, which must be the job's. Raises: EncodingFault."""
    manager = ask_object("GetProjectManager", lambda: host.GetProjectManager())
    project: Project | None = ask("GetCurrentProject", lambda: manager.GetCurrentProject())
    if not is_object(project):
        raise EncodingFault("RENDER_NO_PROJECT")
    assert project is not None
    found = ask_text("Project.GetUniqueId", lambda: project.GetUniqueId())
    if found != project_id:
        name = ask("Project.GetName", lambda: project.GetName())
        detail = f"{name!r} ({found}) is open, the job needs {project_id}"
        raise EncodingFault("RENDER_WRONG_PROJECT", detail)
    return project
