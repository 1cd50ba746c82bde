# ruff: noqa: N802, N803 - Resolve's own names of methods and arguments
"""The media pool of a project: its bins, what is selected, and what is imported or deleted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .clip_facts import ClipFacts
from .clips import FakeMediaPoolItem
from .faults import ResolveFault
from .importing import facts_of_file, read_import
from .linking import link_proxy
from .objects import FakeObject
from .placing import append, create_timeline, remove_timeline
from .settings import rate_in
from .timeline import FakeTimeline
from .timeline_item import FakeTimelineItem

if TYPE_CHECKING:
    from .project import FakeProject


class FakeFolder(FakeObject):
    """A bin."""

    api_name = "Folder"

    def __init__(self, pool: FakeMediaPool, name: str, parent: FakeFolder | None) -> None:
        super().__init__(pool.root)
        self.pool = pool
        self.name = name
        self.parent = parent
        self.clips: list[FakeMediaPoolItem] = []
        self.folders: list[FakeFolder] = []

    def walk(self) -> Iterator[FakeFolder]:
        """This bin and all below it."""
        yield self
        for folder in self.folders:
            yield from folder.walk()

    def GetName(self) -> str:
        return self.name

    def GetUniqueId(self) -> str:
        return self.unique_id

    def GetClipList(self) -> list[FakeMediaPoolItem]:
        return list(self.clips)

    def GetSubFolderList(self) -> list[FakeFolder]:
        return list(self.folders)

    def GetIsFolderStale(self) -> bool:
        return False


class FakeMediaPool(FakeObject):
    """The one media pool of a project."""

    api_name = "MediaPool"

    def __init__(self, project: FakeProject) -> None:
        super().__init__(project.root)
        self.project = project
        self.root_folder = FakeFolder(self, "Master", None)
        self.current_folder = self.root_folder
        self.selected: list[FakeMediaPoolItem] = []
        self.known_facts: dict[str, ClipFacts] = {}
        """What an import shall find in files that nothing here can read, by path."""

    def clips(self) -> list[FakeMediaPoolItem]:
        """All items of all bins."""
        return [clip for folder in self.root_folder.walk() for clip in folder.clips]

    def usage_of(self, clip: FakeMediaPoolItem) -> int:
        """How many items on timelines show a clip."""
        timelines = self.project.timelines
        return sum(item.clip is clip for one in timelines for item in one.items("video"))

    def facts_of(self, path: str) -> ClipFacts | None:
        """What a file holds."""
        rate = rate_in(self.project.settings)
        return self.known_facts.get(path) or facts_of_file(Path(path), rate)

    def GetRootFolder(self) -> FakeFolder:
        return self.root_folder

    def GetUniqueId(self) -> str:
        return self.unique_id

    def GetCurrentFolder(self) -> FakeFolder:
        return self.current_folder

    def SetCurrentFolder(self, folder: FakeFolder) -> bool:
        if not isinstance(folder, FakeFolder) or folder not in self.root_folder.walk():
            return False
        self.current_folder = folder
        return True

    def AddSubFolder(self, folder: FakeFolder, name: str) -> FakeFolder | None:
        if not isinstance(folder, FakeFolder) or not isinstance(name, str) or not name:
            return None
        if any(other.name == name for other in folder.folders):
            return None
        made = FakeFolder(self, name, folder)
        folder.folders.append(made)
        if self.root.quirks.new_folder_becomes_current:
            self.current_folder = made
        return made

    def RefreshFolders(self) -> bool:
        return True

    def DeleteFolders(self, subfolders: list[FakeFolder]) -> bool:
        known = [one for one in subfolders or [] if isinstance(one, FakeFolder) and one.parent]
        if self.root.quirks.current_is_kept:
            known = [one for one in known if self.current_folder not in one.walk()]
        for folder in known:
            self.DeleteClips([clip for one in folder.walk() for clip in one.clips])
            if self.current_folder in folder.walk():
                self.current_folder = self.root_folder
            assert folder.parent is not None
            folder.parent.folders.remove(folder)
            for one in folder.walk():
                one.gone = True
        return bool(known) and len(known) == len(subfolders)

    def GetSelectedClips(self) -> list[FakeMediaPoolItem] | None:
        if not self.selected and self.root.quirks.nothing_selected == "none":
            return None
        return list(self.selected)

    def SetSelectedClip(self, mediaPoolItem: FakeMediaPoolItem) -> bool:
        if mediaPoolItem not in self.clips():
            return False
        self.selected = [mediaPoolItem]
        return True

    def MoveClips(self, clips: list[FakeMediaPoolItem], targetFolder: FakeFolder) -> bool:
        if not isinstance(targetFolder, FakeFolder) or not clips or None in clips:
            return False
        for clip in clips:
            clip.folder.clips.remove(clip)
            targetFolder.clips.append(clip)
            clip.folder = targetFolder
        return True

    def DeleteClips(self, clips: list[FakeMediaPoolItem]) -> bool:
        known = [clip for clip in clips or [] if clip in self.clips()]
        for clip in known:
            clip.folder.clips.remove(clip)
            clip.gone = True
            self.selected = [one for one in self.selected if one is not clip]
            if clip.timeline is not None and clip.timeline in self.project.timelines:
                remove_timeline(self.project, clip.timeline)
        return bool(known) and len(known) == len(clips)

    def DeleteTimelines(self, timeline: list[FakeTimeline]) -> bool:
        known = [one for one in timeline or [] if one in self.project.timelines]
        if self.root.quirks.current_is_kept:
            known = [one for one in known if one is not self.project.current_timeline]
        for one in known:
            remove_timeline(self.project, one)
        return bool(known) and len(known) == len(timeline)

    def UnlinkClips(self, mediaPoolItem: list[FakeMediaPoolItem]) -> bool:
        for clip in mediaPoolItem or []:
            clip.path = ""
        return bool(mediaPoolItem)

    def RelinkClips(self, mediaPoolItem: list[FakeMediaPoolItem], folderPath: str) -> bool:
        found = [(clip, Path(folderPath) / Path(clip.path).name) for clip in mediaPoolItem or []]
        if not found or not all(path.is_file() for _clip, path in found):
            return False
        for clip, path in found:
            clip.path = clip.properties["File Path"] = str(path)
        return True

    def ImportMedia(self, items: Any) -> list[FakeMediaPoolItem]:
        if not isinstance(items, list):
            return []
        most = self.root.quirks.most_imported_at_once
        if most is not None and len(items) > most:
            self.root.has_quit = True
            raise ResolveFault("Resolve ended")
        made: list[FakeMediaPoolItem] = []
        for asked in items:
            found = read_import(asked, self.known_facts, rate_in(self.project.settings))
            if found is None:
                continue
            existing = [clip for clip in self.clips() if clip.path == found.path]
            if existing:
                made += existing[:1] if self.root.quirks.imported_again == "existing" else []
                continue
            made.append(self._import(found.path, found.facts))
        return made

    def CreateEmptyTimeline(self, name: str) -> FakeTimeline | None:
        return create_timeline(self.project, name)

    def CreateTimelineFromClips(self, name: str, *clips: Any) -> FakeTimeline | None:
        asked = clips[0] if len(clips) == 1 and isinstance(clips[0], list) else list(clips)
        items = [one["mediaPoolItem"] if isinstance(one, dict) else one for one in asked]
        elsewhere = any(clip is None or clip.folder is not self.current_folder for clip in items)
        if not items or (elsewhere and self.root.quirks.timeline_needs_the_clips_folder):
            return None
        if any(isinstance(one, dict) and "trackIndex" in one for one in asked):
            return None
        timeline = create_timeline(self.project, name)
        if timeline is not None:
            append(timeline, asked)
        return timeline

    def AppendToTimeline(self, *clips: Any) -> list[FakeTimelineItem] | None:
        timeline = self.project.current_timeline
        if timeline is None:
            return None
        asked = clips[0] if len(clips) == 1 and isinstance(clips[0], list) else list(clips)
        return append(timeline, asked)

    def _import(self, path: str, facts: ClipFacts) -> FakeMediaPoolItem:
        folder = self.current_folder
        clip = FakeMediaPoolItem(folder, name=Path(path).name, path=path, facts=facts)
        folder.clips.append(clip)
        # What lies in a folder Proxy beside the file, under its stem, is taken by itself.
        for suffix in (".mov", ".mp4"):
            beside = Path(path).parent / "Proxy" / f"{Path(path).stem}{suffix}"
            clip.proxy = link_proxy(clip, str(beside)) or clip.proxy
        return clip
