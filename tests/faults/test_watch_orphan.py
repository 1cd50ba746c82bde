"""The watcher and its lifeline are killed, FFmpeg lives on: it ends before its files are touched.

Its lifeline's last service, a signal of the kernel to the whole group, is taken from it here: the
encode runs in a session of its own, as a program may that starts others.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.faults.scenes import is_over, running_below, wait_until, words_of
from tests.faults.watch_rounds import Rounds
from tests.faults.watch_scene import Scene, ended, make_scene, start_watch, watch, wrap
from tests.faults.watch_truth import breaches, breaches_now, told_result

GROWING = r"""
  out=$(printf '%s' "$*" | sed -n 's/.*+bitexact\]file:\(.*\)|\[f=framehash.*/\1/p')
  exec setsid /bin/sh -c '
    work=$(dirname "$2")
    while :; do
      [ -d "$work" ] || echo gone >> "$1/touched"
      { echo more >> "$2"; } 2>/dev/null || echo gone >> "$1/touched"
      sleep 0.02
    done' sh "$base" "$out"
"""
"""Writes into the hidden proxy for ever, and notes when its folder is taken from under it."""
REAL = 'exec setsid "$real" -readrate 0.001 -readrate_initial_burst 0.001 "$@"'


def orphaned(scene: Scene) -> psutil.Process:
    """Kill a watcher and its lifeline in mid-encode; return the encode, which goes on."""
    watcher = start_watch(scene)
    encode = wait_until(lambda: _encode(scene))
    lifeline = encode.parent()
    assert lifeline is not None
    assert "lifeline.py" in " ".join(words_of(lifeline))
    lifeline.send_signal(signal.SIGSTOP)
    watcher.kill()
    lifeline.kill()
    ended(watcher)
    wait_until(lambda: is_over(lifeline))
    assert not is_over(encode)
    return encode


def _encode(scene: Scene) -> psutil.Process | None:
    for process in running_below(scene.root):
        words = words_of(process)
        begun = "lifeline.py" not in " ".join(words[:5]) and str(scene.ffmpeg) not in words
        # Its own group leader: only then the kernel's last signal does not reach it.
        with suppress(ProcessLookupError):
            if begun and os.getsid(process.pid) == process.pid:
                return process
    return None


@pytest.mark.parametrize(
    ("encode", "asleep"),
    [
        pytest.param(GROWING, False, id="that writes for ever"),
        pytest.param(REAL, False, id="a slow FFmpeg"),
        pytest.param(REAL, True, id="one that stands still"),
    ],
)
def test_an_orphaned_encode_is_ended_before_its_files_are_touched(
    rounds: Rounds, tmp_path: Path, encode: str, asleep: bool
) -> None:
    scene = make_scene(tmp_path / "orphan", rounds.footage, encode=encode)
    orphan = orphaned(scene)
    if asleep:
        orphan.send_signal(signal.SIGSTOP)
    wrap(rounds.footage, scene.base)
    try:
        assert breaches_now(scene, rounds.proxies) == []
        healed = watch(scene)
        assert is_over(orphan), healed.story
    finally:
        if not is_over(orphan):
            orphan.kill()
    assert not (scene.base / "touched").exists(), "its folder was taken from under it"
    assert breaches(scene, rounds.proxies) == [], healed.story
    assert told_result(scene, scene.specs[0]).status == "FAILED"
    assert "was interrupted" in healed.out
    assert running_below(scene.root) == []
