"""measure_clip(): one proxy against the pictures that its encoder was given, in one FFmpeg run."""

from __future__ import annotations

import errno
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import (
    ClipExecutionResult,
    JobSpec,
    Limits,
    PlaceError,
    StopFlags,
    Tools,
    is_foreign,
    run_tool,
)
from sidecar.qc.command import (
    LEAST_VMAF_SIDE,
    PSNR_FILE,
    Sampling,
    compare_arguments,
    fill_threads,
    measures_vmaf,
    show_arguments,
)
from sidecar.qc.filters import Chain
from sidecar.qc.model import MAX_PICTURES, QcClip, QcMeasure, QcPair
from sidecar.qc.numbers import Compared, measures_of, read_pairs, read_values
from sidecar.qc.reasons import NotMeasured
from sidecar.qc.recorded import RecordedPicture, read_command
from sidecar.qc.sampling import sampled_numbers, shown_positions
from sidecar.qc.sources import check_source, place_look

_LEAST_TIMEOUT_SECONDS = 3600.0
_SECONDS_A_PICTURE = 5.0
_STALL_SECONDS = 300.0
_COUNTS = ("frames.muxed", "frames.played")
_NUMBER = re.compile(r"[0-9]{1,12}")
_NO_ROOM = "No space left on device"
_LEVEL = re.compile(r"\[(?:error|fatal)\] (.*)")
_LONGEST_WORDS = 500


class Stopped(Exception):
    """A person ended the run; nothing of it counts."""


@dataclass(frozen=True, slots=True)
class Measurer:
    """What clips are measured with."""

    tools: Tools
    stop: StopFlags
    has_vmaf: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one run came to."""

    pictures: tuple[int, ...] = ()
    equal: int = 0
    measures: tuple[QcMeasure, ...] = ()
    filmstrip: tuple[QcPair, ...] = ()
    remarks: tuple[str, ...] = ()


def measure_clip(
    clip: ClipExecutionResult,
    *,
    proxy: Path,
    spec: JobSpec | None,
    measurer: Measurer,
    frame_stride: int,
    max_frames: int | None,
) -> QcClip:
    """Measure one completed clip whose proxy, the very file that its result tells of, is `proxy`.

    `spec`: its job, None where it is not found. What cannot be measured is told in the value.
    Raises: Stopped; PlaceError where there is no room for what is written meanwhile.
    """
    count = proxy_pictures(clip)
    numbers = sampled_numbers(count, frame_stride=frame_stride, max_frames=max_frames)
    sampling = Sampling(frame_stride, max_frames or MAX_PICTURES, shown_positions(len(numbers)))
    why: NotMeasured | None = None
    with _private_folder() as folder:
        try:
            recorded = _read(clip)
            seen = _compare(clip, recorded, proxy, spec, measurer, sampling, numbers, folder)
        except NotMeasured as reason:
            why, seen = reason, _Seen()
    if why is not None:
        with _private_folder() as folder:
            seen = _Seen(filmstrip=_show(proxy, measurer, sampling, numbers, folder))
    return QcClip(
        index=clip.index,
        output=clip.output.relative_path,
        proxy_sha256=clip.output_sha256 or "",
        status="not_measured" if why else "measured",
        code=why.code if why else None,
        sentence=why.sentence if why else None,
        remarks=seen.remarks,
        pictures=seen.pictures,
        equal=seen.equal,
        measures=seen.measures,
        filmstrip=seen.filmstrip,
    )


@contextmanager
def _private_folder() -> Iterator[Path]:
    """Raises: PlaceError."""
    try:
        with tempfile.TemporaryDirectory(prefix="proxx-qc-") as name:
            yield Path(name)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        code = "STORAGE_FULL" if full else "STORAGE_NOT_WRITABLE"
        raise PlaceError(code, f"for what is written meanwhile: {error}") from error


def proxy_pictures(clip: ClipExecutionResult) -> int:
    """Return how many pictures a proxy has, as its result tells; 0 where it does not."""
    checks = clip.verification.checks if clip.verification else ()
    for check in checks:
        if check.name in _COUNTS and _NUMBER.fullmatch(check.actual):
            return int(check.actual)
    if clip.frame_map is not None:
        return sum(run.count for run in clip.frame_map)
    return clip.decoded_frames or 0


def _read(clip: ClipExecutionResult) -> RecordedPicture:
    if clip.invocation.kind == "resolve":
        raise NotMeasured("QC_RENDERED", "")
    try:
        return read_command(clip.invocation.command or ())
    except ValueError as error:
        raise NotMeasured("QC_COMMAND", str(error)) from error


def _compare(
    clip: ClipExecutionResult,
    recorded: RecordedPicture,
    proxy: Path,
    spec: JobSpec | None,
    measurer: Measurer,
    sampling: Sampling,
    numbers: tuple[int, ...],
    folder: Path,
) -> _Seen:
    """Raises: NotMeasured, Stopped, OSError."""
    if not numbers:
        raise NotMeasured("QC_COUNT", "it tells of no picture")
    tools = measurer.tools
    asked = next((each for each in spec.clips if each.index == clip.index), None) if spec else None
    check_source(recorded, clip, proxy, asked, tools.path_maps)
    place_look(recorded, spec, clip.index, tools.path_maps, folder)
    source = recorded.path_here(tools.path_maps)
    if is_foreign(source):
        raise NotMeasured("SOURCE_MISSING", source)
    words = compare_arguments(
        recorded,
        sampling,
        source=source,
        proxy=str(proxy),
        with_vmaf=measurer.has_vmaf,
        threads=tools.threads,
    )
    _run(words, measurer, folder, numbers, growing=folder / PSNR_FILE)
    vmaf = measurer.has_vmaf and measures_vmaf(recorded.chain)
    try:
        compared = read_values(folder, with_vmaf=vmaf)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotMeasured("QC_FAILED", f"no values: {type(error).__name__}") from error
    counts = {len(compared.psnr_y), len(compared.ssim), *([len(compared.vmaf)] if vmaf else ())}
    if counts != {len(numbers)}:
        found = " and ".join(map(str, sorted(counts)))
        raise NotMeasured("QC_COUNT", f"{found} were compared, {len(numbers)} expected")
    measures = measures_of(numbers, compared)
    return _Seen(
        pictures=numbers,
        equal=compared.equal,
        measures=measures,
        filmstrip=read_pairs(folder, [numbers[at] for at in sampling.shown]),
        remarks=_remarks(recorded.chain, compared, measurer, spec, measures),
    )


def _remarks(
    chain: Chain,
    compared: Compared,
    measurer: Measurer,
    spec: JobSpec | None,
    measures: tuple[QcMeasure, ...],
) -> tuple[str, ...]:
    said = []
    if spec is None:
        said.append("whether the source is still the same was not looked at: no job file is near")
    if not measurer.has_vmaf:
        said.append("no VMAF: this FFmpeg was built without libvmaf")
    elif not compared.vmaf:
        said.append(f"no VMAF: a side of the picture is below {LEAST_VMAF_SIDE}")
    if not any(each.name == "ssim" for each in measures):
        said.append("no SSIM: the picture is too small")
    if chain.pixel_format.startswith("yuva"):
        said.append("alpha was not compared, only the picture that it belongs to")
    return tuple(said)


def _show(
    proxy: Path,
    measurer: Measurer,
    sampling: Sampling,
    numbers: tuple[int, ...],
    folder: Path,
) -> tuple[QcPair, ...]:
    """Return a filmstrip of the proxy alone; empty where even that cannot be had."""
    if not numbers:  # what chooses no picture, FFmpeg takes for a wish to have all of them
        return ()
    try:
        _run(show_arguments(sampling, proxy=str(proxy)), measurer, folder, numbers, growing=folder)
    except NotMeasured:
        return ()
    pairs = read_pairs(folder, [numbers[at] for at in sampling.shown])
    return tuple(pair for pair in pairs if pair.proxy)


def _run(
    words: tuple[str, ...],
    measurer: Measurer,
    folder: Path,
    numbers: tuple[int, ...],
    *,
    growing: Path,
) -> None:
    """Run FFmpeg in the private folder. Raises: NotMeasured, Stopped, OSError."""
    tools, log = measurer.tools, folder / "ffmpeg.log"
    most = max(_LEAST_TIMEOUT_SECONDS, numbers[-1] * _SECONDS_A_PICTURE)
    outcome = run_tool(
        (str(tools.ffmpeg), *fill_threads(words, tools.threads)),
        folder=folder,
        log=log,
        limits=Limits(most, _STALL_SECONDS),
        stop=measurer.stop,
        growing=growing,
    )
    if outcome.ending == "stopped" or measurer.stop.hard:
        raise Stopped
    if outcome.ending != "exited":
        raise NotMeasured("QC_TIMEOUT", outcome.ending)
    if outcome.exit_code != 0:
        text = log.read_text("utf-8", "replace")
        if _NO_ROOM in text:
            raise OSError(errno.ENOSPC, _NO_ROOM, str(folder.parent))
        raise NotMeasured("QC_FAILED", _said(text, folder) or f"it ended with {outcome.exit_code}")


def _said(text: str, folder: Path) -> str:
    """Return the first error of FFmpeg's, without the name of the private folder."""
    found = _LEVEL.search(text)
    return found[1].replace(f"{folder}/", "")[:_LONGEST_WORDS] if found else ""
