"""FFmpeg's messages: which of them say that a source is damaged, and what to keep of them."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from proxx_engine._engines.contract import Fault, StreamCounts
from proxx_engine.results.execution_results import CapturedText

KEPT_BYTES = 64 * 1024
_READ_AT_MOST = 8 * 1024 * 1024
_ADDRESS = re.compile(r" @ 0x[0-9a-f]+")
_LEVEL = re.compile(r"\[(panic|fatal|error|warning|info|verbose)\] ?")
_INPUT_STREAM = re.compile(
    r"Input stream #(\d+):(\d+) \((?:video|audio)\): \d+ packets read \(\d+ bytes\); "
    r"(\d+) frames decoded; (\d+) decode errors(?: \((\d+) samples\))?"
)
_STATISTICS = re.compile(r"(Input|Output) stream #\d+:\d+ ")
_DAMAGE = re.compile(r"partial file|ended prematurely|corrupt|truncat|sync lost", re.IGNORECASE)
_CUT_SHORT = re.compile(r"partial file|ended prematurely|truncat", re.IGNORECASE)
# The demuxers of containers that know the size of each packet mark one only for ending early.
_CUT_PACKET = re.compile(r"\[in#\d+/(mov|mxf|avi)[^\]]*\] corrupt input packet")
_INPUT_SIDE = re.compile(r"\[(in#|vist#|aist#|dec:|NULL)|Invalid data found|decod|corrupt")
# Said of the input alone; what the outputs then complain of is its consequence.
_REFUSED_INPUT = re.compile(r"corrupt (decoded frame|input packet)|packet (to|in) decoder")
_CANNOT_START = "cannot start "
_FULL_DISK = ("No space left on device", "Disk quota exceeded")
_FULL_DISK_CODES = (256 - errno.ENOSPC, 256 - errno.EDQUOT)
_OTHER_SIZE = re.compile(r"because video parameters changed to .*?, (\d+)x(\d+)")
_FILTERED_AS = re.compile(r"\[graph \S+ input from stream (\S+) .* csp:(\S+) range:(\S+)")
_SERIOUS = ("panic", "fatal", "error")
_OUTPUT_SIDE = re.compile(r"\[(out#|vost#|aost#|mov|mp4|mxf|matroska|tee|framehash)[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Message:
    """One line, without memory addresses, so that equal runs say equal things."""

    level: str
    text: str


def read_messages(log: Path, *, offset: int) -> tuple[Message, ...]:
    """Return what was appended to a log from `offset` on; of a flood, its two ends."""
    with open(log, "rb") as stream:
        stream.seek(offset)
        data = stream.read(_READ_AT_MOST)
        end = stream.seek(0, os.SEEK_END)
        stream.seek(max(offset + len(data), end - _READ_AT_MOST))
        rest = stream.read(_READ_AT_MOST)
    text = (data + rest).decode("utf-8", "replace")
    return tuple(_parse(text))


def _parse(text: str) -> Iterator[Message]:
    level = "info"
    for line in text.splitlines():
        found = _LEVEL.search(line)
        if found:
            level = found[1]
            line = line[: found.start()] + line[found.end() :]
        yield Message(level, _ADDRESS.sub("", line).rstrip())


StreamKey = tuple[int, int]
"""Number of the input, number of the stream in it."""


def count_streams(messages: tuple[Message, ...]) -> dict[StreamKey, StreamCounts]:
    """Return FFmpeg's end statistics: what was decoded of each input stream."""
    counts = {}
    for message in messages:
        found = _INPUT_STREAM.search(message.text)
        if found:
            key = (int(found[1]), int(found[2]))
            counts[key] = StreamCounts(int(found[3]), int(found[4]), int(found[5] or 0))
    return counts


def errors_of(messages: tuple[Message, ...]) -> tuple[str, ...]:
    """Return every message that an intact file does not give."""
    return tuple(
        message.text
        for message in messages
        if message.level in _SERIOUS
        or (message.level == "warning" and _DAMAGE.search(message.text))
    )


def capture(messages: tuple[Message, ...]) -> CapturedText:
    """Return what a result keeps: what was opened, every warning and error, the end statistics."""
    kept = []
    opening = True
    for message in messages:
        if message.text.startswith("Stream mapping:"):
            opening = False
        telling = message.level in (*_SERIOUS, "warning") or _STATISTICS.search(message.text)
        if telling or (opening and message.level == "info"):
            kept.append(f"[{message.level}] {message.text}")
    data = "\n".join(kept).encode("utf-8")
    if len(data) <= KEPT_BYTES:
        return CapturedText(text=data.decode("utf-8"), truncated=False)
    half = KEPT_BYTES // 2
    ends = data[:half] + b"\n[...]\n" + data[-half:]
    return CapturedText(text=ends.decode("utf-8", "ignore"), truncated=True)


def explain_exit(exit_code: int | None, messages: tuple[Message, ...]) -> Fault:
    """Return why FFmpeg ended with an error; its codes are errno modulo 256, so words decide.

    A full disk may have swallowed the words as well: there the code alone tells.
    """
    if exit_code is None or exit_code < 0:
        return Fault("ENCODE_KILLED", f"signal {-exit_code}" if exit_code else "did not end")
    serious = [message.text for message in messages if message.level in _SERIOUS]
    words = "\n".join(serious)
    first = serious[0] if serious else f"exit code {exit_code}, no message"
    if first.startswith(_CANNOT_START):
        return Fault("TOOL_FFMPEG_BROKEN", first)
    fault = explain_writing(messages)
    if fault is not None:
        return fault
    if exit_code in _FULL_DISK_CODES:
        return Fault("STORAGE_FULL", first)
    if "Unknown encoder" in words:
        return Fault("TOOL_ENCODER_MISSING", first)
    if "whitelist" in words or "Error opening input" in words:
        return Fault("SOURCE_UNREADABLE", first)
    cut = [m.text for m in messages if _CUT_SHORT.search(m.text) and m.level != "info"]
    cut += [text for text in serious if _CUT_PACKET.search(text)]
    if cut:
        return Fault("SOURCE_TRUNCATED", cut[0])
    blames_source = _REFUSED_INPUT.search(words) or (
        _INPUT_SIDE.search(words) and not _said_by_output(serious)
    )
    if blames_source:
        return Fault("SOURCE_DAMAGED", first)
    return Fault("ENCODE_FAILED", first)


def explain_uneven(messages: tuple[Message, ...], *, width: int, height: int) -> Fault | None:
    """Return why a source's pictures are not of one kind, None when they are."""
    return _other_size(messages, width, height) or _other_colors(messages)


def _other_size(messages: tuple[Message, ...], width: int, height: int) -> Fault | None:
    for message in messages:
        found = _OTHER_SIZE.search(message.text)
        if found and (int(found[1]), int(found[2])) != (width, height):
            return Fault("SOURCE_UNEVEN", f"{found[1]}x{found[2]} after {width}x{height}")
    return None


def _other_colors(messages: tuple[Message, ...]) -> Fault | None:
    """Return that matrix or range change: the proxy has one tag for all its pictures.

    FFmpeg builds its filters anew there. What a picture does not say contradicts nothing.
    """
    first: dict[tuple[str, int], str] = {}
    for message in messages:
        if found := _FILTERED_AS.search(message.text):
            stream, *told = found.groups()
            for kind, value in enumerate(told):
                before = first.setdefault((stream, kind), value) if value != "unknown" else value
                if before != value:
                    return Fault("SOURCE_UNEVEN", f"colours as {value} after {before}")
    return None


def explain_full(messages: tuple[Message, ...]) -> Fault | None:
    """Return that no more could be written, None when nothing says so."""
    serious = [message.text for message in messages if message.level in _SERIOUS]
    full = [text for text in serious if any(words in text for words in _FULL_DISK)]
    return Fault("STORAGE_FULL", full[0]) if full else None


def explain_writing(messages: tuple[Message, ...]) -> Fault | None:
    """Return why the proxy could not be written, None when nothing says so."""
    full = explain_full(messages)
    if full is not None:
        return full
    serious = [message.text for message in messages if message.level in _SERIOUS]
    failed = [
        text
        for text in _said_by_output(serious)
        if "error writing" in text.lower() or "Input/output error" in text
    ]
    return Fault("STORAGE_FAILED", failed[0]) if failed else None


def _said_by_output(serious: list[str]) -> list[str]:
    return [text for text in serious if _OUTPUT_SIDE.search(text)]
