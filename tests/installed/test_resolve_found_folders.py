"""Where Resolve looks for scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidecar.installed.script_folders import (
    STORE_CURE,
    STORE_UNSUPPORTED,
    scripts_folder,
    store_folders,
)

VARIABLES = {
    "HOME": "/home/jürgen ñ",
    "APPDATA": "/c/Users/j/AppData/Roaming",
    "PROGRAMDATA": "/c/ProgramData",
}
LIBRARY = "Library/Application Support/Blackmagic Design/DaVinci Resolve/Fusion/Scripts"


@pytest.mark.parametrize(
    ("system", "scope", "folder"),
    [
        ("darwin", "user", f"/home/jürgen ñ/{LIBRARY}"),
        ("darwin", "all", f"/m/{LIBRARY}"),
        (
            "win32",
            "user",
            "/c/Users/j/AppData/Roaming/Blackmagic Design/DaVinci Resolve/Support/Fusion/Scripts",
        ),
        ("win32", "all", "/c/ProgramData/Blackmagic Design/DaVinci Resolve/Fusion/Scripts"),
        ("linux", "user", "/home/jürgen ñ/.local/share/DaVinciResolve/Fusion/Scripts"),
        ("linux", "all", "/m/opt/resolve/Fusion/Scripts"),
    ],
)
def test_each_system_has_a_folder_of_one_user_and_one_of_all(
    system: str, scope: str, folder: str
) -> None:
    found = scripts_folder(system, VARIABLES, scope, root=Path("/m"))  # type: ignore[arg-type]
    assert found == Path(folder)


def test_on_linux_the_folder_of_all_lies_with_the_program() -> None:
    program = Path("/home/resolve/bin/resolve")
    assert scripts_folder("linux", {}, "all", program=program) == Path(
        "/home/resolve/Fusion/Scripts"
    )


def test_where_a_variable_or_a_system_is_not_known_there_is_none() -> None:
    for system in ("darwin", "win32", "linux", "freebsd14"):
        assert scripts_folder(system, {}, "user") is None
        assert scripts_folder(system, {"HOME": "", "APPDATA": ""}, "user") is None
    assert scripts_folder("freebsd14", VARIABLES, "all") is None


def test_both_forms_of_both_containers_of_the_store_are_named_and_refused() -> None:
    folders = store_folders(VARIABLES)
    assert len(set(folders)) == 4
    assert all(folder.is_relative_to("/home/jürgen ñ/Library/Containers") for folder in folders)
    assert store_folders({}) == ()
    assert "Mac App Store" in STORE_UNSUPPORTED
    assert "blackmagicdesign.com" in STORE_CURE
