"""What the installer shares with Proxx itself: modules of Proxx that need nothing but Python."""

from __future__ import annotations

from sidecar.installed import manifest
from sidecar.installed.resolve_found import FoundResolve, find_resolves, menu_languages
from sidecar.installed.script_folders import STORE_CURE, STORE_UNSUPPORTED, Scope, scripts_folder

__all__ = [
    "STORE_CURE",
    "STORE_UNSUPPORTED",
    "FoundResolve",
    "Scope",
    "find_resolves",
    "manifest",
    "menu_languages",
    "scripts_folder",
]
