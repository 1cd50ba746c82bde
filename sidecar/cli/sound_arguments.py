"""What `proxx create` can be told of sound that was recorded apart, and of mixing channels."""

from __future__ import annotations

import argparse
from pathlib import Path

from proxx_engine import SoundWish, read_sound
from sidecar.cli.paths import plain_path


def add_sound(parser: argparse.ArgumentParser) -> None:
    """Declare where sound lies that was recorded apart, and what becomes of it."""
    add = parser.add_argument_group("sound").add_argument
    add(
        "--sound",
        nargs="+",
        action="extend",
        default=[],
        type=Path,
        metavar="ROOT",
        help="WAV files of a recorder, laid under each clip by timecode as tracks after its own",
    )
    add(
        "--sound-only", action="store_true", help="leave out a clip's own sound where there is such"
    )
    add("--sound-required", action="store_true", help="refuse clips that have none")
    add(
        "--downmix",
        choices=("stereo", "mono"),
        help="mix each track that has more channels; the coefficients stand in the JobSpec",
    )


def misused_sound(arguments: argparse.Namespace) -> str | None:
    """Return why these arguments do not go together."""
    if (arguments.sound_only or arguments.sound_required) and not arguments.sound:
        return "proxx create: --sound-only and --sound-required say how --sound is used; give it"
    return None


def wished_sound(arguments: argparse.Namespace) -> SoundWish | None:
    """Return what is asked for; every WAV is looked at. Raises: CreationError, OSError."""
    return read_sound(
        tuple(plain_path(path) for path in arguments.sound),
        required=arguments.sound_required,
        only=arguments.sound_only,
        downmix=arguments.downmix,
    )
