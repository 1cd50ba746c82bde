"""What is still being copied is left alone, and told once when it stands still unfinished."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.intake.scene import Scene


def test_a_card_is_taken_once_it_has_stood_still(scene: Scene) -> None:
    def copying() -> Iterator[None]:
        yield
        for number in range(4):
            scene.copy(f"CARD/CLIP/A00{number}.mov")
            yield
            assert scene.jobs() == []
        yield
        assert scene.jobs() == [], "ten seconds have not gone by"
        yield from scene.wait(2)
        assert len(scene.jobs()) == 4
        yield from scene.wait(20)

    scene.run(copying)
    assert scene.sources() == [f"CARD/CLIP/A00{number}.mov" for number in range(4)]
    assert scene.heard.of("arrived") == [(["CARD"],)]
    assert scene.heard.of("taken") == [(("CARD",), 4, 4)]
    [output] = {job["output"]["directory"] for job in scene.jobs()}
    assert output == str(scene.out / "CARD")
    assert {c["output_subdirectory"] for job in scene.jobs() for c in job["clips"]} == {"CLIP"}


def test_a_file_that_grows_within_its_time_is_seen_to_move(scene: Scene) -> None:
    [path] = scene.copy("A.mov")
    data = path.read_bytes()

    def copying() -> Iterator[None]:
        for part in range(1, 9):
            path.write_bytes(data[: len(data) * part // 8])
            os.utime(path, (1, 1))
            yield
            assert scene.jobs() == []
        assert scene.heard.moments[-1].moving == (("A.mov", len(data)),)
        yield from scene.wait(4)
        assert len(scene.jobs()) == 1

    scene.run(copying)


def test_a_paused_copy_waits_and_is_taken_when_it_goes_on(scene: Scene) -> None:
    [path, _other] = scene.copy("CARD/A.mov", "CARD/B.mov")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])

    def pausing() -> Iterator[None]:
        yield from scene.wait(20)
        assert scene.heard.moments[-1].waiting == ("CARD",)
        assert scene.jobs() == []
        path.write_bytes(data)
        yield from scene.wait(4)

    scene.run(pausing)
    assert scene.sources() == ["CARD/A.mov", "CARD/B.mov"]
    assert {said[0] for said in scene.heard.said} == {"started", "arrived", "taken"}


def test_a_broken_clip_costs_its_card_only_time(scene: Scene) -> None:
    [path] = scene.copy("CARD/A.mov")
    scene.copy("CARD/B.mov", "CARD/C.mov")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])

    def standing() -> Iterator[None]:
        yield from scene.wait(30)
        assert scene.sources() == ["CARD/B.mov", "CARD/C.mov"]
        [(_units, [(left, reason)])] = scene.heard.of("left_out")
        assert left == "CARD/A.mov"
        assert "copy it again" in reason
        yield from scene.wait(60)
        path.write_bytes(data)
        yield from scene.wait(20)

    scene.run(standing)
    assert scene.sources() == ["CARD/B.mov", "CARD/C.mov", "CARD/A.mov"]
    assert len(scene.heard.of("left_out")) == 1


@pytest.mark.parametrize("name", ["B.mov.part", ".B.mov.Xy12Ab", "B.mov.crdownload", "B.tmp"])
def test_a_temporary_name_keeps_its_card_waiting(name: str, scene: Scene) -> None:
    [path, _other] = scene.copy(f"CARD/{name}", "CARD/A.mov")

    def renaming() -> Iterator[None]:
        yield from scene.wait(30)
        assert scene.jobs() == []
        [(unit, reason, _seconds)] = scene.heard.of("waits")
        assert (unit, name in reason) == ("CARD", True)
        path.rename(path.with_name("B.mov"))
        yield from scene.wait(6)

    scene.run(renaming)
    assert scene.sources() == ["CARD/A.mov", "CARD/B.mov"]
    assert len(scene.heard.of("waits")) == 1


def test_a_folder_of_parts_keeps_its_card_waiting(scene: Scene) -> None:
    scene.copy("CARD/A.mov", "CARD/.rsync-partial/B.mov")
    scene.run(lambda: scene.wait(30))
    assert scene.jobs() == []
    assert len(scene.heard.of("waits")) == 1


def test_what_the_finder_is_copying_waits(scene: Scene) -> None:
    [path, _other] = scene.copy("CARD/A.mov", "CARD/B.mov")
    os.utime(path, (443_779_200, 443_779_200))
    scene.run(lambda: scene.wait(30))
    assert scene.jobs() == []
    os.utime(path)
    scene.run(lambda: scene.wait(6))
    assert len(scene.jobs()) == 2


def test_what_a_mac_leaves_beside_files_keeps_nothing_waiting(scene: Scene) -> None:
    scene.copy("CARD/A.mov")
    for name in ("._A.mov", ".DS_Store", ".Spotlight-V100/store.db", "~$notes.docx"):
        path = scene.hot / "CARD" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    scene.run()
    assert scene.sources() == ["CARD/A.mov"]
    assert scene.heard.of("left_out") == []


def test_an_empty_file_of_footage_is_one_that_is_about_to_be_written(scene: Scene) -> None:
    scene.copy("CARD/A.mov")
    (scene.hot / "CARD/B.mov").touch()
    scene.run(lambda: scene.wait(10))
    assert scene.jobs() == []


def test_what_cannot_be_looked_at_is_told(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.copy("CARD/A.mov", "CARD/B/B.mov")
    scandir = os.scandir

    def refuse(path: Path | str) -> Any:
        if str(path).endswith("CARD/B"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    with monkeypatch.context() as patched:
        patched.setattr("os.scandir", refuse)
        scene.run(lambda: scene.wait(30))
    [(_unit, reason, _seconds)] = scene.heard.of("waits")
    assert reason == "CARD/B cannot be looked at: Permission denied"
    scene.run()
    assert scene.sources() == ["CARD/A.mov", "CARD/B/B.mov"]


def test_what_another_program_has_for_itself_is_waited_for(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, where a copy in progress cannot be opened, and has its size already."""

    def shut(path: Path) -> None:
        raise PermissionError(13, "is used by another process", str(path))

    scene.copy("CARD/A.mov")
    with monkeypatch.context() as patched:
        patched.setattr("sidecar.intake.judging.why_not_ended", shut)
        scene.run(lambda: scene.wait(20))
    assert scene.jobs() == []
    scene.run()
    assert scene.sources() == ["CARD/A.mov"]


def test_an_mhl_whose_files_are_not_all_there_is_waited_for(scene: Scene) -> None:
    [first, second] = scene.copy("CARD/A.mov", "elsewhere/B.mov")
    later = second.read_bytes()
    second.unlink()
    second.parent.rmdir()
    entries = "".join(
        f"<hash><file>{name}</file><size>{size}</size><null/></hash>"
        for name, size in (("A.mov", first.stat().st_size), ("B.mov", len(later)))
    )
    (scene.hot / "CARD/card.mhl").write_text(f"<hashlist version='1.1'>{entries}</hashlist>")

    def arriving() -> Iterator[None]:
        yield from scene.wait(30)
        assert scene.jobs() == []
        [(_unit, reason, _seconds)] = scene.heard.of("waits")
        assert "CARD/B.mov is not there" in reason
        (scene.hot / "CARD/B.mov").write_bytes(later)
        yield from scene.wait(6)

    scene.run(arriving)
    assert scene.sources() == ["CARD/A.mov", "CARD/B.mov"]


def test_a_checksum_that_differs_refuses_the_card_until_it_changes(scene: Scene) -> None:
    [path] = scene.copy("CARD/A.mov")
    whole = path.read_bytes()
    entry = f"<hash><file>A.mov</file><md5>{hashlib.md5(whole).hexdigest()}</md5></hash>"
    (scene.hot / "CARD/card.mhl").write_text(f"<hashlist version='1.1'>{entry}</hashlist>")
    path.write_bytes(whole[:-1] + b"?")

    def mending() -> Iterator[None]:
        yield from scene.wait(40)
        assert scene.jobs() == []
        [(unit, problems)] = scene.heard.of("refused")
        assert unit == "CARD"
        assert problems[0].startswith("CARD/A.mov: its md5 is not the one in CARD/card.mhl")
        path.write_bytes(whole)
        yield from scene.wait(8)

    scene.run(mending)
    assert scene.sources() == ["CARD/A.mov"]
    assert len(scene.heard.of("refused")) == 1


def test_checksums_need_not_be_compared(scene: Scene) -> None:
    scene.copy("CARD/A.mov")
    entry = "<hash><file>A.mov</file><md5>00</md5></hash>"
    (scene.hot / "CARD/card.mhl").write_text(f"<hashlist version='1.1'>{entry}</hashlist>")
    scene.run(with_checksums=False)
    assert scene.sources() == ["CARD/A.mov"]


def test_an_mhl_beside_a_card_is_that_cards(scene: Scene) -> None:
    scene.copy("CARD/A.mov", "OTHER/A.mov")
    entry = "<hash><file>CARD/A.mov</file><size>1</size></hash>"
    (scene.hot / "CARD.mhl").write_text(f"<hashlist version='1.1'>{entry}</hashlist>")
    scene.run()
    assert scene.sources() == ["OTHER/A.mov"]


def test_jumping_clocks_change_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Times of files in the future or in 1970, and a wall clock that is set, say nothing."""
    for name, time in (("A.mov", 0), ("B.mov", 4_000_000_000)):
        [path] = scene.copy(f"CARD/{name}")
        os.utime(path, (time, time))
    wall = iter([2e9, 1e9, 3e9] * 1000)
    monkeypatch.setattr("time.time", lambda: next(wall))
    scene.run()
    assert scene.sources() == ["CARD/A.mov", "CARD/B.mov"]


def test_a_hot_folder_that_goes_away_is_waited_for_and_never_made(scene: Scene) -> None:
    scene.copy("CARD/A.mov")
    away = scene.folder / "unmounted"

    def unmounting() -> Iterator[None]:
        yield
        scene.hot.rename(away)
        yield from scene.wait(10)
        assert not scene.hot.exists()
        assert len(scene.heard.of("trouble")) == 1
        away.rename(scene.hot)
        yield from scene.wait(5)

    scene.run(unmounting)
    assert scene.heard.of("trouble_over") == [()]
    assert scene.sources() == ["CARD/A.mov"]


def test_an_output_folder_that_goes_away_is_waited_for_too(scene: Scene) -> None:
    def unmounting() -> Iterator[None]:
        yield
        scene.out.rmdir()
        scene.copy("CARD/A.mov")
        yield from scene.wait(10)
        assert scene.jobs() == []
        [(sentence,)] = scene.heard.of("trouble")
        assert str(scene.out) in sentence
        assert not scene.out.exists()
        scene.out.mkdir()
        yield

    scene.run(unmounting)
    assert scene.sources() == ["CARD/A.mov"]


def test_so_is_a_watch_folder(scene: Scene, tmp_path: Path) -> None:
    def unmounting() -> Iterator[None]:
        yield
        scene.watch.rename(tmp_path / "away")
        scene.watch.mkdir()
        scene.copy("CARD/A.mov")
        yield from scene.wait(10)
        assert list(scene.watch.iterdir()) == []
        scene.watch.rmdir()
        (tmp_path / "away").rename(scene.watch)
        yield

    scene.run(unmounting)
    assert scene.sources() == ["CARD/A.mov"]
    assert len(scene.heard.of("trouble")) == 1
