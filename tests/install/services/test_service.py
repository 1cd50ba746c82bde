"""What a service is called, what it runs, what it waits for and may write."""

from __future__ import annotations

import itertools
import re
from pathlib import PurePath, PurePosixPath, PureWindowsPath

import pytest

from install.services.service import Intake, NoService, name_of, services_of

PYTHON = PurePosixPath("/opt/proxx/env/bin/python")
FOLDERS = (
    PurePosixPath("/mnt/a/box"),
    PurePosixPath("/mnt/b/box"),
    PurePosixPath("/mnt/b/Box"),
    PurePosixPath("/mnt/b/Nächte von Jürgen, die zweite und die dritte Woche"),
    PurePosixPath("/mnt/b/夜"),
    PurePosixPath("/mnt/b/昼"),
    PurePosixPath("/mnt/b/..."),
    PureWindowsPath("C:/box"),
    PureWindowsPath("D:/box"),
    PureWindowsPath("D:/"),
)


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_a_name_is_safe_as_a_file_a_unit_a_label_and_a_task(folder: PurePath) -> None:
    name = name_of("watch", folder)
    assert re.fullmatch(r"proxx-watch-[a-z0-9-]*[0-9a-f]{8}", name)
    assert "--" not in name
    assert len(name) < 64


def test_two_folders_never_have_one_name_whatever_the_case_of_names_means() -> None:
    kinds = ("watch", "intake")
    names = [name_of(kind, folder) for kind, folder in itertools.product(kinds, FOLDERS)]
    assert len({name.lower() for name in names}) == len(names)


def test_a_name_is_the_same_on_every_day_and_in_both_ways_of_writing_an_umlaut() -> None:
    assert name_of("watch", PurePosixPath("/mnt/a/box")) == "proxx-watch-box-5a1d6718"
    composed = name_of("watch", PurePosixPath("/mnt/J\u00fcrgen/N\u00e4chte"))
    assert composed == name_of("watch", PurePosixPath("/mnt/Ju\u0308rgen/Na\u0308chte"))
    assert composed.startswith("proxx-watch-nachte-")


def test_a_watcher_runs_the_command_line_and_may_write_only_what_was_said() -> None:
    watch, out = PurePosixPath("/mnt/box"), PurePosixPath("/mnt/out")
    (service,) = services_of(
        python=PYTHON, watch=watch, workers=3, words=("--threads-per-job", "2"), writes=(out, out)
    )
    assert service.command == (
        *(str(PYTHON), "-I", "-X", "utf8", "-m", "sidecar.cli.main"),
        *("watch", "/mnt/box", "--workers", "3", "--threads-per-job", "2"),
    )
    assert service.writes == (watch, out)
    assert service.needs == (watch / "watch.toml",)
    assert not service.network


def test_what_an_intake_makes_the_watcher_may_write_too() -> None:
    watch, hot, out = (PurePosixPath("/mnt", name) for name in ("box", "hot", "arrived"))
    intake = Intake(folder=hot, out=out, words=("--profile", "h264"))
    watching, taking = services_of(python=PYTHON, watch=watch, intake=intake)
    assert watching.writes == taking.writes == (watch, out)
    assert taking.needs == (watch / "watch.toml", hot)
    assert taking.words[:6] == ("intake", "/mnt/hot", "--out", "/mnt/arrived", "--into", "/mnt/box")


def test_a_folder_is_the_same_however_it_was_typed() -> None:
    typed = PurePosixPath("/home/a/../box"), PurePosixPath("/home/a/b/../../out")
    said = PurePosixPath("/home/box"), PurePosixPath("/home/out")
    hot = PurePosixPath("/home/../hot")
    made = services_of(
        python=PYTHON, watch=typed[0], writes=typed[1:], intake=Intake(folder=hot, out=typed[1])
    )
    same = services_of(
        python=PYTHON,
        watch=said[0],
        writes=said[1:],
        intake=Intake(folder=PurePosixPath("/hot"), out=said[1]),
    )
    assert made == same
    (windows,) = services_of(
        python=PureWindowsPath("C:/env/python.exe"), watch=PureWindowsPath("D:/a/../box")
    )
    assert windows.writes == (PureWindowsPath("D:/box"),)


@pytest.mark.parametrize("word", ["--on-batch-done", "--on-batch-done=curl x", "--config"])
def test_only_a_watcher_that_runs_a_command_of_yours_reaches_the_network(word: str) -> None:
    (service,) = services_of(python=PYTHON, watch=PurePosixPath("/mnt/box"), words=(word,))
    assert service.network


@pytest.mark.parametrize(
    "words", [("--config", "farm.toml"), ("--ffmpeg=../ffmpeg",), ("--once", "--report", "p.html")]
)
def test_a_file_that_would_be_looked_for_in_another_folder_is_refused(
    words: tuple[str, ...],
) -> None:
    box = PurePosixPath("/mnt/box")
    with pytest.raises(NoService, match="absolute"):
        services_of(python=PYTHON, watch=box, words=words)
    intake = Intake(folder=box / "hot", out=box / "out", words=("--lut", "look.cube"))
    with pytest.raises(NoService, match=r"absolute.*look\.cube"):
        services_of(python=PYTHON, watch=box, intake=intake)
    services_of(python=PYTHON, watch=box, words=("--config", "/etc/farm.toml", "--once"))


@pytest.mark.parametrize(
    ("watch", "words", "reason"),
    [
        ("box", (), "absolute"),
        ("/mnt/a\nb", (), "line end"),
        ("/mnt/a\tb", (), "control character"),
        ("/mnt/box", ("--config", "/a\rb"), "line end"),
        ("/mnt/\udcff", (), "no text"),
    ],
)
def test_what_no_service_can_carry_is_refused_by_name(
    watch: str, words: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(NoService, match=reason):
        services_of(python=PYTHON, watch=PurePosixPath(watch), words=words)
