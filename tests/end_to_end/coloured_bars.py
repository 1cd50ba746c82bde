"""Coloured bars, tables for them, and what a table makes of them, computed by hand."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import av

from proxx_engine import ProfileSpec, find_profile, read_lut
from proxx_engine.spec.profile import Look

Rgb = tuple[float, float, float]
Function = Callable[[Rgb], Rgb]

BARS = (
    *((512, 512, 512), (64, 512, 512), (940, 512, 512), (250, 400, 700), (400, 700, 450)),
    *((800, 450, 560), (600, 600, 420), (1000, 512, 512)),
)
"""Y, Cb, Cr of 10 bits, in video range; the last is whiter than white."""
WIDTH, HEIGHT = 320, 180
_SHARES = {"bt709": (0.2126, 0.0722), "smpte170m": (0.299, 0.114), "bt2020nc": (0.2627, 0.0593)}


def identity(rgb: Rgb) -> Rgb:
    return rgb


def inverted(rgb: Rgb) -> Rgb:
    return 1 - rgb[0], 1 - rgb[1], 1 - rgb[2]


def mixed(rgb: Rgb) -> Rgb:
    """Channels swapped and mixed: only a cube can."""
    r, g, b = rgb
    return 0.1 + 0.7 * b, 0.8 * g + 0.1 * r, 0.05 + 0.6 * r + 0.3 * g


def curved(rgb: Rgb) -> Rgb:
    return rgb[0] ** 0.7, rgb[1] ** 1.2, 0.9 * rgb[2]


def _to_rgb(code: tuple[float, float, float], matrix: str) -> Rgb:
    red, blue = _SHARES[matrix]
    y, cb, cr = (code[0] - 64) / 876, (code[1] - 512) / 896, (code[2] - 512) / 896
    r, b = y + 2 * (1 - red) * cr, y + 2 * (1 - blue) * cb
    return r, (y - red * r - blue * b) / (1 - red - blue), b


def _to_code(rgb: Rgb) -> Rgb:
    red, blue = _SHARES["bt709"]
    y = red * rgb[0] + (1 - red - blue) * rgb[1] + blue * rgb[2]
    cb, cr = (rgb[2] - y) / (2 * (1 - blue)), (rgb[0] - y) / (2 * (1 - red))
    return 64 + 876 * y, 512 + 896 * cb, 512 + 896 * cr


def held_by_rgb(code: Rgb) -> Rgb:
    red, green, blue = (min(1.0, max(0.0, value)) for value in _to_rgb(code, "bt709"))
    return _to_code((red, green, blue))


def by_hand(code: Rgb, matrix: str, table: Function, range_: str) -> Rgb:
    rgb = _to_rgb(code, matrix)
    if range_ == "tv":
        rgb = tuple((64 + 876 * value) / 1023 for value in rgb)  # type: ignore[assignment]
    rgb = table(tuple(min(1.0, max(0.0, value)) for value in rgb))  # type: ignore[arg-type]
    rgb = tuple(min(1.0, max(0.0, value)) for value in rgb)  # type: ignore[assignment]
    if range_ == "tv":
        rgb = tuple((value * 1023 - 64) / 876 for value in rgb)  # type: ignore[assignment]
    return _to_code(rgb)


def write_cube(folder: Path, table: Function, size: int = 17) -> Path:
    steps = [step / (size - 1) for step in range(size)]
    rows = [table((r, g, b)) for b, g, r in itertools.product(steps, repeat=3)]
    return _file(folder, f"LUT_3D_SIZE {size}\nLUT_3D_INPUT_RANGE 0.0 1.0", rows)


def write_curve(folder: Path, table: Function, size: int = 1024) -> Path:
    rows = [table((step / (size - 1),) * 3) for step in range(size)]
    return _file(folder, f'TITLE "curves"\nLUT_1D_SIZE {size}', rows)


def _file(folder: Path, head: str, rows: list[Rgb]) -> Path:
    # Signs that would have to be escaped in a filter.
    path = folder / "it's a [look], 50%;.cube"
    lines = [" ".join(f"{value:.8f}" for value in row) for row in rows]
    path.write_text("\n".join((head, *lines, "")))
    return path


def bars_of(plane: list[memoryview], width: int, lines: int) -> list[Rgb]:
    """Return the middle of each bar out of planes of 16 bits a sample, 4:2:2."""
    found = []
    for bar in range(len(BARS)):
        x, y = (2 * bar + 1) * width // (2 * len(BARS)), lines // 2
        across = (width, width // 2, width // 2)
        where = (x, x // 2, x // 2)
        found.append(tuple(plane[n][y * across[n] + where[n]] for n in range(3)))
    return found  # type: ignore[return-value]


def bars_of_proxy(path: Path) -> list[Rgb]:
    with av.open(str(path)) as file:
        picture = next(file.decode(video=0))
        planes = []
        for plane in picture.planes:
            samples = memoryview(bytes(plane)).cast("H")
            stride = plane.line_size // 2
            lines = [samples[y * stride : y * stride + plane.width] for y in range(plane.height)]
            planes.append(memoryview(b"".join(bytes(line) for line in lines)).cast("H"))
    return bars_of(planes, WIDTH, HEIGHT)


def apart(found: list[Rgb], wanted: list[Rgb]) -> float:
    return max(
        abs(one - other)
        for a, b in zip(found, wanted, strict=True)
        for one, other in zip(a, b, strict=True)
    )


def with_lut(path: Path, range_: str, profile: str = "prores_proxy") -> ProfileSpec:
    """Return a built-in profile in full size, with a look that is the table of a file."""
    lut = read_lut(path, range_)  # type: ignore[arg-type]
    look = Look(lut=lut, burn_in=None, flips=None, data_level=None, crop=None)
    plain = find_profile(profile)
    full = plain.size.model_copy(update={"mode": "full", "width": None, "height": None})
    return plain.model_copy(update={"look": look, "size": full})
