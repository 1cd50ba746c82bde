"""What a watch came to, for whoever started it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sidecar.folders.places import Block
from sidecar.watch.options import Tally


@dataclass
class WatchOutcome:
    """What a watch came to."""

    tally: Tally = field(default_factory=Tally)
    """Of the jobs that were run."""
    settled: int = 0
    settled_tally: Tally = field(default_factory=Tally)
    """Of the jobs that were settled and had been begun."""
    unfinished: tuple[tuple[str, str], ...] = ()
    """Files that still wait to become whole, each with the reason."""
    rejected: int = 0
    """Files in `pending/` that were no jobs to run."""
    blocks: tuple[Block, ...] = ()
    """What still stood in the way at the end."""
    waiting: Mapping[str, int] = field(default_factory=dict)
    """How many jobs were found to wait for each place."""
    troubles: tuple[str, ...] = ()
    stopped: bool = False
    """Whether a person ended it."""
    defects: tuple[str, ...] = ()
    """Stories of workers that died of a defect of ours."""
