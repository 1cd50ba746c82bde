"""The one shape of a problem in a request, and the error tree.

ProxxError
├── RequestError              what was asked for is wrong; carries every Issue at once
│   ├── JobSpecValidationError    a JobSpec that cannot be read, or breaks a rule
│   ├── ProfileError              a profile that cannot be read, or breaks a rule
│   └── CreationError             footage that cannot become JobSpecs as asked
├── PlaceError                a tool or a place is missing before any job began
├── ProbeError                one media file could not be looked at
└── EncodingFault             one clip failed; becomes data in its result, never leaves the engine
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem in a request."""

    code: str
    """A key of failures.toml."""
    path: str
    """Where: a path into the JSON (`clips[3].target.width`), a file, or an empty string."""
    sentence: str
    """What was found and what is allowed, in the user's words."""

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"{where}{self.sentence} [{self.code}]"


class ProxxError(Exception):
    """Root of every error that Proxx raises on purpose."""


class RequestError(ProxxError):
    """The request is wrong; nothing was done."""

    def __init__(self, issues: tuple[Issue, ...], *, subject: str = "") -> None:
        self.issues = issues
        self.subject = subject
        super().__init__(issues, subject)

    def __str__(self) -> str:
        count = f"{len(self.issues)} problem" + ("s" if len(self.issues) != 1 else "")
        head = f"{self.subject}: {count}" if self.subject else count
        return "\n  ".join([head, *map(str, self.issues)])


class JobSpecValidationError(RequestError):
    """The JobSpec cannot be read, or breaks a rule."""


class ProfileError(RequestError):
    """The profile cannot be read, or breaks a rule."""


class CreationError(RequestError):
    """The footage cannot become JobSpecs as asked."""


class PlaceError(ProxxError):
    """A tool or a place is missing; `code` is a key of failures.toml."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        self.detail = detail
        super().__init__(code, detail)

    def __str__(self) -> str:
        return f"{self.detail} [{self.code}]"


class ProbeError(ProxxError):
    """A media file could not be looked at; `code` is a key of failures.toml."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        self.detail = detail
        super().__init__(code, detail)

    def __str__(self) -> str:
        return f"{self.detail} [{self.code}]"


class EncodingFault(ProxxError):
    """A clip failed; `code` is a key of failures.toml, `detail` what was seen."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(code, detail)
