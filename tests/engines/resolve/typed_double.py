"""mypy is run over this file: the double's classes satisfy the Protocols that the driver uses.

The double's objects hand out each other; what a script gets is a handle of them with the same
methods. Here the classes themselves are held against the Protocols.
"""

from __future__ import annotations

from proxx_engine._engines.resolve import host
from tests.fakes.resolve import (
    FakeFolder,
    FakeMediaPool,
    FakeMediaPoolItem,
    FakeProject,
    FakeResolve,
    FakeTimeline,
    FakeTimelineItem,
)
from tests.fakes.resolve.project_manager import FakeProjectManager

resolve: type[host.ResolveHost] = FakeResolve
manager: type[host.ProjectManager] = FakeProjectManager
project: type[host.Project] = FakeProject
pool: type[host.MediaPool] = FakeMediaPool
folder: type[host.Folder] = FakeFolder
clip: type[host.MediaPoolItem] = FakeMediaPoolItem
timeline: type[host.Timeline] = FakeTimeline
item: type[host.TimelineItem] = FakeTimelineItem
