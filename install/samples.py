"""The three sample clips of the demo, as FFmpeg argument lists, and their making.

Together they hold what a careless proxy loses: mono tracks, drop-frame timecode, fields, ten bits,
a reel name, a rotation. Each lasts two seconds, and every channel has a tone of its own.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from .environment import Environment
from .steps import SetupError, ask, last_lines, run_quietly

_ALWAYS = ("-hide_banner", "-nostdin", "-nostats", "-v", "error", "-y")
_BITEXACT = ("-flags:a", "+bitexact", "-fflags", "+bitexact")
# FFmpeg 8 and newer take colour tags from the frames only, not from output options.
_BT709 = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One clip: FFmpeg is run once per pass, each pass reading what the one before wrote."""

    name: str
    shows: str
    passes: tuple[tuple[str, ...], ...]
    """Arguments without the program and the file that is written; `{before}` is the last pass."""


def sample_clips() -> tuple[Sample, ...]:
    """The three clips, in the order of their names."""
    return (_xdcam(), _prores(), _phone())


def pass_commands(sample: Sample, *, ffmpeg: str, folder: Path) -> list[list[str]]:
    """The complete command lines of a sample; the last one writes `sample.name` in the folder."""
    commands: list[list[str]] = []
    before = ""
    for number, arguments in enumerate(sample.passes, 1):
        last = number == len(sample.passes)
        # `file:` and a whole path: no name is read as an option or as a protocol.
        target = f"file:{folder / (sample.name if last else f'{number}-{sample.name}')}"
        filled = [before if argument == "{before}" else argument for argument in arguments]
        commands.append([ffmpeg, *_ALWAYS, *filled, target])
        before = target
    return commands


def make_samples(environment: Environment, folder: Path) -> int:
    """Write the clips that are not there yet, each whole or not at all; says how many it wrote.

    Raises: SetupError.
    """
    missing = [sample for sample in sample_clips() if not (folder / sample.name).is_file()]
    if not missing:
        return 0
    ffmpeg = _find_ffmpeg(environment)
    making = folder.with_name(folder.name + ".making")
    log = environment.folder / "proxx-samples.log"
    try:
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        folder.mkdir(exist_ok=True)
        log.unlink(missing_ok=True)
        for sample in missing:
            for command in pass_commands(sample, ffmpeg=ffmpeg, folder=making):
                if run_quietly(command, cwd=making, log=log) != 0:
                    raise SetupError(
                        f"FFmpeg could not make {sample.name}. Its last words:\n{last_lines(log)}",
                        cure=f"The whole log is {log}.",
                    )
            (making / sample.name).replace(folder / sample.name)
    except OSError as problem:
        raise SetupError(f"The sample clips cannot be written to {folder}: {problem}.") from problem
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return len(missing)


def _find_ffmpeg(environment: Environment) -> str:
    script = "import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())"
    command = [str(environment.python), "-I", "-X", "utf8", "-c", script]
    ffmpeg = ask(command, cwd=environment.folder)
    if not ffmpeg:
        raise SetupError(
            "The FFmpeg that comes with Proxx cannot be found in the environment.",
            cure="Delete the folder .venv and run the same command again.",
        )
    return ffmpeg


def _xdcam() -> Sample:
    arguments = (
        *_picture("1920x1080", "60000/1001", "2.002"),
        *_tones(220, 330, 440, 550, seconds="2.002"),
        *("-map", "0:v:0", "-map", "1:a:0", "-map", "2:a:0", "-map", "3:a:0", "-map", "4:a:0"),
        # Two moments in each frame, as an interlaced camera gives them.
        *("-vf", f"tinterlace=mode=interleave_top,setfield=tff,{_BT709},format=yuv422p"),
        *("-c:v", "mpeg2video", "-profile:v", "0", "-level:v", "2", "-g", "12", "-bf", "2"),
        *("-b:v", "50M", "-minrate:v", "50M", "-maxrate:v", "50M", "-bufsize:v", "36408333"),
        *("-flags:v", "+ildct+ilme+bitexact", "-intra_vlc", "1", "-alternate_scan", "1"),
        *("-non_linear_quant", "1", "-qmin", "1", "-qmax", "28", "-threads:v", "1"),
        *("-c:a", "pcm_s24le", *_BITEXACT, "-timecode", "00:59:58;28", "-f", "mxf"),
    )
    return Sample(
        name="A001_XDCAM_4mono_dropframe.mxf",
        shows="XDCAM-like MPEG-2 4:2:2 MXF, 1080i 29.97, four mono tracks, 00:59:58;28",
        passes=(arguments,),
    )


def _prores() -> Sample:
    arguments = (
        *_picture("1920x1080", "24000/1001", "2.002"),
        *_tones(440, 660, seconds="2.002"),
        *_STEREO,
        *("-vf", f"{_BT709},format=yuv422p10le"),
        *("-c:v", "prores_aw", "-profile:v", "3", "-vendor", "apl0", "-threads:v", "1"),
        *("-flags:v", "+bitexact", "-c:a", "pcm_s24le", *_BITEXACT),
        *("-timecode", "01:00:00:00", "-metadata:s:v:0", "reel_name=A002", "-f", "mov"),
    )
    return Sample(
        name="A002_ProRes_HQ_10bit.mov",
        shows="ProRes 4:2:2 HQ MOV, 10 bit, 1080p 23.976, stereo PCM, 01:00:00:00, reel A002",
        passes=(arguments,),
    )


def _phone() -> Sample:
    upright = (
        *_picture("1280x720", "25", "2"),
        *_tones(440, 660, seconds="2"),
        *_STEREO,
        *("-vf", f"{_BT709},format=yuv420p"),
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-g", "25", "-threads:v", "1"),
        *("-flags:v", "+bitexact", "-c:a", "aac", "-b:a", "128k", *_BITEXACT, "-f", "mp4"),
    )
    # The display matrix is an option of an input, so it takes a second pass that copies.
    turned = (
        *("-display_rotation:v:0", "90", "-i", "{before}", "-map", "0", "-c", "copy"),
        *("-fflags", "+bitexact", "-f", "mp4"),
    )
    return Sample(
        name="A003_H264_rotated.mp4",
        shows="H.264 MP4 as a phone held upright writes it, 1280x720 turned by 90, 25 fps, AAC",
        passes=(upright, turned),
    )


_STEREO = (
    *("-filter_complex", "[1:a][2:a]join=inputs=2:channel_layout=stereo[sound]"),
    *("-map", "0:v:0", "-map", "[sound]"),
)


def _picture(size: str, rate: str, seconds: str) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}")


def _tones(*hertz: int, seconds: str) -> tuple[str, ...]:
    tone = "sine=frequency={}:sample_rate=48000:duration={}"
    return tuple(
        word for value in hertz for word in ("-f", "lavfi", "-i", tone.format(value, seconds))
    )
