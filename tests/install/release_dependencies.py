"""What Proxx depends on, followed to the end over every system and Python, and how it is pinned."""

from __future__ import annotations

import functools
import importlib.metadata
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from install.environment import ROOT

CONSTRAINTS = ROOT / "install" / "constraints.txt"

_SYSTEMS = (("linux", "posix", "Linux"), ("darwin", "posix", "Darwin"), ("win32", "nt", "Windows"))
_PYTHONS = ("3.11", "3.12", "3.13", "3.14", "3.15")


@dataclass
class Needed:
    """The packages that some requirements pull in."""

    requirements: dict[NormalizedName, set[Requirement]] = field(
        default_factory=lambda: defaultdict(set)
    )
    """Every requirement that asks for a package, by the package's name."""

    @property
    def names(self) -> set[NormalizedName]:
        """The packages."""
        return set(self.requirements)


@functools.cache
def installed() -> dict[NormalizedName, importlib.metadata.Distribution]:
    """Return what the tests' environment holds; the first of a name is the one that is imported."""
    found: dict[NormalizedName, importlib.metadata.Distribution] = {}
    for distribution in importlib.metadata.distributions():
        found.setdefault(canonicalize_name(distribution.name), distribution)
    return found


@functools.cache
def needs() -> dict[str, Needed]:
    """Return what each part of a release pulls in: Proxx itself, its extras, what builds it, its
    tests.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras: Mapping[str, list[str]] = project["project"]["optional-dependencies"]
    known = {"test", "timelines", "mhl", "service", "farm", "opencue"}
    assert set(extras) == known, "a new extra needs a part of its own, here and in LICENCES.md"
    # The tests ask for the other extras by Proxx's own name.
    others = [text for text in extras["test"] if Requirement(text).name != "proxx"]
    return {
        "itself": follow(project["project"]["dependencies"]),
        "timelines": follow(extras["timelines"]),
        "mhl": follow(extras["mhl"]),
        "service": follow(extras["service"]),
        "farm": follow(extras["farm"]),
        "opencue": follow(extras["opencue"]),
        "building": follow(project["build-system"]["requires"]),
        "tests": follow(others),
    }


def follow(first: Iterable[str]) -> Needed:
    """Follow requirements through what is installed, wherever one of our systems needs it."""
    here = installed()
    needed = Needed()
    waiting = [(Requirement(text), frozenset[str]()) for text in first]
    while waiting:
        requirement, extras = waiting.pop()
        if not _asked_somewhere(requirement, extras):
            continue
        name = canonicalize_name(requirement.name)
        known = needed.requirements[name]
        if requirement in known:
            continue
        known.add(requirement)
        if name in here:
            onward = here[name].requires or []
            waiting += [(Requirement(text), frozenset(requirement.extras)) for text in onward]
    return needed


def _asked_somewhere(requirement: Requirement, extras: frozenset[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(
        marker.evaluate({**place, "extra": extra})
        for place in environments()
        for extra in (extras or {""})
    )


@functools.cache
def environments() -> tuple[dict[str, str], ...]:
    """Return what markers are asked about, for each system and Python that we know of."""
    here: dict[str, str] = dict(default_environment())  # type: ignore[arg-type]
    return tuple(
        here
        | {"sys_platform": system, "os_name": kind, "platform_system": name}
        | {"python_version": python, "python_full_version": f"{python}.0"}
        for system, kind, name in _SYSTEMS
        for python in _PYTHONS
    )


def pins() -> dict[NormalizedName, list[Requirement]]:
    """Return the pins of constraints.txt: one for most packages, one for each Python for some."""
    found: dict[NormalizedName, list[Requirement]] = defaultdict(list)
    for line in CONSTRAINTS.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            pin = Requirement(line)
            found[canonicalize_name(pin.name)].append(pin)
    return found


def pinned_version(pin: Requirement) -> str:
    """Return the one version that a pin allows."""
    (specifier,) = pin.specifier
    assert specifier.operator == "==", pin
    return specifier.version
