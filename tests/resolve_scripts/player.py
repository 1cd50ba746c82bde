"""What the hosts of these tests start in place of Proxx: asks what a file says, notes the answers.

    python -m tests.resolve_scripts.player REQUESTS ANSWERS ACTION [--answers FOLDER]

Each line of REQUESTS is sent as it is. A line that begins with `!` is no request but an order:
`!die` ends the player at once, `!wait` lets it send beats until nobody reads them.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from sidecar.resolve.talk.channels import Channel, FileChannel, PipeChannel, take_streams

WITHOUT_ANSWER = ("beat", "bye")
BEAT = b'{"v": 1, "id": 0, "op": "beat"}\n'


def play(channel: Channel, lines: list[bytes], into: Path) -> None:
    """Ask each line."""
    for line in lines:
        if line.startswith(b"!die"):
            os._exit(7)
        if line.startswith(b"!wait"):
            into.with_suffix(".pid").write_text(str(os.getpid()))
            while True:
                channel.send(BEAT)
                time.sleep(0.05)
        channel.send(line)
        number = number_of(line)
        if number is not None:
            answer = channel.receive(number, 20.0)
            with into.open("ab") as file:
                file.write((answer or b"null").rstrip(b"\n") + b"\n")


def number_of(line: bytes) -> int | None:
    """The id of the answer that is due."""
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        return 0
    if not isinstance(request, dict):
        return 0
    if request.get("op") == "beat" or (request.get("op") == "bye" and request.get("v") == 1):
        return None
    number = request.get("id")
    return number if type(number) is int and number >= 1 else 0


if __name__ == "__main__":
    requests, answers, action, *more = sys.argv[1:]
    sent, received = take_streams()
    print("never to be seen by the host", flush=True)
    opened: Channel
    opened = FileChannel(sent, Path(more[1])) if more else PipeChannel(sent, received)
    os.write(2, f"{action}\n".encode())
    play(opened, Path(requests).read_bytes().splitlines(keepends=True), Path(answers))
    opened.close()
