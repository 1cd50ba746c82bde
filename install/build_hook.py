"""The build step that locks Phase 1: no wheel is made of sources that break a law, and every wheel
carries a manifest.

The lock is loaded by path and alone, because the engine's own dependencies are not installed where
wheels are built.
The manifest goes into the wheel from a temporary file: the source tree is left as it was.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_PACKAGE = "proxx_engine"


class Phase1LockHook(BuildHookInterface[BuilderConfig]):
    """Runs the laws over the sources and puts the manifest into the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Check the sources before anything is packed.

        Raises:
            SystemExit: a law is broken, or the wheel would hold no engine.
        """
        # An editable install runs the checkout itself, where the tests run the laws.
        if self.target_name != "wheel" or version == "editable":
            return
        lock = _load_lock(Path(self.root))
        violations = lock.check_tree(Path(self.root))
        if violations:
            raise SystemExit(
                "\n".join(
                    [
                        "The sources break the laws of Phase 1; no wheel is built.",
                        *map(str, violations),
                    ]
                )
            )
        manifest = lock.write_manifest(self._hashes(lock))
        # Removed when the hook is: hatchling packs the file only after this method has returned.
        self._kept = tempfile.TemporaryDirectory(prefix="phase1_lock-")
        place = Path(self._kept.name) / "manifest.json"
        place.write_text(manifest, encoding="utf-8", newline="\n")
        build_data["force_include"][str(place)] = f"{_PACKAGE}/{lock.MANIFEST_PLACE}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Throw the temporary manifest away: the wheel has it."""
        if self.target_name == "wheel" and version != "editable":
            self._kept.cleanup()

    def _hashes(self, lock: ModuleType) -> dict[str, str]:
        """The hashes of what the wheel will hold, which is not always what lies in the folder."""
        prefix = f"{_PACKAGE}/"
        shipped = {
            Path(file.distribution_path).as_posix().removeprefix(prefix): Path(file.path)
            for file in self.build_config.builder.recurse_included_files()
            if Path(file.distribution_path).as_posix().startswith(prefix)
            and file.distribution_path.endswith(".py")
        }
        if "__init__.py" not in shipped:
            raise SystemExit(f"The wheel would hold no {_PACKAGE}.")
        return {place: lock.hash_file(path) for place, path in shipped.items()}


def _load_lock(root: Path) -> ModuleType:
    folder = root / _PACKAGE / "phase1_lock"
    spec = importlib.util.spec_from_file_location(
        "phase1_lock", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise SystemExit(f"{folder} cannot be loaded.")
    lock = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = lock
    # No __pycache__ beside the sources either.
    kept, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(lock)
    finally:
        sys.dont_write_bytecode = kept
    return lock
