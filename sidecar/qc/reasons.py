"""Why a proxy was not measured, in words. Pure."""

from __future__ import annotations

from proxx_engine import failure_kinds

_LONGEST = 5000
BY_NATURE = frozenset({"QC_RENDERED"})
"""Nothing is wrong, and nothing can be done."""


class NotMeasured(Exception):
    """Why a proxy cannot be measured."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        self.detail = detail
        super().__init__(code, detail)

    @property
    def sentence(self) -> str:
        """What a person reads."""
        said = failure_kinds()[self.code].sentence
        # A file's name may be no text, which a QcResult cannot hold.
        detail = self.detail[:_LONGEST].encode("utf-8", "backslashreplace").decode("utf-8")
        return f"{said}: {detail}" if detail else said
