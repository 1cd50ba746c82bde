"""One clip found → what its job says of it, held to every rule of a JobSpec."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from proxx_engine.creation.burning_in import with_burn_ins
from proxx_engine.creation.footage.found import Found
from proxx_engine.creation.freezing import freeze_jobs
from proxx_engine.creation.output_rules import find_rule, place_proxy
from proxx_engine.creation.request import CreationRequest, Inspected
from proxx_engine.creation.sound.laying import heard_source, lay_sound, lay_target
from proxx_engine.creation.sources.probing import beyond_the_contract, probe_clip
from proxx_engine.creation.targets import target_for
from proxx_engine.creation.timecodes.choosing import settle_timecode
from proxx_engine.errors import JobSpecValidationError, ProbeError
from proxx_engine.planning.fingerprint import fingerprint_clip, fingerprint_profile
from proxx_engine.planning.naming import output_path
from proxx_engine.planning.raw_looks import unrendered
from proxx_engine.planning.routing import route_source, source_format
from proxx_engine.planning.validation import validate_job
from proxx_engine.system.probe import Prober


@dataclass(frozen=True, slots=True, eq=False)
class Admitted:
    """One clip that a job can be made of."""

    inspected: Inspected
    output: Path
    """Where its proxy goes when it has a job of its own."""
    fingerprint: str
    """Source, profile and target."""


def inspect(request: CreationRequest, found: Found, prober: Prober) -> Inspected:
    """Probe one clip and decide what its proxy must be.

    Raises: ProbeError with the reason to leave it out, CreationError for a timecode that a person
    gave and that is none, OSError.
    """
    told = next((request.resolve_clips[p] for p in found.files if p in request.resolve_clips), None)
    rate = request.sequence_rate or (told.frame_rate if told else None)
    source = probe_clip(found, prober, sequence_rate=rate)
    source = settle_timecode(source, found, request.timecodes, told)
    engine = route_source(source_format(source)).engine
    unmade = unrendered(request.profile.look) if engine == "resolve" else None
    if unmade:
        detail = f"only Resolve renders it, and does not make this look; {unmade}"
        raise ProbeError("SOURCE_UNREADABLE", detail)
    wish, sound = request.sound, None
    if wish is not None:
        source, sound = lay_sound(source, found, wish, prober)
    try:
        heard = heard_source(source, sound, wish) if wish and sound else source
        target = target_for(heard, request.profile, told) if source.video else None
        if target is not None:
            called = told.clip_name if told and told.clip_name else found.name
            target = with_burn_ins(target, source, request.profile, name=called, here=found.path)
        if target is not None and wish and sound:
            target = lay_target(target, source, sound, wish)
    except ValidationError as error:
        raise beyond_the_contract(error) from error
    placement = place_proxy(
        find_rule(request.rule),
        original=found.path,
        mirrored=found.subdirectory,
        named=request.paths,
        out=request.out,
    )
    return Inspected(found, source, target, engine, placement, told, sound)


def admit(request: CreationRequest, clip: Inspected) -> Admitted:
    """Hold a clip to every rule of a JobSpec; one that breaks a rule costs only itself.

    Raises: ProbeError for the clip, JobSpecValidationError for what all clips share.
    """
    try:
        [job] = freeze_jobs(request, [clip])
        validate_job(job.spec)
    except ValidationError as error:
        raise beyond_the_contract(error) from error
    except JobSpecValidationError as error:
        own = [i for i in error.issues if i.path.startswith(("clips[", "label"))]
        if len(own) < len(error.issues):
            raise
        own = [i for i in own if i.path != "label"] or own
        told = dict.fromkeys(issue.sentence for issue in own)
        raise ProbeError("SOURCE_UNREADABLE", "; ".join(told)) from error
    [only] = job.spec.clips
    return Admitted(
        clip,
        Path(output_path(job.spec, only)),
        fingerprint_clip(only, fingerprint_profile(request.profile)),
    )
