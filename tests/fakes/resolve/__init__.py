"""A double of DaVinci Resolve, as awkward as the real one.

It is written from what is known of Resolve's scripting API, and knows nothing of the code it tests.
A test makes a Resolve, arranges it, gives its `handle` to what is tested, and looks at what came of
it:

    fake = make_resolve(Profile(version="21.0.4", locale="de"))
    mixed = mixed_timeline(fake, tmp_path)
    fake.faults.once("AddRenderJob", Answers(None), call=2)
    fake.rendering.outcomes.append(SHORT)
    before = user_state(fake)
    ...                                     # the code under test, with fake.handle
    assert changes(before, user_state(fake)) == []

Its parts: `profile` (version, edition, platform, language), `quirks` (what no version settles),
`faults` (calls that fail), `outcomes` (renders that end otherwise), `log` (all calls), and the
objects themselves, whose names in capitals are the API and whose other names are for tests.
"""

from __future__ import annotations

from . import outcomes
from .calls import Call, CallLog
from .clip_facts import ClipFacts
from .clips import FakeMediaPoolItem
from .clock import DrivenClock, RealClock
from .faults import (
    FAILURES,
    Answers,
    Fault,
    Faults,
    Hangs,
    HoldsNone,
    Meanwhile,
    Raises,
    ResolveFault,
    ResolveHangs,
    Turned,
)
from .footage import Footage, FootageError, MediaSpec
from .media_facts import MediaFacts, read_facts
from .media_pool import FakeFolder, FakeMediaPool
from .menu_script import ScriptOutput, module_from_outside, run_menu_script, script_globals
from .mixed import MixedScene, mixed_timeline, user_at_work
from .objects import FakeObject, Handle
from .outcomes import Outcome
from .profile import LOCALES, VERSIONS, Profile
from .project import FakeProject
from .quirks import Quirks
from .resolve import CLASSES, FakeResolve, make_resolve
from .scene import Scene
from .timeline import FakeTimeline
from .timeline_item import FakeTimelineItem
from .user_state import changes, proxies_of, user_state

__all__ = [
    "CLASSES",
    "FAILURES",
    "LOCALES",
    "VERSIONS",
    "Answers",
    "Call",
    "CallLog",
    "ClipFacts",
    "DrivenClock",
    "FakeFolder",
    "FakeMediaPool",
    "FakeMediaPoolItem",
    "FakeObject",
    "FakeProject",
    "FakeResolve",
    "FakeTimeline",
    "FakeTimelineItem",
    "Fault",
    "Faults",
    "Footage",
    "FootageError",
    "Handle",
    "Hangs",
    "HoldsNone",
    "Meanwhile",
    "MediaFacts",
    "MediaSpec",
    "MixedScene",
    "Outcome",
    "Profile",
    "Quirks",
    "Raises",
    "RealClock",
    "ResolveFault",
    "ResolveHangs",
    "Scene",
    "ScriptOutput",
    "Turned",
    "changes",
    "make_resolve",
    "mixed_timeline",
    "module_from_outside",
    "outcomes",
    "proxies_of",
    "read_facts",
    "run_menu_script",
    "script_globals",
    "user_at_work",
    "user_state",
]
