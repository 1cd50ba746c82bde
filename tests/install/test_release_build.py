"""What is given to others holds all that it needs, nothing else, and is the same whoever builds."""

from __future__ import annotations

import json
import os
import re
import sys
import tarfile
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from packaging.metadata import Metadata

from install.environment import ROOT
from proxx_engine import __version__
from tests.install.release_build import Release, build, copy_sources, files_in, project, run

pytestmark = pytest.mark.timeout(120)

PACKAGES = ("proxx_engine", "sidecar")
MANIFEST = "proxx_engine/phase1_lock/manifest.json"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("release")


@pytest.fixture(scope="module")
def sources(place: Path) -> Path:
    return copy_sources(place / "clean")


@pytest.fixture(scope="module")
def release(place: Path, sources: Path) -> Release:
    return build(sources, place / "first")


@pytest.fixture(scope="module")
def installed(place: Path, release: Release) -> Path:
    """A Python with the wheel; what it depends on is borrowed from where the tests run."""
    folder = place / "Prüf Ordner"
    base = getattr(sys, "_base_executable", None) or sys.executable
    run([base, "-I", "-m", "venv", "--without-pip", str(folder)], cwd=place)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [sys.executable, "-P", "-m", "pip", "--python", str(python), "install", "-q"]
    run([*pip, "--no-index", "--no-deps", str(release.wheel)], cwd=place)
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    here = run([sys.executable, "-c", where], cwd=place).strip()
    there = run([str(python), "-I", "-c", where], cwd=place).strip()
    # A path file adds the folder behind the wheel, and starts none of the path files in it.
    Path(there, "borrowed.pth").write_text(f"{here}\n", encoding="utf-8")
    return python


def test_the_wheel_holds_every_file_of_the_packages_and_no_other(
    release: Release, sources: Path
) -> None:
    expected = {name for name in files_in(sources) if name.startswith(PACKAGES)} | {MANIFEST}
    described = {name for name in release.in_wheel if ".dist-info/" in name}
    assert set(release.in_wheel) - described == expected
    assert {name.partition("/")[2] for name in described} == {
        "METADATA",
        "RECORD",
        "WHEEL",
        "entry_points.txt",
        "licenses/LICENSE",
    }


def test_the_sdist_holds_what_the_installer_needs_and_nothing_that_lies_beside_it(
    release: Release, sources: Path
) -> None:
    assert release.in_sdist == files_in(sources) | {"PKG-INFO"}
    tops = {name.partition("/")[0] for name in release.in_sdist}
    needed = {"install", "resolve_scripts", "LICENSE", "README.md", "pyproject.toml", *PACKAGES}
    assert needed <= tops
    # Hatchling adds the ignore file wherever there is one.
    assert tops <= needed | {"tests", "PKG-INFO", ".gitignore"}


def test_the_metadata_is_valid_and_says_what_pyproject_says(release: Release) -> None:
    said = Metadata.from_email(release.metadata, validate=True)
    asked: dict[str, object] = project()["project"]  # type: ignore[assignment]
    assert said.name == asked["name"]
    assert str(said.version) == __version__
    assert release.wheel.name == f"proxx-{__version__}-py3-none-any.whl"
    assert release.sdist.name == f"proxx-{__version__}.tar.gz"
    assert said.license_expression == asked["license"] == "Apache-2.0"
    assert said.license_files == asked["license-files"]
    assert str(said.requires_python) == asked["requires-python"]
    assert said.classifiers == asked["classifiers"]
    extras: dict[str, list[str]] = asked["optional-dependencies"]  # type: ignore[assignment]
    assert said.provides_extra == sorted(extras)
    extra = [need for need in said.requires_dist or [] if "extra ==" in str(need.marker)]
    # The tests ask for the other extras by name; what those need is written out, each once.
    own = [need for need in extras["test"] if not need.startswith("proxx[")]
    for_users = [need for name, needs in extras.items() if name != "test" for need in needs]
    assert len(extra) == len({*own, *for_users}) + len(for_users)
    core = {need.name for need in said.requires_dist or [] if need not in extra}
    wanted = {re.split("[<>=]", need)[0] for need in asked["dependencies"]}  # type: ignore[attr-defined]
    assert core == wanted


def test_the_description_is_the_readme_and_stands_without_the_checkout(release: Release) -> None:
    said = Metadata.from_email(release.metadata, validate=True)
    readme = (ROOT / "README.md").read_text("utf-8")
    assert said.description_content_type == "text/markdown"
    assert (said.description or "").strip() == readme.strip()
    # A link to a file beside it, or a picture, would lead nowhere on a package's page.
    assert re.findall(r"\]\((?!https?://|#)|<img|^\[[^]]+\]:", readme, re.MULTILINE) == []


def test_the_sdist_lived_in_elsewhere_and_at_another_time_builds_the_same_wheel_and_itself_again(
    release: Release, place: Path
) -> None:
    unpacked = place / "Prüf Ordner 2"
    with tarfile.open(release.sdist) as archive:
        archive.extractall(unpacked, filter="data")
    (lived_in,) = unpacked.iterdir()
    for name in (
        "proxx_engine/profiles/.DS_Store",
        "sidecar/__pycache__/words.cpython-311.pyc",
        "tests/.pytest_cache/README.md",
        ".venv/lib/proxx_engine/__init__.py",
        ".env",
        "demo-output/001/clip.mov",
        "footage/A001.mov",
        "notes.txt",
    ):
        path = lived_in / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("nobody's business")
    for path in lived_in.rglob("*.py"):
        os.utime(path, (1_600_000_000, 1_600_000_000))
        path.chmod(0o600)
    other = {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    again = build(lived_in, place / "again", **other)
    assert again.wheel.read_bytes() == release.wheel.read_bytes()
    assert again.sdist.read_bytes() == release.sdist.read_bytes()


def test_the_command_of_the_wheel_starts_and_runs_what_passed_the_laws(
    installed: Path, place: Path
) -> None:
    proxx = str(installed.with_name("proxx"))
    assert run([proxx, "--version"], cwd=place) == f"proxx {_version(installed, place)}\n"
    assert "default: prores_proxy" in run([proxx, "profiles"], cwd=place)
    code = "import proxx_engine as e; print(e.assert_phase1_compliance().state.name, e.__file__)"
    state, _, where = run([str(installed), "-I", "-c", code], cwd=place).partition(" ")
    assert state == "VERIFIED"
    assert Path(where.strip()).is_relative_to(installed.parent.parent)


def _version(python: Path, place: Path) -> str:
    code = "import importlib.metadata as m; print(m.version('proxx'))"
    return run([str(python), "-I", "-c", code], cwd=place).strip()


# A card becomes a proven proxy in one process, and every file that is opened meanwhile is told.
_CARD_TO_PROXY = """
import json, sys, pathlib, proxx_engine, sidecar
roots = [pathlib.Path(package.__file__).parent for package in (proxx_engine, sidecar)]
opened = set()
def hear(event, facts):
    if event == "open" and isinstance(facts[0], str):
        path = pathlib.Path(facts[0])
        opened.update(
            path.relative_to(root.parent).as_posix() for root in roots if root in path.parents
        )
sys.addaudithook(hear)
from sidecar.cli.main import main
into = ["--out", "out", "--into", "watch", "--once", "--quiet-seconds", "0.01"]
statuses = [
    main(["explain", "SOURCE_DAMAGED"]),
    main(["intake", "card", *into, "--looks", "1", "--poll-seconds", "0.1"]),
    main(["watch", "watch", "--once"]),
    main(["results", "out"]),
]
print()
print(json.dumps([statuses, sorted(opened)]))
"""


def test_installed_alone_it_loads_all_its_data_and_proves_a_proxy(
    installed: Path, place: Path, release: Release
) -> None:
    for folder in ("card", "watch", "out"):
        (place / folder).mkdir()
    (ffmpeg,) = files("imageio_ffmpeg").joinpath("binaries").glob("ffmpeg-*")  # type: ignore[attr-defined]
    clip = ["-f", "lavfi", "-i", "testsrc=s=64x64:d=0.2:r=25", "-c:v", "libx264", "card/a.mov"]
    run([str(ffmpeg), "-v", "error", *clip], cwd=place)
    said = run([str(installed), "-I", "-c", _CARD_TO_PROXY], cwd=place)
    statuses, opened = json.loads(said.splitlines()[-1])
    assert statuses == [0, 0, 0, 0], said
    data = {name: content for name, content in release.in_wheel.items() if "dist-info" not in name}
    tables = {name for name in data if name.endswith(".toml")}
    assert tables - set(opened) == set()
    assert MANIFEST in opened
    for name, content in data.items():
        if name.endswith(".toml"):
            assert tomllib.loads(content.decode("utf-8"))
        elif name.endswith(".json"):
            assert json.loads(content)
