# ruff: noqa: N802, N803 - Resolve's own names of methods and arguments
"""The root of the double. A test makes one, arranges it by the names in small letters, and gives
its `handle` to what is tested.
"""

from __future__ import annotations

import threading
from typing import Any

from .calls import CallLog
from .clips import FakeMediaPoolItem
from .clock import Clock, DrivenClock, RealClock
from .faults import Faults
from .footage import Footage
from .media_pool import FakeFolder, FakeMediaPool
from .media_storage import FakeMediaStorage
from .objects import FakeObject
from .presets import built_in, export_preset, import_preset
from .profile import Profile
from .project import FakeProject
from .project_manager import FakeProjectManager
from .quirks import Quirks
from .rendering import Rendering
from .timeline import FakeTimeline
from .timeline_item import FakeTimelineItem

_EXPORTS = "AAF DRT EDL FCP_7_XML FCPXML_1_8 FCPXML_1_9 FCPXML_1_10 TEXT_CSV TEXT_TAB OTIO ALE NONE"


class FakeFusion(FakeObject):
    """What Fusion() gives: nothing, and no UIManager either."""

    api_name = "Fusion"
    in_project = False


class FakeResolve(FakeObject):
    """One running Resolve."""

    api_name = "Resolve"
    in_project = False

    def __init__(
        self,
        profile: Profile,
        *,
        footage: Footage,
        clock: Clock,
        seconds_per_job: float,
    ) -> None:
        self.lock = threading.RLock()
        self.profile = profile
        self.quirks = Quirks()
        self.clock = clock
        self.footage = footage
        self.log = CallLog()
        self.method_names = frozenset(name for cls in CLASSES for name in cls.api)
        self.methods = {
            cls.api_name: frozenset(
                name for name in cls.api if profile.has_method(f"{cls.api_name}.{name}")
            )
            for cls in CLASSES
        }
        self.faults = Faults(
            frozenset(f"{cls.api_name}.{name}" for cls in CLASSES for name in cls.api)
        )
        self.epoch = 0
        """Grows with each project switch; handles of an earlier one are dead."""
        self.has_quit = False
        self.modal: str | None = None
        """A dialog stands open: until it is gone, every call is answered with None."""
        self.page: str | None = None if profile.headless else "edit"
        self.presets = built_in(profile)
        self.projects: list[FakeProject] = []
        self.project: FakeProject | None = None
        self.rendering = Rendering(self, seconds_per_job=seconds_per_job)
        super().__init__(self)
        self.manager = FakeProjectManager(self)
        self.storage = FakeMediaStorage(self)
        self.fusion = FakeFusion(self)

    def add_project(self, name: str) -> FakeProject:
        """A new project that is not opened."""
        project = FakeProject(self, name)
        self.projects.append(project)
        return project

    def open_project(self, project: FakeProject | None) -> FakeProject | None:
        """Switch to a project, or to none; every handle of the one before is dead afterwards."""
        self.epoch += 1
        self.project = project
        return project

    def current(self) -> FakeProject:
        """The open project, for tests that know that there is one."""
        assert self.project is not None, "no project is open"
        return self.project

    def advance(self, seconds: float) -> None:
        """Let time pass for the render."""
        self.clock.sleep(seconds)
        with self.lock:
            self.rendering.catch_up()

    def user_renders(self, *jobs: str) -> bool:
        """A person clicks Render All, or renders some jobs by their ids."""
        with self.lock:
            queue = self.current().queue
            chosen = queue.chosen(list(jobs)) if jobs else list(queue.jobs)
            return self.rendering.start(chosen or [])

    def constants(self) -> dict[str, float]:
        # Numbers of no meaning, as the real ones seem to be: nobody should write them down.
        return {f"EXPORT_{name}": float(n) for n, name in enumerate(_EXPORTS.split(), start=1)}

    def Fusion(self) -> FakeFusion:
        return self.fusion

    def GetProjectManager(self) -> FakeProjectManager:
        return self.manager

    def GetMediaStorage(self) -> FakeMediaStorage:
        return self.storage

    def GetProductName(self) -> str:
        return self.profile.product_name

    def GetVersion(self) -> list[Any]:
        return self.profile.build

    def GetVersionString(self) -> str:
        return self.profile.version_string

    def IsStudio(self) -> bool:
        return self.profile.edition == "studio"

    def GetCurrentProject(self) -> FakeProject | None:
        return self.project

    def GetCurrentTimeline(self) -> FakeTimeline | None:
        return self.project.current_timeline if self.project else None

    def GetCurrentPage(self) -> str | None:
        return self.page

    def OpenPage(self, pageName: str) -> bool | None:
        if not self.profile.has_page(pageName) or self.project is None:
            return False
        if pageName == "deliver":
            self.project.deliver.was_open = True
        if self.profile.headless:
            return None
        if pageName == "deliver" and self.page != "deliver":
            self._disturb(self.project.current_timeline)
        self.page = pageName
        return True

    def ImportRenderPreset(self, presetPath: str) -> bool:
        return self.project is not None and import_preset(self, self.project.deliver, presetPath)

    def ExportRenderPreset(self, presetName: str, exportPath: str) -> bool:
        return export_preset(self, presetName, exportPath)

    def Quit(self) -> None:
        self.has_quit = True

    def _disturb(self, timeline: FakeTimeline | None) -> None:
        if timeline is None:
            return
        if self.quirks.deliver_page_moves_playhead:
            timeline.playhead = 0
        if self.quirks.deliver_page_clears_marks:
            timeline.marks.clear()


CLASSES: tuple[type[FakeObject], ...] = (
    FakeResolve,
    FakeFusion,
    FakeProjectManager,
    FakeMediaStorage,
    FakeProject,
    FakeMediaPool,
    FakeFolder,
    FakeMediaPoolItem,
    FakeTimeline,
    FakeTimelineItem,
)
"""Every class with an API."""


def make_resolve(
    profile: Profile | None = None,
    *,
    footage: Footage | None = None,
    real_time: bool = False,
    seconds_per_job: float | None = None,
    project: str | None = "Documentary",
) -> FakeResolve:
    """A running Resolve with one open, empty project, or with none.

    `real_time`: renders go on in a background thread; otherwise time passes when a test lets it
    pass, and a little with every question about a render. `seconds_per_job`: what a render takes.
    """
    clock: Clock = RealClock() if real_time else DrivenClock()
    made = FakeResolve(
        profile or Profile(),
        footage=footage or Footage(),
        clock=clock,
        seconds_per_job=seconds_per_job or (0.2 if real_time else 4.0),
    )
    if project is not None:
        made.open_project(made.add_project(project))
    return made
