"""Kinds of footage as a probe would describe them, and the command that each profile makes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from proxx_engine import decode_jobspec, find_profile, load_profiles, plan_job
from proxx_engine.creation.targets import target_for
from proxx_engine.spec.job_spec import TargetAudio
from proxx_engine.spec.laid_sound import LaidSound
from tests.spec.samples import audio_stream, clip, encoded, job, source, video_stream

WITH_ALL_FOOTAGE = ("prores_proxy", "dnxhr_lb", "h264")
PLAIN = ("progressive_1080p", "interlaced_1080")
"""Footage for which every profile's command is kept."""
SD_COLOR = {
    "primaries": "bt470bg",
    "transfer": "bt709",
    "matrix": "bt470bg",
    "range": "tv",
}
FULL_COLOR = {"primaries": "bt709", "transfer": "bt709", "matrix": "bt709", "range": "pc"}

FOOTAGE: dict[str, dict[str, Any]] = {
    "progressive_1080p": source(timecode=None, reel=None),
    "interlaced_sd": source(
        video=video_stream(
            codec="dvvideo",
            profile=None,
            tag="dvcp",
            width=720,
            height=576,
            frame_rate="25/1",
            field_order="bottom_first",
            pixel_aspect_ratio="16/15",
            color=SD_COLOR,
        ),
        timecode=None,
        reel=None,
    ),
    "interlaced_1080": source(
        video=video_stream(
            codec="mpeg2video",
            profile="4:2:2",
            tag=None,
            frame_rate="25/1",
            field_order="top_first",
            pixel_format="yuv422p",
        ),
        timecode=None,
        reel=None,
    ),
    "rotated_variable_rate_phone": source(
        video=video_stream(
            codec="hevc",
            profile="Main 10",
            tag="hvc1",
            frame_rate="30/1",
            variable_frame_rate=True,
            rotation=90,
            pixel_format="yuv420p10le",
            color={
                "primaries": "bt2020",
                "transfer": "arib-std-b67",
                "matrix": "bt2020nc",
                "range": "tv",
            },
        ),
        timecode=None,
        reel=None,
    ),
    "full_range": source(
        video=video_stream(pixel_format="yuvj420p", color=FULL_COLOR), timecode=None, reel=None
    ),
    "four_mono_tracks": source(
        audio=[audio_stream(n, channels=1, layout="mono") for n in range(1, 5)],
        timecode=None,
        reel=None,
    ),
    "no_sound": source(audio=[], timecode=None, reel=None),
    "timecode_and_reel": source(
        video=video_stream(frame_rate="30000/1001"),
        timecode={"start": "00:59:58;28", "drop_frame": True, "from": "file"},
        reel="A001_C001 O'Neil",
    ),
    "sound_recorded_apart": source(
        files=["/footage/card A/A001C001.mov", "/sound/T01.WAV"],
        audio=[
            audio_stream(),
            audio_stream(
                0, codec="pcm_s32le", channels=8, layout=None, samples=10**8, file_index=1
            ),
        ],
        timecode=None,
        reel=None,
    ),
}


def pairs() -> list[tuple[str, str]]:
    """Return footage and profile of every command that is kept."""
    profiles = [profile.name for profile in load_profiles()]
    return [
        (footage, profile)
        for footage in FOOTAGE
        for profile in profiles
        if profile in WITH_ALL_FOOTAGE or footage in PLAIN
    ]


def command(footage: str, profile: str) -> tuple[str, ...]:
    """Return the plan's command for one clip of `footage`."""
    bare = find_profile(profile)
    name = f"A001C001.{bare.container}"
    raw = job(clips=[clip(source=FOOTAGE[footage], target=None, output_name=name)])
    raw["profile"] = bare.model_dump(mode="json", by_alias=True)
    spec = decode_jobspec(encoded(raw))
    target = target_for(spec.clips[0].source, bare)
    tracks = tuple(_laid(audio) if audio.source_file_index else audio for audio in target.audio)
    target = target.model_copy(update={"audio": tracks})
    whole = spec.clips[0].model_copy(update={"target": target})
    return plan_job(spec.model_copy(update={"clips": (whole,)})).clips[0].command


def _laid(audio: TargetAudio) -> TargetAudio:
    laid = LaidSound(begins=-100_001, samples=480_480)
    mix = ((Fraction(1, 8),) * 8,) * 2
    update = {"laid": laid, "name": "Boom, Lav", "mix": mix, "channels": 2, "layout": "stereo"}
    return audio.model_copy(update=update)
