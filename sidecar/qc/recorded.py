"""The command that a result records → how its encoder came by its pictures. Pure.

Only what says which picture is read and what is done to it is taken over; every guard is set anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from proxx_engine import PathMap, local_path
from sidecar.qc.filters import Chain, read_chain

_FLAGS = frozenset({"-hide_banner", "-nostdin", "-nostats", "-y", "-xerror"})
_GUARDS = frozenset(
    {"-v", "-protocol_whitelist", "-format_whitelist", "-max_pixels", "-threads"}
    | {"-guess_layout_max"}
)
_SEQUENCE: Mapping[str, str] = MappingProxyType(
    {
        "-f": "image2",
        "-pattern_type": "sequence",
        "-framerate": r"[1-9][0-9]{0,11}/[1-9][0-9]{0,11}",
        "-start_number": "[0-9]{1,12}",
        "-start_number_range": "1",
    }
)
_RASTER = "-apply_cropping"
_TAKEN: Mapping[str, str] = MappingProxyType({_RASTER: "codec", **_SEQUENCE})
"""Options that are taken over, each with the values that it may have."""
_STREAM = re.compile(r"0:[0-9]{1,4}")
_GRAPH = re.compile(
    r"\[(0:[0-9]{1,4})\]split=2\[every\]\[chosen\];\[chosen\](.*)\[made\]", re.DOTALL
)
_NUMBER = re.compile(r"%%|%(?:0[0-9]{1,2})?d")


@dataclass(frozen=True, slots=True)
class RecordedPicture:
    """Which pictures an encoder was given."""

    path: str
    """As the result has it; of a sequence, FFmpeg's pattern of its names."""
    sequence: tuple[str, ...]
    """Options of an image sequence; none of a film."""
    whole_raster: bool
    stream: str
    """FFmpeg's name of the picture: input number, stream number."""
    chain: Chain

    @property
    def first_file(self) -> str:
        """The file that is read, or of a sequence its first, as the result has it."""
        if not self.sequence:
            return self.path
        start = int(self.sequence[self.sequence.index("-start_number") + 1])
        return _NUMBER.sub(lambda found: "%" if found[0] == "%%" else found[0] % start, self.path)

    def path_here(self, maps: Iterable[PathMap]) -> str:
        """Return the path of this machine; of a sequence still the pattern."""
        if not self.sequence:
            return local_path(self.path, maps)
        [number] = (found[0] for found in _NUMBER.finditer(self.path) if found[0] != "%%")
        plain = _NUMBER.sub(lambda found: "%" if found[0] == "%%" else "\0", self.path)
        return local_path(plain, maps).replace("%", "%%").replace("\0", number)


def read_command(command: tuple[str, ...]) -> RecordedPicture:
    """Read a recorded command. Raises: ValueError with what Proxx never writes."""
    options, path, rest = _first_input(command)
    sequence = tuple(part for key in _SEQUENCE if key in options for part in (key, options[key]))
    if sequence and len(sequence) != 2 * len(_SEQUENCE):
        raise ValueError("half of an image sequence")
    if sequence and sum(found[0] != "%%" for found in _NUMBER.finditer(path)) != 1:
        raise ValueError("an image sequence without a number")
    stream, chain = _picture(rest)
    return RecordedPicture(path, sequence, _RASTER in options, stream, read_chain(chain))


def _first_input(command: tuple[str, ...]) -> tuple[dict[str, str], str, tuple[str, ...]]:
    """Return the options that say what is read, its path, and the words behind it."""
    options: dict[str, str] = {}
    words = iter(enumerate(command[1:], start=1))
    for at, word in words:
        if word in _FLAGS:
            continue
        _at, value = next(words, (0, ""))
        if word == "-i":
            path = value.removeprefix("file:")
            if path == value or not path or "\0" in path:
                raise ValueError("an input that is no file")
            return options, path, command[at + 2 :]
        if re.fullmatch(_TAKEN.get(word, "(?!)"), value):
            options[word] = value
        elif word not in _GUARDS:
            raise ValueError(f"the option {word[:40]!a}")
    raise ValueError("no input")


def _picture(words: tuple[str, ...]) -> tuple[str, str]:
    """Return the stream that is taken, and its filters."""
    for option, value, *behind in zip(words, words[1:], words[4:], words[5:], strict=False):
        if option == "-filter_complex":
            found = _GRAPH.fullmatch(value)
            if found is None:
                raise ValueError("a graph of filters")
            return found[1], found[2]
        if option == "-map" and _STREAM.fullmatch(value) and behind[0] == "-vf":
            return value, behind[1]
    raise ValueError("no picture")
