"""Source and proxy side by side, out of the job's words and what was seen of the proxy."""

from __future__ import annotations

import json
from pathlib import Path

from proxx_engine import ResolveClip, decode_jobspec
from sidecar.report.facts import compare_facts
from sidecar.report.gathering import gather
from sidecar.report.model import Fact
from sidecar.report.view import view_of
from tests.golden.documents import JOBSPEC_1_0
from tests.sidecar.calling import Proxx


def facts(folder: Path) -> dict[str, Fact]:
    gathered = gather([folder], inspecting=lambda _path, _number, _total: None)
    shown = view_of(gathered, paths=[folder], made_at="", made_by="")
    [clip] = shown.clips
    return {fact.name: fact for fact in clip.facts}


def test_what_was_probed_stands_beside_what_was_made(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    assert proxx("create", "footage", "--out", "out").code == 0
    assert proxx("run", "out").code == 0
    told = facts(proxx.folder / "out")
    assert (told["Codec"].source.split()[0], told["Codec"].proxy) == ("mjpeg", "prores")
    assert (told["Raster"].source, told["Raster"].proxy) == ("320x180", "160x90")
    assert (told["Frame rate"].source, told["Frame rate"].proxy) == ("25", "25")
    assert (told["Frames"].source, told["Frames"].proxy) == ("25, by index", "25")
    assert told["Container"].proxy.startswith("mov/mp4")


def test_where_the_job_is_gone_the_proxy_s_facts_are_told_alone(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    assert proxx("create", "footage", "--out", "out").code == 0
    assert proxx("run", "out").code == 0
    for job in (proxx.folder / "out").glob("*.job.json"):
        job.unlink()
    told = facts(proxx.folder / "out")
    assert all(fact.source == "" for fact in told.values())
    assert told["Codec"].proxy == "prores"


def test_a_job_file_of_another_job_tells_nothing(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    assert proxx("create", "footage", "--out", "out").code == 0
    assert proxx("run", "out").code == 0
    [job] = (proxx.folder / "out").glob("*.job.json")
    text = job.read_text()
    job.write_text(text.replace(job.name.split(".")[1], "00000000-0000-4000-8000-000000000000"))
    assert all(fact.source == "" for fact in facts(proxx.folder / "out").values())


def test_of_camera_raw_resolve_s_word_stands_for_the_source() -> None:
    clip = decode_jobspec(JOBSPEC_1_0.read_bytes()).clips[0]
    said = {
        "project_id": "p",
        "project_name": "Documentary",
        "media_id": "m",
        "clip_name": "A.braw",
        "data_level": "Auto",
        "flips": None,
        "color_science": None,
        "frames": 255,
        "frame_rate": "24000/1001",
        "start_timecode": "19:37:31:16",
        "width": 6144,
        "height": 3456,
        "audio_channels": 2,
        "sample_rate": 48000,
    }
    raw = clip.model_copy(
        update={
            "source": clip.source.model_copy(update={"video": None, "audio": ()}),
            "resolve": ResolveClip.model_validate_json(json.dumps(said)),
        }
    )
    told = {fact.name: fact.source for fact in compare_facts(raw, ())}
    assert told["Raster"] == "6144x3456, says Resolve"
    assert told["Frame rate"] == "23.976, says Resolve"
    assert told["Frames"] == "255, says Resolve"
    assert told["Timecode"] == "19:37:31:16, says Resolve"
    assert told["Sound"] == "2 ch, 48000 Hz, says Resolve"


def test_what_was_not_made_has_no_length(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    assert proxx("create", "footage", "--out", "out").code == 0
    proxx.cut("A.mov")
    assert proxx("run", "out").code == 1
    told = facts(proxx.folder / "out")
    assert (told["Length"].source, told["Length"].proxy) == ("1.0 s", "")
