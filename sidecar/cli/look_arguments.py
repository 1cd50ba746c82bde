"""What a command line can say of a look: flips, levels, shape, burnt-in texts."""

from __future__ import annotations

import argparse
from fractions import Fraction
from typing import Any

_FACTORS = {"1.33": Fraction(4, 3), "1.3": Fraction(4, 3)}
"""As they stand on lenses."""


def add_look(parser: argparse.ArgumentParser) -> None:
    """Declare the deliberate changes of the picture, but for a LUT."""
    add = parser.add_argument_group("look of the pictures").add_argument
    add(
        "--burn-in",
        action="append",
        metavar="WHAT@PLACE[:SIZE%]",
        help="timecode, timecode-or-zero, frame, name, reel, reel-or-none or text=WORDS, at top, "
        "center, bottom, top-left and so on; size in percent of the height, 5%% if not said; may "
        "be given again",
    )
    add("--flip", choices=("horizontal", "vertical", "both"), help="mirror the pictures")
    add(
        "--data-level",
        choices=("video", "full", "resolve"),
        help="read the source's values so, whatever its file says; resolve: as the clip's property "
        "Data Level says there",
    )
    add(
        "--crop",
        metavar="WAY:SHAPE",
        help="crop:2.39 cuts the pictures, letterbox:16:9 puts black beside them, matte:2.39 "
        "blackens what lies outside",
    )
    add(
        "--desqueeze",
        type=factor,
        metavar="FACTOR",
        help="make anamorphic pictures so much wider: 1.33, 1.5, 1.8, 2",
    )


def factor(text: str) -> Fraction:
    """Read 2, 1.5, 9/5; 1.33 means 4/3, as lenses do."""
    try:
        return _FACTORS[text] if text in _FACTORS else Fraction(text)
    except (ValueError, ZeroDivisionError):
        message = f"found {text!r}, expected a factor such as 1.33, 1.5, 1.8 or 2"
        raise argparse.ArgumentTypeError(message) from None


def asked_look(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the fields of a look that the command line says, by their names in a profile."""
    level = arguments.data_level
    asked = {
        "burn_in": arguments.burn_in,
        "flips": arguments.flip,
        "data_level": level if level != "resolve" else None,
        "data_level_from": "resolve" if level == "resolve" else None,
        "crop": arguments.crop,
        "desqueeze": arguments.desqueeze,
    }
    return {name: value for name, value in asked.items() if value is not None}
