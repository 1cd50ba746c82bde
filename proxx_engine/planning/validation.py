"""Rules over a decoded JobSpec or ProfileSpec that its types alone cannot tell. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from proxx_engine.errors import Issue, JobSpecValidationError, ProfileError
from proxx_engine.planning.naming import (
    MAX_LABEL_BYTES,
    collision_key,
    name_problem,
    output_path,
    result_name,
    short_id,
)
from proxx_engine.planning.profile_rules import check_profile
from proxx_engine.planning.routing import route_job
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
        *check_profile(spec.profile, path="profile"),
        *route_job(spec)[1],
        *_check_clips(spec),
        *_check_collisions(spec),
    ]
    if issues:
        raise JobSpecValidationError(tuple(issues), subject=name)


def validate_profile(profile: ProfileSpec, *, name: str = "") -> None:
    """Check every rule of a profile. Raises: ProfileError with every problem found."""
    issues = tuple(check_profile(profile, path=""))
    if issues:
        raise ProfileError(issues, subject=name)


def _check_label(spec: JobSpec) -> Iterable[Issue]:
    problem = name_problem(spec.label)
    if problem is None and len(spec.label.encode("utf-8")) > MAX_LABEL_BYTES:
        problem = f"is longer than {MAX_LABEL_BYTES} bytes"
    if problem:
        yield Issue("SPEC_BAD_NAME", "label", f"found {spec.label!a}, which {problem}")


def _check_directory(spec: JobSpec) -> Iterable[Issue]:
    parts = re.split(r"[\\/]", spec.output.directory.casefold())
    if _AVID_MANAGED in parts:
        sentence = f"found {spec.output.directory!a}; in Avid MediaFiles only Avid writes"
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
            sentence = f"found {clip.output_name!a}, which {problem}"
            yield Issue("SPEC_BAD_NAME", f"{at}.output_name", sentence)
        elif not clip.output_name.endswith(f".{spec.profile.container}"):
            sentence = f"found {clip.output_name!a}, expected the ending .{spec.profile.container}"
            yield Issue("SPEC_BAD_NAME", f"{at}.output_name", sentence)
        yield from _check_subdirectory(clip.output_subdirectory, f"{at}.output_subdirectory")
        yield from _check_source(clip, at)
        yield from _check_target(spec.profile, clip, at)


def _check_subdirectory(subdirectory: str, at: str) -> Iterable[Issue]:
    if not subdirectory:
        return
    if subdirectory.startswith(("/", "\\", "~", "$")) or re.match(r"[A-Za-z]:", subdirectory):
        sentence = f"found {subdirectory!a}, expected a folder below output.directory"
        yield Issue("SPEC_BAD_PATH", at, sentence)
        return
    if {".", ".."}.intersection(re.split(r"[\\/]", subdirectory)):
        sentence = f"found {subdirectory!a}, expected a folder below output.directory"
        yield Issue("SPEC_OUTSIDE_ROOT", at, sentence)
        return
    for part in subdirectory.split("/"):
        if problem := name_problem(part):
            yield Issue("SPEC_BAD_NAME", at, f"found the folder {part!a}, which {problem}")


def _check_source(clip: ClipSpec, at: str) -> Iterable[Issue]:
    source = clip.source
    if source.path not in source.files:
        sentence = f"found {source.files[0]!a} first, expected {source.path!a} among them"
        yield Issue("SPEC_OUT_OF_RANGE", f"{at}.source.files", sentence)
    if source.timecode is not None and source.video is not None:
        timecode = source.timecode
        problem = timecode_problem(
            timecode.start, drop_frame=timecode.drop_frame, rate=source.video.frame_rate
        )
        if problem:
            sentence = f"found {timecode.start}, which {problem}"
            yield Issue("SPEC_BAD_TIMECODE", f"{at}.source.timecode", sentence)


def _check_target(profile: ProfileSpec, clip: ClipSpec, at: str) -> Iterable[Issue]:
    source, target = clip.source, clip.target
    if (source.video is None) is not (target is None):
        found = "no target" if target is None else "a target, but no picture"
        sentence = f"found {found}; a target goes with a probed picture, and only with that"
        yield Issue("SPEC_MISSING_FIELD", f"{at}.target", sentence)
    if target is None or source.video is None:
        return
    known = {stream.stream_index for stream in source.audio}
    for position, audio in enumerate(target.audio):
        where = f"{at}.target.audio[{position}]"
        if audio.source_stream_index not in known:
            has = ", ".join(map(str, sorted(known))) or "none"
            sentence = f"found stream {audio.source_stream_index}, the source has {has}"
            yield Issue("SPEC_OUT_OF_RANGE", where, sentence)
        if audio.codec != profile.audio.codec:
            sentence = f"found {audio.codec}, the profile says {profile.audio.codec}"
            yield Issue("SPEC_UNKNOWN_VALUE", where, sentence)
    if target.rotation != 0:
        sentence = f"found {target.rotation}, expected 0: the rotation is baked in"
        yield Issue("SPEC_OUT_OF_RANGE", f"{at}.target.rotation", sentence)
    if target.color.range != profile.video.range:
        sentence = f"found {target.color.range}, the profile says {profile.video.range}"
        yield Issue("SPEC_UNKNOWN_VALUE", f"{at}.target.color.range", sentence)
    if source.video.variable_frame_rate is (target.variable_frame_rate is None):
        found = "none" if target.variable_frame_rate is None else target.variable_frame_rate
        sentence = f"found {found}; a policy goes with a variable frame rate, and only with that"
        yield Issue("SPEC_MISSING_FIELD", f"{at}.target.variable_frame_rate", sentence)
    if target.variable_frame_rate in ("conform", "refuse"):
        sentence = f"found {target.variable_frame_rate}, allowed: keep"
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
    seen: set[str] = set()
    for clip in spec.clips:
        folder = clip.output_subdirectory
        while folder and folder not in seen:
            seen.add(folder)
            above, _slash, name = folder.rpartition("/")
            if met := places.get(collision_key(spec.output.directory, above, name)):
                sentence = f"the folder {folder!a} has the name of clip {met[0].index}'s proxy"
                at = f"clips[{clip.index}].output_subdirectory"
                yield Issue("OUTPUT_NAME_COLLISION", at, sentence)
            folder = above
    own = {f".proxx-{short_id(spec.job_id)}".casefold(), result_name(spec).casefold()}
    for clip in spec.clips:
        first = (clip.output_subdirectory or clip.output_name).split("/")[0].casefold()
        if first in own:
            sentence = "is a name that the job itself needs"
            yield Issue("OUTPUT_NAME_COLLISION", f"clips[{clip.index}].output_name", sentence)
