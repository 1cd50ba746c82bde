"""`proxx watch --report`: the page of a watch folder, kept current beside the work.

Like every view it looks at the disk: when the folder's log has grown, by whatever machine, the page
is made anew, and once more when it has come to rest; so seldom that it costs a fiftieth of the time
at most, and once more at the end.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from proxx_engine import PathMap
from sidecar.folders.layout import WatchFolder
from sidecar.report.writing import check_place, write_report

_LEAST_SECONDS = 5.0
_SHARE = 50


class KeptReport:
    """Looks at the folder and writes the page, on a thread of its own, while it is entered."""

    def __init__(
        self,
        folder: WatchFolder,
        page: Path,
        *,
        path_maps: tuple[PathMap, ...],
        complain: Callable[[str], None],
    ) -> None:
        """`complain` is told, once for each cause, why a page cannot be written.

        Raises: RequestError where no page can be at that place.
        """
        check_place(page)
        self._folder, self._page, self._path_maps = folder, page, path_maps
        self._complain, self._said = complain, ""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        self._write()

    def _keep(self) -> None:
        shown = last = None
        pause = 0.0
        while not self._over.wait(pause):
            began, grown = time.monotonic(), self._logged()
            if grown != shown:
                self._write()
                # An action is noted before it is done: what was noted last may be missing yet.
                shown = grown if grown == last else None
            last = grown
            pause = max(_LEAST_SECONDS, _SHARE * (time.monotonic() - began))

    def _logged(self) -> int:
        try:
            with os.scandir(self._folder.log) as entries:
                return sum(entry.stat().st_size for entry in entries)
        except OSError:
            return -1

    def _write(self) -> None:
        told = ""
        try:
            write_report(
                [self._folder.root],
                self._page,
                inspecting=lambda _path, _number, _total: None,
                path_maps=self._path_maps,
            )
        except Exception as error:  # whatever a page fails of, the work goes on
            told = f"the page {self._page} cannot be written: {error}"
        if told and told != self._said:
            self._complain(told)
        self._said = told
