"""A timeline's file → what it uses, whatever program wrote it; nothing of it is trusted.

EDL, ALE, FCPXML and FCP7 XML are read here: OpenTimelineIO's readers of them drop media without a
word (the clip that ends in a dissolve; nested sequences; multicam clips; `media-rep`), refuse whole
timelines for one multiclip, or take no list whose rate they are not told. OTIO and AAF are
OpenTimelineIO's, in a process of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from proxx_engine import Issue, PlaceError, RequestError, read_regular
from sidecar.timelines.ale import read_ale
from sidecar.timelines.edl import read_edl
from sidecar.timelines.fcpxml import read_fcpxml
from sidecar.timelines.model import USED, TimelineRefused, Used
from sidecar.timelines.xmeml import read_xmeml
from sidecar.timelines.xml_text import parse_xml

MAX_BYTES = 256 * 1024 * 1024
MAX_TEXT_BYTES = 64 * 1024 * 1024
_SECONDS = 120.0
_ADAPTERS: Mapping[str, str] = MappingProxyType({"otio": "otio_json", "aaf": "AAF"})
"""Form → its adapter in OpenTimelineIO."""
_FORMS = ("otio", "edl", "ale", "fcpxml", "fcpxmld", "xml", "aaf")
_CURE = f"{sys.executable} -m pip install opentimelineio otio-aaf-adapter"


@dataclass(frozen=True, slots=True)
class Timeline:
    """One timeline and what it uses."""

    path: Path
    form: str
    """otio, xmeml, aaf, edl, ale or fcpxml."""
    used: tuple[Used, ...]
    sha256: str
    """Of the file that was read."""


def read_timelines(paths: tuple[Path, ...]) -> tuple[Timeline, ...]:
    """Read all of them. Raises: RequestError with each that is refused, PlaceError."""
    read: list[Timeline] = []
    issues: list[Issue] = []
    for path in dict.fromkeys(paths):
        try:
            read.append(_read(path))
        except TimelineRefused as error:
            issues.append(Issue("SPEC_BAD_TIMELINE", str(path), str(error)))
        except RecursionError:
            issues.append(Issue("SPEC_BAD_TIMELINE", str(path), "nests clips too deep"))
    if issues:
        raise RequestError(tuple(issues))
    return tuple(read)


def check_takes_media(path: Path) -> None:
    """Refuse a timeline that has no room for further media. Raises: RequestError."""
    if _ending(path) in _FORMS and _ending(path) not in _ADAPTERS:
        sentence = "has no room for further media; export the timeline as OTIO or AAF"
        raise RequestError((Issue("SPEC_BAD_TIMELINE", str(path), sentence),))


def attach_proxies(timeline: Timeline, proxies: Mapping[int, dict[str, Any]]) -> str:
    """Return an OTIO or AAF as OTIO, with proxies beside the media of the clips of these numbers.

    Each proxy is `{key, url, name, metadata}`. Raises: RequestError, PlaceError.
    """
    told = json.dumps({str(number): proxy for number, proxy in proxies.items()})
    try:
        answer = _ask("attach", timeline.path, timeline.form, told)
        if _sha256(_data(timeline.path)) != timeline.sha256:
            raise TimelineRefused("was changed while its media were looked for; run this again")
    except TimelineRefused as error:
        issue = Issue("SPEC_BAD_TIMELINE", str(timeline.path), str(error))
        raise RequestError((issue,)) from error
    return str(answer["otio"])


def _read(path: Path) -> Timeline:
    if _ending(path) not in _FORMS:
        known = ", ".join(f".{form}" for form in _FORMS)
        raise TimelineRefused(f"is no timeline by its name; those that are read: {known}")
    data = _data(path)
    form, used = _form_and_use(path, data)
    return Timeline(path, form, used, _sha256(data))


def _ending(path: Path) -> str:
    return path.suffix.lower().removeprefix(".")


def _data(path: Path) -> bytes:
    """Return all of a timeline's file. Raises: TimelineRefused."""
    in_bundle = _ending(path) == "fcpxmld" and path.is_dir()
    limit = MAX_BYTES if _ending(path) in _ADAPTERS else MAX_TEXT_BYTES
    try:
        return read_regular(path / "Info.fcpxml" if in_bundle else path, limit=limit)
    except ValueError:
        raise TimelineRefused(f"is larger than {limit // 1024**2} MiB") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise TimelineRefused(f"Info.fcpxml in it: {reason}" if in_bundle else reason) from error


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _form_and_use(path: Path, data: bytes) -> tuple[str, tuple[Used, ...]]:
    match _ending(path):
        case "edl":
            return "edl", read_edl(_text(data))
        case "ale":
            return "ale", read_ale(_text(data))
        case "fcpxml" | "fcpxmld":
            return "fcpxml", read_fcpxml(parse_xml(data))
        case "xml":
            return _of_xml(data)
        case ending:
            return ending, _used(path, ending)


def _of_xml(data: bytes) -> tuple[str, tuple[Used, ...]]:
    root = parse_xml(data)
    if root.tag == "fcpxml":
        return root.tag, read_fcpxml(root)
    if root.tag != "xmeml":
        sentence = f"begins with <{root.tag[:40]}>; expected <xmeml> (FCP7 XML) or <fcpxml>"
        raise TimelineRefused(sentence)
    return root.tag, read_xmeml(root)


def _used(path: Path, form: str) -> tuple[Used, ...]:
    return USED.validate_python(_ask("read", path, form)["used"])


def _text(data: bytes) -> str:
    """Return a list's text: UTF-8 or UTF-16 where it says so, else what old programs write."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    if "\0" in text:
        raise TimelineRefused("is no text: it holds NUL")
    return text


def _ask(what: str, path: Path, form: str, told: str = "") -> dict[str, Any]:
    """Ask OpenTimelineIO in a process of its own, which reads no setting of the user's."""
    command = [sys.executable, "-I", "-m", "sidecar.timelines.otio_child"]
    environment = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    try:
        ended = subprocess.run(
            [*command, what, _ADAPTERS[form], str(path)],
            input=told.encode(),
            capture_output=True,
            timeout=_SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TimelineRefused(f"was not read within {_SECONDS:.0f} seconds") from None
    try:
        answer: dict[str, Any] = json.loads(ended.stdout)
    except ValueError:
        raise TimelineRefused(f"breaks OpenTimelineIO (exit code {ended.returncode})") from None
    if lacks := answer.get("lacks"):
        detail = f"{path.name} needs the package {lacks}, which is not installed; run: {_CURE}"
        raise PlaceError("TOOL_TIMELINES_MISSING", detail)
    if refused := answer.get("refused"):
        raise TimelineRefused(f"OpenTimelineIO does not read it: {refused}")
    return answer
