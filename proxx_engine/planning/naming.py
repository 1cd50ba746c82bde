"""Names that every system takes, and names that would meet."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

from proxx_engine.spec.file_names import RESERVATION, RESULT, WORK_FOLDER
from proxx_engine.spec.job_spec import ClipSpec, JobSpec

MAX_NAME_BYTES = 255
MAX_LABEL_BYTES = 190
"""Leaves room for what is added: id, kind, and the hidden name under which a file is born."""
_RESERVED = re.compile(
    r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|COM[0-9¹²³]|LPT[0-9¹²³])(\..*)?", re.IGNORECASE
)
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


def name_problem(name: str) -> str | None:
    """Return why a name we would create is not safe on every system, None when it is."""
    if not name or name in (".", ".."):
        return "is no name"
    bad = _FORBIDDEN.search(name)
    if bad:
        return f"holds {bad[0]!a}, which not every system can store"
    if name[0] in ".-" or name[0] == " ":
        return 'begins with ".", "-" or a space'
    if name[-1] in ". ":
        return 'ends with "." or a space, which Windows cuts off'
    if _RESERVED.fullmatch(name):
        return "is a device name on Windows"
    if len(name.encode("utf-8", "surrogatepass")) > MAX_NAME_BYTES:
        return f"is longer than {MAX_NAME_BYTES} bytes"
    if name.isascii():
        return None
    if unicodedata.normalize("NFC", name) != name:
        return "is not in Unicode form NFC"
    if any(unicodedata.category(character) in ("Cs", "Cf") for character in name):
        return "holds an invisible or broken character"
    return None


def collision_key(directory: str, subdirectory: str, name: str) -> str:
    """Return a key that is equal for names that some system takes for one."""
    path = f"{directory}/{subdirectory}/{name}"
    if path.isascii():
        return path.lower()
    # Folding may take a letter apart (U+0390); the second pass puts it together again.
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def path_below(directory: str, *parts: str) -> str:
    """Join a directory, POSIX or Windows, and parts that use forward slashes."""
    below = [piece for part in parts for piece in part.split("/") if piece]
    if directory.startswith("/"):
        return str(PurePosixPath(directory, *below))
    return str(PureWindowsPath(directory, *below))


def output_path(spec: JobSpec, clip: ClipSpec) -> str:
    """Return a clip's final path."""
    return path_below(spec.output.directory, clip.output_subdirectory, clip.output_name)


def reservation_path(spec: JobSpec, clip: ClipSpec) -> str:
    """Return the file that holds a proxy's name while it is made."""
    key = hashlib.sha256(collision_key("", "", clip.output_name).encode()).hexdigest()
    return path_below(spec.output.directory, clip.output_subdirectory, f".{key[:16]}{RESERVATION}")


def relative_output_path(clip: ClipSpec) -> str:
    """Return a clip's final path from output.directory."""
    return "/".join(part for part in (clip.output_subdirectory, clip.output_name) if part)


def short_id(job_id: str) -> str:
    """Return the first 8 hex digits: what people see."""
    return job_id[:8]


def work_folder(spec: JobSpec) -> str:
    """Return the job's hidden folder, on the output's volume, never inside a `Proxy` folder."""
    directory = spec.output.directory
    pure = PurePosixPath(directory) if directory.startswith("/") else PureWindowsPath(directory)
    home = pure.parent if pure.name == "Proxy" else pure
    return path_below(str(home), f"{WORK_FOLDER}{short_id(spec.job_id)}")


def result_name(spec: JobSpec) -> str:
    """Return the name of the result beside the proxies."""
    return f"{spec.label}.{short_id(spec.job_id)}{RESULT}"


def result_directory(spec: JobSpec) -> str:
    """Return where the result goes: beside the proxies, when they all lie in one folder."""
    folders = {clip.output_subdirectory for clip in spec.clips}
    return path_below(spec.output.directory, folders.pop() if len(folders) == 1 else "")
