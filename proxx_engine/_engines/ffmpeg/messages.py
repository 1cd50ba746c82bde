"""FFmpeg's messages: which of them say that a source is damaged, and what to keep of them."""

from __future__ import annotations

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
    r"Input stream #0:(\d+) \((?:video|audio)\): \d+ packets read \(\d+ bytes\); "
    r"(\d+) frames decoded; (\d+) decode errors(?: \((\d+) samples\))?"
)
_STATISTICS = re.compile(r"(Input|Output) stream #\d+:\d+ ")
_DAMAGE = re.compile(r"partial file|ended prematurely|corrupt|truncat", re.IGNORECASE)
_CUT_SHORT = re.compile(r"partial file|ended prematurely|truncat", re.IGNORECASE)
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
        rest = stream.read()
        if len(rest) > _READ_AT_MOST:
            rest = rest[-_READ_AT_MOST:]
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


def count_streams(messages: tuple[Message, ...]) -> dict[int, StreamCounts]:
    """Return FFmpeg's end statistics: input stream index → what was decoded of it."""
    counts = {}
    for message in messages:
        found = _INPUT_STREAM.search(message.text)
        if found:
            counts[int(found[1])] = StreamCounts(int(found[2]), int(found[3]), int(found[4] or 0))
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
    """Return why FFmpeg ended with an error; its codes are errno modulo 256, so words decide."""
    serious = [message.text for message in messages if message.level in _SERIOUS]
    words = "\n".join(serious)
    last = serious[0] if serious else f"exit code {exit_code}, no message"
    if exit_code is None or exit_code < 0:
        return Fault("ENCODE_KILLED", f"signal {-exit_code}" if exit_code else "did not end")
    if "No space left on device" in words or "Disk quota exceeded" in words:
        return Fault("STORAGE_FULL", last)
    output_side = [text for text in serious if _OUTPUT_SIDE.search(text)]
    if any("error writing" in text.lower() or "Input/output error" in text for text in output_side):
        return Fault("STORAGE_FAILED", output_side[0])
    if "Unknown encoder" in words:
        return Fault("TOOL_ENCODER_MISSING", last)
    if "whitelist" in words:
        return Fault("SOURCE_UNREADABLE", last)
    cut = [m.text for m in messages if _CUT_SHORT.search(m.text) and m.level != "info"]
    if cut:
        return Fault("SOURCE_TRUNCATED", cut[0])
    if serious and not output_side and _is_input_side(words):
        return Fault("SOURCE_DAMAGED", last)
    return Fault("ENCODE_FAILED", last)


def _is_input_side(words: str) -> bool:
    return bool(re.search(r"\[(in#|vist#|aist#|dec:|NULL)|Invalid data found|decod|corrupt", words))
