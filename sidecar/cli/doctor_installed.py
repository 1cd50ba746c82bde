"""What `proxx doctor` says of the installation: its files, Resolve, and the plugin's settings."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from proxx_engine import RequestError, __version__
from sidecar.cli.doctor_folder import Finding, look_at_folder
from sidecar.installed.manifest import (
    Manifest,
    ManifestBroken,
    compare,
    mended_by,
    read_manifest,
)
from sidecar.installed.resolve_found import FoundResolve, find_resolves
from sidecar.installed.script_folders import STORE_CURE, STORE_UNSUPPORTED
from sidecar.resolve.settings import read_settings, settings_path
from sidecar.words import plural

_INSTALL = "run `python3 install all` from its sources"
_PART = "files of "


def look_at_installation(prefix: Path) -> Iterator[Finding]:
    """Yield what is found of the Proxx whose Python has this prefix, and of what it works with."""
    try:
        manifest = read_manifest(prefix.parent)
    except (ManifestBroken, OSError) as error:
        yield Finding("installed", False, str(error), f"move that file away, and {_INSTALL}")
        return
    if manifest is None:
        yield Finding("installed", True, f"not by `python3 install`; runs from {prefix}")
    else:
        yield from _files(prefix.parent, manifest)
    has_plugin = manifest is not None and "plugin" in manifest.parts()
    yield from look_at_resolves(find_resolves(sys.platform, os.environ), needed=has_plugin)
    if has_plugin or settings_path().exists():
        yield from look_at_settings(settings_path())


def look_at_resolves(found: Sequence[FoundResolve], *, needed: bool) -> Iterator[Finding]:
    """Yield each DaVinci Resolve, with the Python of its menu and whether it lets programs in."""
    if not found:
        cure = "install DaVinci Resolve, then run `python3 install plugin` again"
        yield Finding("resolve", not needed, "none is found on this machine", cure)
    for each in found:
        if each.store:
            yield Finding("resolve", False, f"{each.name}: {STORE_UNSUPPORTED}", STORE_CURE)
            continue
        found_as = f"{each.name} ({each.program}) {each.untold or ''}".rstrip()
        yield Finding("resolve", True, found_as)
        yield Finding("resolve's menu", True, _languages(each))
    if any(each.edition != "free" and not each.store for each in found):
        yield _external_scripting()


def look_at_settings(path: Path) -> Iterator[Finding]:
    """Yield whether the plugin's settings can be used, and how their folders fare."""
    try:
        said = read_settings(path)
    except RequestError as error:
        problems = plural(len(error.issues), "problem")
        cure = "`proxx plugin settings` names each"
        yield Finding("plugin settings", False, f"{problems} in {path}", cure)
        return
    yield Finding("plugin settings", True, str(path))
    yield next(iter(look_at_folder(said.out, trying=False)))
    for folder in (said.ffmpeg_jobs, said.resolve_jobs):
        yield from look_at_folder(folder, trying=False)


def _files(home: Path, manifest: Manifest) -> Iterator[Finding]:
    found = f"{manifest.version} in {home}"
    good = manifest.settled and manifest.version == __version__
    if not manifest.settled:
        found += ", not to its end"
    elif not good:
        found += f"; what runs is {__version__}"
    yield Finding("installed", good, found, _INSTALL)
    looked = [*compare(manifest)]
    for part in manifest.parts():
        states = Counter(state for file, state in looked if file.part == part)
        told = ", ".join(f"{count} {state}" for state, count in states.items())
        older = manifest.older(part)
        told += f", of version {', '.join(older)}" * bool(older)
        # Settings are a person's to edit.
        sound = {"as installed", "edited"} if part == "settings" else {"as installed"}
        cure = f"`python3 install status` names them; run `{mended_by(part)}` from its sources"
        yield Finding(f"{_PART}{part}", states.keys() <= sound and not older, told, cure)


def _languages(found: FoundResolve) -> str:
    """Nothing of it is wrong: where Python is not listed, entries in Lua are."""
    python = found.python
    if python is None:
        return "lists Lua" if found.lists_python is False else "Lua; of Python nothing is known"
    if python.trouble is not None:
        return f"Lua. {python.trouble} {python.cure or ''}".strip()
    return f"Lua and Python {'.'.join(map(str, python.version or ()))} ({python.named_by})"


def _external_scripting() -> Finding:
    from sidecar.resolve.external import find_resolve, is_running

    if not is_running():
        return Finding("external scripting", True, "cannot be told while Resolve does not run")
    found, why_not = find_resolve()
    return Finding("external scripting", found is not None, why_not or "lets Proxx in", why_not)
