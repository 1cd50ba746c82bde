"""The FFmpeg engine: one run makes a proxy and testifies of its source, one run plays it back."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from proxx_engine._engines.contract import (
    EncodeReport,
    Fault,
    HeardSound,
    ProxyWitness,
    SoundTimes,
    SourceWitness,
    StreamCounts,
    Workplace,
)
from proxx_engine._engines.ffmpeg.laid_sound import (
    check_what_was_read,
    read_laid_hashes,
    with_laid_pictures,
)
from proxx_engine._engines.ffmpeg.looks import place_look
from proxx_engine._engines.ffmpeg.messages import (
    Message,
    StreamKey,
    capture,
    count_streams,
    errors_of,
    explain_exit,
    explain_full,
    explain_uneven,
    explain_writing,
    read_messages,
)
from proxx_engine._engines.ffmpeg.witnesses import (
    Times,
    read_audio_hashes,
    read_decoded_pictures,
    read_packets,
    read_sound_levels,
    read_sound_packets,
    read_sound_times,
    read_times,
)
from proxx_engine.planning.arguments import FFMPEG
from proxx_engine.planning.arguments.inputs import THREADS, input_number
from proxx_engine.planning.arguments.witnesses import (
    ENCODED_PACKETS,
    ENCODED_SOUND,
    GIVEN_SOUND_TIMES,
    PROXY_AUDIO,
    PROXY_PACKETS,
    PROXY_SOUND,
    PROXY_SOUND_LEVELS,
    PROXY_SOUND_TIMES,
    SOURCE_AUDIO,
    SOURCE_PICTURES,
    SOURCE_SOUND_LEVELS,
    SOURCE_SOUND_TIMES,
    SOURCE_TIMES,
)
from proxx_engine.planning.laying import laid_files
from proxx_engine.planning.plan import ClipPlan, ExecutionPlan
from proxx_engine.spec.job_spec import Target, TargetAudio
from proxx_engine.spec.media import PromisedFrames, Source
from proxx_engine.system.process import Limits, Outcome, run_tool
from proxx_engine.system.tools import Tools

_ENDINGS = MappingProxyType(
    {
        "timeout": ("ENCODE_TIMEOUT", "after {0.clip_timeout_seconds} s"),
        "stalled": ("ENCODE_STALLED", "no byte written and no CPU used for {0.stall_seconds} s"),
        "stopped": ("ENCODE_STOPPED", ""),
        "flooded": ("ENCODE_FAILED", "FFmpeg's messages passed every measure"),
    }
)


class FFmpegEngine:
    """Makes proxies with FFmpeg."""

    def identify(self, tools: Tools) -> str:
        """Return the first line of what the build says of itself."""
        return tools.ffmpeg_version

    def look(self, plan: ExecutionPlan) -> tuple[Fault, ...]:
        """Nothing beside the tools stands in the way."""
        return ()

    def encode(self, plan: ClipPlan, place: Workplace, tools: Tools) -> EncodeReport:
        """Make one proxy at `plan.work_path`, exactly one run."""
        command = fill_command(plan.command, tools)
        fault = place_look(plan, place.folder)
        if fault is not None:
            return EncodeReport(command, None, capture(()), None, fault)
        outcome, messages = _run(command, place, growing=Path(plan.work_path))
        fault = _fault(outcome, place, messages)
        witness = None
        if fault is None:
            fault, witness = _testify(plan, place, messages)
        return EncodeReport(command, outcome.exit_code, capture(messages), witness, fault)

    def play(self, plan: ClipPlan, place: Workplace, tools: Tools) -> ProxyWitness | Fault:
        """Decode the whole proxy at `plan.work_path`."""
        command = fill_command(plan.play_command, tools)
        outcome, messages = _run(command, place, growing=place.folder / PROXY_PACKETS)
        if outcome.ending != "exited":
            return _ending_fault(outcome, place)
        target = plan.target
        assert target is not None
        full = explain_full(messages)
        if full is not None:
            return full
        counts = count_streams(messages)
        try:
            packets = read_packets(place.folder / PROXY_PACKETS)
            hashes = _read_hashes(plan, place.folder / PROXY_AUDIO)
            sound_times = _read_sound_times(target, place, PROXY_SOUND_TIMES)
            heard = _read_heard(plan, place, (PROXY_SOUND, PROXY_AUDIO, PROXY_SOUND_LEVELS))
        except (OSError, ValueError) as error:
            said = errors_of(messages)
            return Fault("VERIFY_PLAYS", said[0] if said else f"{error}")
        nothing = StreamCounts(0, 0, 0)
        ordered = [counts[index] for index in sorted(counts)]
        return ProxyWitness(
            video=ordered[0] if ordered else nothing,
            audio=tuple(ordered[1:]),
            audio_hashes=hashes,
            sound_times=sound_times,
            packets=packets,
            messages=errors_of(messages),
            exit_code=outcome.exit_code,
            heard=heard,
        )


def fill_command(command: tuple[str, ...], tools: Tools) -> tuple[str, ...]:
    """Return a plan's command as it is run here."""
    filled = {FFMPEG: str(tools.ffmpeg), THREADS: str(tools.threads)}
    return tuple(filled.get(argument, argument) for argument in command)


def _run(
    command: tuple[str, ...], place: Workplace, *, growing: Path
) -> tuple[Outcome, tuple[Message, ...]]:
    offset = place.log.stat().st_size if place.log.exists() else 0
    limits = Limits(place.limits.clip_timeout_seconds, place.limits.stall_seconds)
    outcome = run_tool(
        command,
        folder=place.folder,
        log=place.log,
        limits=limits,
        stop=place.stop,
        growing=growing,
    )
    return outcome, read_messages(place.log, offset=offset)


def _fault(outcome: Outcome, place: Workplace, messages: tuple[Message, ...]) -> Fault | None:
    if outcome.ending != "exited":
        return _ending_fault(outcome, place)
    if outcome.exit_code != 0:
        return explain_exit(outcome.exit_code, messages)
    return None


def _ending_fault(outcome: Outcome, place: Workplace) -> Fault:
    code, detail = _ENDINGS[outcome.ending]
    return Fault(code, detail.format(place.limits))


def _testify(
    plan: ClipPlan, place: Workplace, messages: tuple[Message, ...]
) -> tuple[Fault | None, SourceWitness | None]:
    """Read what the run said and wrote; a source that is not whole is a fault."""
    video, target = plan.clip.source.video, plan.clip.target
    assert video is not None
    assert target is not None
    counts = count_streams(messages)
    pictures = counts.get((0, video.stream_index))
    if pictures is None:
        return Fault("ENCODE_NO_WITNESS", "no end statistics of the source's pictures"), None
    fault = (
        explain_writing(messages)
        or _source_fault(video.promised_frames, pictures, messages)
        or _sound_fault(plan.clip.source, target, counts)
        or explain_uneven(messages, width=video.width, height=video.height)
    )
    if fault is not None:
        return fault, None
    try:
        check_what_was_read(plan.clip.source, target, place.folder)
        encoded = read_times(place.folder / SOURCE_TIMES)
        decoded: tuple[Times, int | None] = (encoded.source, None)
        if target.variable_frame_rate is not None:
            decoded = read_decoded_pictures(place.folder / SOURCE_PICTURES)
        witness = SourceWitness(
            video=pictures,
            audio=tuple(counts[_key(plan.clip.source, audio)] for audio in target.audio),
            audio_hashes=_source_hashes(plan, target, place),
            sound_times=_read_sound_times(target, place, SOURCE_SOUND_TIMES),
            source_times=decoded[0],
            source_end=decoded[1],
            shown=encoded.shown,
            encoder_times=encoded.encoder,
            packets=read_packets(place.folder / ENCODED_PACKETS),
            led_in=_read_led_in(plan, place),
            heard=_source_heard(plan, target, place),
        )
    except (OSError, ValueError, KeyError) as error:
        return Fault("ENCODE_NO_WITNESS", f"{type(error).__name__}: {error}"), None
    return None, witness


def _source_fault(
    promised: PromisedFrames, decoded: StreamCounts, messages: tuple[Message, ...]
) -> Fault | None:
    if promised.count is not None and decoded.frames < promised.count:
        detail = f"{decoded.frames} pictures decoded, {promised.count} promised by {promised.basis}"
        return Fault("SOURCE_TRUNCATED", detail)
    errors = errors_of(messages)
    if errors or decoded.errors:
        detail = errors[0] if errors else f"{decoded.errors} decoding errors"
        return Fault("SOURCE_DAMAGED", detail)
    return None


def _key(source: Source, audio: TargetAudio) -> StreamKey:
    return input_number(source, audio.source_file_index), audio.source_stream_index


def _sound_fault(
    source: Source, target: Target, counts: dict[StreamKey, StreamCounts]
) -> Fault | None:
    laid = laid_files(source, target)
    for stream in source.audio:
        decoded = counts.get((input_number(source, stream.file_index), stream.stream_index))
        # Of sound that was recorded apart only what lies under the picture is read.
        part = laid.get(stream.file_index)
        promised = part.read if part else stream.samples
        if promised is None or decoded is None or decoded.samples >= promised:
            continue
        of = f"stream {stream.stream_index}"
        of = f"{source.files[stream.file_index]}, {of}" if part else of
        detail = f"{of}: {decoded.samples} samples decoded, {promised} promised by index"
        return Fault("SOURCE_TRUNCATED", detail)
    return None


def _read_sound_times(target: Target, place: Workplace, name: str) -> tuple[SoundTimes, ...]:
    """Of the streams that are there; a missing one is left to the comparison."""
    files = [place.folder / name.format(track) for track in range(len(target.audio))]
    return tuple(read_sound_times(file) for file in files if file.exists())


def _read_hashes(plan: ClipPlan, path: Path) -> tuple[str, ...]:
    target = plan.target
    heard = target and target.audio and plan.sound_proof == "samples"
    return read_audio_hashes(path) if heard else ()


def _source_hashes(plan: ClipPlan, target: Target, place: Workplace) -> tuple[str, ...]:
    """Return the hashes of the source's sound; of what was recorded apart, as we read it."""
    hashes = _read_hashes(plan, place.folder / SOURCE_AUDIO)
    own = read_laid_hashes(plan.clip.source, target) if hashes else {}
    return tuple(own.get(track, found) for track, found in enumerate(hashes))


def _source_heard(plan: ClipPlan, target: Target, place: Workplace) -> HeardSound | None:
    heard = _read_heard(plan, place, (ENCODED_SOUND, SOURCE_AUDIO, SOURCE_SOUND_LEVELS))
    if heard is None or plan.sound_proof != "pictures":
        return heard
    return with_laid_pictures(heard, plan.clip.source, target)


def _read_led_in(plan: ClipPlan, place: Workplace) -> tuple[int, ...] | None:
    target = plan.target
    if target is None or not plan.leads_sound_in:
        return None
    times = _read_sound_times(target, place, GIVEN_SOUND_TIMES)
    return tuple(given.samples for given in times)


def _read_heard(plan: ClipPlan, place: Workplace, names: tuple[str, str, str]) -> HeardSound | None:
    """Read what there is of sound that no one hash tells: packets, samples by picture, levels.

    A stream that is missing is left to the comparison.
    """
    target = plan.target
    if target is None or not target.audio or plan.sound_proof == "samples":
        return None
    packets, pictures, levels = names
    name = pictures if plan.sound_proof == "pictures" else packets
    files = [place.folder / levels.format(track) for track in range(len(target.audio))]
    return HeardSound(
        read_sound_packets(place.folder / name, streams=len(target.audio)),
        tuple(read_sound_levels(file) for file in files if file.exists()),
    )
