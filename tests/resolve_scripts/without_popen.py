"""A build of Resolve that lets a script in Lua start no program: its menu, and its Console."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from install.locators import Locator, lua_locator
from tests.resolve_scripts.lua_world import HOST, LuaWorld, globals_for
from tests.resolve_scripts.stage import MENU, SCRIPTS

POPENS = {
    "absent": b"nil",
    "raises": b"function() error('not supported') end",
    "refuses": b"function() return nil, 'not allowed' end",
    "answers nothing": b"function() return {read = function() end, close = function() end} end",
}


class Menu:
    """The menu of such a build, in a folder of its own; `names` are what a script finds."""

    def __init__(
        self,
        folder: Path,
        names: dict[str, Any],
        *,
        popen: str = "absent",
        lua: str = "luajit21",
        before: bytes = b"",
    ) -> None:
        """`before`: what else is Lua in this build."""
        self.files = folder / "files"
        self.menu = folder / "menu"
        self._names, self._lua = names, lua
        self._before = b"io.popen = " + POPENS[popen] + b"\n" + before
        shutil.copytree(SCRIPTS / "menu", self.menu)
        self.locate(str(self.files))

    def locate(self, files: str | None) -> None:
        """Write the locator."""
        locator = Locator("0.1.0", ("proxx",), host=str(HOST), log="", answers="", files=files)
        text = lua_locator(locator)
        (self.menu / "proxx_locator.lua").write_text(text, encoding="utf-8")

    def choose(self, action: str) -> list[str]:
        """Run an entry to its end; the Console."""
        console: list[str] = []
        world = LuaWorld(self._lua)
        say = lambda *text: console.append(b"\t".join(text).decode())  # noqa: E731
        globals_for(world, self._names | {"print": say})
        world.lua.execute(self._before)
        label = next(name for name, of in MENU.items() if of == action)
        world.load(self.menu / f"{label}.lua")
        return console
