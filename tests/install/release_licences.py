"""The tables of install/LICENCES.md against what is installed.

`python -m tests.install.release_licences` writes the tables of packages anew. The last column is a
person's: it is kept, and empty for a package that is new.
"""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterable

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from install.environment import ROOT
from tests.install.release_dependencies import installed, needs, pinned_version, pins

PAGE = ROOT / "install" / "LICENCES.md"

_HEAD = ("package", "version", "licence", "what for")
# How packages say it that do not say it in SPDX; each was looked up in the licence that they carry.
_SAID = {
    "Apache 2.0": "Apache-2.0",
    "Apache 2.0 License": "Apache-2.0",
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "MIT style": "MIT",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
# Their metadata do not say which; the licences lie in the packages: its own, and that of axe-core;
# and one for everything, with another for what came since 2017.
_UNSAID = {"axe-playwright-python": "MIT AND MPL-2.0", "python-dateutil": "BSD-3-Clause"}


def licence_of(distribution: importlib.metadata.Distribution) -> str:
    """Return what a package says of its licence, in SPDX.

    Raises: KeyError: it says it in words that nobody has looked up.
    """
    if distribution.name in _UNSAID:
        return _UNSAID[distribution.name]
    metadata = distribution.metadata
    classifiers = [c for c in metadata.get_all("Classifier") or [] if c.startswith("License ::")]
    # Some put the whole text there; their classifier says which it is.
    in_a_word = metadata["License"] if len((metadata["License"] or "").split("\n")) == 1 else None
    said = metadata["License-Expression"] or in_a_word or classifiers[0]
    try:
        return canonicalize_license_expression(said)
    except InvalidLicenseExpression:
        return _SAID[said]


def tables(text: str) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each table of a page in Markdown, by the heading that it stands under."""
    found: dict[str, list[dict[str, str]]] = {}
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        heading, _, rest = section.partition("\n")
        lines = [_cells(line) for line in rest.splitlines() if line.startswith("|")]
        if lines:
            head, _, *rows = lines
            found[heading] = [dict(zip(head, row, strict=True)) for row in rows]
    return found


def renewed(text: str) -> str:
    """Return the page with its tables of packages as the environment and the pins are now."""
    parts = needs()
    itself, building = parts["itself"].names, parts["building"].names
    timelines = parts["timelines"].names - itself
    mhl = parts["mhl"].names - itself - timelines
    service = parts["service"].names - itself - timelines - mhl
    farm = parts["farm"].names - itself - timelines - mhl - service
    opencue = parts["opencue"].names - itself - timelines - mhl - service - farm
    extras = timelines | mhl | service | farm | opencue
    wanted = {
        "Proxx itself": itself,
        "Timelines of other programs": timelines,
        "ASC MHL": mhl,
        "The job service": service,
        "Render farms": farm,
        "OpenCue": opencue,
        "What builds it": building - itself - extras,
        "Its tests": parts["tests"].names - itself - extras - building,
    }
    known = tables(text)
    for heading, names in wanted.items():
        before = {canonicalize_name(row["package"]): row for row in known[heading]}
        rows = [_row(name, before.get(name, {})) for name in sorted(names)]
        block = "\n".join(_line(row) for row in (_HEAD, ("---",) * len(_HEAD), *rows))
        pattern = rf"(^## {heading}\n(?:(?!\||#).*\n)*)(?:\|.*\n)+"
        text, count = re.subn(pattern, lambda m, b=block: f"{m[1]}{b}\n", text, flags=re.MULTILINE)
        assert count == 1, heading
    return text


def _row(name: NormalizedName, before: dict[str, str]) -> tuple[str, ...]:
    here = installed()
    # What only another system needs is not here to be asked: then what was written down stays.
    licence = licence_of(here[name]) if name in here else before.get("licence", "")
    return (name, ", ".join(map(_pinned, pins()[name])), licence, before.get("what for", ""))


def _pinned(pin: Requirement) -> str:
    where = f" ({str(pin.marker).replace(chr(34), '')})" if pin.marker else ""
    return f"{pinned_version(pin)}{where}".replace("python_version", "Python")


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), encoding="utf-8", newline="\n")
