"""Why Resolve does not make a look when it renders camera raw. Pure."""

from __future__ import annotations

from types import MappingProxyType

from proxx_engine.spec.profile import Look

_WHY = MappingProxyType(
    {
        "lut": "a LUT would have to be put into the clip's grade, which is not ours to change",
        "burn_in": "it burns in only presets of its own, and no file tells whether it did",
        "flips": "no setting of a render flips pictures; the clip's own attributes do",
        "data_level": "how a source is read no setting of a render says, but its Data Level",
        "crop": "no setting of a render cuts or pads pictures",
        "desqueeze": "no setting of a render widens pictures; the clip's pixel aspect ratio does",
    }
)
"""Field of a look → the reason; the settings are those of SetRenderSettings. `data_level_from` is
not among them: a clip's own Data Level is what Resolve follows anyhow.
"""


def unrendered(look: Look | None) -> str | None:
    """Return which fields of a look Resolve does not make, and why; None where there is no look."""
    if look is None:
        return None
    asked = [name for name in _WHY if getattr(look, name) is not None]
    if not asked and look.data_level_from is not None:
        return None
    return "; ".join(f"{name}: {_WHY[name]}" for name in asked) or "the profile has a look"
