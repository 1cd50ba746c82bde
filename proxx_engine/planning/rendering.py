"""What the proxy of camera raw must be, out of what Resolve, which renders it, says of the clip.

Pure. What Resolve promises of nothing (colour, reel, the sound's samples) is not expected either.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from proxx_engine.errors import ProbeError
from proxx_engine.planning.arguments.pictures import pixel_format
from proxx_engine.planning.expectation import DEMUXERS
from proxx_engine.planning.framing import describe_framing, frame_picture
from proxx_engine.planning.raw_looks import Fit, fit_of
from proxx_engine.spec.codecs import ENCODINGS
from proxx_engine.spec.job_spec import MAX_SIDE, ClipSpec, ResolveClip, Target, TargetAudio
from proxx_engine.spec.media import Color
from proxx_engine.spec.profile import Flips, ProfileSpec
from proxx_engine.spec.sound_codecs import SOUND_CODECS

_NEEDED = (
    *("project_id", "media_id", "frames", "frame_rate", "start_timecode"),
    *("width", "height", "audio_channels"),
)
_UNKNOWN = Color(primaries="unknown", transfer="unknown", matrix="unknown", range="tv")


@dataclass(frozen=True, slots=True)
class Rendering:
    """What Resolve is asked to render, and what the proxy is then compared with."""

    project_id: str
    media_id: str
    name: str
    """The proxy's name without extension."""
    container: str
    """FFmpeg's name of the demuxer."""
    codec: str
    codec_profile: str | None
    pixel_format: str
    width: int
    height: int
    frames: int
    frame_rate: Fraction
    timecode: str
    audio_codec: str
    channels: int
    """0 where the clip is silent."""
    sample_rate: int
    source_size: tuple[int, int]
    fit: Fit
    """How the clip is scaled into the raster."""
    flips: Flips | None
    framing: str
    """Why the proxy has another shape than its source, '' where it has not."""


def missing_facts(clip: ClipSpec) -> tuple[str, ...]:
    """Return the names of what a clip's `resolve` block lacks for a render."""
    said = clip.resolve
    if said is None:
        return ("resolve",)
    needed = (*_NEEDED, "sample_rate") if said.audio_channels else _NEEDED
    return tuple(name for name in needed if getattr(said, name) is None)


def rendering_target(clip: ClipSpec, profile: ProfileSpec) -> Target | None:
    """Return what the proxy of a clip must be, as far as it can be played and measured.

    None where the JobSpec does not say enough, or the codec takes no raster so small.
    """
    said = clip.resolve
    if said is None or missing_facts(clip):
        return None
    assert said.width is not None
    assert said.height is not None
    assert said.frame_rate is not None
    try:
        width, height, aspect, _ = frame_picture(
            said.width, said.height, Fraction(1), profile, lines=2
        )
    except ProbeError:
        return None
    if max(width, height) > MAX_SIDE:
        return None
    return Target(
        width=width,
        height=height,
        pixel_aspect_ratio=aspect,
        rotation=0,
        frame_rate=said.frame_rate,
        variable_frame_rate=None,
        field_order="progressive",
        audio=_sound(said, profile),
        color=_UNKNOWN,
    )


def _sound(said: ResolveClip, profile: ProfileSpec) -> tuple[TargetAudio, ...]:
    if not said.audio_channels or said.sample_rate is None:
        return ()
    return (
        TargetAudio(
            source_stream_index=0,
            codec=profile.audio.codec,
            channels=min(said.audio_channels, 64),
            layout=None,
            sample_rate=said.sample_rate,
        ),
    )


def expect_rendering(clip: ClipSpec, target: Target, profile: ProfileSpec) -> Rendering:
    """Return what is rendered of a clip whose target is known."""
    said = clip.resolve
    assert said is not None
    assert said.project_id is not None
    assert said.media_id is not None
    assert said.frames is not None
    assert said.start_timecode is not None
    assert said.width is not None
    assert said.height is not None
    encoding = ENCODINGS[profile.codec]
    pixels = pixel_format(target, profile)
    settings = {setting.name: setting.value for setting in profile.video.settings}
    return Rendering(
        project_id=said.project_id,
        media_id=said.media_id,
        name=clip.output_name.removesuffix(f".{profile.container}"),
        container=DEMUXERS[profile.container],
        codec=encoding.codec_name,
        codec_profile=encoding.profiles.get(settings.get("profile", pixels)),
        pixel_format=encoding.decoded_as.get(pixels, pixels),
        width=target.width,
        height=target.height,
        frames=said.frames,
        frame_rate=target.frame_rate,
        timecode=said.start_timecode,
        audio_codec=SOUND_CODECS[profile.audio.codec].codec_name,
        channels=said.audio_channels or 0,
        sample_rate=said.sample_rate or 0,
        source_size=(said.width, said.height),
        fit=fit_of(profile.look),
        flips=profile.look.flips if profile.look else None,
        framing=describe_framing(profile.look),
    )
