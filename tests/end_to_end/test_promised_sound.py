"""Sound is held to what the source's index promises, as pictures are (decision 19)."""

from __future__ import annotations

from proxx_engine import JobSpec
from tests.support import MakeClip, RunClip

CLIP = (
    *("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1"),
    *("-f", "lavfi", "-i", "sine=r=48000:d=1"),
    *("-c:v", "mpeg4", "-c:a", "pcm_s16le"),
)


def _promise(samples: int) -> object:
    def change(spec: JobSpec) -> JobSpec:
        clip = spec.clips[0]
        stream = clip.source.audio[0].model_copy(update={"samples": samples})
        source = clip.source.model_copy(update={"audio": (stream,)})
        changed = clip.model_copy(update={"source": source})
        return spec.model_copy(update={"clips": (changed,)})

    return change


def test_the_index_of_pcm_sound_is_a_promise(make_clip: MakeClip, run_clip: RunClip) -> None:
    ran = run_clip(make_clip("sound.mov", *CLIP))
    assert ran.result.status == "COMPLETED"
    assert ran.spec.clips[0].source.audio[0].samples == 48000


def test_less_sound_than_promised_is_a_source_cut_short(
    make_clip: MakeClip, run_clip: RunClip
) -> None:
    ran = run_clip(make_clip("sound.mov", *CLIP), change=_promise(48001))  # type: ignore[arg-type]
    assert ran.result.failure is not None
    assert ran.result.failure.code == "SOURCE_TRUNCATED"
    assert "48000 samples decoded, 48001 promised" in ran.result.failure.sentence
