"""`--rule`: where proxies go and what they are called, so that each NLE finds them."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from proxx_engine import CreationError, ProfileSpec, Tools, find_profile, load_profiles
from proxx_engine.creation.footage.walk import Found, walk_footage
from proxx_engine.creation.output_rules import (
    RULES_BY_NAME,
    Placement,
    check_rule,
    find_rule,
    naming_template,
    place_proxy,
    profile_name,
)
from proxx_engine.planning.naming import collision_key
from proxx_engine.spec.tokens import expand_template
from tests.support import MakeClip, execute, make_job

OUT = Path("/proxies")


def place(rule: str, original: str, *named: str, mirrored: str = "") -> Placement:
    return place_proxy(
        RULES_BY_NAME[rule],
        original=Path(original),
        mirrored=mirrored,
        named=tuple(map(Path, named)),
        out=OUT,
    )


def in_container(container: str) -> ProfileSpec:
    """Return a profile of this container; only its name and container are looked at."""
    base = find_profile("prores_proxy")
    return base.model_copy(update={"container": container, "name": f"made_up_{container}"})


@pytest.mark.parametrize(
    ("original", "named", "directory", "subdirectory"),
    [
        pytest.param("/f/A.mov", ["/f"], "/f", "Proxy", id="in the named folder"),
        pytest.param("/f/d1/c2/A.mov", ["/f"], "/f", "d1/c2/Proxy", id="two folders down"),
        pytest.param("/f/d1/A.mov", ["/f/d1/A.mov"], "/f/d1", "Proxy", id="a file was named"),
        pytest.param("/g/A.mov", ["/f", "/g"], "/g", "Proxy", id="several folders named"),
        pytest.param("/f/d1/A.mov", ["/f", "/f/d1"], "/f/d1", "Proxy", id="one within another"),
        pytest.param(
            "/f2/A.mov", ["/f", "/f2/A.mov"], "/f2", "Proxy", id="a name that begins alike"
        ),
        pytest.param("/f/a:b/A.mov", ["/f"], "/f/a:b", "Proxy", id="a folder Windows has not"),
        pytest.param(
            *("/f/Cafe\u0301/A.mov", ["/f"], "/f/Cafe\u0301", "Proxy"), id="a folder taken apart"
        ),
        pytest.param(
            *("/f/Caf\u00e9/A.mov", ["/f"], "/f", "Caf\u00e9/Proxy"), id="a folder put together"
        ),
    ],
)
def test_for_resolve_a_proxy_lies_in_proxy_beside_its_original(
    original: str, named: list[str], directory: str, subdirectory: str
) -> None:
    placement = place("resolve", original, *named)
    assert placement == Placement(Path(directory), subdirectory)
    whole = PurePosixPath(placement.directory, placement.subdirectory)
    assert whole == PurePosixPath(original).parent / "Proxy"


@pytest.mark.parametrize("rule", ["mirror", "premiere", "avid"])
def test_the_other_rules_mirror_the_tree_below_out(rule: str) -> None:
    placement = place(rule, "/f/d1/A.mov", "/f", "/g", mirrored="f/d1")
    assert placement == Placement(OUT, "f/d1")


@pytest.mark.parametrize(
    ("rule", "name"),
    [("mirror", "A001"), ("resolve", "A001"), ("premiere", "A001_Proxy"), ("avid", "A001")],
)
def test_each_rule_has_its_name(rule: str, name: str) -> None:
    template = naming_template(RULES_BY_NAME[rule], None)
    assert expand_template(template, {"source_name": "A001"}) == name


@pytest.mark.parametrize("rule", ["resolve", "premiere", "avid"])
def test_a_name_that_would_not_be_found_is_refused(rule: str) -> None:
    wanted = RULES_BY_NAME[rule]
    template = naming_template(wanted, "{source_name}_{resolution}")
    [issue] = check_rule(
        wanted, template=template, profile=in_container(wanted.containers[0]), known=()
    )
    assert issue.path == "--name"
    assert issue.code == "SPEC_BAD_TEMPLATE"
    assert wanted.other_names is not None
    assert wanted.other_names in issue.sentence


@pytest.mark.parametrize("rule", list(RULES_BY_NAME))
def test_the_rules_own_name_may_be_given(rule: str) -> None:
    wanted = RULES_BY_NAME[rule]
    template = naming_template(wanted, wanted.naming_template)
    profile = in_container(wanted.containers[0])
    assert check_rule(wanted, template=template, profile=profile, known=()) == []


def test_mirror_takes_any_name_and_any_container() -> None:
    for container in ("mov", "mp4", "mkv", "mxf", "webm"):
        profile = in_container(container)
        assert (
            check_rule(RULES_BY_NAME["mirror"], template="x{index}", profile=profile, known=())
            == []
        )


@pytest.mark.parametrize(
    ("rule", "container"),
    [
        pytest.param("resolve", "mxf", id="Resolve and MXF"),
        pytest.param("resolve", "webm", id="Resolve and WebM"),
        pytest.param("premiere", "mkv", id="Premiere and MKV"),
        pytest.param("avid", "mov", id="Media Composer and MOV"),
    ],
)
def test_a_container_that_would_not_attach_is_refused_naming_the_profiles_that_do(
    rule: str, container: str
) -> None:
    wanted = RULES_BY_NAME[rule]
    known = tuple(in_container(each) for each in ("webm", "mxf", "mp4", "mkv", "mov"))
    [issue] = check_rule(
        wanted, template=wanted.naming_template, profile=in_container(container), known=known
    )
    assert issue.path == "--profile"
    assert issue.code == "SPEC_BAD_PAIR"
    offered = issue.sentence.partition("choose ")[2].split(" or ")
    assert offered == sorted(f"made_up_{each}" for each in wanted.containers)


def test_op_atom_is_declined_in_words() -> None:
    rule = RULES_BY_NAME["avid"]
    [issue] = check_rule(
        rule,
        template=rule.naming_template,
        profile=find_profile("prores_proxy"),
        known=load_profiles(),
    )
    assert "OP-Atom files for Avid MediaFiles are not made" in issue.sentence


def test_both_faults_are_told_at_once() -> None:
    issues = check_rule(RULES_BY_NAME["avid"], template="x", profile=in_container("webm"), known=())
    assert [issue.path for issue in issues] == ["--name", "--profile"]


def test_the_rule_chooses_a_profile_only_where_the_person_does_not() -> None:
    avid, mirror = RULES_BY_NAME["avid"], RULES_BY_NAME["mirror"]
    assert profile_name(avid, None, default="prores_proxy") == "dnxhr_lb_mxf"
    assert profile_name(avid, "dnxhd_mxf", default="prores_proxy") == "dnxhd_mxf"
    assert profile_name(mirror, None, default="prores_proxy") == "prores_proxy"


def test_an_unknown_rule_is_refused_naming_those_there_are() -> None:
    with pytest.raises(CreationError) as caught:
        find_rule("premier")
    [issue] = caught.value.issues
    assert "Did you mean premiere?" in issue.sentence
    assert all(name in issue.sentence for name in RULES_BY_NAME)


def test_two_originals_that_become_one_proxy_have_one_collision_key() -> None:
    keys = set()
    for original in ("/f/d1/A001.mov", "/f/d1/a001.mxf"):
        placement = place("resolve", original, "/f")
        stem = Path(original).stem
        keys.add(collision_key(str(placement.directory), placement.subdirectory, f"{stem}.mov"))
    assert len(keys) == 1


def test_a_walked_tree_is_placed_clip_by_clip(tmp_path: Path) -> None:
    first, second = tmp_path / "one", tmp_path / "two"
    for name in ("one/A.mov", "one/day 1/B.mov", "two/C.mov"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    placed = {
        entry.path.name: place_proxy(
            RULES_BY_NAME["resolve"],
            original=entry.path,
            mirrored=entry.subdirectory,
            named=(first, second),
            out=tmp_path / "out",
        )
        for entry in walk_footage((first, second), out=tmp_path / "out")
        if isinstance(entry, Found)
    }
    assert placed == {
        "A.mov": Placement(first, "Proxy"),
        "B.mov": Placement(first, "day 1/Proxy"),
        "C.mov": Placement(second, "Proxy"),
    }


def test_a_job_placed_for_resolve_leaves_only_proxy_beside_the_original(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    clip = make_clip(
        "A001.mov",
        *("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-frames:v", "3"),
        *("-c:v", "prores_ks", "-timecode", "01:00:00:00"),
    )
    footage, out = tmp_path / "footage", tmp_path / "out"
    original = footage / "day 1" / clip.name
    original.parent.mkdir(parents=True)
    original.write_bytes(clip.read_bytes())
    placement = place("resolve", str(original), str(footage))
    spec = make_job(original, out, tools)
    spec = spec.model_copy(
        update={
            "output": spec.output.model_copy(update={"directory": str(placement.directory)}),
            "clips": tuple(
                each.model_copy(update={"output_subdirectory": placement.subdirectory})
                for each in spec.clips
            ),
        }
    )
    ran = execute(spec, out, tools)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert ran.result.clips[0].nle_verdicts["resolve"] == "attaches"
    assert ran.proxy == original.parent / "Proxy" / "A001.mov"
    assert sorted(path.name for path in footage.iterdir()) == ["day 1"]
    assert sorted(path.name for path in original.parent.iterdir()) == ["A001.mov", "Proxy"]
