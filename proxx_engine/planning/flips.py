"""What a flip does beside mirroring: which field comes first. Pure."""

from __future__ import annotations

from types import MappingProxyType

from proxx_engine.spec.media import FieldOrder
from proxx_engine.spec.profile import Look

_TURNED: MappingProxyType[FieldOrder, FieldOrder] = MappingProxyType(
    {"top_first": "bottom_first", "bottom_first": "top_first"}
)


def turns_fields(look: Look | None) -> bool:
    """Whether a look stands pictures on their head: the lines of the upper field become the lower.

    Mirrored within its own lines, each field would lie two lines off from the other.
    """
    return look is not None and look.flips in ("vertical", "both")


def order_as_flipped(order: FieldOrder, look: Look | None) -> FieldOrder:
    """Return which field comes first after a look's flip, out of which came first before."""
    return _TURNED.get(order, order) if turns_fields(look) else order
