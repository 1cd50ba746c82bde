"""The Pythons that the registry of Windows knows, as PEP 514 says under the key PythonCore."""

from __future__ import annotations

import sys

_CORE = r"Software\Python\PythonCore"


def registered_pythons() -> dict[str, str]:
    """Return the folders of Pythons that the registry of this machine knows, by version.

    A user's own stands above one for all users. Elsewhere than on Windows there is none.
    """
    found: dict[str, str] = {}
    if sys.platform == "win32":
        import winreg

        for hive in (winreg.HKEY_LOCAL_MACHINE, winreg.HKEY_CURRENT_USER):
            try:
                with winreg.OpenKey(hive, _CORE) as core:
                    rows = range(winreg.QueryInfoKey(core)[0])
                    tags = [winreg.EnumKey(core, row) for row in rows]
            except OSError:
                continue
            for tag in tags:
                try:
                    found[tag] = winreg.QueryValue(hive, rf"{_CORE}\{tag}\InstallPath")
                except OSError:
                    continue
    return found
