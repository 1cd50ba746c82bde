"""What of a look Resolve makes when it renders camera raw, and why not the rest. Pure.

It renders our own timeline of one clip: that has a raster, one way to scale what does not fit, and
a flip of its clip. Nothing else is ours to change.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Literal

from proxx_engine.planning.framing import parse_crop
from proxx_engine.spec.profile import Look

Fit = Literal["scaleToFit", "scaleToCrop", "stretch"]
"""How a timeline scales a clip of another shape, by the words of its settings."""
AS_A_WHOLE: Fit = "scaleToFit"

_WHY = MappingProxyType(
    {
        "lut": "a LUT would have to be put into the clip's grade, which is not ours to change",
        "burn_in": "it burns in only presets of its own, and no file tells whether it did",
        "data_level": "how a source is read no setting of a render says, but its Data Level",
    }
)
"""Field of a look → the reason. `data_level_from` is not among them: a clip's own Data Level is
what Resolve follows anyhow.
"""


def unrendered(look: Look | None) -> str | None:
    """Return what of a look Resolve does not make, and why; None where there is nothing."""
    if look is None:
        return None
    told = [f"{name}: {why}" for name, why in _WHY.items() if getattr(look, name) is not None]
    if look.crop is not None and look.desqueeze is not None:
        told.append("crop and desqueeze: its timeline scales in one way only, so one of them")
    elif look.crop is not None and parse_crop(look.crop).way == "matte":
        told.append("crop: no script blackens a part of a picture; crop or letterbox it")
    return "; ".join(told) or None


def fit_of(look: Look | None) -> Fit:
    """Return how a timeline of the proxy's raster scales the clip."""
    if look is not None and look.desqueeze is not None:
        return "stretch"
    if look is not None and look.crop is not None and parse_crop(look.crop).way == "crop":
        return "scaleToCrop"
    return AS_A_WHOLE
