"""JobSpec → ExecutionPlan: what will be done, in full, before anything is touched. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from proxx_engine.planning.arguments import encode_arguments, play_arguments
from proxx_engine.planning.arguments.witnesses import (
    SoundProof,
    begins_with_picture,
    sound_proof,
)
from proxx_engine.planning.expectation import Expected, expect_clip
from proxx_engine.planning.fingerprint import fingerprint_clip, fingerprint_job, fingerprint_profile
from proxx_engine.planning.naming import (
    output_path,
    path_below,
    relative_output_path,
    reservation_path,
    result_directory,
    result_name,
    work_folder,
)
from proxx_engine.planning.path_maps import map_spec
from proxx_engine.planning.rendering import Rendering, expect_rendering, rendering_target
from proxx_engine.planning.routing import route_job
from proxx_engine.planning.validation import validate_job
from proxx_engine.results.execution_results import PathMap
from proxx_engine.spec.codecs import Engine
from proxx_engine.spec.job_spec import ClipSpec, JobSpec, Target, TargetAudio
from proxx_engine.spec.profile import Lut
from proxx_engine.spec.sound_codecs import SOUND_CODECS

_REFERENCE_PIXELS_A_SECOND = 1920 * 1080 * 25
# Pictures of 1080p that one processor makes in a second (measured, H.264 to ProRes Proxy).
_SOURCE_PIXELS_A_CPU_SECOND = 25 * 1920 * 1080


@dataclass(frozen=True, slots=True)
class ClipPlan:
    """What will be done for one clip."""

    clip: ClipSpec
    output_path: str
    relative_path: str
    work_path: str
    reservation_path: str
    command: tuple[str, ...]
    """With {ffmpeg} and {threads}; empty for Resolve."""
    play_command: tuple[str, ...]
    lut: Lut | None
    """The table that the command reads, under a name of its own in the working folder."""
    expected: Expected | None
    fingerprint: str
    sound_proof: SoundProof
    leads_sound_in: bool
    """Whether sound that begins after the picture is led in by silence."""
    estimated_bytes: int
    estimated_cpu_seconds: float
    target: Target | None = None
    """The JobSpec's; of what Resolve renders, as it follows from what Resolve says of the clip."""
    rendering: Rendering | None = None
    """What Resolve is asked for; None for FFmpeg, and where the JobSpec does not say enough."""


@dataclass(frozen=True, slots=True)
class ExecutionPlan:
    """What will be done for one job."""

    spec: JobSpec
    engine: Engine
    clips: tuple[ClipPlan, ...]
    work_folder: str
    result_path: str
    jobspec_fingerprint: str
    profile_fingerprint: str

    @property
    def estimated_bytes(self) -> int:
        """Space that the proxies will take, as the profile estimates it."""
        return sum(clip.estimated_bytes for clip in self.clips)

    @property
    def estimated_cpu_seconds(self) -> float:
        """Processor time that the encodes will take, roughly."""
        return sum(clip.estimated_cpu_seconds for clip in self.clips)


def plan_job(spec: JobSpec) -> ExecutionPlan:
    """Decide everything about a job. Raises: JobSpecValidationError with every problem found."""
    validate_job(spec)
    engine, _issues = route_job(spec)
    profile = fingerprint_profile(spec.profile)
    return ExecutionPlan(
        spec=spec,
        engine=engine,
        clips=tuple(_plan_clip(spec, clip, engine, profile) for clip in spec.clips),
        work_folder=work_folder(spec),
        result_path=path_below(result_directory(spec), result_name(spec)),
        jobspec_fingerprint=fingerprint_job(spec),
        profile_fingerprint=profile,
    )


def plan_here(plan: ExecutionPlan, maps: tuple[PathMap, ...]) -> ExecutionPlan:
    """Return the plan with the paths of this machine; itself where no map holds for any of them.

    It is what is done; the plan as written is what is told. Raises: JobSpecValidationError.
    """
    here = map_spec(plan.spec, maps)
    return plan if here is plan.spec else plan_job(here)


def _plan_clip(spec: JobSpec, clip: ClipSpec, engine: Engine, profile: str) -> ClipPlan:
    work_path = path_below(work_folder(spec), clip.output_name)
    command: tuple[str, ...] = ()
    play: tuple[str, ...] = ()
    rendering = None
    target = clip.target if engine == "ffmpeg" else rendering_target(clip, spec.profile)
    if target is not None:
        play = play_arguments(target, spec.profile, proxy=work_path)
        if engine == "ffmpeg":
            command = encode_arguments(clip.source, target, spec.profile, output=work_path)
        else:
            rendering = expect_rendering(clip, target, spec.profile)
    return ClipPlan(
        clip=clip,
        output_path=output_path(spec, clip),
        relative_path=relative_output_path(clip),
        work_path=work_path,
        reservation_path=reservation_path(spec, clip),
        command=command,
        play_command=play,
        lut=spec.profile.look.lut if spec.profile.look else None,
        expected=expect_clip(clip, spec.profile) if engine == "ffmpeg" else None,
        fingerprint=fingerprint_clip(clip, profile),
        sound_proof=sound_proof(spec.profile),
        leads_sound_in=begins_with_picture(spec.profile),
        estimated_bytes=_estimate_bytes(spec, target, _duration(clip)),
        estimated_cpu_seconds=_estimate_cpu_seconds(clip),
        target=target,
        rendering=rendering,
    )


def _duration(clip: ClipSpec) -> Fraction:
    said = clip.resolve
    if clip.source.duration_seconds is None and said and said.frames and said.frame_rate:
        return said.frames / said.frame_rate
    return clip.source.duration_seconds or Fraction(0)


def _estimate_bytes(spec: JobSpec, target: Target | None, duration: Fraction) -> int:
    if target is None:
        return 0
    pixels_a_second = target.width * target.height * target.frame_rate
    megabits = spec.profile.megabits_per_second_1080p * pixels_a_second / _REFERENCE_PIXELS_A_SECOND
    if target.bit_rate is not None:
        megabits = Fraction(target.bit_rate, 1_000_000)
    sound = sum(_bytes_a_second(audio) for audio in target.audio)
    return int(duration * (megabits * 125_000 + sound))


def _bytes_a_second(audio: TargetAudio) -> int:
    if audio.bit_rate is not None:
        return audio.bit_rate // 8
    sample = SOUND_CODECS[audio.codec].bytes_a_sample or 0
    return audio.channels * audio.sample_rate * sample


def _estimate_cpu_seconds(clip: ClipSpec) -> float:
    video = clip.source.video
    if video is None:
        return 0.0
    pixels = video.width * video.height * video.frame_rate * _duration(clip)
    return float(pixels / _SOURCE_PIXELS_A_CPU_SECOND)
