"""What each version and edition of the double has, and what it has not."""

from __future__ import annotations

import pytest

from tests.fakes.conftest import Start
from tests.fakes.resolve import CLASSES, VERSIONS, FakeResolve, Profile
from tests.fakes.resolve.profile import table
from tests.fakes.scripting import project_of


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("edition", ["free", "studio"])
def test_a_profile_says_what_it_plays(start: Start, version: str, edition: str) -> None:
    """6.1 profile.versions: one object for version, edition and platform."""
    resolve = start(version=version, edition=edition).handle
    assert resolve.GetVersionString().startswith(f"{version}.")
    assert [str(part) for part in resolve.GetVersion()[:2]] == version.split(".")[:2]
    assert resolve.GetProductName().endswith("Studio") == (edition == "studio")
    assert (resolve.IsStudio is not None) == (version == "21.1")


@pytest.mark.parametrize(
    ("version", "names"),
    [
        ("18.6", {"GetClipProperty", "LinkProxyMedia"}),
        ("19.1", {"GetClipProperty", "LinkProxyMedia", "GetAudioMapping", "GetMarkInOut"}),
        ("20.3", {"LinkFullResolutionMedia", "SetName", "GetMarkInOut"}),
        ("21.0.4", {"GetTimeline", "SetName"}),
    ],
)
def test_a_method_that_is_not_there_is_none(start: Start, version: str, names: set[str]) -> None:
    """6.1 profile.missing_methods: getattr gives None, hasattr is True, dir() is truthful."""
    pool = project_of(start(version=version)).GetMediaPool()
    clip = pool.CreateEmptyTimeline("Any").GetMediaPoolItem()
    late = {"GetAudioMapping", "GetMarkInOut", "LinkFullResolutionMedia", "SetName", "GetTimeline"}
    for name in names | late:
        assert hasattr(clip, name)
        assert callable(getattr(clip, name)) == (name in dir(clip))
    assert names <= set(dir(clip))
    assert clip.NoSuchMethod is None
    assert "NoSuchMethod" not in dir(clip)
    absent = {
        name.partition(".")[2]
        for name, since in _arrivals("MediaPoolItem")
        if not _has(version, since)
    }
    assert not absent & set(dir(clip))


def test_calling_a_method_that_is_not_there_is_an_error(start: Start) -> None:
    pool = project_of(start(version="18.6")).GetMediaPool()
    with pytest.raises(TypeError, match="not callable"):
        pool.GetSelectedClips()


def test_every_arrival_is_of_a_method_that_the_double_has() -> None:
    known = {f"{cls.api_name}.{name}" for cls in CLASSES for name in cls.api}
    assert set(table("versions")["methods"]) <= known


def test_a_method_of_another_class_may_look_callable(fake: FakeResolve) -> None:
    resolve = fake.handle
    assert resolve.AddRenderJob is None
    fake.quirks.foreign_names_look_callable = True
    assert resolve.AddRenderJob() is None
    assert "AddRenderJob" not in dir(resolve)
    assert resolve.InventedByNobody is None


def test_handles_are_compared_by_nothing_but_their_ids(fake: FakeResolve) -> None:
    project, again = project_of(fake), project_of(fake)
    assert project != again
    assert project.GetUniqueId() == again.GetUniqueId()
    with pytest.raises(TypeError, match="unhashable"):
        hash(project)


def test_constants_are_read_from_the_object(fake: FakeResolve) -> None:
    assert isinstance(fake.handle.EXPORT_EDL, float)
    assert "EXPORT_EDL" in dir(fake.handle)


@pytest.mark.parametrize(
    ("version", "edition", "listed", "from_outside"),
    [
        ("21.0.4", "free", True, False),
        ("21.1", "free", False, False),
        ("21.1", "studio", True, True),
        ("18.6", "studio", True, True),
    ],
)
def test_which_scripts_run(version: str, edition: str, listed: bool, from_outside: bool) -> None:
    profile = Profile(version=version, edition=edition)  # type: ignore[arg-type]
    assert profile.lists_python_scripts == listed
    assert profile.scripts_from_outside == from_outside


def _arrivals(of: str) -> list[tuple[str, str]]:
    methods: dict[str, str] = table("versions")["methods"]
    return [(name, since) for name, since in methods.items() if name.startswith(f"{of}.")]


def _has(version: str, since: str) -> bool:
    return Profile(version=version).has(since)  # type: ignore[arg-type]
