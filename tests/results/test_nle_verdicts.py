"""What is told of each NLE: that a proxy attaches, how, or why not, with every reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxx_engine import Tools
from proxx_engine.results.nle_verdicts import NOT_COMPARED
from tests.results.nle_judging import FOLDER, NLES, compared, judge
from tests.spec.samples import Json, audio_stream
from tests.support import MakeClip, execute, make_job


@pytest.mark.parametrize(
    ("name", "folder", "finds"),
    [
        pytest.param("A001C001.mov", f"{FOLDER}/Proxy", {"resolve"}, id="in Proxy, same name"),
        pytest.param("A001C001.mov", FOLDER, set(), id="beside the original"),
        pytest.param("A001C001.mov", "/other/Proxy", set(), id="in another Proxy"),
        pytest.param("A001C001_x.mov", f"{FOLDER}/Proxy", set(), id="in Proxy, another name"),
    ],
)
def test_resolve_finds_by_itself_only_the_same_name_in_proxy(
    name: str, folder: str, finds: set[str]
) -> None:
    verdicts = judge({"output_name": name}, folder=folder)
    assert {nle for nle, verdict in verdicts.items() if verdict == "attaches"} == finds
    if not finds:
        assert verdicts["resolve"].startswith("attaches by hand: Link Proxy Media")


def test_a_name_taken_apart_by_a_mac_is_the_same_name() -> None:
    apart = "Caf\u0065\u0301"
    path = f"/footage/{apart}/{apart}.mov"
    changes = {"source.path": path, "source.files": [path], "output_name": "Caf\u00e9.mov"}
    assert judge(changes, folder="/footage/Caf\u00e9/Proxy")["resolve"] == "attaches"


def test_windows_paths_are_compared_as_windows_does() -> None:
    path = "D:\\Footage\\A001C001.mov"
    changes = {"source.path": path, "source.files": [path]}
    assert judge(changes, folder="d:\\footage\\Proxy")["resolve"] == "attaches"


def test_premiere_is_told_what_to_choose() -> None:
    assert judge({"output_name": "A001C001_Proxy.mov"})["premiere"] == (
        "attaches by hand: Proxy > Attach Proxies"
    )
    assert "choose each file" in judge()["premiere"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            {"source.video.field_order": "top_first"},
            {
                "resolve": "attaches",
                "premiere": "no: the original is top field first, the proxy progressive",
            },
            id="interlaced made progressive",
        ),
        pytest.param(
            {"source.video.field_order": "unknown"},
            {"resolve": "attaches", "premiere": "attaches by hand: "},
            id="nobody says whether it is interlaced",
        ),
        pytest.param(
            {"source.audio": [audio_stream(), audio_stream(3, channels=1, layout="mono")]},
            {
                "premiere": "no: the original has 2 + 1 audio channels, the proxy 2",
                "avid_link": "no: the original has 2 + 1",
                "final_cut": "no: the original has 2 + 1",
                "resolve": "unknown: the original has 2 + 1",
            },
            id="a mono track not taken over",
        ),
        pytest.param(
            {"source.left_out": [{"stream_index": 5, "kind": "audio", "reason": "unknown codec"}]},
            {"premiere": "no: 1 audio stream of the original left out"},
            id="sound that nobody can read",
        ),
        pytest.param(
            {"source.video.variable_frame_rate": True, "target.variable_frame_rate": "keep"},
            dict.fromkeys(NLES, "unknown: the frame rate varies, in the original and in the proxy"),
            id="variable rate kept",
        ),
        pytest.param(
            {"source.video.variable_frame_rate": True, "target.variable_frame_rate": "conform"},
            dict.fromkeys(NLES, "unknown: the original's frame rate varies, the proxy's is 24000/"),
            id="variable rate conformed",
        ),
        pytest.param(
            {"target.frame_rate": "25/1"},
            dict.fromkeys(NLES, "no: the original has 24000/1001 frames a second, the proxy 25/1"),
            id="another rate",
        ),
        pytest.param(
            {"source.video.rotation": 90, "target.width": 540, "target.height": 960},
            dict.fromkeys(NLES, "unknown: the original is turned by 90 degrees for display"),
            id="a phone held upright",
        ),
        pytest.param(
            {"target.width": 854, "target.height": 480},
            {
                "resolve": "attaches",
                "premiere": "unknown: 854x480 is no whole fraction of 1920x1080",
            },
            id="480 lines of 1080",
        ),
        pytest.param(
            {"target.width": 1440, "target.height": 1080, "target.pixel_aspect_ratio": "4/3"},
            {"premiere": "attaches by hand: "},
            id="1440 anamorphic of 1920, as Adobe allows",
        ),
        pytest.param(
            {"source.timecode": {"start": "02:00:00:00", "drop_frame": False, "from": "csv"}},
            {
                "resolve": "attaches by hand: first give the original the timecode 02:00:00:00",
                "premiere": "attaches by hand: Proxy > Attach",
            },
            id="timecode from a list",
        ),
        pytest.param(
            {
                "source.timecode": {
                    "start": "02:00:00:00",
                    "drop_frame": False,
                    "from": "sidecar_xml",
                }
            },
            {"resolve": "attaches: only where the card's XML was read"},
            id="timecode from the card's XML",
        ),
        pytest.param(
            {
                "source.sequence": {
                    "prefix": "A001C001.",
                    "digits": 4,
                    "first": 1,
                    "suffix": ".exr",
                },
            },
            {
                "premiere": "no: the original is an image sequence",
                "resolve": "attaches by hand: Link Proxy Media",
            },
            id="image sequence",
        ),
    ],
)
def test_what_is_planned_to_differ_is_judged(
    changes: dict[str, Json], expected: dict[str, str]
) -> None:
    verdicts = judge(changes)
    for nle, beginning in expected.items():
        assert verdicts[nle].startswith(beginning), verdicts[nle]


def test_every_reason_is_told_at_once() -> None:
    changes = {
        "source.video.field_order": "bottom_first",
        "source.left_out": [{"stream_index": 5, "kind": "audio", "reason": "unknown codec"}],
        "target.width": 854,
        "target.height": 480,
    }
    verdict = judge(changes, report=compared(frames="different"))["premiere"]
    assert verdict == (
        "no: frames.muxed is 47, expected 48; "
        "the original is bottom field first, the proxy progressive; "
        "1 audio stream of the original left out; "
        "and not known: 854x480 is no whole fraction of 1920x1080"
    )


@pytest.mark.parametrize(
    ("check", "refusing"),
    [
        pytest.param("timecode", {"resolve", "avid_link", "final_cut"}, id="timecode"),
        pytest.param("audio", {"premiere", "avid_link", "final_cut"}, id="sound"),
        pytest.param("field_order", {"premiere"}, id="fields"),
        pytest.param("frames", set(NLES), id="frames"),
        pytest.param("plays", set(NLES), id="does not play"),
    ],
)
def test_a_failing_check_refuses_where_it_is_compared(check: str, refusing: set[str]) -> None:
    verdicts = judge(report=compared(**{check: "different"}))
    assert {nle for nle, verdict in verdicts.items() if verdict.startswith("no: ")} == refusing


def test_what_was_not_seen_is_not_known() -> None:
    verdict = judge(report=compared(timecode="unknown"))["resolve"]
    assert verdict == "unknown: timecode was not seen"


def test_dropped_alpha_is_said() -> None:
    verdict = judge(report=compared(pixel_format="planned"))["resolve"]
    assert verdict == "attaches: it shows no alpha, which the original has"


@pytest.fixture(scope="module")
def footage(make_clip: MakeClip, tmp_path_factory: pytest.TempPathFactory) -> Path:
    clip = make_clip(
        "A001.mov",
        *("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-frames:v", "3"),
        *("-c:v", "prores_ks", "-timecode", "01:00:00:00"),
    )
    folder = tmp_path_factory.mktemp("footage")
    (folder / clip.name).write_bytes(clip.read_bytes())
    return folder


def test_a_real_proxy_beside_its_original_carries_its_verdicts(footage: Path, tools: Tools) -> None:
    out = footage / "Proxy"
    ran = execute(make_job(footage / "A001.mov", out, tools), out, tools)
    [clip] = ran.result.clips
    assert clip.status == "COMPLETED", ran.result.failure
    assert clip.nle_verdicts["resolve"] == "attaches"
    assert clip.nle_verdicts["premiere"].startswith("attaches by hand: ")


def test_a_proxy_that_was_not_compared_is_not_judged(
    footage: Path, tools: Tools, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    spec = make_job(footage / "A001.mov", out, tools)
    limits = spec.execution.model_copy(update={"verification": "exists"})
    ran = execute(spec.model_copy(update={"execution": limits}), out, tools)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert set(ran.result.clips[0].nle_verdicts.values()) == {NOT_COMPARED}
