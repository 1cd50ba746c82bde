"""LuaJIT inside this process, with Python objects standing as Resolve's.

Texts are bytes on the Lua side, as they are in a real one: a name need not be UTF-8.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

HOST = Path(__file__).parents[2] / "resolve_scripts" / "proxx_host"
LUAS = ("luajit21", "lua51")
"""What the host is tried under: what Resolve has, and the language as its book tells it."""


class LuaWorld:
    """A Lua of its own."""

    def __init__(self, lua: str = "luajit21") -> None:
        module = import_module(f"lupa.{lua}")
        self.lua = module.LuaRuntime(encoding=None, unpack_returned_tuples=True)
        self._type = module.lua_type

    def load(self, path: Path, *args: Any) -> Any:
        """Run a file with some arguments; what it returns."""
        run = self.lua.eval(b"function(path, ...) return assert(loadfile(path))(...) end")
        return run(str(path).encode(), *args)

    def host(self) -> Any:
        """The table that host.lua returns."""
        return self.load(HOST / "host.lua", str(HOST).encode())

    def to_lua(self, value: Any) -> Any:
        """A value as the API gives it to a script in Lua."""
        if isinstance(value, str):
            return value.encode("utf-8", "surrogateescape")
        if isinstance(value, list | tuple):
            table = self.lua.table()
            for index, one in enumerate(value, start=1):
                table[index] = self.to_lua(one)
            return table
        if isinstance(value, dict):
            table = self.lua.table()
            for key, one in value.items():
                table[self.to_lua(key)] = self.to_lua(one)
            return table
        if value is None or isinstance(value, bool | int | float | bytes):
            return value
        return LuaObject(self, value)

    def from_lua(self, value: Any) -> Any:
        """An argument as a script in Lua gave it."""
        if isinstance(value, bytes):
            return value.decode("utf-8", "surrogateescape")
        if isinstance(value, LuaObject):
            return value.of
        if self._type(value) == "table":
            keys = list(value.keys())
            if keys and all(isinstance(key, int) for key in keys):
                return [self.from_lua(value[index]) for index in range(1, max(keys) + 1)]
            return {self.from_lua(key): self.from_lua(value[key]) for key in keys}
        return value


class LuaObject:
    """One object of the API, whose methods are called with a colon."""

    def __init__(self, world: LuaWorld, of: Any) -> None:
        self.of = of
        self._world = world

    def __getattr__(self, name: str) -> Callable[..., Any] | None:
        if name.startswith("__"):
            raise AttributeError(name)
        method = getattr(self.of, name, None)
        if not callable(method):
            return None
        world = self._world
        return lambda _self, *args: world.to_lua(method(*map(world.from_lua, args)))


def globals_for(world: LuaWorld, names: dict[str, Any]) -> None:
    """Put what a build gives to a script into the Lua's globals."""
    into = world.lua.globals()
    for name, value in names.items():
        if isinstance(value, SimpleNamespace):
            members = vars(value)
            table = world.lua.table()
            if "scriptapp" in members:  # bmd is a table of functions
                table[b"scriptapp"] = _function(world, members["scriptapp"])
            if "GetResolve" in members:
                table[b"GetResolve"] = _function(world, members["GetResolve"], drops_self=True)
            value = table
        elif name != "print":
            value = world.to_lua(value)
        into[name.encode()] = value


def _function(world: LuaWorld, of: Callable[..., Any], *, drops_self: bool = False) -> Any:
    return lambda *args: world.to_lua(of(*map(world.from_lua, args[1:] if drops_self else args)))
