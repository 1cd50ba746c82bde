"""What `create` is asked for, what each clip was found to be, and the jobs that come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from proxx_engine.creation.footage.found import Found
from proxx_engine.creation.output_rules import DEFAULT_RULE, Placement
from proxx_engine.creation.sound.laying import SoundOfClip
from proxx_engine.creation.sound.shelf import SoundWish
from proxx_engine.creation.timecodes.lists import TimecodeList
from proxx_engine.results.execution_results import PathMap
from proxx_engine.spec.codecs import Engine
from proxx_engine.spec.file_names import JOB
from proxx_engine.spec.job_spec import CreatedBy, JobSpec, ResolveClip, Target
from proxx_engine.spec.media import Source
from proxx_engine.spec.profile import ProfileSpec

ToldOfOne = Callable[[Path, int, int], None]
"""Takes a file's path, its number from 1, and how many there are."""


@dataclass(frozen=True)
class CreationRequest:
    """What a person asks `create` for; its paths are those of this machine."""

    paths: tuple[Path, ...]
    out: Path
    profile: ProfileSpec
    created_by: CreatedBy
    naming_template: str = "{source_name}"
    clips_per_job: int = 1
    batch: str | None = None
    verification: str = "conform"
    rule: str = DEFAULT_RULE
    """A key of RULES_BY_NAME: where proxies go and what they may be called."""
    sequence_rate: Fraction | None = None
    """Pictures a second of numbered pictures; None leaves them out."""
    timecodes: TimecodeList | None = None
    """Timecodes that a person gives; they stand above what the files say."""
    sound: SoundWish | None = None
    """Sound that was recorded apart, and how channels are mixed; None keeps what files hold."""
    skip_done: Literal["proven", "trusted"] | None = None
    """Leave out what was proven before, its proxy hashed again or told by size and time; and what
    a job that waits will make."""
    replace: bool = False
    """Whether proxies that Proxx made, and that are unchanged, may be made anew."""
    job_folders: tuple[Path, ...] | None = None
    """Where jobs go, so that none asks for what another one there will make; None: `out`."""
    resolve_clips: Mapping[Path, ResolveClip] = field(default_factory=lambda: MappingProxyType({}))
    """What Resolve says of the clips that files of `paths` are a part of, by those paths."""
    mirrored_from: tuple[Path, ...] | None = None
    """Named files keep their folders below these roots, and whole paths where none holds them, so
    that a proxy's place does not depend on what else is named; None: no folders."""
    taken: frozenset[Path] = frozenset()
    """Files that earlier acts took: a clip of nothing but such files is passed by unsaid."""
    path_maps: tuple[PathMap, ...] = ()
    """How roots of this machine are called in the jobs; in jobs and results that are read, too."""
    side_by_side: int = 1
    """How many files are inspected at a time."""
    inspected: ToldOfOne = field(default=lambda _path, _number, _total: None, repr=False)
    """Told after each file was inspected, in the order of the files."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """One clip: where it was found, what it is, what its proxy must be."""

    found: Found
    source: Source
    target: Target | None
    engine: Engine
    placement: Placement
    resolve: ResolveClip | None
    sound: SoundOfClip | None = None
    """What was found of sound that was recorded apart; None where nobody asked."""


@dataclass(frozen=True, slots=True)
class CreatedJob:
    """One JobSpec and the engine that it goes to."""

    spec: JobSpec
    engine: Engine

    @property
    def file_name(self) -> str:
        """Return the job file's name."""
        return f"{self.spec.label}.{self.spec.job_id}{JOB}"
