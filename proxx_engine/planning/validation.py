"""Rules over a decoded JobSpec or ProfileSpec that its types alone cannot tell. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from proxx_engine.errors import Issue, JobSpecValidationError, ProfileError
from proxx_engine.planning.frame_rates import check_frame_rate
from proxx_engine.planning.laid_rules import check_altered_sound, is_altered
from proxx_engine.planning.look_rules import check_look_of_target
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
from proxx_engine.spec.file_names import WORK_FOLDER
from proxx_engine.spec.job_spec import ClipSpec, JobSpec
from proxx_engine.spec.media import ImageSequence, Source, numbered_name
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
    if _is_avids_own(spec.output.directory):
        sentence = f"found {spec.output.directory!a}; in Avid MediaFiles only Avid writes"
        yield Issue("SPEC_BAD_PATH", "output.directory", sentence)
    for position, clip in enumerate(spec.clips):
        if clip.replaces is not None and spec.output.on_existing == "refuse":
            sentence = "found a proxy to replace, expected null where output.on_existing is refuse"
            yield Issue("SPEC_BAD_PAIR", f"clips[{position}].replaces", sentence)


def _is_avids_own(folder: str) -> bool:
    return _AVID_MANAGED in re.split(r"[\\/]", folder.casefold())


def _check_clips(spec: JobSpec) -> Iterable[Issue]:
    before = -1
    for position, clip in enumerate(spec.clips):
        at = f"clips[{position}]"
        # A resubmitted job holds only what failed: its indices have gaps, but rise.
        if clip.index <= before:
            sentence = f"found {clip.index}, expected more than {before}"
            yield Issue("SPEC_OUT_OF_RANGE", f"{at}.index", sentence)
        before = clip.index
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
    if _is_avids_own(subdirectory):
        sentence = f"found {subdirectory!a}; in Avid MediaFiles only Avid writes"
        yield Issue("SPEC_BAD_PATH", at, sentence)
    for part in subdirectory.split("/"):
        if problem := name_problem(part):
            yield Issue("SPEC_BAD_NAME", at, f"found the folder {part!a}, which {problem}")


def _check_source(clip: ClipSpec, at: str) -> Iterable[Issue]:
    source = clip.source
    if source.path != source.files[0]:
        sentence = f"found {source.files[0]!a} first, expected {source.path!a}"
        yield Issue("SPEC_OUT_OF_RANGE", f"{at}.source.files", sentence)
    for stream in source.audio:
        if stream.file_index >= len(source.files):
            sentence = f"found file {stream.file_index}, the source has {len(source.files)}"
            yield Issue("SPEC_OUT_OF_RANGE", f"{at}.source.audio", sentence)
    if source.sequence is not None:
        yield from _check_sequence(source, source.sequence, f"{at}.source.sequence")
    said = clip.resolve
    if said is not None and said.start_timecode is not None and said.frame_rate is not None:
        drops = said.drop_frame if said.drop_frame is not None else ";" in said.start_timecode
        problem = timecode_problem(said.start_timecode, drop_frame=drops, rate=said.frame_rate)
        if problem:
            sentence = f"found {said.start_timecode}, which {problem}"
            yield Issue("SPEC_BAD_TIMECODE", f"{at}.resolve.start_timecode", sentence)
    if source.timecode is not None and source.video is not None:
        timecode = source.timecode
        problem = timecode_problem(
            timecode.start, drop_frame=timecode.drop_frame, rate=source.video.frame_rate
        )
        if problem:
            sentence = f"found {timecode.start}, which {problem}"
            yield Issue("SPEC_BAD_TIMECODE", f"{at}.source.timecode", sentence)


def _check_sequence(source: Source, sequence: ImageSequence, at: str) -> Iterable[Issue]:
    """Numbered pictures are opened by number: each name must follow from the numbering."""
    folder = source.path[: len(source.path) - len(numbered_name(sequence, sequence.first))]
    sounds = {stream.file_index for stream in source.audio}
    pictures = len(source.files) - len(sounds)
    if pictures < 1 or sounds != set(range(pictures, len(source.files))):
        sentence = f"found sound of the files {sorted(sounds)[:3]}, expected it behind the pictures"
        yield Issue("SPEC_OUT_OF_RANGE", at, sentence)
    for number, path in enumerate(source.files[:pictures], start=sequence.first):
        expected = folder + numbered_name(sequence, number)
        if path != expected:
            sentence = f"found the picture {path!a}, expected {expected!a}"
            yield Issue("SPEC_OUT_OF_RANGE", at, sentence)
            return


def _check_target(profile: ProfileSpec, clip: ClipSpec, at: str) -> Iterable[Issue]:
    source, target = clip.source, clip.target
    if (source.video is None) is not (target is None):
        found = "no target" if target is None else "a target, but no picture"
        sentence = f"found {found}; a target goes with a probed picture, and only with that"
        yield Issue("SPEC_MISSING_FIELD", f"{at}.target", sentence)
    if target is None or source.video is None:
        return
    known = {(stream.file_index, stream.stream_index) for stream in source.audio}
    for position, audio in enumerate(target.audio):
        where = f"{at}.target.audio[{position}]"
        if (audio.source_file_index, audio.source_stream_index) not in known:
            has = ", ".join(f"{stream} of file {file}" for file, stream in sorted(known)) or "none"
            named = f"{audio.source_stream_index} of file {audio.source_file_index}"
            sentence = f"found stream {named}, the source has {has}"
            yield Issue("SPEC_OUT_OF_RANGE", where, sentence)
        elif is_altered(audio):
            yield from check_altered_sound(clip, position, where)
        if audio.codec != profile.audio.codec:
            sentence = f"found {audio.codec}, the profile says {profile.audio.codec}"
            yield Issue("SPEC_UNKNOWN_VALUE", where, sentence)
    if target.rotation != 0:
        sentence = f"found {target.rotation}, expected 0: the rotation is baked in"
        yield Issue("SPEC_OUT_OF_RANGE", f"{at}.target.rotation", sentence)
    if target.color.range != profile.video.range:
        sentence = f"found {target.color.range}, the profile says {profile.video.range}"
        yield Issue("SPEC_UNKNOWN_VALUE", f"{at}.target.color.range", sentence)
    yield from check_frame_rate(clip, profile, at)
    yield from check_look_of_target(profile, clip, source.video, target, at)


def _check_collisions(spec: JobSpec) -> Iterable[Issue]:
    places: dict[str, list[int]] = defaultdict(list)
    for position, clip in enumerate(spec.clips):
        key = collision_key(spec.output.directory, clip.output_subdirectory, clip.output_name)
        places[key].append(position)
    for positions in places.values():
        if len(positions) > 1:
            met = spec.clips[positions[0]]
            indices = ", ".join(str(spec.clips[position].index) for position in positions)
            sentence = f"clips {indices} would all become {output_path(spec, met)}"
            yield Issue("OUTPUT_NAME_COLLISION", f"clips[{positions[1]}].output_name", sentence)
    seen: set[str] = set()
    for position, clip in enumerate(spec.clips):
        folder = clip.output_subdirectory
        while folder and folder not in seen:
            seen.add(folder)
            above, _slash, name = folder.rpartition("/")
            if taken := places.get(collision_key(spec.output.directory, above, name)):
                index = spec.clips[taken[0]].index
                sentence = f"the folder {folder!a} has the name of clip {index}'s proxy"
                at = f"clips[{position}].output_subdirectory"
                yield Issue("OUTPUT_NAME_COLLISION", at, sentence)
            folder = above
    own = {f"{WORK_FOLDER}{short_id(spec.job_id)}".casefold(), result_name(spec).casefold()}
    for position, clip in enumerate(spec.clips):
        first = (clip.output_subdirectory or clip.output_name).split("/")[0].casefold()
        if first in own:
            sentence = "is a name that the job itself needs"
            yield Issue("OUTPUT_NAME_COLLISION", f"clips[{position}].output_name", sentence)
