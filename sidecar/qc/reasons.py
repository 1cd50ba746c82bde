"""Why a proxy was not measured, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from proxx_engine import failure_kinds

_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "QC_RENDERED": "Resolve rendered it, and FFmpeg cannot read the source",
        "QC_COMMAND": "The result records no command of Proxx",
        "QC_NO_JOBSPEC": "Its look is in the job file, which is not found",
        "QC_FAILED": "FFmpeg could not compare the pictures",
        "QC_COUNT": "Source and proxy have not the pictures that the result tells of",
        "QC_TIMEOUT": "It took longer than a clip may take",
    }
)
"""What is told of sources and looks has its code and sentence from the engine."""
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
        said = _SENTENCES.get(self.code) or failure_kinds()[self.code].sentence
        return f"{said}: {self.detail[:_LONGEST]}" if self.detail else said
