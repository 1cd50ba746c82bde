"""The files that a command opens, under limits that hold for every one of them. Pure."""

from __future__ import annotations

from proxx_engine.planning.laying import laid_files
from proxx_engine.spec.job_spec import Target, TargetAudio
from proxx_engine.spec.media import Source, numbered_name

THREADS = "{threads}"
MAX_PIXELS = 140_000_000
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,mxf,matroska,webm,avi,mpegts,mpeg,dv,asf"
SOUND_FORMATS = "wav"
_PICTURE_FILES = "image2"


def open_file(path: str) -> tuple[str, ...]:
    """Return the input of one file; whatever stands in it, no other file is opened."""
    return (*_guarded(FORMATS), "-i", f"file:{path}")


def open_source(source: Source, target: Target) -> tuple[str, ...]:
    """Return the inputs of a clip: one, or picture and sound in files of their own."""
    laid = laid_files(source, target)

    def opened(index: int) -> tuple[str, ...]:
        if index in laid:
            return _open_sound(source.files[index], laid[index].skipped_seconds)
        if index == 0 and source.sequence is not None:
            return _open_sequence(source)
        return open_file(source.files[index])

    return tuple(part for index in _opened(source) for part in opened(index))


def _open_sound(path: str, skipped_seconds: int) -> tuple[str, ...]:
    seek = ("-ss", str(skipped_seconds)) if skipped_seconds else ()
    return (*_guarded(SOUND_FORMATS), *seek, "-i", f"file:{path}")


def picture_of(source: Source) -> str:
    """Return FFmpeg's name of the picture that is taken: input number, stream number."""
    if source.video is None:
        raise ValueError("a source whose picture was not probed has none to take")
    return f"0:{source.video.stream_index}"


def sound_of(source: Source, audio: TargetAudio) -> str:
    """Return FFmpeg's name of a stream of sound: input number, stream number."""
    return f"{input_number(source, audio.source_file_index)}:{audio.source_stream_index}"


def input_number(source: Source, file_index: int) -> int:
    """Return which input of the command is one of the source's files."""
    return _opened(source).index(file_index)


def _opened(source: Source) -> list[int]:
    return sorted({0, *(audio.file_index for audio in source.audio)})


def _open_sequence(source: Source) -> tuple[str, ...]:
    sequence, video = source.sequence, source.video
    assert sequence is not None
    assert video is not None
    folder = source.path[: len(source.path) - len(numbered_name(sequence, sequence.first))]
    number = f"%0{sequence.digits}d" if sequence.digits > 1 else "%d"
    before, after = (
        text.replace("%", "%%") for text in (folder + sequence.prefix, sequence.suffix)
    )
    rate = video.frame_rate
    return (
        *_guarded(_PICTURE_FILES),
        *("-f", "image2", "-pattern_type", "sequence"),
        *("-framerate", f"{rate.numerator}/{rate.denominator}"),
        *("-start_number", str(sequence.first), "-start_number_range", "1"),
        *("-i", f"file:{before}{number}{after}"),
    )


def _guarded(formats: str) -> tuple[str, ...]:
    return (
        "-xerror",
        *("-protocol_whitelist", "file", "-format_whitelist", formats),
        *("-max_pixels", str(MAX_PIXELS), "-threads", THREADS),
        # Channels that a source leaves unnamed stay so: six microphones are no 5.1.
        *(("-guess_layout_max", "2") if formats != _PICTURE_FILES else ()),
    )
