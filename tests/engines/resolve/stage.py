"""A job of one camera-raw clip, run through the double, and what is looked at afterwards."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from proxx_engine import (
    JobExecutionResult,
    JobSpec,
    NeverStop,
    ProfileSpec,
    StopFlags,
    Tools,
    decode_jobspec,
    execute_jobspec,
    find_profile,
    hash_samples,
)
from proxx_engine.spec.model import format_rational
from proxx_engine.spec.profile import Look
from tests.fakes.resolve import (
    FakeMediaPoolItem,
    FakeResolve,
    FakeTimeline,
    Scene,
    changes,
    user_at_work,
    user_state,
)
from tests.support import WORKER

JOB_ID = "1f0c2a9e-5b2d-4c1e-9d3a-0123456789ab"


def said_of(clip: FakeMediaPoolItem, project_id: str, **changed: Any) -> dict[str, Any]:
    """What an export writes into a clip's `resolve` block."""
    facts = clip.facts
    assert facts.rate is not None
    return {
        "project_id": project_id,
        "project_name": "Documentary",
        "media_id": clip.media_id,
        "clip_name": clip.name,
        "data_level": "Auto",
        "flips": None,
        "color_science": "davinciYRGB",
        "frames": facts.frames,
        "frame_rate": format_rational(facts.rate),
        "start_timecode": facts.start_timecode,
        "drop_frame": facts.drop_frame,
        "width": facts.width,
        "height": facts.height,
        "audio_channels": facts.channels,
        "sample_rate": facts.sample_rate if facts.channels else None,
        "properties": [{"name": "Frames", "value": str(facts.frames)}],
    } | changed


def raw_job(
    clips: list[tuple[FakeMediaPoolItem, dict[str, Any]]],
    out: Path,
    profile: ProfileSpec,
    *,
    limits: tuple[int, int] = (3600, 300),
    verification: str = "conform",
) -> JobSpec:
    """The JobSpec of some clips, with what Resolve said of each."""
    written = []
    for index, (clip, said) in enumerate(clips):
        path = Path(clip.path)
        source = {
            "path": str(path),
            "files": [str(path)],
            "size_bytes": path.stat().st_size,
            "modified_at": "2026-01-01T00:00:00Z",
            "sample_sha256": hash_samples((path,)),
            "container": path.suffix[1:].lower(),
            "duration_seconds": None,
            "video": None,
            "audio": [],
            "left_out": [],
        }
        written.append(
            {
                "index": index,
                "output_name": f"{path.stem}.{profile.container}",
                "output_subdirectory": "",
                "source": source,
                "target": None,
                "resolve": said,
            }
        )
    value = {
        "spec_version": "1.0",
        "job_id": JOB_ID,
        "created_at": "2026-01-01T00:00:00Z",
        "created_by": {"tool": "tests", "version": "0", "host": "test"},
        "label": "raw",
        "clips": written,
        "profile": json.loads(profile.model_dump_json(by_alias=True)),
        "output": {
            "directory": str(out),
            "naming_template": "{source_name}",
            "on_existing": "refuse",
        },
        "execution": {
            "clip_timeout_seconds": limits[0],
            "stall_seconds": limits[1],
            "verification": verification,
        },
    }
    return decode_jobspec(json.dumps(value).encode())


@dataclass
class Stage:
    """A user at work in a Resolve whose project holds one clip of camera raw."""

    fake: FakeResolve
    folder: Path
    tools: Tools
    profile: str = "prores_proxy"
    said: dict[str, Any] = field(default_factory=dict)
    """What the JobSpec says otherwise of the clip."""
    limits: tuple[int, int] = (3600, 300)
    verification: str = "conform"
    rate: Fraction = Fraction(24)
    timecode: str = "10:00:00:00"
    channels: int = 2
    width: int = 640
    height: int = 360
    name: str = "B001C001.braw"
    look: Look | None = None

    def __post_init__(self) -> None:
        self.others: list[FakeMediaPoolItem] = []
        """More clips of the job."""
        scene = Scene(self.fake, self.folder / "media")
        cards = scene.bin("Cards")
        self.clip = scene.raw(
            self.name,
            rate=self.rate,
            timecode=self.timecode,
            channels=self.channels,
            bin=cards,
        )
        self.clip.facts = replace(self.clip.facts, width=self.width, height=self.height)
        user_at_work(self.fake, self.folder / "media", self.folder / "renders")
        self.out = self.folder / "out"
        self.out.mkdir()
        self.before = user_state(self.fake)

    @property
    def proxy(self) -> Path:
        return self.out / f"{Path(self.name).stem}.{find_profile(self.profile).container}"

    def run(self, *, stop: StopFlags | None = None, host: Any = ...) -> JobExecutionResult:
        """Run the job."""
        job = self.folder / "job"
        job.mkdir(exist_ok=True)
        project = self.fake.projects[0].unique_id
        said = said_of(self.clip, project) | self.said
        profile = find_profile(self.profile).model_copy(update={"look": self.look})
        spec = raw_job(
            [(self.clip, said), *((other, said_of(other, project)) for other in self.others)],
            self.out,
            profile,
            limits=self.limits,
            verification=self.verification,
        )
        return execute_jobspec(
            spec,
            tools=self.tools,
            worker=WORKER,
            stop=stop or NeverStop(),
            journal_path=job / "raw.journal.jsonl",
            resolve_host=self.fake.handle if host is ... else host,
        )

    def with_another_timeline(self) -> FakeTimeline:
        """The user has two: a deletion may make the wrong one current. Returns the current one."""
        project = self.fake.current()
        cut = project.current_timeline
        assert cut is not None
        Scene(self.fake, self.folder / "media").timeline("Older cut")
        project.timelines.reverse()
        project.current_timeline = cut
        self.before = user_state(self.fake)
        return cut

    def changes(self) -> list[str]:
        """What of the user's is not as before."""
        return changes(self.before, user_state(self.fake))

    def left(self) -> list[str]:
        """What lies in the folder of the proxies."""
        return sorted(path.name for path in self.out.iterdir())
