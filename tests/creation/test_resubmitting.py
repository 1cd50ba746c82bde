"""Failed jobs → new ones: what is looked at anew, what is carried over, what is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from proxx_engine import (
    CreatedJob,
    CreationError,
    CreationRequest,
    FailedJob,
    JobExecutionResult,
    JobSpec,
    Prober,
    Tools,
    create_jobs,
    find_profile,
    resubmit_jobs,
    write_job,
)
from proxx_engine.creation.footage.found import Found
from proxx_engine.creation.sources.probing import probe_clip
from proxx_engine.creation.targets import target_for
from proxx_engine.spec.media import Source, Timecode
from tests.results.scenes import failed, result_bytes
from tests.support import CREATED_BY, MakeClip, execute, make_job

Change = Callable[[Source], Source]


class NoProber(Prober):
    """Fails the test that looks at media."""

    def probe(self, path: Path, **_options: object) -> dict[str, object]:
        raise AssertionError(f"{path} was looked at")


def picture(make_clip: MakeClip, name: str, timecode: str, seconds: float = 0.4) -> bytes:
    """A clip with a timecode; each name has other pictures."""
    source = f"testsrc2=s=320x180:r=25:d={seconds}:alpha={len(name)}"
    options = ("-c:v", "mjpeg", "-timecode", timecode)
    return make_clip(name, "-f", "lavfi", "-i", source, *options).read_bytes()


@pytest.fixture
def footage(tmp_path: Path, make_clip: MakeClip) -> Path:
    """A clip as it was when its job was made."""
    path = tmp_path / "a.mov"
    path.write_bytes(picture(make_clip, "old.mov", "01:00:00:00"))
    return path


def fail(spec: JobSpec, *, named: bool = True) -> FailedJob:
    """Return the job as one whose clips all failed."""
    folder = Path(spec.output.directory)
    clips = [failed(clip.output_name, folder) | {"index": clip.index} for clip in spec.clips]
    data = result_bytes(*clips, job_id=spec.job_id)
    result = JobExecutionResult.model_validate_json(data)
    return FailedJob(spec, result, folder / f"{spec.label}.job.json", named=named)


def with_source(spec: JobSpec, change: Change) -> JobSpec:
    clips = tuple(clip.model_copy(update={"source": change(clip.source)}) for clip in spec.clips)
    return spec.model_copy(update={"clips": clips})


def resubmit(tools: Tools, *specs: JobSpec, prober: Prober | None = None) -> list[CreatedJob]:
    failures = tuple(fail(spec) for spec in specs)
    made = resubmit_jobs(failures, created_by=CREATED_BY, prober=prober or tools.prober)
    assert made.left_alone == ()
    return [entry.job for entry in made.jobs]


def given_by(who: str) -> Change:
    def change(source: Source) -> Source:
        timecode = Timecode.model_validate(
            {"start": "10:00:00:00", "drop_frame": False, "from": who}
        )
        return source.model_copy(update={"timecode": timecode, "reel": "A001"})

    return change


def test_an_unchanged_source_is_not_even_opened_by_the_prober(
    footage: Path, tmp_path: Path, tools: Tools
) -> None:
    spec = make_job(footage, tmp_path / "out", tools)
    [job] = resubmit(tools, spec, prober=NoProber())
    assert job.spec.clips == spec.clips
    assert job.spec.retried_from == spec.job_id


def test_a_changed_source_is_looked_at_anew(
    footage: Path, tmp_path: Path, tools: Tools, make_clip: MakeClip
) -> None:
    spec = make_job(footage, tmp_path / "out", tools)
    footage.write_bytes(picture(make_clip, "newer.mov", "02:00:00:00", seconds=0.8))
    [job] = resubmit(tools, spec)
    [old], [new] = spec.clips, job.spec.clips
    assert new.source.video is not None
    assert new.source.video.promised_frames.count == 20
    assert new.source.timecode is not None
    assert new.source.timecode.start == "02:00:00:00"
    assert (new.index, new.output_name) == (old.index, old.output_name)
    ran = execute(job.spec, tmp_path / "out", tools)
    assert ran.result.proven, ran.result.failure


@pytest.mark.parametrize("who", ["csv", "resolve", "sidecar_xml"])
def test_a_timecode_that_was_given_outlives_a_new_copy(
    footage: Path, tmp_path: Path, tools: Tools, make_clip: MakeClip, who: str
) -> None:
    spec = with_source(make_job(footage, tmp_path / "out", tools), given_by(who))
    footage.write_bytes(picture(make_clip, "newer.mov", "02:00:00:00"))
    [job] = resubmit(tools, spec)
    source = job.spec.clips[0].source
    assert source.timecode is not None
    assert (source.timecode.start, source.timecode.source) == ("10:00:00:00", who)
    assert source.timecode.differs == "file says 02:00:00:00"
    assert source.reel == "A001"
    ran = execute(job.spec, tmp_path / "out", tools)
    assert ran.check("timecode") in ("equal", "planned"), ran.result.failure


def test_sound_in_files_of_its_own_is_looked_at_anew(
    footage: Path, tmp_path: Path, tools: Tools, make_clip: MakeClip
) -> None:
    def sound(seconds: float) -> bytes:
        tone = f"sine=sample_rate=48000:duration={seconds}"
        return make_clip("s.mov", "-f", "lavfi", "-i", tone, "-c:a", "pcm_s16le").read_bytes()

    wave = tmp_path / "sound.mov"
    wave.write_bytes(sound(0.3))
    spec = make_job(footage, tmp_path / "out", tools)
    found = Found(footage, "", name="a", files=(footage, wave), audio_files=(wave,))
    source = probe_clip(found, tools.prober)
    target = target_for(source, spec.profile)
    clip = spec.clips[0].model_copy(update={"source": source, "target": target})
    spec = spec.model_copy(update={"clips": (clip,)})
    wave.write_bytes(sound(0.4))
    [job] = resubmit(tools, spec)
    [audio] = job.spec.clips[0].source.audio
    assert (audio.file_index, audio.samples) == (1, 19200)
    assert job.spec.clips[0].source.files == source.files


def test_numbered_pictures_keep_their_rate(
    tmp_path: Path, tools: Tools, make_clip: MakeClip
) -> None:
    folder = tmp_path / "scan"
    folder.mkdir()
    for number in range(3):
        color = f"color=c=0x{number}0{number}0{number}0:s=320x180"
        still = make_clip(f"{number}.tif", "-f", "lavfi", "-i", color, "-frames:v", "1")
        (folder / f"scan.{number:04d}.tif").write_bytes(still.read_bytes())
    out = tmp_path / "out"
    out.mkdir()
    rate = Fraction(24000, 1001)
    request = CreationRequest(
        (folder,), out, find_profile("prores_proxy"), CREATED_BY, sequence_rate=rate
    )
    [made] = create_jobs(request, prober=tools.prober).jobs
    (folder / "scan.0001.tif").write_bytes((folder / "scan.0002.tif").read_bytes())
    [job] = resubmit(tools, made.spec)
    old, new = made.spec.clips[0].source, job.spec.clips[0].source
    assert new.sample_sha256 != old.sample_sha256
    assert (new.sequence, new.files) == (old.sequence, old.files)
    assert new.video is not None
    assert new.video.frame_rate == rate
    (folder / "scan.0001.tif").unlink()
    assert codes(tools, made.spec) == ["SOURCE_MISSING"]


def codes(tools: Tools, *specs: JobSpec) -> list[str]:
    with pytest.raises(CreationError) as caught:
        resubmit(tools, *specs)
    return [issue.code for issue in caught.value.issues]


def test_two_jobs_that_would_make_one_proxy_are_refused(
    footage: Path, tmp_path: Path, tools: Tools
) -> None:
    first, second = (make_job(footage, tmp_path / "out", tools) for _ in range(2))
    assert codes(tools, first, second) == ["OUTPUT_NAME_COLLISION"]


def test_of_two_jobs_in_a_folder_the_one_that_is_named_is_made(
    footage: Path, tmp_path: Path, tools: Tools
) -> None:
    first, second = (make_job(footage, tmp_path / "out", tools) for _ in range(2))
    for named, left in ((True, ["OUTPUT_NAME_COLLISION"]), (False, ["OUTPUT_NAME_COLLISION"] * 2)):
        failures = (fail(first, named=named), fail(second, named=False))
        made = resubmit_jobs(failures, created_by=CREATED_BY, prober=tools.prober)
        assert [entry.code for entry in made.left_alone] == left
        assert [entry.failed.spec.job_id for entry in made.jobs] == [first.job_id] * named


def test_a_job_that_cannot_be_written_is_told_by_its_own_name(
    footage: Path, tmp_path: Path, tools: Tools
) -> None:
    [job] = resubmit(tools, make_job(footage, tmp_path / "out", tools))
    away = tmp_path / "unmounted"
    with pytest.raises(FileNotFoundError) as caught:
        write_job(job, away)
    assert str(caught.value.filename) == str(away / job.file_name)
    assert ".part" not in str(caught.value)


def test_an_output_folder_that_is_away_is_told(footage: Path, tmp_path: Path, tools: Tools) -> None:
    spec = make_job(footage, tmp_path / "out", tools)
    (tmp_path / "out").rename(tmp_path / "unmounted")
    assert codes(tools, spec) == ["STORAGE_OUTPUT_MISSING"]


def test_only_the_proxy_that_may_be_replaced_may_be_there(
    footage: Path, tmp_path: Path, tools: Tools
) -> None:
    spec = make_job(footage, tmp_path / "out", tools)
    proxy = tmp_path / "out/a.mov"
    proxy.write_bytes(b"an older proxy")
    replaces = hashlib.sha256(proxy.read_bytes()).hexdigest()
    output = spec.output.model_copy(update={"on_existing": "replace"})
    clip = spec.clips[0].model_copy(update={"replaces": replaces})
    replacing = spec.model_copy(update={"output": output, "clips": (clip,)})
    [job] = resubmit(tools, replacing)
    assert job.spec.clips[0].replaces == replaces
    proxy.write_bytes(b"another's file")
    assert codes(tools, replacing) == ["OUTPUT_EXISTS"]
    assert codes(tools, spec) == ["OUTPUT_EXISTS"]


def test_a_longer_copy_gets_the_time_it_needs(
    footage: Path, tmp_path: Path, tools: Tools, make_clip: MakeClip
) -> None:
    spec = make_job(footage, tmp_path / "out", tools)
    footage.write_bytes(picture(make_clip, "longest.mov", "01:00:00:00", seconds=130))
    [job] = resubmit(tools, spec)
    assert job.spec.execution.clip_timeout_seconds == 3900
