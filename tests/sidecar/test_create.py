"""`proxx create` with every option: what a person reads, and what lies on the disk afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sidecar.calling import Proxx


def jobs(proxx: Proxx, where: str = "out") -> list[dict[str, Any]]:
    files = sorted((proxx.folder / where).rglob("*.job.json"))
    return [json.loads(path.read_bytes()) for path in files]


def test_the_resolve_rule_puts_proxies_beside_originals_and_jobs_elsewhere(proxx: Proxx) -> None:
    proxx.shoot("A.mov", "day 1/B.mov")
    said = proxx("create", "footage", "--out", "jobs", "--rule", "resolve")
    assert said.code == 0, said.err
    assert proxx("run", "jobs").code == 0
    footage = proxx.folder / "footage"
    assert (footage / "Proxy/A.mov").is_file()
    assert (footage / "day 1/Proxy/B.mov").is_file()
    assert sorted(path.name for path in footage.iterdir()) == ["A.mov", "Proxy", "day 1"]
    assert not list((proxx.folder / "jobs").rglob("*.mov"))
    again = proxx("create", "footage", "--out", "jobs", "--rule", "resolve", "--skip-done")
    assert again.code == 0, "proxies in Proxy folders are never taken for footage"
    assert "nothing to do: every clip was proven before" in again.out


def test_the_premiere_rule_adds_its_suffix(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    assert proxx("create", "footage", "--out", "out", "--rule", "premiere").code == 0
    assert jobs(proxx)[0]["clips"][0]["output_name"] == "A_Proxy.mov"


def test_the_avid_rule_makes_mxf_and_declines_what_only_avid_writes(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    said = proxx("create", "footage", "--out", "out", "--rule", "avid", "--profile", "h264")
    assert said.code == 2
    assert "OP-Atom" in said.err
    assert "dnxhr_lb_mxf" in said.err
    assert not (proxx.folder / "out").exists()
    said = proxx("create", "footage", "--out", "out", "--rule", "avid")
    assert said.code == 0, said.err
    assert jobs(proxx)[0]["clips"][0]["output_name"] == "A.mxf"


def test_what_is_done_is_listed_and_skipped(proxx: Proxx) -> None:
    proxx.shoot("A.mov", "B.mov")
    proxx("create", "footage", "--out", "out")
    proxx("run", "out")
    (proxx.folder / "out/B.mov").unlink()
    for more in ((), ("--trust",)):
        said = proxx("create", "footage", "--out", "out", "--skip-done", *more, "--json")
        told = json.loads(said.out)
        assert [Path(entry["path"]).name for entry in told["done_before"]] == ["A.mov"]
        assert [Path(job["clips"][0]).name for job in told["jobs"]] == ["B.mov"]
        for job in told["jobs"]:
            Path(job["job_file"]).unlink()


def test_replace_makes_a_changed_look_anew(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    proxx("create", "footage", "--out", "out")
    proxx("run", "out")
    before = (proxx.folder / "out/A.mov").read_bytes()
    refused = proxx("create", "footage", "--out", "out", "--profile", "prores_lt")
    assert refused.code == 2
    said = proxx("create", "footage", "--out", "out", "--profile", "prores_lt", "--replace")
    assert said.code == 0, said.err
    assert (proxx.folder / "out/A.mov").read_bytes() == before
    assert proxx("run", "out").code == 0
    assert (proxx.folder / "out/A.mov").read_bytes() != before


def test_a_list_gives_timecodes_and_says_what_differs_and_what_it_did_not_need(
    proxx: Proxx,
) -> None:
    proxx.shoot("A.mov", "B.mov")
    (proxx.folder / "tc.csv").write_text(
        "File,Start TC,Reel\nA.mov,01:00:00:00,A001\nZ.mov,02:00:00:00,A002\n"
    )
    said = proxx("create", "footage", "--out", "out", "--timecode-from", "tc.csv")
    assert said.code == 0, said.err
    assert "Z.mov" in said.out
    clips = {job["label"]: job["clips"][0]["source"] for job in jobs(proxx)}
    assert clips["A"]["timecode"]["start"] == "01:00:00:00"
    assert clips["A"]["timecode"]["from"] == "csv"
    assert clips["A"]["reel"] == "A001"
    assert clips["B"]["timecode"] is None


def test_a_row_that_fits_two_clips_is_refused_and_both_are_named(proxx: Proxx) -> None:
    proxx.shoot("card 1/C0001.mov", "card 2/C0001.mov")
    (proxx.folder / "tc.csv").write_text("File,Start TC\nC0001.mov,01:00:00:00\n")
    said = proxx("create", "footage", "--out", "out", "--timecode-from", "tc.csv")
    assert said.code == 2
    assert "card 1/C0001.mov" in said.err
    assert "card 2/C0001.mov" in said.err


def test_a_timecode_that_is_none_at_the_clips_rate_stops_the_act(proxx: Proxx) -> None:
    proxx.shoot("A.mov", "B.mov")
    (proxx.folder / "tc.csv").write_text("File,Start TC\nA.mov,01:00:00:25\nB.mov,01:00:00:29\n")
    said = proxx("create", "footage", "--out", "out", "--timecode-from", "tc.csv")
    assert said.code == 2
    assert "A.mov" in said.err
    assert "B.mov" in said.err, "all problems at once"
    assert not (proxx.folder / "out").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(("--trust",), "--skip-done", id="trust without what it belongs to"),
        pytest.param(("--sequence-rate", "fast"), "24000/1001", id="a rate that is a word"),
        pytest.param(("--sequence-rate", "0"), "24000/1001", id="no pictures a second"),
        pytest.param(("--conform-rate", "25"), "conform", id="a rate without conforming"),
        pytest.param(("--rule", "vegas"), "mirror", id="a rule that is none"),
        pytest.param(("--profile", "prores"), "prores_proxy", id="a profile that is none"),
        pytest.param(("--lut", "look.cube"), "look.cube", id="a LUT that is not there"),
        pytest.param(("--timecode-from", "tc.ale"), "tc.ale", id="a list that is not there"),
    ],
)
def test_a_wrong_request_names_itself_and_writes_nothing(
    proxx: Proxx, words: tuple[str, ...], told: str
) -> None:
    proxx.shoot("A.mov")
    said = proxx("create", "footage", "--out", "out", *words)
    assert said.code == 2
    assert told in said.err
    assert not (proxx.folder / "out").exists()


@pytest.mark.parametrize("text", ["23.976", "23.98", "24000/1001"])
def test_ntsc_rates_may_be_written_as_people_write_them(text: str) -> None:
    from proxx_engine import parse_rate

    assert str(parse_rate(text)) == "24000/1001"


def test_a_profile_of_ones_own_from_new_to_proxy(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    assert proxx("profiles", "new", "mine", "--from", "h264").code == 0
    text = (proxx.folder / "mine.toml").read_text("utf-8")
    (proxx.folder / "mine.toml").write_text(text.replace('mode = "half"', 'mode = "quarter"'))
    assert proxx("profiles", "check", "mine.toml").code == 0
    assert proxx("create", "footage", "--out", "out", "--profile", "mine.toml").code == 0
    assert jobs(proxx)[0]["profile"]["size"]["mode"] == "quarter"
    assert proxx("profiles", "new", "mine").code == 3, "nothing is overwritten"


def test_profiles_check_tells_every_problem_of_every_file(proxx: Proxx) -> None:
    proxx("profiles", "new", "one")
    text = (proxx.folder / "one.toml").read_text("utf-8")
    wrong = text.replace('codec = "prores_proxy"', 'codec = "h264"').replace(
        'container = "mov"', 'container = "webm"'
    )
    (proxx.folder / "two.toml").write_text(wrong)
    said = proxx("profiles", "check", "one.toml", "two.toml", "three")
    assert said.code == 2
    assert said.out.startswith("ok")
    assert "container" in said.err
    assert "video.encoder" in said.err
    assert "three" in said.err
