"""One FFmpeg run that compares the pictures of a proxy with those its encoder was given. Pure.

Pictures are found by their number on both sides and never by their time: a picture's number is its
time here. Names are relative; the files lie in a private working folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from proxx_engine import MAX_PIXELS, open_file
from sidecar.qc.filters import Chain
from sidecar.qc.recorded import RecordedPicture

PSNR_FILE, SSIM_FILE, VMAF_FILE = "psnr.log", "ssim.log", "vmaf.json"
SOURCE_PICTURES, PROXY_PICTURES = "source.{}.jpg", "proxy.{}.jpg"
"""Numbered from 1."""
LEAST_VMAF_SIDE = 64
"""Of smaller pictures libvmaf makes nothing, or FFmpeg dies in it (16x16, measured)."""

_FRONT = ("-hide_banner", "-nostdin", "-nostats", "-v", "repeat+level+warning", "-y")
_THREADS = "{threads}"
_BOX = 320
"""The longer side of a picture on the filmstrip."""
_EXACT = "flags=bicubic+accurate_rnd+full_chroma_int+bitexact"
_BY_NUMBER = "settb=1/1000,setpts=N"
# Values are compared as they stand: where two tags differ, FFmpeg would convert one of the two.
_UNTAGGED = (
    "setparams=range=tv:color_primaries=unknown:color_trc=unknown:colorspace=unknown,setsar=1"
)
# Of a picture for the eye only matrix and range count; other tags may be none that scale knows.
_SMALL = (
    "setparams=color_primaries=unknown:color_trc=unknown"
    f",scale=w=if(gt(dar\\,1)\\,{_BOX}\\,trunc({_BOX}*dar/2)*2)"
    f":h=if(gt(dar\\,1)\\,trunc({_BOX}/dar/2)*2\\,{_BOX})"
    f":{_EXACT}:out_color_matrix=bt601:out_range=pc,setsar=1,format=yuvj420p"
)


# Each picture by itself: motion is measured from one compared picture to the next, so that it would
# raise all values but the first one's, and those the more the farther apart they are (measured).
_MODEL = "version=vmaf_v0.6.1\\:motion.motion_force_zero=true"


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which pictures a run takes."""

    frame_stride: int
    max_frames: int
    shown: tuple[int, ...]
    """Positions among the pictures that are taken; they stand on the filmstrip."""

    @property
    def filters(self) -> str:
        """The filters that leave the others out, and end when there are enough."""
        end = (self.max_frames - 1) * self.frame_stride + 1
        return f"trim=end_frame={end},select=not(mod(n\\,{self.frame_stride}))"


def compare_arguments(
    recorded: RecordedPicture,
    sampling: Sampling,
    *,
    source: str,
    proxy: str,
    with_vmaf: bool,
    threads: int,
) -> tuple[str, ...]:
    """Return the words behind `ffmpeg`; `source` and `proxy` are paths of this machine."""
    chain = recorded.chain
    vmaf = with_vmaf and measures_vmaf(chain)
    graph = ";".join(
        (
            f"[{recorded.stream}]{_referenced(chain, sampling)},split=2[R0][R9]",
            f"[1:v:0]{sampling.filters},{_BY_NUMBER},split=2[P0][P9]",
            f"[R0]{_plain(chain)},split={3 if vmaf else 2}[R1][R2]{'[R3]' * vmaf}",
            f"[P0]{_plain(chain)}[P1]",
            f"[P1][R1]psnr=stats_file={PSNR_FILE}:shortest=1[P2]",
            f"[P2][R2]ssim=stats_file={SSIM_FILE}:shortest=1[{'P3' if vmaf else 'Q0'}]",
            *((_vmaf(threads),) if vmaf else ()),
            f"[R9]{_strip(sampling, chain)}[J0]",
            f"[P9]{_strip(sampling, chain)}[J1]",
        )
    )
    return (
        *_FRONT,
        *(("-apply_cropping", "codec") if recorded.whole_raster else ()),
        *_opened(recorded, source),
        *open_file(proxy),
        *("-filter_complex_threads", "1", "-filter_complex", graph),
        *("-map", "[Q0]", *_passed(), "-f", "null", "-"),
        *_pictures("[J0]", SOURCE_PICTURES),
        *_pictures("[J1]", PROXY_PICTURES),
    )


def show_arguments(sampling: Sampling, *, proxy: str) -> tuple[str, ...]:
    """Return the words behind `ffmpeg` of a filmstrip of the proxy alone."""
    graph = f"[0:v:0]{sampling.filters},{_BY_NUMBER},{_strip(sampling, None)}[J1]"
    return (
        *_FRONT,
        *open_file(proxy),
        *("-filter_complex_threads", "1", "-filter_complex", graph),
        *_pictures("[J1]", PROXY_PICTURES),
    )


def fill_threads(words: Sequence[str], threads: int) -> tuple[str, ...]:
    """Return a command with this machine's number of threads."""
    return tuple(str(threads) if word == _THREADS else word for word in words)


def measures_vmaf(chain: Chain) -> bool:
    """Whether libvmaf can judge pictures of this size."""
    return min(chain.width, chain.height) >= LEAST_VMAF_SIDE


def _opened(recorded: RecordedPicture, source: str) -> tuple[str, ...]:
    if not recorded.sequence:
        return open_file(source)
    guard = ("-xerror", "-protocol_whitelist", "file", "-format_whitelist", "image2")
    limits = ("-max_pixels", str(MAX_PIXELS), "-threads", _THREADS)
    return (*guard, *limits, *recorded.sequence, "-i", f"file:{source}")


def _referenced(chain: Chain, sampling: Sampling) -> str:
    # Where a picture depends on no other, what is not taken need not be filtered either.
    both = (chain.text, sampling.filters)
    return ",".join((*(both if chain.looks_beyond else reversed(both)), _BY_NUMBER))


def _plain(chain: Chain) -> str:
    """Return what brings both to one format: values are converted only where it differs."""
    without_alpha = chain.pixel_format.replace("yuva", "yuv")
    return f"scale={_EXACT},format={without_alpha},{_UNTAGGED}"


def _vmaf(threads: int) -> str:
    log = f"log_path={VMAF_FILE}:log_fmt=json:n_threads={threads}"
    return f"[P3][R3]libvmaf={log}:model='{_MODEL}':shortest=1[Q0]"


def _strip(sampling: Sampling, chain: Chain | None) -> str:
    taken = "+".join(f"eq(n\\,{position})" for position in sampling.shown)
    shape = (chain.aspect,) if chain else ()
    return ",".join((f"select={taken}", *shape, _SMALL))


def _passed() -> tuple[str, ...]:
    return ("-fps_mode:v", "passthrough", "-enc_time_base:v", "1/1000")


def _pictures(pad: str, names: str) -> tuple[str, ...]:
    name = names.format("%d")
    encoder = ("-c:v", "mjpeg", "-q:v", "5", "-flags:v", "+bitexact", "-fflags", "+bitexact")
    return ("-map", pad, *_passed(), *encoder, "-f", "image2", f"file:{name}")
