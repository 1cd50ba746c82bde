"""`python3 install uninstall`: takes away what was installed, and nothing that a person changed.

Proxies, results, jobs and their folders are never touched; a folder goes only when it is empty.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from ..applying import read
from ..building import only_one
from ..facts import manifest as installed
from ..machine import Machine
from ..options import Options
from ..product import Product, product_of
from ..removing import remove_all
from ..services.installed import forget_all
from ..services.running import carry_out
from ..steps import step
from .command import Command

_USAGE = "uninstall [OPTION]"
_FORETOLD = {"as installed": "", "gone": "  (gone)"}
"""What is said of a file by its state; of any other, that it is kept."""


def run(arguments: Sequence[str], machine: Machine) -> int:
    """Take everything away, and name what is kept. Raises: SetupError, OSError."""
    options = Options(_USAGE)
    options.add_argument("--all-users", action="store_true")
    options.add_argument("--dry-run", action="store_true")
    asked = options.read(arguments)
    product = product_of(machine, "all" if asked.all_users else "user")
    manifest = read(product.home)
    if manifest is None:
        print(f"Nothing is installed in\n  {product.home}")
        return 0
    if asked.dry_run:
        _foretell(product, manifest)
        return 0
    with only_one(product.home), step(f"taking {len(manifest.files)} files away") as current:
        afterwards, failed = forget_all(product)
        came = remove_all(product.home)
        carry_out(afterwards)
        current.outcome = "done"
    for line in (*map("failed: {}".format, failed), *(f"kept: {line}" for line in came.kept)):
        print(line)
    return 0


def _foretell(product: Product, manifest: installed.Manifest) -> None:
    print("Nothing is taken away. These would be:")
    for file, state in installed.compare(manifest):
        print(f"  {file.path}{_FORETOLD.get(state, f'  ({state}: kept)')}")
    for path in (*manifest.own, str(product.environment.folder)):
        if os.path.lexists(path):
            print(f"  {path}")


COMMAND = Command(
    name="uninstall",
    usage=_USAGE,
    summary="take away what was installed; proxies, results and jobs stay",
    description=(
        "Stops the services, then removes every file that was installed and is as it was then.\n"
        "What a person has changed is kept and named. Proxies, results and jobs stay.\n\n"
        "  --all-users  what is installed for everybody\n"
        "  --dry-run    only say what would be removed"
    ),
    run=run,
)
