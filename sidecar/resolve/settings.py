"""What the plugin makes, and where: one TOML file, which `proxx plugin settings` shows and edits.

out = "/mnt/raid/proxies"
ffmpeg_jobs = "/mnt/raid/jobs/ffmpeg"
resolve_jobs = "/mnt/raid/jobs/resolve"
profile = "dnxhr_lb_mov"
"""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
import tomli_w
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from proxx_engine import (
    DEFAULT_PROFILE,
    DEFAULT_RULE,
    RULES_BY_NAME,
    CreatedBy,
    CreationRequest,
    Issue,
    OutputRule,
    ProfileSpec,
    RequestError,
    __version__,
    check_request,
    explain,
    find_profile,
    naming_template,
    replace_whole,
)
from sidecar.config import local_problem, read_config, read_toml

MISSING = (
    "there are no settings yet: `proxx plugin settings out=DIR ffmpeg_jobs=DIR resolve_jobs=DIR` "
    "makes them"
)
_HEAD = """\
# Settings of Proxx's plugin in DaVinci Resolve. `proxx plugin settings` tells what each means,
# and writes this file anew when it is used to edit it.

"""
_FLAG = re.compile(r"--(?=(?:out|name|profile|rule|skip-done|verification)\b)")


def _absolute(place: Path) -> Path:
    if problem := local_problem(str(place)):
        raise PydanticCustomError("SPEC_BAD_PATH", "{problem}", {"problem": problem})
    return place


Place = Annotated[Path, AfterValidator(_absolute)]
"""An absolute path of this machine."""


class PluginSettings(BaseModel):
    """What a menu file in Resolve is to do; every path is absolute."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True
    )

    out: Place
    """Where proxies go."""
    ffmpeg_jobs: Place
    """The watch folder that FFmpeg jobs are put into; `proxx watch` runs them."""
    resolve_jobs: Place
    """The watch folder that camera-raw jobs are put into; Render Camera Raw runs them."""
    profile: str = DEFAULT_PROFILE
    """The kind of proxy: a name that `proxx profiles` shows, or the path of a .toml file."""
    rule: str = DEFAULT_RULE
    """How proxies lie and are named: mirror, resolve, premiere, avid, as `proxx create --rule`."""
    name: str | None = None
    """The template of the proxies' names; not set: the rule's own."""
    source_roots: tuple[Place, ...] = ()
    """Folders whose tree is mirrored below `out`; not set: the whole path of a clip is."""
    clips_per_job: Annotated[int, Field(ge=1, le=10_000)] = 1
    """How many clips one job holds; the first that fails ends its job."""
    skip_done: Literal["trusted", "proven", "no"] = "trusted"
    """Clips that have a proven proxy: known by size and time, by sha256, or made again."""
    verification: Literal["conform", "exists"] = "conform"
    """How a proxy is checked; `exists` only looks that it is there, and every view says so."""
    config: Place | None = None
    """A machine configuration, as `--config` takes it: FFmpeg, threads, path maps."""
    record: Place | None = None
    """A file into which the next talks with Resolve are recorded; not set: none is."""


def settings_path() -> Path:
    """Return where the settings are unless `--settings` says otherwise; it may not be there."""
    return platformdirs.user_config_path("Proxx", appauthor=False) / "plugin.toml"


def read_settings(path: Path) -> PluginSettings:
    """Read the settings and hold them to every rule. Raises: RequestError with every problem."""
    if not path.exists():
        raise RequestError((Issue("SPEC_UNREADABLE", "", MISSING),), subject=str(path))
    return check_settings(read_toml(path), subject=str(path))


def check_settings(value: dict[str, object], *, subject: str) -> PluginSettings:
    """Return what a file's table means, held to every rule; `subject` is told in what is wrong.

    Raises: RequestError with every problem.
    """
    try:
        said = PluginSettings.model_validate_json(json.dumps(value))
        issues = tuple(_problems(said))
    except ValidationError:
        issues = _all_problems(value)
    if issues:
        raise RequestError(issues, subject=subject)
    return said


def write_settings(path: Path, settings: PluginSettings) -> None:
    """Write the whole file in the place of another or of none. Raises: OSError."""
    values = settings.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_whole(path, (_HEAD + tomli_w.dumps(values)).encode("utf-8"))


def _all_problems(value: dict[str, object]) -> tuple[Issue, ...]:
    """Return what is wrong with single values, and between those that are sound."""
    issues = explain(value, PluginSettings)
    wrong = {re.split(r"[.\[]", issue.path)[0] for issue in issues}
    fields = PluginSettings.model_fields
    sound: dict[str, object] = {
        key: os.path.abspath(key) for key, field in fields.items() if field.is_required()
    }
    sound |= {key: value[key] for key in (value.keys() & fields.keys()) - wrong}
    more = _problems(PluginSettings.model_validate_json(json.dumps(sound)))
    return (*issues, *(issue for issue in more if issue.path not in wrong))


def _problems(said: PluginSettings) -> Iterator[Issue]:
    """Yield what no single value tells."""
    if said.ffmpeg_jobs == said.resolve_jobs:
        sentence = f"found {str(said.resolve_jobs)!r}, the watch folder of FFmpeg jobs"
        yield Issue("SPEC_BAD_PAIR", "resolve_jobs", sentence)
    if said.config is not None:
        try:
            read_config(said.config)
        except RequestError as error:
            yield from _told_of("config", error)
    yield from _creation_problems(said)


def _creation_problems(said: PluginSettings) -> Iterator[Issue]:
    """Yield what creation would refuse, before a clip is looked at."""
    rule = RULES_BY_NAME.get(said.rule)
    if rule is None:
        sentence = f"found {said.rule!r}; there are {', '.join(RULES_BY_NAME)}"
        yield Issue("SPEC_UNKNOWN_VALUE", "rule", sentence)
    if said.profile.endswith(".toml") and local_problem(said.profile):
        sentence = f"found {said.profile!r}; a profile of your own is named by its whole path"
        yield Issue("SPEC_BAD_PATH", "profile", sentence)
        return
    try:
        profile = find_profile(said.profile)
    except RequestError as error:
        yield from _told_of("profile", error)
        return
    if rule is None:
        return
    try:
        check_request(request_of(said, rule, profile))
    except RequestError as error:
        for issue in error.issues:
            key = issue.path.removeprefix("--").replace("-", "_")
            if key != "out":  # told above
                yield Issue(issue.code, key, _FLAG.sub("", issue.sentence))


def request_of(said: PluginSettings, rule: OutputRule, profile: ProfileSpec) -> CreationRequest:
    """Return what the settings ask of creation, of no clip yet."""
    tool = "proxx plugin make-proxies"
    return CreationRequest(
        paths=(),
        out=said.out,
        profile=profile,
        created_by=CreatedBy(tool=tool, version=__version__, host=socket.gethostname()),
        naming_template=naming_template(rule, said.name),
        clips_per_job=said.clips_per_job,
        verification=said.verification,
        rule=rule.name,
        skip_done=None if said.skip_done == "no" else said.skip_done,
        mirrored_from=said.source_roots,
    )


def _told_of(key: str, error: RequestError) -> Iterator[Issue]:
    for issue in error.issues:
        where = f"{issue.path}: " if issue.path else ""
        yield Issue(issue.code, key, f"{where}{issue.sentence}")
