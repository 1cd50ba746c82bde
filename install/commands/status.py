"""`python3 install status`: what is installed, and whether it is as it was then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..applying import read
from ..environment import what_is_wrong
from ..extras import lines_of_extras
from ..facts import manifest as installed
from ..machine import Machine
from ..options import Options
from ..parts import SETTINGS
from ..product import product_of, source_version
from .command import Command

_USAGE = "status [OPTION]"


def run(arguments: Sequence[str], machine: Machine) -> int:
    """Compare; 0 where all is as installed, 1 where not, 3 where nothing is installed."""
    options = Options(_USAGE)
    options.add_argument("--all-users", action="store_true")
    product = product_of(machine, "all" if options.read(arguments).all_users else "user")
    scope = " --all-users" * (product.scope == "all")
    manifest = read(product.home)
    if manifest is None:
        print(f"Nothing is installed in\n  {product.home}\nInstall it: python3 install all{scope}")
        return 3
    version = source_version()
    print(f"Proxx {manifest.version} in\n  {product.home}")
    print(*lines_of_extras(manifest.extras), sep="", end="")
    wrong = []
    if manifest.version != version:
        wrong.append(
            f"these sources are version {version}: `python3 install all{scope}` brings it up"
        )
    if not manifest.settled:
        wrong.append("the last installation did not come to its end: run it again, or uninstall")
    trouble = what_is_wrong(product.environment, version=None)
    if trouble:
        mends = f"`python3 install all{scope}` mends it"
        wrong.append(f"the environment cannot be used: {trouble}; {mends}")
    looked = list(installed.compare(manifest))
    for part in manifest.parts():
        states = Counter(state for file, state in looked if file.part == part)
        print(f"{part}: " + ", ".join(f"{count} {state}" for state, count in states.items()))
    wrong += [
        f"{part} is of version {', '.join(older)}: "
        f"`{installed.mended_by(part)}{scope}` brings it up"
        for part in manifest.parts()
        if (older := manifest.older(part))
    ]
    wrong += [
        f"{state}: {file.path}"
        for file, state in looked
        if state != "as installed" and (file.part, state) != (SETTINGS, "edited")
    ]
    for line in wrong:
        print(f"  {line}")
    return 1 if wrong else 0


COMMAND = Command(
    name="status",
    usage=_USAGE,
    summary="compare what is installed with what was",
    description=(
        "Names every installed file that was changed or is gone, and what to do.\n\n"
        "  --all-users  what is installed for everybody"
    ),
    run=run,
)
