"""An FFmpeg that lies about what it did is believed in nothing."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from proxx_engine import PlaceError, Tools, find_tools
from tests.faults.conftest import Try
from tests.faults.scenes import OUTPUT, proxies, proxx, wrap_ffmpeg, write_jobs

pytestmark = pytest.mark.usefixtures("nothing_left")

ENCODE = '"$real" "$@"'


@pytest.mark.parametrize(
    ("encode", "code"),
    [
        pytest.param("exit 0", "ENCODE_NO_WITNESS", id="does nothing and says so"),
        pytest.param(f'{ENCODE}; {OUTPUT}; rm "$out"', "VERIFY_MISSING", id="no file"),
        pytest.param(f'{ENCODE}; {OUTPUT}; : > "$out"', "VERIFY_MISSING", id="an empty file"),
        pytest.param(
            f'{ENCODE}; {OUTPUT}; head -c 5000 /dev/urandom > "$out"', "VERIFY_PLAYS", id="garbage"
        ),
        pytest.param(
            f'{ENCODE}; {OUTPUT}; truncate -s 60000 "$out"', "VERIFY_PLAYS", id="half a file"
        ),
        pytest.param(f"{ENCODE} 2>/dev/null", "ENCODE_NO_WITNESS", id="no statistics"),
        pytest.param(
            f"""{ENCODE} 2>&1 | sed 's/Input stream #0:0 .*/Input stream #0:0 (video): 25 packets \
read (9 bytes); 24 frames decoded; 0 decode errors;/' >&2""",
            "SOURCE_TRUNCATED",
            id="one picture less than promised",
        ),
        pytest.param(
            f'{ENCODE}; {OUTPUT}; size=$(stat -c %s "$out"); printf X | '
            'dd of="$out" bs=1 seek=$((size / 2)) conv=notrunc 2>/dev/null',
            "VERIFY_",
            id="a byte changed after it was written",
        ),
        pytest.param(
            f"{ENCODE}; echo '[tee] [error] Error writing trailer: No space left on device' >&2",
            "STORAGE_FULL",
            id="a write error and exit code 0",
        ),
        pytest.param(
            "echo '[out#0/tee] [error] Error writing trailer: No space left on device' >&2; exit 1",
            "STORAGE_FULL",
            id="a full disk, in words",
        ),
        pytest.param("exit 228", "STORAGE_FULL", id="a full disk, in its exit code alone"),
        pytest.param("exit 3", "ENCODE_FAILED", id="an error without a word"),
        pytest.param("kill -9 $$", "ENCODE_KILLED", id="killed"),
        pytest.param("kill -11 $$", "ENCODE_KILLED", id="crashed"),
    ],
)
def test_what_ffmpeg_says_of_itself_is_not_believed(
    attempt: Try, tools: Tools, tmp_path: Path, encode: str, code: str
) -> None:
    ran = attempt(tools=wrap_ffmpeg(tools, tmp_path, encode=encode))

    assert ran.result.status == "FAILED"
    assert ran.result.failure is not None
    assert ran.result.failure.code.startswith(code), ran.result.failure
    assert proxies(tmp_path) == []


def test_a_missing_output_keeps_the_governing_sentence(
    attempt: Try, tools: Tools, tmp_path: Path
) -> None:
    ran = attempt(tools=wrap_ffmpeg(tools, tmp_path, encode=f'{ENCODE}; {OUTPUT}; rm "$out"'))

    assert ran.result.failure is not None
    assert ran.result.failure.sentence.startswith("Output file does not exist or has zero size")
    assert ran.result.failure.stage == "verification"


@pytest.mark.parametrize(
    "play",
    [
        pytest.param("exit 0", id="says nothing"),
        pytest.param('"$real" "$@"; exit 1', id="ends with an error"),
        pytest.param('"$real" "$@"; echo "[error] bad picture" >&2', id="reports an error"),
        pytest.param("kill -9 $$", id="is killed"),
    ],
)
def test_a_proxy_that_is_not_played_to_its_end_is_not_published(
    attempt: Try, tools: Tools, tmp_path: Path, play: str
) -> None:
    ran = attempt(tools=wrap_ffmpeg(tools, tmp_path, play=play))

    assert ran.result.failure is not None
    assert ran.result.failure.code == "VERIFY_PLAYS"
    assert proxies(tmp_path) == []


def test_a_flood_of_messages_is_kept_within_bounds(
    attempt: Try, tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxx_engine.system.process.MAX_LOG_BYTES", 20_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wrapped = wrap_ffmpeg(tools, tmp_path, encode="while :; do cat /usr/bin/env >&2; done")
    ran = attempt(tools=wrapped)

    assert ran.result.failure is not None
    assert (ran.result.failure.code, ran.result.clips[0].stderr.truncated) in (
        ("ENCODE_FAILED", True),
        ("ENCODE_FAILED", False),
    )
    assert len(ran.result.clips[0].stderr.text.encode()) < 70_000
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 400_000, f"{grown} KiB"


def test_many_clips_do_not_fill_the_measure_of_one(
    attempt: Try, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxx_engine.system.process.MAX_LOG_BYTES", 40_000)
    monkeypatch.setattr("proxx_engine.system.process._LOOK_SECONDS", 0.01)
    place = attempt
    import proxx_engine.system.process as process

    seen: list[int] = []
    true_room = process._Room

    def room(log: Path, most_bytes: int) -> object:
        seen.append(most_bytes - (log.stat().st_size if log.exists() else 0))
        return true_room(log, most_bytes)

    monkeypatch.setattr(process, "_Room", room)
    assert place().result.status == "COMPLETED"
    assert seen == [40_000, 40_000]


def test_a_profile_whose_encoder_is_missing_is_refused_before_the_first_frame(
    attempt: Try, tools: Tools, tmp_path: Path
) -> None:
    import dataclasses

    bare = dataclasses.replace(tools, encoders=frozenset({"mpeg4"}), _build={})
    ran = attempt(tools=bare)

    assert ran.result.failure is not None
    assert ran.result.failure.code == "TOOL_ENCODER_MISSING"
    assert "prores_aw" in ran.result.failure.sentence


@pytest.mark.parametrize(
    ("body", "mode", "code"),
    [
        pytest.param(None, 0, "TOOL_FFMPEG_MISSING", id="is not there"),
        pytest.param("#!/bin/sh\nexit 0\n", 0o644, "TOOL_FFMPEG_BROKEN", id="may not be executed"),
        pytest.param("#!/bin/sh\necho ls 9\n", 0o755, "TOOL_FFMPEG_BROKEN", id="is no FFmpeg"),
        pytest.param("\x7fELF rubbish", 0o755, "TOOL_FFMPEG_BROKEN", id="is no program"),
        pytest.param(
            "#!/bin/sh\necho ffmpeg version 9\nexit 7\n", 0o755, "TOOL_FFMPEG_BROKEN", id="fails"
        ),
    ],
)
def test_an_ffmpeg_that_cannot_be_used_is_named(
    clip: Path, out: Path, tools: Tools, tmp_path: Path, body: str | None, mode: int, code: str
) -> None:
    path = tmp_path / "ffmpeg"
    if body is not None:
        path.write_text(body)
        path.chmod(mode)
    with pytest.raises(PlaceError) as caught:
        find_tools(ffmpeg=path)
    assert caught.value.code == code
    assert str(path) in caught.value.detail


def test_the_command_ends_with_3_when_ffmpeg_is_missing(
    clip: Path, out: Path, tools: Tools, tmp_path: Path
) -> None:
    (job,) = write_jobs(clip, out, tools)
    ended = proxx("run", job, "--ffmpeg", tmp_path / "nowhere")

    assert ended.returncode == 3
    assert "TOOL_FFMPEG_MISSING" in ended.stderr
    assert proxies(out) == []


def test_an_ffmpeg_that_vanishes_after_it_was_found_is_a_missing_tool(
    attempt: Try, tools: Tools, tmp_path: Path
) -> None:
    wrapped = wrap_ffmpeg(tools, tmp_path)
    wrapped.ffmpeg.unlink()
    ran = attempt(tools=wrapped)

    assert ran.result.failure is not None
    assert ran.result.failure.code == "TOOL_FFMPEG_BROKEN"
