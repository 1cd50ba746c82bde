"""Puts what a clip's look is made of where the command reads it: the pinned bytes, nothing else."""

from __future__ import annotations

import hashlib
from pathlib import Path

from proxx_engine._engines.contract import Fault
from proxx_engine.planning.arguments.looks import TABLE_FILE
from proxx_engine.planning.burn_ins import FONT_FILE, TEXT_FILE
from proxx_engine.planning.cube import MAX_CUBE_BYTES, Cube, parse_cube
from proxx_engine.planning.plan import ClipPlan
from proxx_engine.spec.profile import Lut
from proxx_engine.system.files import read_regular
from proxx_engine.system.fonts import read_font


def place_look(plan: ClipPlan, folder: Path) -> Fault | None:
    """Write every file that a clip's filters read into `folder`; return what stands against it."""
    fault = place_lut(plan.lut, folder) if plan.lut else None
    return fault or _place_texts(plan, folder)


def _place_texts(plan: ClipPlan, folder: Path) -> Fault | None:
    target = plan.target
    if target is None or not target.burn_in:
        return None
    try:
        font = read_font()
    except OSError as error:
        return Fault("TOOL_FONT_MISSING", f"the package is not whole: {error}")
    if hashlib.sha256(font).hexdigest() != target.font_sha256:
        return Fault("TOOL_FONT_MISSING", f"the job names {target.font_sha256}")
    (folder / FONT_FILE).write_bytes(font)
    for number, burn_in in enumerate(target.burn_in):
        if burn_in.shows == "text":
            (folder / TEXT_FILE.format(number)).write_text(burn_in.text or "", "utf-8")
    return None


def place_lut(lut: Lut, folder: Path) -> Fault | None:
    """Write a LUT's table into `folder`; return why it cannot be the one that was asked for."""
    try:
        data = read_regular(Path(lut.path), limit=MAX_CUBE_BYTES)
    except OSError as error:
        return Fault("SOURCE_LUT_MISSING", f"{lut.path}: {error.strerror}")
    except ValueError as error:
        return Fault("SOURCE_LUT_CHANGED", f"{lut.path} has {error} bytes now")
    if hashlib.sha256(data).hexdigest() != lut.sha256:
        return Fault("SOURCE_LUT_CHANGED", lut.path)
    cube = parse_cube(data, name=lut.path)
    if not isinstance(cube, Cube):
        return Fault("SOURCE_LUT_CHANGED", f"{cube[0].path}: {cube[0].sentence}")
    if cube.table != lut.table:
        return Fault(
            "SOURCE_LUT_CHANGED", f"{lut.path} holds a {cube.table} table, not {lut.table}"
        )
    (folder / TABLE_FILE).write_bytes(cube.text())
    return None
