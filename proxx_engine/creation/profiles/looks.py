"""A .cube file → the Lut of a profile: read, checked to its last row, pinned by its bytes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Literal

from proxx_engine.errors import CreationError, Issue
from proxx_engine.planning.cube import MAX_CUBE_BYTES, Cube, parse_cube
from proxx_engine.spec.profile import Lut
from proxx_engine.system.files import read_regular


def read_lut(path: Path, range: Literal["tv", "pc"]) -> Lut:  # noqa: A002 - the field's name
    """Return the Lut of a file; `range` says which values the table was made for.

    Raises: CreationError with every problem, file and line named.
    """
    # Only made absolute: a link may be meant to be followed anew on another machine.
    full = Path(os.path.abspath(path))
    try:
        data = read_regular(full, limit=MAX_CUBE_BYTES)
    except FileNotFoundError:
        raise _refused("SOURCE_LUT_MISSING", full, "does not exist") from None
    except OSError as error:
        sentence = error.strerror or str(error)
        raise _refused("SPEC_UNREADABLE", full, sentence) from error
    except ValueError as error:
        limit = MAX_CUBE_BYTES // (1024 * 1024)
        sentence = f"has {error.args[0]:,} bytes, expected at most {limit} MiB"
        raise _refused("SPEC_TOO_LARGE", full, sentence) from None
    cube = parse_cube(data, name=str(full))
    if not isinstance(cube, Cube):
        raise CreationError(cube)
    if cube.video_range and range != "tv":
        sentence = f"says that it was made for video range, found {range}; state tv"
        raise _refused("SPEC_BAD_PAIR", full, sentence)
    digest = hashlib.sha256(data).hexdigest()
    return Lut(path=str(full), sha256=digest, range=range, table=cube.table)


def _refused(code: str, path: Path, sentence: str) -> CreationError:
    return CreationError((Issue(code, str(path), sentence),))
