"""How this machine's paths are written into jobs: each is the same place again when it is read."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from proxx_engine import CreationError
from proxx_engine.planning.path_maps import local_path, root_problem
from proxx_engine.planning.written_paths import below_root, path_here, written_paths
from proxx_engine.results.execution_results import PathMap
from proxx_engine.spec.model import is_absolute

QUICK = settings(max_examples=500, deadline=None, database=None, derandomize=True)


def maps(*pairs: tuple[str, str]) -> tuple[PathMap, ...]:
    return tuple(PathMap(written=written, local=local) for written, local in pairs)


def write(path: str, *pairs: tuple[str, str]) -> str:
    [written] = written_paths([path], maps(*pairs))
    return written


@pytest.mark.parametrize(
    ("local", "pairs", "written"),
    [
        pytest.param(
            "/mnt/raid/a/b.mov",
            [("/Volumes/RAID", "/mnt/raid")],
            "/Volumes/RAID/a/b.mov",
            id="POSIX to POSIX",
        ),
        pytest.param("/mnt/raid/a b.mov", [("Z:\\", "/mnt/raid")], "Z:\\a b.mov", id="a drive"),
        pytest.param("/mnt/raid/A.mov", [("z:/x/", "/mnt/raid/")], "z:\\x\\A.mov", id="any slash"),
        pytest.param("/mnt/r/a/b", [("//nas/raid", "/mnt/r")], "\\\\nas\\raid\\a\\b", id="a share"),
        pytest.param("P:\\r\\a\\b", [("/Volumes/r", "p:/R")], "/Volumes/r/a/b", id="from a drive"),
        pytest.param("/mnt/raid", [("/v", "/mnt/raid")], "/v", id="the root itself"),
        pytest.param("/a/b", [("Z:", "/")], "Z:\\a\\b", id="all of this machine"),
        pytest.param("/mnt/a", [("/", "/mnt")], "/a", id="all of the other"),
        pytest.param("/mnt/raid2/a", [("/v", "/mnt/raid")], "/mnt/raid2/a", id="begins alike"),
        pytest.param("/home/a", [("/v", "/mnt/raid")], "/home/a", id="outside"),
        pytest.param("/m/b/x", [("/one", "/m"), ("/two", "/m/b")], "/two/x", id="the longest"),
        pytest.param("/b/x", [("/a", "/b"), ("/b", "/a")], "/a/x", id="two that are swapped"),
        pytest.param("/f/x", [("/a", "/f"), ("/a/", "/c")], "/a/x", id="the first of one root"),
        pytest.param("/c/x", [("/a", "/f"), ("/a/", "/c")], "/c/x", id="none by the second"),
        pytest.param(
            "/m/b/deep/x",
            [("/one", "/m"), ("/two", "/m/b"), ("/two/deep", "/else")],
            "/one/b/deep/x",
            id="the longest by which it is found again",
        ),
    ],
)
def test_a_path_below_a_root_of_this_machine_is_written_by_its_other_name(
    local: str, pairs: list[tuple[str, str]], written: str
) -> None:
    assert write(local, *pairs) == written


ROOTS = st.sampled_from(
    [
        *("/", "/a", "/a/b", "/a/b/c", "/b", "/mnt", "/mnt/a", "/M\u00fc", "/Mu\u0308/x", "/a:b"),
        *("P:\\", "p:/a", "P:\\A\\b", "Q:", "\\\\nas\\s", "//NAS/s/b", "\\\\nas\\t"),
    ]
)
NAMES = st.lists(st.sampled_from(["a", "b", "c", "A", "x y.mov", "M\u00fc", "s", "t:1", "k\\l"]))
MAPS = st.lists(st.tuples(ROOTS, ROOTS), max_size=4)


@QUICK
@given(root=ROOTS, names=NAMES, pairs=MAPS)
def test_whatever_is_written_is_the_same_place_again_or_refused(
    root: str, names: list[str], pairs: list[tuple[str, str]]
) -> None:
    windows = root[0] != "/" or root.startswith("//")
    slash = "\\" if windows else "/"
    path = root.rstrip("/\\") + slash + slash.join(names)
    assume(root_problem(path) is None or path == "/")
    try:
        written = write(path, *pairs)
    except (ValueError, CreationError):
        return
    assert is_absolute(written) or written == path
    assert _place(local_path(written, maps(*pairs)), windows) == _place(path, windows)


def _place(path: str, windows: bool) -> list[str]:
    """The names of a path, in a form that is equal where its system takes them for the same."""
    plain = path.replace("\\", "/").casefold() if windows else path
    return [unicodedata.normalize("NFC", name) for name in plain.split("/") if name]


@QUICK
@given(names=NAMES, root=st.sampled_from(["/Volumes/RAID", "Z:\\", "\\\\nas\\raid"]))
def test_below_one_root_every_name_comes_back_letter_by_letter(names: list[str], root: str) -> None:
    path = "/".join(["/mnt/raid", *names])
    try:
        written = write(path, (root, "/mnt/raid"))
    except ValueError:
        assert root != "/Volumes/RAID"
        assert {"t:1", "k\\l"} & set(names)
        return
    assert written.startswith(root)
    assert local_path(written, maps((root, "/mnt/raid"))) == path
    assert path_here(written, maps((root, "/mnt/raid"))) == path
    assert path_here(path, maps((root, "/mnt/raid"))) == path


@pytest.mark.parametrize(
    ("pairs", "named"),
    [
        pytest.param([("/v/a", "/mnt"), ("Z:\\", "/mnt/")], ("/v/a=/mnt", "Z:\\=/mnt/"), id="two"),
        pytest.param([("/v", "P:\\x"), ("/w", "p:/X")], ("/v=P:\\x", "/w=p:/X"), id="by case"),
    ],
)
def test_two_names_of_one_root_are_refused_both_named(
    pairs: list[tuple[str, str]], named: tuple[str, str]
) -> None:
    with pytest.raises(CreationError) as refused:
        write(f"{pairs[0][1]}/a", *pairs)
    [issue] = refused.value.issues
    assert issue.path == "--path-map"
    assert f"found {named[0]} and {named[1]}, two names of one root" in issue.sentence
    assert write("/elsewhere/a", *pairs) == "/elsewhere/a", "where none of it lies there it is fine"


def test_a_root_that_is_said_twice_is_one() -> None:
    assert write("/mnt/a", ("/v", "/mnt"), ("/v/", "/mnt")) == "/v/a"


@pytest.mark.parametrize(
    ("local", "pairs", "said"),
    [
        pytest.param(
            "/mnt/b/x.mov",
            [("/a", "/mnt"), ("/a/b", "/fast")],
            "found /a=/mnt and /a/b=/fast: jobs have no name for /mnt/b of this machine",
            id="below a root that is elsewhere",
        ),
        pytest.param(
            "/a/x.mov",
            [("/a", "/mnt")],
            "found /a=/mnt: jobs have no name for /a of this machine, as /a is /mnt here",
            id="what jobs would take for another",
        ),
    ],
)
def test_a_place_that_jobs_have_no_name_for_is_refused_with_the_maps(
    local: str, pairs: list[tuple[str, str]], said: str
) -> None:
    with pytest.raises(CreationError) as refused:
        write(local, *pairs)
    [issue] = refused.value.issues
    assert said in issue.sentence


@pytest.mark.parametrize(
    ("local", "root"),
    [
        pytest.param("/mnt/take 1:2.mov", "Z:\\", id="a colon"),
        pytest.param("/mnt/a\\b.mov", "//nas/raid", id="a backslash"),
        pytest.param("/mnt/" + "x/" * 2040 + "y", "Z:\\a longer root", id="too long"),
    ],
)
def test_a_name_that_the_other_system_cannot_have_is_refused_alone(local: str, root: str) -> None:
    with pytest.raises(ValueError, match=r"which no JobSpec can name|Windows cannot have"):
        write(local, (root, "/mnt"))


@pytest.mark.parametrize(
    ("named", "here"),
    [
        ("/Volumes/RAID/a", "/mnt/raid/a"),
        ("/mnt/raid/a", "/mnt/raid/a"),
        ("z:/a", "/mnt/z/a"),
        ("/home/a", "/home/a"),
        ("/mnt/raid/Volumes/RAID", "/mnt/raid/Volumes/RAID"),
    ],
)
def test_a_person_may_name_a_root_either_way(named: str, here: str) -> None:
    assert path_here(named, maps(("/Volumes/RAID", "/mnt/raid"), ("Z:\\", "/mnt/z"))) == here


def test_a_name_of_this_machine_stands_above_one_of_jobs() -> None:
    assert path_here("/host/x", maps(("/", "/host"))) == "/host/x"
    assert path_here("/x", maps(("/", "/host"))) == "/host/x"


@pytest.mark.parametrize(
    ("path", "folders"),
    [
        ("/Volumes/RAID/a", "Volumes/RAID/a"),
        ("Z:\\a\\b", "Z/a/b"),
        ("\\\\nas\\raid\\Mu\u0308", "nas/raid/M\u00fc"),
    ],
)
def test_whole_paths_as_folders(path: str, folders: str) -> None:
    assert below_root(path) == folders
