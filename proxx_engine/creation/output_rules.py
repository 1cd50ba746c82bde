"""Where proxies go and what they are called, so that an NLE finds them: a table. Pure.

Sources of what each NLE finds and reads stand in results/nle_support.toml.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from proxx_engine.errors import CreationError, Issue
from proxx_engine.planning.naming import name_problem
from proxx_engine.spec.profile import ProfileSpec

DEFAULT_RULE = "mirror"


@dataclass(frozen=True, slots=True)
class OutputRule:
    """One way to place and name proxies."""

    name: str
    summary: str
    """For the help text."""
    naming_template: str
    other_names: str | None
    """Why no other template serves; None where any does."""
    containers: tuple[str, ...]
    other_containers: str
    """Why no other container serves."""
    default_profile: str | None = None
    """Taken where a person names none; None leaves it to the program's default."""
    beside: str | None = None
    """Folder beside each original; None puts the tree below `--out`."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one clip's proxy goes, as a JobSpec says it."""

    directory: Path
    """`output.directory`."""
    subdirectory: str
    """`output_subdirectory`: forward slashes, NFC, empty for none."""


RULES_BY_NAME: Mapping[str, OutputRule] = MappingProxyType(
    {
        rule.name: rule
        for rule in (
            OutputRule(
                name="mirror",
                summary="the footage's folders again below --out",
                naming_template="{source_name}",
                other_names=None,
                containers=("mov", "mp4", "mkv", "mxf", "webm"),
                other_containers="",
            ),
            OutputRule(
                name="resolve",
                summary="Proxy/<same name> beside each original, which Resolve finds by itself",
                naming_template="{source_name}",
                other_names="Resolve finds a proxy in Proxy/ only by its original's name",
                containers=("mov", "mp4"),
                other_containers="Resolve looks in Proxy/ for .mov and .mp4",
                beside="Proxy",
            ),
            OutputRule(
                name="premiere",
                summary="<name>_Proxy in the footage's folders again below --out",
                naming_template="{source_name}_Proxy",
                other_names="Premiere Pro calls its own proxies <name>_Proxy",
                containers=("mov", "mp4", "mxf"),
                other_containers="Premiere Pro reads neither MKV nor WebM without a plug-in",
            ),
            OutputRule(
                name="avid",
                summary="OP1a MXF to link in Media Composer, below --out; no OP-Atom",
                naming_template="{source_name}",
                other_names="Media Composer relinks by the original's name",
                containers=("mxf",),
                other_containers=(
                    "for Media Composer Proxx makes OP1a MXF, to be linked; OP-Atom files for "
                    "Avid MediaFiles are not made: only Avid writes there"
                ),
                default_profile="dnxhr_lb_mxf",
            ),
        )
    }
)


def find_rule(name: str) -> OutputRule:
    """Return a rule by name. Raises: CreationError naming those there are."""
    rule = RULES_BY_NAME.get(name)
    if rule is None:
        near = get_close_matches(name, RULES_BY_NAME, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        sentence = f"found {name!r}; there are {', '.join(RULES_BY_NAME)}.{hint}"
        raise CreationError((Issue("SPEC_UNKNOWN_VALUE", "--rule", sentence),))
    return rule


def profile_name(rule: OutputRule, given: str | None, *, default: str) -> str:
    """Return the profile to take: the one that was named, else the rule's, else the default."""
    return given or rule.default_profile or default


def naming_template(rule: OutputRule, given: str | None) -> str:
    """Return the template to take: the one that was given, else the rule's."""
    return rule.naming_template if given is None else given


def check_rule(
    rule: OutputRule, *, template: str, profile: ProfileSpec, known: Iterable[ProfileSpec]
) -> list[Issue]:
    """Return what would keep the NLE from attaching; `known` are the profiles to choose from."""
    issues = []
    if rule.other_names is not None and template != rule.naming_template:
        sentence = (
            f"found {template!a}, but {rule.other_names}; leave --name out with --rule "
            f"{rule.name}, or use --rule {DEFAULT_RULE}"
        )
        issues.append(Issue("SPEC_BAD_TEMPLATE", "--name", sentence))
    if profile.container not in rule.containers:
        fitting = sorted(each.name for each in known if each.container in rule.containers)
        choice = f"choose {' or '.join(fitting)}" if fitting else "no built-in profile makes that"
        sentence = (
            f"found {profile.name}, which makes .{profile.container}; {rule.other_containers}; "
            f"{choice}"
        )
        issues.append(Issue("SPEC_BAD_PAIR", "--profile", sentence))
    return issues


def place_proxy(
    rule: OutputRule, *, original: Path, mirrored: str, named: tuple[Path, ...], out: Path
) -> Placement:
    """Return where the proxy of one clip goes.

    `original` is the clip's file; `mirrored` its folder below `--out`, as the walk found it;
    `named` what the person named. Beside originals the folder that was named is the directory,
    so that what is hidden and passing lies there once and not in every folder.
    """
    if rule.beside is None:
        return Placement(out, mirrored)
    home = _footage_root(original, named)
    relative = original.parent.relative_to(home)
    if any(name_problem(part) for part in relative.parts):
        # Such a folder (NFD from a Mac, a colon) is there but no JobSpec may name it as one to
        # make; put right it would be another, not beside the original.
        return Placement(original.parent, rule.beside)
    return Placement(home, "/".join((*relative.parts, rule.beside)))


def _footage_root(original: Path, named: tuple[Path, ...]) -> Path:
    """Return the nearest folder that was named and holds the file; its own where none does."""
    holding = [path for path in named if path in original.parents]
    return max(holding, key=lambda path: len(path.parts), default=original.parent)
