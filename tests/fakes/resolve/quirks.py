"""The ways in which a Resolve may be strange that no version settles: each is a switch that a test
turns while the double runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(slots=True, kw_only=True)
class Quirks:
    """The switches; what each is at first is the more awkward of what was seen."""

    stale_handles: Literal["none", "raise"] = "none"
    """What a handle from before a project switch does when it is called."""
    foreign_names_look_callable: bool = False
    """A method of another class looks callable on any object, as on 21.0.0, and answers None."""
    project_manager_open: bool = False
    """The Project Manager's window is open: no proxy can be linked."""
    refused_temp_dir: Path | None = None
    """The system's folder for temporary files: a job that writes below it is refused."""
    needs_deliver_page: bool = True
    """No job can be added before the Deliver page was open once in this project."""
    refused_job_answer: Literal[""] | None = ""
    """What AddRenderJob answers when it adds nothing."""
    ignored_deletion_answer: bool = True
    """What deleting a job answers while Resolve renders and ignores it."""
    unknown_job_status: Literal["empty", "none"] = "empty"
    """What the status of an unknown job is: {} or None."""
    deliver_page_moves_playhead: bool = True
    deliver_page_clears_marks: bool = True
    presets_hold_the_place: bool | Literal["TargetDir", "CustomName"] = True
    """A render preset holds TargetDir and CustomName as well, or one of them; not known of a real
    Resolve."""
    clip_filter_active: bool = False
    """A filter on the Deliver page's clips: Single clip mode is refused."""
    percentage_lag: int = 7
    """So many points the shown percentage is behind while a job renders; below 0: ahead."""
    renders_in_background: bool = False
    """IsRenderingInProgress says False while a job renders; not known of a real Resolve."""
    starts_nothing: bool = False
    """StartRendering says True and nothing begins, as in a wedged Resolve; there is no database."""
    timecode_key_counts: bool = True
    """TimelineStartTimecode sets the file's timecode; otherwise only the timeline's start does."""
    source_start_off_by: int = 0
    """Frames that GetSourceStartFrame is off by."""
    source_end_off_by: int = -1
    """Frames that GetSourceEndFrame lies behind the exclusive end; -1 is inclusive."""
    unknown_property: Literal[""] | None = ""
    """What GetClipProperty answers for a name it does not know."""
    nothing_selected: Literal["empty", "none"] = "none"
    """What GetSelectedClips answers when nothing is."""
    proxy_frames_tolerance: int = 0
    """So many frames a proxy may differ and still links; the true number is not known."""
    proxy_path_told_as: Literal["given", "decomposed", "backslashes"] = "given"
    """How a linked proxy's path reads back: macOS may decompose letters, Windows turns slashes."""
    imported_again: Literal["existing", "nothing"] = "existing"
    """What ImportMedia answers for a path that the pool already has; it is never read again."""
    most_imported_at_once: int | None = 200
    """More paths than this in one ImportMedia end Resolve; None: any number is fine."""
    timeline_needs_the_clips_folder: bool = True
    """CreateTimelineFromClips answers None unless the clips' folder is the current one."""
    new_folder_becomes_current: bool = True
    """AddSubFolder opens the new bin; not known of a real Resolve."""
    new_items_without_id: bool = False
    """Items that AppendToTimeline answers have no id yet."""
    current_is_kept: bool = False
    """The current timeline and bin are not deleted; not known of a real Resolve."""
    unsaved_project_blocks: bool = False
    """A changed project keeps another from being made or opened."""
