# ruff: noqa: N802, N803 - Resolve's own names of methods and arguments
"""The project manager: which projects there are, and which is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .faults import ResolveHangs
from .objects import FakeObject
from .project import FakeProject

if TYPE_CHECKING:
    from .resolve import FakeResolve

UNTITLED = "Untitled Project"


class FakeProjectManager(FakeObject):
    """The one project manager."""

    api_name = "ProjectManager"
    in_project = False

    def __init__(self, root: FakeResolve) -> None:
        super().__init__(root)
        self.folder = ""

    def GetCurrentProject(self) -> FakeProject | None:
        return self.root.project

    def CreateProject(self, projectName: str, mediaLocationPath: str = "") -> FakeProject | None:
        taken = any(project.name == projectName for project in self.root.projects)
        if taken or not isinstance(projectName, str) or not projectName or self._is_blocked():
            return None
        return self.root.open_project(self.root.add_project(projectName))

    def LoadProject(self, projectName: str) -> FakeProject | None:
        found = [project for project in self.root.projects if project.name == projectName]
        if not found or self._is_blocked():
            return None
        return self.root.open_project(found[0])

    def SaveProject(self) -> bool:
        project = self.root.project
        if project is None:
            return False
        if project.name == UNTITLED:
            if self.root.profile.headless:
                raise ResolveHangs("SaveProject on an untitled project never ends with -nogui")
            return False
        project.is_changed = False
        return True

    def CloseProject(self, project: FakeProject) -> bool:
        if project is None or project is not self.root.project:
            return False
        untitled = [one for one in self.root.projects if one.name == UNTITLED]
        self.root.open_project(untitled[0] if untitled else self.root.add_project(UNTITLED))
        return True

    def DeleteProject(self, projectName: str) -> bool:
        found = [project for project in self.root.projects if project.name == projectName]
        if not found or found[0] is self.root.project:
            return False
        self.root.projects.remove(found[0])
        found[0].gone = True
        return True

    def GetProjectListInCurrentFolder(self) -> list[str]:
        return [project.name for project in self.root.projects]

    def GetFolderListInCurrentFolder(self) -> list[str]:
        return []

    def GetCurrentFolder(self) -> str:
        return self.folder

    def GotoRootFolder(self) -> bool:
        self.folder = ""
        return True

    def OpenFolder(self, folderName: str) -> bool:
        return False

    def GetCurrentDatabase(self) -> dict[str, str] | None:
        if self.root.quirks.starts_nothing:
            return None
        return {"DbType": "Disk", "DbName": "Local Database"}

    def _is_blocked(self) -> bool:
        changed = self.root.project is not None and self.root.project.is_changed
        return changed and self.root.quirks.unsaved_project_blocks
