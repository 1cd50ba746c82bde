"""Rules over a decoded JobSpec or ProfileSpec that its types alone cannot tell. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from proxx_engine.errors import Issue, JobSpecValidationError, ProfileError
from proxx_engine.planning.naming import (
    collision_key,
    name_problem,
    output_path,
    result_name,
    short_id,
)
from proxx_engine.planning.routing import route_job
from proxx_engine.spec.codecs import AUDIO_CODECS, CONTAINERS, ENCODERS, PRORES_PROFILES
from proxx_engine.spec.job_spec import ClipSpec, JobSpec
from proxx_engine.spec.profile import ProfileSpec
from proxx_engine.spec.timecode import timecode_problem
from proxx_engine.spec.tokens import check_template

_AVID_MANAGED = "avid mediafiles"


def validate_job(spec: JobSpec, *, name: str = "") -> None:
    """Check every rule. Raises: JobSpecValidationError with every problem found."""
    issues = [
        *check_template(
            spec.output.naming_template,
            clip_count=len(spec.clips),
            path="output.naming_template",
        ),
        *_check_label(spec),
        *_check_directory(spec),
        *profile_issues(spec.profile, path="profile"),
        *route_job(spec)[1],
        *_check_clips(spec),
        *_check_collisions(spec),
    ]
    if issues:
        raise JobSpecValidationError(tuple(issues), subject=name)


def validate_profile(profile: ProfileSpec, *, name: str = "") -> None:
    """Check every rule of a profile. Raises: ProfileError with every problem found."""
    issues = tuple(profile_issues(profile, path=""))
    if issues:
        raise ProfileError(issues, subject=name)


def profile_issues(profile: ProfileSpec, *, path: str) -> list[Issue]:
    """Return what is wrong with a profile."""
    at = f"{path}." if path else ""
    issues = [
        *_check_pair(profile, at),
        *_check_encoder(profile, at),
        *_check_size(profile, at),
        *_check_unbuilt(profile, at),
    ]
    containers = AUDIO_CODECS[profile.audio.codec]
    if profile.container not in containers:
        sentence = f"{profile.audio.codec} does not go into {profile.container}, only into " + (
            ", ".join(containers)
        )
        issues.append(Issue("SPEC_BAD_PAIR", f"{at}audio.codec", sentence))
    return issues


def _check_pair(profile: ProfileSpec, at: str) -> Iterable[Issue]:
    allowed = CONTAINERS[profile.codec]
    if profile.container not in allowed:
        sentence = f"{profile.codec} goes into {', '.join(allowed)}, not into {profile.container}"
        yield Issue("SPEC_BAD_PAIR", f"{at}container", sentence)


def _check_encoder(profile: ProfileSpec, at: str) -> Iterable[Issue]:
    video = profile.video
    encoder = ENCODERS[video.encoder]
    if profile.codec not in encoder.codecs:
        sentence = f"{video.encoder} makes {', '.join(encoder.codecs)}, not {profile.codec}"
        yield Issue("SPEC_BAD_PAIR", f"{at}video.encoder", sentence)
    if video.pixel_format not in encoder.pixel_formats:
        sentence = f"found {video.pixel_format}, allowed: {', '.join(encoder.pixel_formats)}"
        yield Issue("SPEC_UNKNOWN_VALUE", f"{at}video.pixel_format", sentence)
    given = {setting.name: setting.value for setting in video.settings}
    if len(given) != len(video.settings):
        yield Issue("SPEC_DUPLICATE_KEY", f"{at}video.settings", "one setting is named twice")
    for position, setting in enumerate(video.settings):
        where = f"{at}video.settings[{position}]"
        pattern = encoder.settings.get(setting.name)
        if pattern is None:
            sentence = f"{video.encoder} is not asked for {setting.name!r}; allowed: " + (
                ", ".join(encoder.settings)
            )
            yield Issue("SPEC_UNKNOWN_VALUE", where, sentence)
        elif not re.fullmatch(pattern, setting.value):
            sentence = f"{setting.name} is {setting.value!r}, allowed: {pattern}"
            yield Issue("SPEC_UNKNOWN_VALUE", where, sentence)
    for missing in encoder.settings.keys() - given.keys():
        sentence = f"the setting {missing!r} is missing; every encoder setting is written down"
        yield Issue("SPEC_MISSING_FIELD", f"{at}video.settings", sentence)
    wanted = PRORES_PROFILES.get(profile.codec)
    if wanted is not None and given.get("profile") not in (None, wanted):
        sentence = f"{profile.codec} is profile {wanted}, found {given['profile']}"
        yield Issue("SPEC_BAD_PAIR", f"{at}video.settings", sentence)
    if encoder.threads_change_bytes is (video.threads is None):
        sentence = (
            f"threads change the bytes of {video.encoder}: give a number"
            if encoder.threads_change_bytes
            else f"threads do not change the bytes of {video.encoder}: leave it to the worker"
        )
        yield Issue("SPEC_OUT_OF_RANGE", f"{at}video.threads", sentence)
    pinned = re.match(r"threads=(\d+)", given.get("x264-params", ""))
    if pinned and video.threads is not None and int(pinned[1]) != video.threads:
        sentence = f"is {video.threads}, but x264-params says {pinned[1]}"
        yield Issue("SPEC_OUT_OF_RANGE", f"{at}video.threads", sentence)
    if profile.interlaced == "keep" and encoder.interlaced_flags is None:
        sentence = f"{video.encoder} cannot keep fields here; write deinterlace"
        yield Issue("SPEC_UNKNOWN_VALUE", f"{at}interlaced", sentence)


def _check_size(profile: ProfileSpec, at: str) -> Iterable[Issue]:
    size = profile.size
    wanted = {"height": (False, True), "box": (True, True)}.get(size.mode, (False, False))
    for name, value, needed in (
        ("width", size.width, wanted[0]),
        ("height", size.height, wanted[1]),
    ):
        if needed is (value is None):
            verb = "needs" if needed else "takes no"
            sentence = f"the size {size.mode!r} {verb} {name}"
            yield Issue("SPEC_OUT_OF_RANGE", f"{at}size.{name}", sentence)
        if value is not None and value % 2:
            yield Issue("SPEC_OUT_OF_RANGE", f"{at}size.{name}", f"found {value}, expected even")


def _check_unbuilt(profile: ProfileSpec, at: str) -> Iterable[Issue]:
    if profile.look is not None:
        for name in type(profile.look).model_fields:
            if getattr(profile.look, name) is not None:
                sentence = "is part of the contract, but this Proxx does not make it yet"
                yield Issue("SPEC_NOT_SUPPORTED", f"{at}look.{name}", sentence)
    if profile.variable_frame_rate == "conform":
        sentence = "conform is part of the contract, but this Proxx does not make it yet; use keep"
        yield Issue("SPEC_NOT_SUPPORTED", f"{at}variable_frame_rate", sentence)
    elif profile.conform_frame_rate is not None:
        sentence = "only goes with variable_frame_rate conform"
        yield Issue("SPEC_OUT_OF_RANGE", f"{at}conform_frame_rate", sentence)


def _check_label(spec: JobSpec) -> Iterable[Issue]:
    problem = name_problem(spec.label) or name_problem(result_name(spec))
    if problem:
        yield Issue("SPEC_BAD_NAME", "label", f"{spec.label!a} {problem}")


def _check_directory(spec: JobSpec) -> Iterable[Issue]:
    parts = re.split(r"[\\/]", spec.output.directory.casefold())
    if _AVID_MANAGED in parts:
        sentence = "lies in Avid MediaFiles, which only Avid may write; choose another folder"
        yield Issue("SPEC_BAD_PATH", "output.directory", sentence)
    if spec.output.on_existing == "replace":
        sentence = "replace is part of the contract, but this Proxx does not do it yet; use refuse"
        yield Issue("SPEC_NOT_SUPPORTED", "output.on_existing", sentence)


def _check_clips(spec: JobSpec) -> Iterable[Issue]:
    for position, clip in enumerate(spec.clips):
        at = f"clips[{position}]"
        if clip.index != position:
            yield Issue(
                "SPEC_OUT_OF_RANGE", f"{at}.index", f"found {clip.index}, expected {position}"
            )
        problem = name_problem(clip.output_name)
        if problem:
            yield Issue("SPEC_BAD_NAME", f"{at}.output_name", f"{clip.output_name!a} {problem}")
        elif not clip.output_name.endswith(f".{spec.profile.container}"):
            sentence = f"{clip.output_name!r} must end in .{spec.profile.container}"
            yield Issue("SPEC_BAD_NAME", f"{at}.output_name", sentence)
        yield from _check_subdirectory(clip.output_subdirectory, f"{at}.output_subdirectory")
        yield from _check_source(clip, at)
        yield from _check_target(spec.profile, clip, at)


def _check_subdirectory(subdirectory: str, at: str) -> Iterable[Issue]:
    if not subdirectory:
        return
    if subdirectory.startswith(("/", "\\", "~")) or re.match(r"[A-Za-z]:", subdirectory):
        sentence = f"found {subdirectory!a}, expected a folder below output.directory"
        yield Issue("SPEC_BAD_PATH", at, sentence)
        return
    for part in subdirectory.split("/"):
        if part in (".", ".."):
            sentence = f"{subdirectory!a} would leave output.directory"
            yield Issue("SPEC_OUTSIDE_ROOT", at, sentence)
        elif problem := name_problem(part):
            yield Issue("SPEC_BAD_NAME", at, f"the folder {part!a} {problem}")


def _check_source(clip: ClipSpec, at: str) -> Iterable[Issue]:
    source = clip.source
    if source.path not in source.files:
        yield Issue("SPEC_OUT_OF_RANGE", f"{at}.source.files", "does not list source.path")
    if source.timecode is not None and source.video is not None:
        timecode = source.timecode
        problem = timecode_problem(
            timecode.start, drop_frame=timecode.drop_frame, rate=source.video.frame_rate
        )
        if problem:
            sentence = f"{timecode.start} {problem}"
            yield Issue("SPEC_BAD_TIMECODE", f"{at}.source.timecode", sentence)


def _check_target(profile: ProfileSpec, clip: ClipSpec, at: str) -> Iterable[Issue]:
    source, target = clip.source, clip.target
    if (source.video is None) is not (target is None):
        sentence = "a target goes with a source whose picture was probed, and only with that"
        yield Issue("SPEC_MISSING_FIELD", f"{at}.target", sentence)
    if target is None or source.video is None:
        return
    known = {stream.stream_index for stream in source.audio}
    for position, audio in enumerate(target.audio):
        where = f"{at}.target.audio[{position}]"
        if audio.source_stream_index not in known:
            sentence = f"the source has no audio stream {audio.source_stream_index}"
            yield Issue("SPEC_OUT_OF_RANGE", where, sentence)
        if audio.codec != profile.audio.codec:
            sentence = f"found {audio.codec}, the profile says {profile.audio.codec}"
            yield Issue("SPEC_UNKNOWN_VALUE", where, sentence)
    if target.rotation != 0:
        yield Issue("SPEC_OUT_OF_RANGE", f"{at}.target.rotation", "is baked in: must be 0")
    if target.color.range != profile.video.range:
        sentence = f"found {target.color.range}, the profile says {profile.video.range}"
        yield Issue("SPEC_UNKNOWN_VALUE", f"{at}.target.color.range", sentence)
    if source.video.variable_frame_rate is (target.variable_frame_rate is None):
        sentence = "a policy goes with a variable frame rate, and only with that"
        yield Issue("SPEC_MISSING_FIELD", f"{at}.target.variable_frame_rate", sentence)
    if target.variable_frame_rate in ("conform", "refuse"):
        sentence = "only keep can be executed"
        yield Issue("SPEC_NOT_SUPPORTED", f"{at}.target.variable_frame_rate", sentence)
    if profile.container == "mxf" and target.variable_frame_rate is not None:
        sentence = "MXF has no variable frame rate; use a MOV profile"
        yield Issue("SPEC_BAD_PAIR", f"{at}.target.variable_frame_rate", sentence)


def _check_collisions(spec: JobSpec) -> Iterable[Issue]:
    places = defaultdict(list)
    for clip in spec.clips:
        key = collision_key(spec.output.directory, clip.output_subdirectory, clip.output_name)
        places[key].append(clip)
    for clips in places.values():
        if len(clips) > 1:
            indices = ", ".join(str(clip.index) for clip in clips)
            sentence = f"clips {indices} would all become {output_path(spec, clips[0])}"
            yield Issue("OUTPUT_NAME_COLLISION", f"clips[{clips[1].index}].output_name", sentence)
    own = {f".proxx-{short_id(spec.job_id)}".casefold(), result_name(spec).casefold()}
    for clip in spec.clips:
        first = (clip.output_subdirectory or clip.output_name).split("/")[0].casefold()
        if first in own:
            sentence = "is a name that the job itself needs"
            yield Issue("OUTPUT_NAME_COLLISION", f"clips[{clip.index}].output_name", sentence)
