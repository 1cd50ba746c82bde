"""Parts of a view as the page gets them: rows in each state, plots, quality."""

from __future__ import annotations

import base64
import dataclasses
import math
import struct
import zlib
from collections import Counter
from typing import Any

from sidecar.report.model import (
    CheckLine,
    ClipView,
    Fact,
    FailureLine,
    Headline,
    Lane,
    Measure,
    Night,
    NleLine,
    PicturePair,
    QualityView,
    ReportView,
    Sizes,
    SpeedBar,
    Speeds,
    StateCount,
    Stretch,
    Tick,
    Tone,
)

TONES: dict[str, Tone] = {
    "failed": "bad",
    "not-run": "bad",
    "gone": "bad",
    "unreadable": "bad",
    "exists-only": "warn",
    "running": "warn",
    "proven": "good",
    "replaced": "quiet",
    "superseded": "quiet",
}
"""State → tone, the gravest first."""
WORDS = {"not-run": "not run", "exists-only": "exists only", "superseded": "done again"}
_SPEEDS = ("below 0.5×", "0.5 to 1×", "1 to 2×", "2 to 5×", "5 to 10×", "10 to 20×", "20× and more")


def words_of(state: str) -> str:
    return WORDS.get(state, state)


def checks(count: int = 12, **changed: str) -> tuple[CheckLine, ...]:
    """Return so many checks, all equal but those that are named with another verdict."""
    known = (
        ("container", "mov", "mov"),
        ("codec", "prores", "prores"),
        ("profile", "Proxy", "Proxy"),
        ("raster", "1920x1080", "1920x1080"),
        ("frame_rate", "24000/1001", "24000/1001"),
        ("frames.decoded", "4994", "4994"),
        ("frames.muxed", "4994", "4994"),
        ("frames.played", "4994", "4994"),
        ("field_order", "progressive", "progressive"),
        ("rotation", "0", "0"),
        ("color.range", "tv", "tv"),
        ("timecode", "10:04:11:07", "10:04:11:07"),
    )
    rows = [
        known[n] if n < len(known) else (f"audio.{n}.samples", "48048", "48048")
        for n in range(count)
    ]
    return tuple(CheckLine(*row, changed.get(row[0].replace(".", "_"), "equal")) for row in rows)


def clip(number: int = 0, state: str = "proven", **changes: Any) -> ClipView:
    """Return a row in a state, with everything that a row of this state tells."""
    name = f"A{1 + number // 40:03d}_C{1 + number % 40:03d}_0213Q{number % 10}.mov"
    failure = None
    if state == "failed":
        failure = FailureLine(
            code="SOURCE_TRUNCATED",
            stage="execution",
            sentence="The source ends before its own index says: 4994 pictures promised, 3120 read",
            next_step="Copy the clip from the card again and compare the checksums of both.",
        )
    done = state in ("proven", "exists-only", "gone", "replaced")
    seen = checks() if done and state != "exists-only" else ()
    base = ClipView(
        key=f"c{number}",
        kind="clip",
        state=state,
        words=words_of(state),
        tone=TONES[state],
        name=name,
        folder="",
        batch="DAY 04 Camera A" if number % 3 else "DAY 04 Camera B",
        label=name.removesuffix(".mov"),
        job=f"{0x3F0A17C2 + number * 7919:08x}",
        engine="resolve" if number % 5 == 4 else "ffmpeg",
        worker=f"render-{1 + number % 4:02d}",
        told=failure.code if failure else f"{len(seen)} checks" if seen else words_of(state),
        failure=failure,
        remarks=(),
        source=f"/Volumes/CARD_A/DCIM/A{1 + number // 40:03d}/{name}",
        proxy=f"/Volumes/NAS/Show/Proxy/{name}",
        size_bytes=96_000_000 + number * 7_654_321 if done else None,
        source_bytes=4_800_000_000 + number * 1_234_567,
        seconds=41.2 + number % 97 if done or failure else None,
        media_seconds=208.3,
        ended=f"2026-02-13 {20 + number // 3600}:{number // 60 % 60:02d}:{number % 60:02d}Z"
        if done or failure
        else "",
        checks=seen,
        facts=(
            Fact("Codec", "h264 High", "prores"),
            Fact("Raster", "3840x2160", "1920x1080"),
            Fact("Frame rate", "23.976", "23.976"),
            Fact("Frames", "4994, by index", "4994" if done else ""),
            Fact("Pixel format", "yuv420p10le", "yuv422p10le"),
            Fact("Timecode", "10:04:11:07", "10:04:11:07" if done else ""),
            Fact("Sound 1", "aac, 2 ch, 48000 Hz", "pcm_s16le, 2 ch, 48000 Hz"),
        ),
        nle=(
            NleLine("DaVinci Resolve", "attaches", ""),
            NleLine("Premiere Pro", "attaches by hand", "its channels are laid out otherwise"),
            NleLine("Media Composer", "no", "MOV is linked, not attached"),
        )
        if done
        else (),
        command=f"ffmpeg -hide_banner -nostdin -i '/Volumes/CARD_A/DCIM/{name}' -map 0:v:0"
        " -c:v prores_ks -profile:v 0 -vendor apl0 -pix_fmt yuv422p10le -c:a pcm_s16le"
        f" '/Volumes/NAS/Show/Proxy/{name}'",
        messages="[mov,mp4,m4a @ 0x1] stream 0, offset 0x2fae0: partial file\nConversion failed!"
        if failure
        else "",
        links=("linked in project “Show”, bin Day 04",) if done and number % 5 == 4 else (),
        files=(f"/Volumes/NAS/Show/Proxy/{name.removesuffix('.mov')}.3f0a17c2.result.json",),
        quality=None,
    )
    return dataclasses.replace(base, **changes)


def view(*clips: ClipView, headline: Headline | None = None, **changes: Any) -> ReportView:
    """Return a view of these rows, counted as they are."""
    counted = Counter(each.state for each in clips)
    lacking = sum(each.tone == "bad" for each in clips)
    said = Headline("bad", f"of {len(clips)} clips {lacking} NOT COMPLETED", ())
    return dataclasses.replace(
        ReportView(
            title="Review of Proxy",
            made_at="2026-02-14 06:30:00Z",
            made_by="Proxx 0.9.0",
            looked_at=("/Volumes/NAS/Show/Proxy",),
            headline=headline or said,
            counts=tuple(
                StateCount(state, words_of(state), tone, counted[state], counted[state])
                for state, tone in TONES.items()
                if counted[state]
            ),
            engines=tuple(sorted({each.engine for each in clips if each.engine})),
            batches=tuple(sorted({each.batch for each in clips if each.batch})),
            clips=clips,
            hidden=sum(each.tone == "quiet" for each in clips),
            night=None,
            speeds=None,
            sizes=None,
        ),
        **changes,
    )


def night(clips: tuple[ClipView, ...], workers: int = 4) -> Night:
    """Return a night in which these clips were made one after the other by so many workers."""
    lanes = []
    for worker in range(workers):
        own = [each for each in clips if each.ended][worker::workers]
        wide = [1 + (number * 7 + worker) % 5 for number in range(len(own))]
        total = sum(wide) or 1
        begins = [
            sum(wide[:number]) / total * (0.98 - worker * 0.05) for number in range(len(own) + 1)
        ]
        stretches = (
            Stretch(each.key, each.name, begin, end - 0.002, each.tone)
            for each, begin, end in zip(own, begins, begins[1:], strict=False)
        )
        lanes.append(Lane(f"render-{worker + 1:02d}", tuple(stretches)))
    ticks = tuple(
        Tick(n / 8, f"{18 + (n + 1) // 2:02d}:{'30' if n % 2 == 0 else '00'}") for n in range(9)
    )
    told = f"2026-02-13 18:30Z to 22:31Z, {len(clips)} clips by {workers} workers"
    return Night(told, tuple(lanes), ticks)


def speeds() -> Speeds:
    counts = (0, 2, 9, 31, 12, 3, 1)
    bars = (SpeedBar(words, n, n / 31) for words, n in zip(_SPEEDS, counts, strict=True))
    return Speeds("half of 58 clips at 3.4× real time or faster", tuple(bars))


def sizes() -> Sizes:
    told = "9.4 GB of proxies for 278.6 GB of sources"
    return Sizes(told, 278_600_000_000, 9_400_000_000, 9.4 / 278.6)


def quality() -> QualityView:
    numbers = tuple(range(0, 4994, 227))
    psnr = tuple(round(42 + 2 * math.sin(n / 400) - (6 if n == 2270 else 0), 2) for n in numbers)
    ssim = tuple(
        round(0.985 + 0.006 * math.sin(n / 700) - (0.03 if n == 2270 else 0), 4) for n in numbers
    )
    pairs = tuple(
        PicturePair(n, picture(n), "" if n == 681 else picture(n, lines=True)) for n in numbers[:8]
    )
    return QualityView(
        told="22 of 4994 pictures, every 227th, by FFmpeg 7.1 on 2026-02-14 05:12Z",
        measures=(
            Measure("PSNR", "dB", numbers, psnr, min(psnr), sum(psnr) / len(psnr)),
            Measure("SSIM", "", numbers, ssim, min(ssim), sum(ssim) / len(ssim)),
        ),
        pictures=pairs,
        remarks=("VMAF is not in this build of FFmpeg.",),
    )


def picture(seed: int, lines: bool = False) -> str:
    """Return a small picture as a `data:` URI: a slope of colours, with lines or without."""
    wide, high = 32, 18
    rows = b"".join(
        b"\0"
        + bytes(
            value
            for x in range(wide)
            for value in ((x * 7 + seed) % 256, (y * 12) % 256, 40 if lines and y % 4 == 0 else 140)
        )
        for y in range(high)
    )
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    chunks = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    whole = base64.b64encode(b"\x89PNG\r\n\x1a\n" + chunks).decode()
    return f"data:image/png;base64,{whole}"
