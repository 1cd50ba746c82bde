"""A .cube file is read whole, everything wrong with it is told at once, and it is pinned."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from proxx_engine import CreationError
from proxx_engine.creation.profiles.looks import read_lut

CUBE_ROWS = "0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n"
CURVE_ROWS = "0 0 0\n.5 0.25 5e-1\n1 1 1.000\n"


def _write(folder: Path, text: str | bytes) -> Path:
    path = folder / "my look.cube"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "table"),
    [
        pytest.param(f"LUT_3D_SIZE 2\n{CUBE_ROWS}", "3d", id="the least"),
        pytest.param(f"LUT_1D_SIZE 3\n{CURVE_ROWS}", "1d", id="a curve for each channel"),
        pytest.param(
            f'# made by hand\nTITLE "a look"\n\nLUT_3D_SIZE 2\nDOMAIN_MIN 0 0 0\n'
            f"DOMAIN_MAX 1.0 1.0 1.0\n# the rows\n{CUBE_ROWS}",
            "3d",
            id="Adobe's header",
        ),
        pytest.param(
            f"LUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0.0 1.0000000000\n\n{CUBE_ROWS}",
            "3d",
            id="Resolve's header",
        ),
        pytest.param(
            f"LUT_3D_SIZE 2\r\n{CUBE_ROWS}".replace("\n", "\r\n"), "3d", id="Windows line ends"
        ),
        pytest.param(f"\ufeffLUT_3D_SIZE 2\n{CUBE_ROWS}", "3d", id="byte order mark"),
        pytest.param(f"LUT_3D_SIZE\t2\n{CUBE_ROWS}".replace(" ", "\t"), "3d", id="tabs for spaces"),
        pytest.param(
            f'TITLE "caf\xe9"\nLUT_3D_SIZE 2\n{CUBE_ROWS}'.encode("latin-1"),
            "3d",
            id="a title that is not UTF-8",
        ),
        pytest.param(
            f"LUT_3D_SIZE 2\nDOMAIN_MAX 2 2 2\n{CUBE_ROWS.replace('1', '1.5')}",
            "3d",
            id="values above 1",
        ),
        pytest.param(
            f"LUT_3D_SIZE 2\n{CUBE_ROWS}".rstrip("\n"), "3d", id="no end of the last line"
        ),
    ],
)
def test_a_table_is_read_and_pinned_by_its_bytes(
    text: str | bytes, table: str, tmp_path: Path
) -> None:
    path = _write(tmp_path, text)
    lut = read_lut(path, "pc")
    assert (lut.path, lut.range, lut.table) == (str(path), "pc", table)
    assert lut.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("", ["SPEC_MISSING_FIELD: has neither LUT_1D_SIZE"], id="empty"),
        pytest.param(b"\x00\x01\x02", ["SPEC_ENCODING: is no text"], id="not text"),
        pytest.param(CUBE_ROWS, ["SPEC_MISSING_FIELD: has neither"], id="no size"),
        pytest.param(
            f"LUT_3D_SIZE 2\n{CUBE_ROWS}0 0 0\n",
            ["SPEC_OUT_OF_RANGE: has 9 rows, LUT_3D_SIZE 2 means 8"],
            id="a row too many",
        ),
        pytest.param(
            "LUT_1D_SIZE 3\n0 0 0\n",
            ["SPEC_OUT_OF_RANGE: has 1 rows, LUT_1D_SIZE 3 means 3"],
            id="cut off",
        ),
        pytest.param(
            f"LUT_3D_SIZE 2\n{CUBE_ROWS.replace('1 1 1', '1 1 nan')}",
            ["9 SPEC_NOT_FINITE: found nan"],
            id="not a number",
        ),
        pytest.param(
            f"LUT_3D_SIZE 2\n{CUBE_ROWS.replace('1 1 1', '1 1 1e999')}",
            ["9 SPEC_OUT_OF_RANGE: found 1e999"],
            id="infinite",
        ),
        pytest.param(
            f"LUT_3D_SIZE 2\n{CUBE_ROWS.replace('1 1 1', '1 1')}",
            ["9 SPEC_WRONG_TYPE: found 2 values, expected 3"],
            id="a value short",
        ),
        pytest.param(
            f"LUT_3D_SIZE 2\n{CUBE_ROWS.replace('1 1 1', '1 1 1,0')}",
            ["9 SPEC_WRONG_TYPE: found '1,0', expected a number"],
            id="a comma for a point",
        ),
        pytest.param(
            "LUT_3D_SIZE 300\n",
            ["1 SPEC_OUT_OF_RANGE: found LUT_3D_SIZE 300, expected a whole number from 2 to 129"],
            id="larger than is read",
        ),
        pytest.param(
            f"LUT_3D_SIZE two\n{CUBE_ROWS}",
            ["1 SPEC_OUT_OF_RANGE: found LUT_3D_SIZE two"],
            id="a word for a size",
        ),
        pytest.param(
            f"LUT_1D_SIZE 2\nLUT_3D_SIZE 2\n0 0 0\n1 1 1\n{CUBE_ROWS}",
            ["SPEC_NOT_SUPPORTED: holds two tables"],
            id="a curve before a cube",
        ),
        pytest.param(
            f"LUT_3D_SIZE 2\nDOMAIN_MIN -0.5 0 0\n{CUBE_ROWS}",
            ["2 SPEC_NOT_SUPPORTED: found DOMAIN_MIN -0.5 0 0; tables are applied from 0"],
            id="a domain below 0",
        ),
        pytest.param(
            f"LUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0 0.5\n{CUBE_ROWS}",
            ["2 SPEC_NOT_SUPPORTED: found LUT_3D_INPUT_RANGE 0 0.5"],
            id="a domain that ends below 1",
        ),
        pytest.param(
            f"LUT_3D_SIZE 2\nLUT_SPEED 9\n{CUBE_ROWS}",
            ["2 SPEC_UNKNOWN_FIELD: found 'LUT_SPEED', which no .cube table has"],
            id="an unknown keyword",
        ),
        pytest.param(
            f"LUT_3D_SIZE 2\nLUT_IN_VIDEO_RANGE\n{CUBE_ROWS}",
            ["SPEC_NOT_SUPPORTED: says LUT_IN_VIDEO_RANGE alone"],
            id="video range only going in",
        ),
        pytest.param(
            f"LUT_3D_SIZE 2\nLUT_IN_VIDEO_RANGE\nLUT_OUT_VIDEO_RANGE\n{CUBE_ROWS}",
            ["SPEC_BAD_PAIR: says that it was made for video range, found pc; state tv"],
            id="another range than was stated",
        ),
        pytest.param(
            "TITLE 1\nTITLE 2\nLUT_3D_SIZE 2\n0 0\nDOMAIN_MAX 1 1\n1 1 x\n",
            [
                "2 SPEC_DUPLICATE_KEY: found TITLE twice",
                "4 SPEC_WRONG_TYPE: found 2 values",
                "5 SPEC_UNKNOWN_FIELD: found DOMAIN_MAX behind the first row",
                "5 SPEC_WRONG_TYPE: found 2 values of DOMAIN_MAX, expected 3",
                "6 SPEC_WRONG_TYPE: found 'x'",
                "SPEC_OUT_OF_RANGE: has 2 rows",
            ],
            id="everything at once",
        ),
    ],
)
def test_everything_wrong_is_told_at_once_with_its_line(
    text: str | bytes, told: list[str], tmp_path: Path
) -> None:
    path = _write(tmp_path, text)
    with pytest.raises(CreationError) as refused:
        read_lut(path, "pc")
    issues = refused.value.issues
    found = [
        f"{issue.path.removeprefix(str(path)).removeprefix(':')} {issue.code}: {issue.sentence}"
        for issue in issues
    ]
    assert len(found) == len(told), found
    for one, wanted in zip(found, told, strict=True):
        assert one.strip().startswith(wanted)
    assert all(issue.path.startswith(str(path)) for issue in issues)


def test_a_file_for_video_range_is_taken_as_that(tmp_path: Path) -> None:
    text = f"LUT_3D_SIZE 2\nLUT_IN_VIDEO_RANGE\nLUT_OUT_VIDEO_RANGE\n{CUBE_ROWS}"
    assert read_lut(_write(tmp_path, text), "tv").range == "tv"


def test_a_flood_of_problems_is_cut(tmp_path: Path) -> None:
    with pytest.raises(CreationError) as refused:
        read_lut(_write(tmp_path, "LUT_3D_SIZE 33\n" + "x y\n" * 50_000), "pc")
    assert 20 <= len(refused.value.issues) <= 22


@pytest.mark.parametrize("what", ["missing", "a folder", "a pipe", "too large"])
def test_what_is_no_file_of_a_reasonable_size_is_refused(what: str, tmp_path: Path) -> None:
    path = tmp_path / "look.cube"
    if what == "a folder":
        path.mkdir()
    elif what == "a pipe":
        os.mkfifo(path)
    elif what == "too large":
        with open(path, "wb") as stream:
            stream.truncate(97 * 1024 * 1024)
    with pytest.raises(CreationError) as refused:
        read_lut(path, "pc")
    [issue] = refused.value.issues
    code = {"missing": "SOURCE_LUT_MISSING", "too large": "SPEC_TOO_LARGE"}
    assert (issue.code, issue.path) == (code.get(what, "SPEC_UNREADABLE"), str(path))


def test_a_relative_name_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _write(tmp_path, f"LUT_3D_SIZE 2\n{CUBE_ROWS}")
    monkeypatch.chdir(tmp_path)
    assert read_lut(Path(path.name), "pc").path == str(path)
