"""The folder in which a talk is held by files, and one round of it.

to-resolve/    ACTION.requests.jsonl, which a host in Lua answers where it can start no program
from-resolve/  ACTION-WHEN.answers.jsonl, as they come
  taking/      the one that is being taken; what lies here after an end was interrupted
  taken/       what was taken, each once
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from proxx_engine import publish, read_regular, replace_whole
from sidecar.resolve.by_files.answers import ITEM_ID, AnswersBroken, Asked, Told, read_answers
from sidecar.resolve.by_files.requests import RESOLVE, plans_in, request_file
from sidecar.resolve.export import snapshot
from sidecar.resolve.linking import project_clips
from sidecar.resolve.talk.values import Step

_ANSWERS, _REQUESTS = ".answers.jsonl", ".requests.jsonl"
_LIMIT = 512 * 1024 * 1024
_EXCHANGE = "`proxx plugin exchange`"

Looks = Callable[[], Iterable[tuple[Step, ...]]]

LOOKS: Mapping[str, Looks] = MappingProxyType(
    {
        "make-proxies": lambda: [snapshot.steps_of(scope, RESOLVE) for scope in snapshot.SCOPES],
        "link-proxies": lambda: [project_clips.steps_of(RESOLVE)],
    }
)
"""By action that can be done by files: the walks over the project that it decides on."""
_FIRST: Mapping[str, str] = MappingProxyType(
    {
        "make-proxies": "Make Proxies: Proxx notes which clips are shown. Jobs are made of them by "
        f"{_EXCHANGE}.",
        "link-proxies": "Link Finished Proxies: Proxx notes the clips of this project. By files it "
        f"takes two rounds: {_EXCHANGE} plans the links; then choose this entry once more, which "
        f"makes them, and {_EXCHANGE} records what came of them.",
    }
)
"""What stands in the Console where nothing is planned."""
_PLANNED: Mapping[str, str] = MappingProxyType(
    {
        "make-proxies": "Make Proxies: Proxx notes which clips are shown, and asks once more what "
        "Resolve did not tell of clips: {count}.",
        "link-proxies": "Link Finished Proxies: Proxx makes the links that are planned for this "
        "project, and notes what the clips say then. Planned, in all projects: {count}.",
    }
)
"""What stands there else."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """The folder; its path is in ASCII where Lua is to find it on Windows."""

    root: Path

    def make(self) -> None:
        """Make what is missing of it. Raises: OSError."""
        for folder in ("to-resolve", "from-resolve/taking", "from-resolve/taken"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)

    def arrived(self) -> list[Path]:
        """Return the files of answers that nobody took, oldest first. Raises: OSError."""
        return sorted(_answers_in(self.root / "from-resolve"), key=_written)

    def interrupted(self) -> list[Path]:
        """Return those that somebody began to take and did not end with. Raises: OSError."""
        return sorted(_answers_in(self.root / "from-resolve/taking"))

    @contextmanager
    def take(self, path: Path) -> Iterator[tuple[Asked, ...]]:
        """Take a file, once: it is back where it was if what is done with it is broken off.

        Raises: AnswersBroken, and the file is left; FileNotFoundError when somebody else took it;
        OSError.
        """
        asked = _read(path)
        held = self.root / "from-resolve/taking" / path.name
        publish(path, held)
        try:
            yield asked
        except BaseException:
            publish(held, path)
            raise
        publish(held, self.root / "from-resolve/taken" / path.name)

    def plans(self, action: str) -> dict[str, list[Told]]:
        """Return what the next file of an action would do, by project. Raises: OSError."""
        try:
            return plans_in(read_regular(self._requests(action), limit=_LIMIT))
        except (FileNotFoundError, ValueError):
            return {}

    def ask(self, action: str, plans: Mapping[str, list[Told]]) -> None:
        """Write what an action asks next. Raises: OSError."""
        planned = [walk for walks in plans.values() for walk in walks]
        words = _PLANNED[action].format(count=count_items(planned)) if planned else _FIRST[action]
        data = request_file(LOOKS[action](), planned, words)
        path = self._requests(action)
        try:
            is_there = read_regular(path, limit=_LIMIT) == data
        except (FileNotFoundError, ValueError):
            is_there = False
        if not is_there:
            replace_whole(path, data)

    def _requests(self, action: str) -> Path:
        return self.root / "to-resolve" / f"{action}{_REQUESTS}"


def exchange_folder(settings: Path) -> Path:
    """Return the folder that belongs to a settings file; the locator names it as `files`."""
    return settings.parent / "by-files"


def count_items(plan: Iterable[Told]) -> int:
    """Return of how many items something is asked."""
    keyed = [step["args_by"] for walk in plan for step in walk["steps"] if "args_by" in step]
    return len({item for by in keyed if by["method"] == ITEM_ID for item in by["args"]})


def action_of(path: Path) -> str | None:
    """Return the action that a file of answers is of; None: of none that is done by files."""
    return next((action for action in LOOKS if path.name.startswith(f"{action}-")), None)


def _read(path: Path) -> tuple[Asked, ...]:
    try:
        return read_answers(read_regular(path, limit=_LIMIT))
    except ValueError as error:
        raise AnswersBroken(f"it is too large: {error} bytes") from None


def _answers_in(folder: Path) -> list[Path]:
    return [folder / name for name in os.listdir(folder) if name.endswith(_ANSWERS)]


def _written(path: Path) -> list[str]:
    """The moment in a name, whichever action it is of."""
    return path.name.rsplit("-", 2)[-2:]
