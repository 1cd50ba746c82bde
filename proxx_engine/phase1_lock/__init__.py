"""The Phase 1 lock: the laws of the engine as rules over its code, and proof that the installed
engine passed them.

Standard library only, and no import from the rest of the engine: the build loads this folder alone.
"""

from .checker import (
    Compliance,
    ComplianceState,
    Phase1ViolationError,
    assert_phase1_compliance,
    check_module_compliance,
    check_tree,
    compare_with_manifest,
)
from .manifest import MANIFEST_PLACE, hash_file, write_manifest
from .rules import EXEMPTIONS, RULES, Exemption, Governing, Rule, Violation

__all__ = [
    "EXEMPTIONS",
    "MANIFEST_PLACE",
    "RULES",
    "Compliance",
    "ComplianceState",
    "Exemption",
    "Governing",
    "Phase1ViolationError",
    "Rule",
    "Violation",
    "assert_phase1_compliance",
    "check_module_compliance",
    "check_tree",
    "compare_with_manifest",
    "hash_file",
    "write_manifest",
]
