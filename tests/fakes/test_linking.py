"""Which files link as proxies, and what a clip tells of its proxy."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from tests.fakes.resolve import FakeMediaPoolItem, FakeResolve, Footage, MediaSpec, Scene

FITS = MediaSpec(frames=24, rate=Fraction(24), timecode="10:00:00:00", width=160, height=90)


@pytest.fixture
def clip(scene: Scene) -> FakeMediaPoolItem:
    return scene.raw("A001.braw")


@pytest.fixture
def proxy(footage: Footage, out: Path) -> Path:
    return footage.write(out / "A001.mov", FITS)


def proxy_of(clip: FakeMediaPoolItem) -> tuple[str, str]:
    handle = clip.handle
    return handle.GetClipProperty("Proxy"), handle.GetClipProperty("Proxy Media Path")


@pytest.mark.parametrize(
    ("change", "links"),
    [
        pytest.param({}, True, id="all fits"),
        pytest.param({"width": 320, "height": 180}, True, id="another size"),
        pytest.param({"channels": 0}, True, id="no sound"),
        pytest.param(
            {"codec_id": "DNxHRLB", "width": 320, "height": 180}, True, id="another codec"
        ),
        pytest.param({"frames": 23}, False, id="a frame less"),
        pytest.param({"rate": Fraction(25)}, False, id="another rate"),
        pytest.param({"rate": Fraction(24000, 1001)}, False, id="nearly the rate"),
        pytest.param({"timecode": "10:00:00:01"}, False, id="a frame later"),
        pytest.param({"timecode": None}, False, id="no timecode"),
        pytest.param({"codec_id": None}, False, id="sound alone"),
    ],
)
def test_what_links(
    footage: Footage, clip: FakeMediaPoolItem, out: Path, change: dict[str, object], links: bool
) -> None:
    """6.1 link.checks: existence, frames, rate and timecode; otherwise False, and no reason."""
    path = footage.write(out / "proxy.mov", replace(FITS, **change))  # type: ignore[arg-type]
    assert clip.handle.LinkProxyMedia(str(path)) is links
    assert proxy_of(clip)[1] == (str(path) if links else "")


def test_a_file_that_is_not_there_does_not_link(clip: FakeMediaPoolItem, out: Path) -> None:
    assert clip.handle.LinkProxyMedia(str(out / "nowhere.mov")) is False
    (out / "text.mov").write_text("no media")
    assert clip.handle.LinkProxyMedia(str(out / "text.mov")) is False


def test_how_many_frames_may_differ_is_a_switch(
    fake: FakeResolve, scene: Scene, proxy: Path
) -> None:
    clip = scene.raw("longer.braw", frames=25)
    assert clip.handle.LinkProxyMedia(str(proxy)) is False
    fake.quirks.proxy_frames_tolerance = 1
    assert clip.handle.LinkProxyMedia(str(proxy)) is True


@pytest.mark.parametrize("path", ["", "proxy.mov", None, 7])
def test_nonsense_is_answered_with_none(clip: FakeMediaPoolItem, path: object) -> None:
    """6.1 link.nonsense: what is no absolute path gives None."""
    assert clip.handle.LinkProxyMedia(path) is None


def test_a_clip_tells_of_its_proxy(clip: FakeMediaPoolItem, proxy: Path) -> None:
    """6.1 link.told: the size and the path."""
    assert proxy_of(clip) == ("None", "")
    assert clip.handle.LinkProxyMedia(str(proxy)) is True
    assert proxy_of(clip) == ("160x90", str(proxy))


def test_a_removed_proxy_is_offline(clip: FakeMediaPoolItem, proxy: Path, out: Path) -> None:
    """6.1 link.offline: 'Offline' while the file is away, and after it came back until relinked."""
    clip.handle.LinkProxyMedia(str(proxy))
    away = proxy.rename(out / "away.mov")
    assert proxy_of(clip) == ("Offline", str(proxy))
    away.rename(proxy)
    assert proxy_of(clip) == ("Offline", str(proxy))
    assert clip.handle.LinkProxyMedia(str(proxy)) is True
    assert proxy_of(clip) == ("160x90", str(proxy))


def test_an_open_project_manager_refuses_all(
    fake: FakeResolve, clip: FakeMediaPoolItem, proxy: Path
) -> None:
    """6.1 link.manager_open: while its window is open nothing links."""
    fake.quirks.project_manager_open = True
    assert clip.handle.LinkProxyMedia(str(proxy)) is False
    fake.quirks.project_manager_open = False
    assert clip.handle.LinkProxyMedia(str(proxy)) is True


def test_unlinking(clip: FakeMediaPoolItem, proxy: Path) -> None:
    """6.1 link.unlink: back to 'None' and ''; a second time there is nothing to unlink."""
    clip.handle.LinkProxyMedia(str(proxy))
    assert clip.handle.UnlinkProxyMedia() is True
    assert proxy_of(clip) == ("None", "")
    assert clip.handle.UnlinkProxyMedia() is False


def test_a_file_that_took_its_place_is_read_only_after_unlinking(
    footage: Footage, clip: FakeMediaPoolItem, proxy: Path
) -> None:
    clip.handle.LinkProxyMedia(str(proxy))
    footage.write(proxy, replace(FITS, width=320, height=180))
    assert clip.handle.LinkProxyMedia(str(proxy)) is True
    assert proxy_of(clip)[0] == "160x90"
    clip.handle.UnlinkProxyMedia()
    clip.handle.LinkProxyMedia(str(proxy))
    assert proxy_of(clip)[0] == "320x180"


@pytest.mark.parametrize(
    ("form", "told"),
    [("given", "Café.mov"), ("decomposed", "Cafe\N{COMBINING ACUTE ACCENT}.mov")],
)
def test_a_path_may_read_back_in_another_form(
    fake: FakeResolve, clip: FakeMediaPoolItem, proxy: Path, out: Path, form: str, told: str
) -> None:
    path = proxy.rename(out / "Café.mov")
    fake.quirks.proxy_path_told_as = form  # type: ignore[assignment]
    clip.handle.LinkProxyMedia(str(path))
    assert proxy_of(clip)[1] == str(out / told)
    fake.quirks.proxy_path_told_as = "backslashes"
    assert proxy_of(clip)[1] == str(path).replace("/", "\\")


@pytest.mark.parametrize("kind", ["compound", "fusion", "multicam", "generator", "fusion_title"])
def test_what_is_no_clip_has_no_proxy(scene: Scene, proxy: Path, kind: str) -> None:
    clip = scene.without_file("No clip", kind)  # type: ignore[arg-type]
    assert clip.handle.LinkProxyMedia(str(proxy)) is False


def test_a_proxy_beside_the_file_is_taken_on_import(
    fake: FakeResolve, footage: Footage, tmp_path: Path
) -> None:
    (tmp_path / "Proxy").mkdir()
    source = footage.write(tmp_path / "A001.mov", FITS)
    beside = footage.write(tmp_path / "Proxy" / "A001.mov", FITS)
    pool = fake.handle.GetProjectManager().GetCurrentProject().GetMediaPool()
    (clip,) = pool.ImportMedia([str(source)])
    assert clip.GetClipProperty("Proxy Media Path") == str(beside)


def test_a_missing_timecode_is_that_of_midnight(scene: Scene, footage: Footage, out: Path) -> None:
    clip = scene.movie("no timecode.mov", timecode=None)
    proxy = footage.write(out / "proxy.mov", replace(FITS, timecode=None))
    assert clip.handle.LinkProxyMedia(str(proxy)) is True
