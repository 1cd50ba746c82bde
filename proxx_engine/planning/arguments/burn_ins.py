"""The filters that draw text: last of all, so that nothing changes it. Pure.

A timecode is counted by drawtext itself: picture by picture it was compared with the arithmetic of
`spec.timecode`, over the minutes and hours of drop-frame too, and around midnight.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from proxx_engine.planning.burn_ins import FONT_FILE, TEXT_FILE
from proxx_engine.spec.job_spec import BurnIn, Place, Target

_ACROSS = MappingProxyType({"left": "{margin}", "": "(w-text_w)/2", "right": "w-text_w-{margin}"})
_DOWN = MappingProxyType(
    {"top": "{margin}", "center": "(h-{size})/2", "bottom": "h-{size}-{margin}"}
)


def draw_texts(target: Target) -> tuple[str, ...]:
    """Return the filters that draw each text that a clip's pictures get."""
    if target.alpha and target.burn_in:
        return (_over_alpha(target),)
    return tuple(_drawn(target, box="black"))


def _over_alpha(target: Target) -> str:
    # drawtext mixes its own alpha into the picture's by itself: half of an opaque picture's would
    # be gone under a box of half (measured). So what lies over it is drawn in white on the alpha.
    colour, seen = ",".join(_drawn(target, box="black")), ",".join(_drawn(target, box="white"))
    swapped = "shuffleplanes=map0=3:map3=0"
    return (
        "split=2[under][clear]"
        f";[clear]{swapped},setparams=range=pc,{seen},setparams=range={target.color.range},{swapped}"
        f"[seen];[under]{colour}[drawn];[drawn][seen]blend=c3_opacity=0"
    )


def _drawn(target: Target, *, box: str) -> Iterable[str]:
    for number, burn_in in enumerate(target.burn_in):
        options = (
            f"fontfile={FONT_FILE}",
            _shown(burn_in, number, target),
            f"fontsize={burn_in.size}",
            _colours(burn_in, box),
            _position(burn_in.place, burn_in.size),
            "y_align=font",
        )
        yield f"drawtext={':'.join(options)}"


def _shown(burn_in: BurnIn, number: int, target: Target) -> str:
    if burn_in.shows == "frame":
        return r"text='%{eif\:n\:d\:6}'"
    if burn_in.shows == "text":
        return f"textfile={TEXT_FILE.format(number)}:expansion=none"
    start = (burn_in.text or "").replace(":", r"\:").replace(";", r"\;")
    rate = f"{target.frame_rate.numerator}/{target.frame_rate.denominator}"
    return f"timecode='{start}':timecode_rate={rate}:tc24hmax=1"


def _colours(burn_in: BurnIn, box: str) -> str:
    if burn_in.place == "center":  # over the picture itself, which must still be seen
        return "fontcolor=white@0.4"
    border = max(2, burn_in.size // 4)
    return f"fontcolor=white:box=1:boxcolor={box}@0.5:boxborderw={border}"


def _position(place: Place, size: int) -> str:
    down, _dash, across = place.partition("-")
    values = {"margin": size // 2, "size": size}
    x, y = _ACROSS[across].format(**values), _DOWN[down].format(**values)
    return f"x={x}:y={y}"
