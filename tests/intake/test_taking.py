"""Each file becomes one job, once; nothing in the hot folder is touched, nothing of ours taken."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from proxx_engine import (
    CreationRequest,
    NeverStop,
    Prober,
    RequestError,
    create_jobs,
    execute_jobspec,
    find_tools,
    place_of_job,
    read_jobspec_file,
)
from sidecar.folders.submitting import NamedJob, write_named
from tests.intake.scene import Scene, add_box
from tests.support import WORKER, MakeClip


def test_nothing_in_the_hot_folder_is_changed(scene: Scene) -> None:
    scene.copy("CARD/CLIP/A.mov", "loose.mov")
    (scene.hot / "CARD/notes.txt").write_text("x")
    before = scene.state()
    folders = {path: path.stat().st_mtime_ns for path in (scene.hot, scene.hot / "CARD")}
    scene.run()
    scene.run()
    assert len(scene.jobs()) == 2
    assert scene.state() == before
    assert {path: path.stat().st_mtime_ns for path in folders} == folders


def test_a_second_start_takes_nothing_twice(scene: Scene) -> None:
    scene.copy("CARD/A.mov", "B.mov")
    scene.run()
    scene.run()
    scene.run(lambda: scene.wait(20))
    assert scene.sources() == ["CARD/A.mov", "B.mov"]
    assert scene.heard.of("started") == [(scene.hot, 2, 2)]
    assert scene.heard.of("arrived") == []


def test_what_comes_later_to_a_card_is_taken_alone_and_in_its_place(scene: Scene) -> None:
    scene.copy("CARD/A.mov")

    def adding() -> Iterator[None]:
        yield from scene.wait(6)
        scene.copy("CARD/DEEP/B.mov", "CARD/C.mov")
        yield from scene.wait(6)

    scene.run(adding)
    assert scene.sources() == ["CARD/A.mov", "CARD/C.mov", "CARD/DEEP/B.mov"]
    assert [clips for _units, clips, _jobs in scene.heard.of("taken")] == [1, 2]
    below = {c["output_name"]: c["output_subdirectory"] for j in scene.jobs() for c in j["clips"]}
    assert below == {"A.mov": "", "C.mov": "", "B.mov": "DEEP"}


def test_a_card_keeps_its_clips_when_it_was_moved_away_and_comes_back(scene: Scene) -> None:
    scene.copy("CARD/A.mov")
    scene.run()
    shutil.move(scene.hot / "CARD", scene.folder / "CARD")
    scene.run()
    shutil.move(scene.folder / "CARD", scene.hot / "CARD")
    scene.run()
    assert scene.sources() == ["CARD/A.mov"]


def test_other_times_and_the_same_content_are_the_same_file(scene: Scene) -> None:
    [path] = scene.copy("CARD/A.mov")
    scene.run()
    os.utime(path, (1_000_000_000, 1_000_000_000))
    scene.run()
    assert len(scene.jobs()) == 1
    assert scene.heard.of("changed") == []
    hashed = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sidecar.intake.taking.hash_samples", lambda paths: hashed.append(paths))
        scene.run()
    assert hashed == [], "the new times are known now"


def test_a_file_that_is_another_one_now_is_told_and_overwrites_nothing(scene: Scene) -> None:
    [path] = scene.copy("CARD/A.mov")

    def changing() -> Iterator[None]:
        yield from scene.wait(5)
        add_box(path, b"other")
        scene.copy("CARD/B.mov")
        yield from scene.wait(20)

    scene.run(changing)
    assert scene.sources() == ["CARD/A.mov", "CARD/B.mov"]
    assert scene.heard.of("changed") == [([("CARD/A.mov", scene.jobs()[0]["job_id"])],)]
    [(_units, [(left, reason)])] = scene.heard.of("left_out")
    assert left == "CARD/A.mov"
    assert "a job waits to make it" in reason
    scene.copy("CARD/C.mov")
    scene.run()
    assert len(scene.jobs()) == 3
    assert scene.heard.of("changed") == [], "it was told"


def test_of_the_same_size_too(scene: Scene) -> None:
    [path] = scene.copy("CARD/A.mov")
    scene.run()
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    scene.run()
    assert len(scene.heard.of("changed")) == 1
    assert len(scene.jobs()) == 1


def test_half_a_file_in_the_place_of_one_that_was_taken_is_no_new_clip(scene: Scene) -> None:
    [path] = scene.copy("CARD/A.mov")
    scene.run()
    [job] = (scene.watch / "pending").glob("*.job.json")
    job.unlink()
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])

    def standing() -> Iterator[None]:
        yield from scene.wait(40)
        assert scene.jobs() == []
        assert "copy it again" in scene.heard.of("left_out")[0][1][0][1]
        path.write_bytes(data)
        yield from scene.wait(6)

    scene.run(standing)
    assert scene.jobs() == [], "it is again what it was"


def test_it_becomes_a_new_job_where_its_proxys_name_is_free(scene: Scene) -> None:
    [path] = scene.copy("CARD/A.mov")
    scene.run()
    [job] = (scene.watch / "pending").glob("*.job.json")
    job.unlink()
    add_box(path, b"other")
    scene.run()
    assert len(scene.heard.of("changed")) == 1
    assert scene.sources() == ["CARD/A.mov"]
    scene.run()
    assert scene.heard.of("changed") == []


def test_a_job_that_runs_holds_its_name(scene: Scene) -> None:
    [path] = scene.copy("CARD/A.mov")
    scene.run()
    [job] = (scene.watch / "pending").glob("*.job.json")
    home = scene.watch / "running/worker-1/A.x"
    home.mkdir(parents=True)
    job.rename(home / "A.x.job.json")
    add_box(path, b"other")
    scene.run()
    assert scene.jobs() == []
    assert "a job waits to make it" in scene.heard.of("left_out")[0][1][0][1]


def test_clips_that_would_meet_in_one_name_refuse_their_card_and_no_other(scene: Scene) -> None:
    first, second = scene.copy("CARD/A.mov", "CARD/A.mp4")
    scene.copy("OTHER/A.mov")

    def renaming() -> Iterator[None]:
        yield from scene.wait(20)
        assert scene.sources() == ["OTHER/A.mov"]
        [(unit, problems)] = scene.heard.of("refused")
        assert unit == "CARD"
        assert "would all become A.mov" in problems[0]
        second.rename(second.with_name("B.mp4"))
        yield from scene.wait(6)

    scene.run(renaming)
    assert sorted(scene.sources()) == ["CARD/A.mov", "CARD/B.mp4", "OTHER/A.mov"]
    assert first.exists()


def test_loose_files_that_would_meet_cost_only_the_second(scene: Scene) -> None:
    scene.copy("A.mov", "A.mp4", "B.mov")
    outcome = scene.run()
    assert scene.sources() == ["A.mov", "B.mov"]
    assert outcome is not None
    assert outcome.refused == ("A.mp4",)


def test_files_that_lie_loose_are_taken_in_one_act(scene: Scene) -> None:
    scene.copy("A.mov", "B.mov", "C.mov")
    scene.run()
    assert scene.heard.of("taken") == [(("A.mov", "B.mov", "C.mov"), 3, 3)]
    assert len({job["batch"] for job in scene.jobs()}) == 1
    assert {job["output"]["directory"] for job in scene.jobs()} == {str(scene.out)}


def test_numbered_pictures_that_lie_loose_are_one_unit(scene: Scene, make_clip: MakeClip) -> None:
    source = ("-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=0.12")
    first = make_clip("shot.0001.dpx", *source, "-frames:v", "1")
    rate = {"request": {"sequence_rate": Fraction(24)}}

    def rendering() -> Iterator[None]:
        for number in range(1, 6):
            shutil.copyfile(first, scene.hot / f"shot.{number:04d}.dpx")
            yield
        yield from scene.wait(4)

    scene.run(rendering, **rate)
    [job] = scene.jobs()
    assert len(job["clips"][0]["source"]["files"]) == 5
    assert scene.heard.of("arrived") == [(["shot.#.dpx"],)]
    shutil.copyfile(first, scene.hot / "shot.0006.dpx")
    scene.run(**rate)
    assert scene.heard.of("changed") == [([("shot.0001.dpx", job["job_id"])],)]
    assert len(scene.jobs()) == 1


def test_what_no_job_can_be_made_of_is_told_once(scene: Scene) -> None:
    scene.copy("CARD/A.mov")
    broken = scene.hot / "CARD/B.mts"
    broken.write_bytes(b"no footage at all" * 100)
    (scene.hot / "CARD/notes.txt").write_text("x")
    scene.run()
    [(units, entries)] = scene.heard.of("left_out")
    assert units == ["CARD"]
    assert [path for path, _reason in entries] == ["CARD/B.mts", "CARD/notes.txt"]
    scene.copy("CARD/C.mov")
    scene.run()
    assert scene.heard.of("left_out") == []
    shutil.copyfile(scene.clip, broken)
    scene.run()
    assert [Path(source).name for source in scene.sources()] == ["A.mov", "C.mov", "B.mts"]


def test_other_options_reopen_what_was_left_out_and_nothing_that_was_taken(
    scene: Scene, make_clip: MakeClip
) -> None:
    scene.copy("CARD/A.mov")
    picture = make_clip("p.0001.tif", "-f", "lavfi", "-i", "testsrc2=s=64x64:d=1", "-frames:v", "1")
    for number in range(1, 4):
        shutil.copyfile(picture, scene.hot / f"CARD/p.{number:04d}.tif")
    scene.run()
    assert "--sequence-rate" in scene.heard.of("left_out")[0][1][0][1]
    scene.run(request={"sequence_rate": Fraction(24)})
    assert scene.sources() == ["CARD/A.mov", "CARD/p.0001.tif"]


def test_what_proxx_made_is_never_taken(scene: Scene) -> None:
    """Outputs, watch folders, Proxy folders and proxies with a result beside them."""
    scene.copy("CARD/A.mov", "CARD/Proxy/A.mov", "proxies/A.mov", "Proxy/B.mov", ".hidden/C.mov")
    scene.copy("jobs/pending/D.mov", "CARD/.proxx-12345678/E.mov")
    (scene.hot / "jobs").rename(scene.folder / "jobs.away")
    (scene.hot / "jobs").mkdir()
    order = {"request": {"out": scene.hot / "proxies"}, "into": scene.hot / "jobs"}
    scene.run(**order)
    shutil.copyfile(scene.clip, scene.hot / "jobs/pending/D.mov")
    scene.run(**order)
    found = list((scene.hot / "jobs/pending").glob("*.job.json"))
    assert len(found) == 1
    assert scene.heard.of("arrived") == []


def test_a_loose_proxy_with_its_result_is_known(scene: Scene) -> None:
    [path] = scene.copy("A.mov")
    clip = {
        "status": "COMPLETED",
        "output": {"relative_path": "A.mov"},
        "output_size_bytes": path.stat().st_size,
    }
    (scene.hot / "A.12345678.result.json").write_text(json.dumps({"clips": [clip]}))
    scene.run()
    assert scene.jobs() == []
    assert ("A.mov", "a proxy that Proxx made") in scene.heard.of("left_out")[0][1]


def test_a_link_to_a_folder_is_told_and_not_followed(scene: Scene) -> None:
    (scene.folder / "elsewhere").mkdir()
    shutil.copyfile(scene.clip, scene.folder / "elsewhere/A.mov")
    (scene.hot / "CARD").symlink_to(scene.folder / "elsewhere")
    scene.run(lambda: scene.wait(10))
    assert scene.jobs() == []
    assert len(scene.heard.of("left_out")) == 1


def test_links_that_lead_nowhere_keep_nothing_waiting(scene: Scene) -> None:
    scene.copy("CARD/A.mov")
    (scene.hot / "CARD/ring.mov").symlink_to("ring.mov")
    (scene.hot / "CARD/gone.mov").symlink_to("nowhere.mov")
    os.mkfifo(scene.hot / "CARD/pipe.txt")
    scene.run()
    assert scene.sources() == ["CARD/A.mov"]


def test_names_that_are_no_text_are_told_and_left(scene: Scene) -> None:
    scene.copy("CARD/A.mov")
    name = os.fsdecode(b"CARD/\xff.mov")
    shutil.copyfile(scene.clip, scene.hot / name)
    scene.run()
    scene.run()
    assert scene.sources() == ["CARD/A.mov"]


def test_a_clip_whose_proxy_is_proven_needs_no_job(scene: Scene, tmp_path: Path) -> None:
    scene.copy("CARD/A.mov")
    scene.run()
    [job_file] = (scene.watch / "pending").glob("*.job.json")
    elsewhere = tmp_path / job_file.name
    job_file.rename(elsewhere)
    with find_tools(threads=2) as tools:
        result = execute_jobspec(
            read_jobspec_file(elsewhere),
            tools=tools,
            worker=WORKER,
            stop=NeverStop(),
            journal_path=place_of_job(elsewhere).journal,
        )
    assert result.status == "COMPLETED"
    shutil.rmtree(scene.watch / "intake")
    scene.run()
    assert scene.jobs() == []
    assert scene.heard.of("needless") == [(("CARD",), [scene.hot / "CARD/A.mov"])]
    scene.run()
    assert scene.heard.said == [("started", scene.hot, 1, 1)]


def test_a_file_that_moves_during_the_act_is_waited_for_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    [path] = scene.copy("CARD/A.mov")
    true_act = create_jobs
    acts = []

    def create_while_it_grows(request: object, *, prober: Prober) -> object:
        creation = true_act(request, prober=prober)  # type: ignore[arg-type]
        acts.append(len(creation.jobs))
        if len(acts) == 1:
            add_box(path, b"more")
        return creation

    monkeypatch.setattr("sidecar.intake.taking.create_jobs", create_while_it_grows)
    scene.run(lambda: scene.wait(10))
    assert acts == [1, 1]
    [job] = scene.jobs()
    assert job["clips"][0]["source"]["size_bytes"] == path.stat().st_size
    assert scene.heard.of("changed") == []


def test_a_full_disk_costs_nothing_but_time(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.copy("CARD/A.mov", "CARD/B.mov")
    true_write = write_named
    written: list[int] = []

    def write(jobs: Sequence[NamedJob]) -> None:
        written.append(len(jobs))
        if len(written) <= 2:
            true_write(jobs[:1])
            raise OSError(28, "No space left on device", "/watch/pending/x")
        true_write(jobs)

    monkeypatch.setattr("sidecar.intake.taking.write_named", write)
    scene.run(lambda: scene.wait(30))
    assert written == [2, 1], "a card is not looked at anew every few seconds"
    assert scene.sources() == ["CARD/A.mov", "CARD/B.mov"]
    [(sentence,)] = scene.heard.of("trouble")
    assert sentence == "/watch/pending/x: No space left on device"
    assert len(scene.heard.of("trouble_over")) == 1


def test_what_goes_wrong_with_one_card_holds_no_other_up(scene: Scene) -> None:
    """A file stands where the folder for a card's proxies would be."""
    scene.copy("A/A.mov", "B/B.mov")
    scene.out.mkdir()
    (scene.out / "A").touch()

    def mending() -> Iterator[None]:
        yield from scene.wait(10)
        assert scene.sources() == ["B/B.mov"]
        (scene.out / "A").unlink()
        yield from scene.wait(13)

    scene.run(mending)
    assert scene.sources() == ["B/B.mov", "A/A.mov"]
    assert len(scene.heard.of("trouble")) == 1


def test_a_file_that_arrives_during_the_act_is_waited_for(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.copy("CARD/A.mov")
    true_act = create_jobs

    def create_while_one_arrives(request: CreationRequest, *, prober: Prober) -> object:
        if request.paths and not (scene.hot / "CARD/B.mov").exists():
            scene.copy("CARD/B.mov")
        return true_act(request, prober=prober)

    monkeypatch.setattr("sidecar.intake.taking.create_jobs", create_while_one_arrives)

    def watching() -> Iterator[None]:
        yield from scene.wait(3)
        assert scene.jobs() == []
        yield from scene.wait(5)

    scene.run(watching)
    assert scene.sources() == ["CARD/A.mov", "CARD/B.mov"]


def test_what_earlier_acts_took_is_passed_by(scene: Scene) -> None:
    """The engine's part: a clip is left alone only when all of its files were taken."""
    first, _second = scene.copy("CARD/A.mov", "CARD/B.mov")
    request = scene.order(request={"paths": (scene.hot / "CARD",)}).request
    with Prober() as prober:
        some = create_jobs(replace(request, taken=frozenset([first])), prober=prober)
        all_of_them = frozenset(scene.hot.rglob("*"))
        none = create_jobs(replace(request, taken=all_of_them), prober=prober)
    assert [Path(job.spec.clips[0].source.path).name for job in some.jobs] == ["B.mov"]
    assert (none.jobs, none.left_out) == ((), ())


def test_a_request_that_no_job_could_be_is_refused_before_the_first_look(scene: Scene) -> None:
    with pytest.raises(RequestError, match="--name"):
        scene.run(request={"naming_template": "{nonsense}"})
