"""What every command of the job service is told, and its parts opened.

The service's packages are imported only when it is opened: every other command does without them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from proxx_engine import PlaceError
from sidecar.service.settings import read_settings

if TYPE_CHECKING:
    from sidecar.service.parts import Parts


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Declare the file that says where table, queue and storage are."""
    parser.add_argument(
        "settings", type=Path, metavar="SETTINGS.toml", help="what is said of the job service"
    )


@contextmanager
def open_service(path: Path) -> Iterator[Parts]:
    """Yield the parts that a settings file names; asks none whether it answers.

    Raises: RequestError with every problem of the file; PlaceError (TOOL_SERVICE_MISSING) where
    Proxx was installed without the extra.
    """
    settings = read_settings(path)
    try:
        from sidecar.service.parts import open_parts
    except ModuleNotFoundError as error:
        raise PlaceError("TOOL_SERVICE_MISSING", f"no module {error.name}") from error
    with open_parts(settings) as parts:
        yield parts
