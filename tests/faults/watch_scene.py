"""A watch folder with four files, the same every time, and `proxx watch --once` over it.

Two jobs that complete, one whose source is missing, one file that is no job; FFmpeg is wrapped in
a script that notes each encode.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import JobSpec, Tools, create_exclusive
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import JOB
from tests.faults.scenes import NEVER_LONGER, ROOT, leavings, proxx_command, wait_until
from tests.faults.shim import Call, Fault, Shim, read_calls
from tests.faults.warm_proxx import WarmProcess, start_warm
from tests.folders.scenes import make_folder, make_spec, submit
from tests.support import make_job

WRONG = f"0.wrong{JOB}"
_PICTURES = {"one": "testsrc2=s=64x64:r=25:d=0.2", "two": "mandelbrot=s=96x64:r=25,trim=end=0.2"}
_ENCODES = "encodes"
TRUE_ENCODE = 'exec "$real" "$@"'


@dataclass(frozen=True)
class Footage:
    """What scenes are made of: made once, since it takes long."""

    specs: tuple[JobSpec, ...]
    tools: Tools


def make_footage(folder: Path, tools: Tools) -> Footage:
    """Make two tiny clips, and a job for each."""
    specs = []
    for name, pictures in _PICTURES.items():
        clip = folder / f"{name}.mov"
        made = ("-f", "lavfi", "-i", pictures, "-c:v", "mjpeg", "-q:v", "2", f"file:{clip}")
        subprocess.run([str(tools.ffmpeg), "-v", "error", "-nostdin", "-y", *made], check=True)
        specs.append(make_job(clip, folder / "out", tools))
    return Footage(tuple(specs), tools)


@dataclass(frozen=True)
class Scene:
    """One watch folder with its jobs."""

    base: Path
    root: Path
    """Around everything that the watcher changes."""
    folder: WatchFolder
    specs: tuple[JobSpec, ...]
    """In the order in which they were submitted."""
    ffmpeg: Path

    @property
    def places(self) -> tuple[Path, Path]:
        """Around the proxies' folders and what is hidden beside them."""
        return self.root / "proxies", self.root / "card"

    @property
    def calls(self) -> Path:
        """Where the shim notes the calls."""
        return self.base / "calls"

    def encodes(self) -> list[str]:
        """Return the command line of every encode that was begun."""
        noted = self.base / _ENCODES
        return noted.read_text("utf-8").splitlines() if noted.exists() else []


def make_scene(
    base: Path,
    footage: Footage,
    *,
    root: Path | None = None,
    box: Path | None = None,
    encode: str = TRUE_ENCODE,
    submitted: bool = True,
) -> Scene:
    """Return a watch folder below `root` in which the four files wait.

    `submitted`: else only the one that is no job.
    """
    base.mkdir(exist_ok=True)
    root = root or base / "root"
    root.mkdir(exist_ok=True)
    # Hidden work is done beside a folder of this name, not in it.
    places = root / "proxies", root / "card" / "Proxy"
    for place in places:
        place.mkdir(parents=True, exist_ok=True)
    folder = make_folder(box or root / "box", out=places[0])
    made = [_moved(spec, place) for spec, place in zip(footage.specs, places, strict=True)]
    specs = (made[0], make_spec(places[1], 3), made[1])
    create_exclusive(folder.pending / WRONG, b"{}")  # on the disk itself, as a job is
    submit(folder, *(specs if submitted else ()))
    return Scene(base, root, folder, specs, wrap(footage, base, encode))


def _moved(spec: JobSpec, directory: Path) -> JobSpec:
    output = spec.output.model_copy(update={"directory": str(directory)})
    return spec.model_copy(update={"output": output})


def wrap(footage: Footage, base: Path, encode: str = TRUE_ENCODE) -> Path:
    """Write what a scene takes for its FFmpeg; it notes an encode, then does `encode`."""
    script = base / "ffmpeg"
    script.write_text(
        f"""#!/bin/sh
real='{footage.tools.ffmpeg}'
base='{base}'
case "$*" in
  *" tee "*) printf '%s\\n' "$*" >> '{base}/{_ENCODES}'
  {encode} ;;
  *) exec "$real" "$@" ;;
esac
""",
        "utf-8",
    )
    script.chmod(0o755)
    return script


def watch_words(scene: Scene, *more: str) -> list[str]:
    """Return the arguments of a watch that leaves nothing to chance.

    It looks at a place anew once a poll: here never.
    """
    plain = ("--once", "--workers", "1", "--threads-per-job", "1", "--poll-seconds", "3600")
    return ["watch", str(scene.folder.root), *plain, "--ffmpeg", str(scene.ffmpeg), *more]


def start_watch(
    scene: Scene, environment: Mapping[str, str] | None = None, words: list[str] | None = None
) -> subprocess.Popen[str]:
    """Start `proxx watch --once`, and go on."""
    return subprocess.Popen(
        [*proxx_command(), *(words or watch_words(scene))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
    )


def start_faulty(scene: Scene, shim: Shim, fault: Fault) -> WarmProcess:
    """Start it with a fault; what is noted of an earlier one is forgotten."""
    return start_warm(watch_words(scene), fault_told(scene, shim, fault), shim.library)


def fault_told(scene: Scene, shim: Shim, fault: Fault) -> dict[str, str]:
    """Return what a watch needs in its environment to meet a fault.

    Heartbeats are spared: another thread writes them by the clock, and nothing depends on them.
    """
    scene.calls.unlink(missing_ok=True)
    spared = [scene.folder.workers]
    return shim.environment(fault, root=scene.root, log=scene.calls, spared=spared)


@dataclass(frozen=True)
class Watched:
    """How one watch ended."""

    code: int
    out: str
    err: str
    calls: tuple[Call, ...] = ()

    @property
    def story(self) -> str:
        """Return all it said."""
        return f"exit {self.code}\n{self.out}{self.err}"


def ended(process: subprocess.Popen[str] | WarmProcess, scene: Scene | None = None) -> Watched:
    """Wait for the end of a watch; of a faulty one's scene also the calls that counted."""
    try:
        out, err = process.communicate(timeout=NEVER_LONGER)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    calls = read_calls(scene.calls) if scene else []
    return Watched(process.returncode, out, err, tuple(calls))


def watch(scene: Scene) -> Watched:
    """Run `proxx watch --once` to its end."""
    if sys.platform != "linux":
        return ended(start_watch(scene))
    return ended(start_warm(watch_words(scene)))


def watch_faulty(scene: Scene, shim: Shim, fault: Fault) -> Watched:
    """Run it to its end, with a fault."""
    return ended(start_faulty(scene, shim, fault), scene)


def heal(scene: Scene, *, most: int = 2) -> list[Watched]:
    """Watch again until nothing is left to do, at most so often; return how each time ended."""
    watched: list[Watched] = []
    a_minute_passes(scene.root)
    while len(watched) < most and (not watched or open_jobs(scene)):
        watched.append(watch(scene))
    if nameless_claims(scene):
        watched.append(_watch_for_a_minute(scene))
    return watched


def open_jobs(scene: Scene) -> list[str]:
    """Return what waits, runs or is claimed."""
    folder = scene.folder
    homes = [*folder.pending.iterdir(), *folder.claims.iterdir(), *folder.running.glob("*/*")]
    return sorted(path.relative_to(folder.root).as_posix() for path in homes)


def nameless_claims(scene: Scene) -> list[Path]:
    """Return the claims whose maker died before it wrote its name."""
    return [path for path in scene.folder.claims.iterdir() if path.stat().st_size == 0]


def a_minute_passes(root: Path) -> None:
    """Locks whose owner died before it wrote its name are judged by their age."""
    for path in root.rglob("*"):
        if path.is_file() and path.stat().st_size == 0:
            os.utime(path, (1, 1))


def an_hour_passes(root: Path) -> None:
    """What names no owner is judged by its age."""
    for path in root.rglob("*"):
        os.utime(path, (1, 1), follow_symlinks=False)


_IN_SHORT = """
import sys
from sidecar.folders import places, releasing, settling
from sidecar.watch import settling_rounds
settling._BIRTH_SECONDS, settling_rounds._EVERY_SECONDS = 0.1, 0.3
places.FIRST_PAUSE_SECONDS = 0.5
releasing.LISTEN_SECONDS, releasing._LOOK_SECONDS = 0.5, 0.1
from sidecar.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def start_in_short(*words: str | Path) -> subprocess.Popen[str]:
    """Start `proxx` for which a minute is a moment."""
    return subprocess.Popen(
        [sys.executable, "-c", _IN_SHORT, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def start_short_of_patience(scene: Scene) -> subprocess.Popen[str]:
    """Start a watch that lasts, and for which a minute is a moment."""
    words = [word for word in watch_words(scene, "--poll-seconds", "0.2") if word != "--once"]
    return start_in_short(*words)


def _watch_for_a_minute(scene: Scene) -> Watched:
    """A claim without a name is cleared by a watch that lasts."""
    process = start_short_of_patience(scene)
    try:
        wait_until(lambda: not open_jobs(scene), NEVER_LONGER)
    finally:
        process.send_signal(signal.SIGINT)
        seen = ended(process)
    return seen


def hidden_things(scene: Scene) -> list[str]:
    """Return what only a running job may have on the disk."""
    states = ("claims", "running", "workers")
    left = [f"{state}/{name}" for state in states for name in os.listdir(scene.folder.root / state)]
    return leavings(scene.root) + left
