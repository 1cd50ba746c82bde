"""What a run writes down beside its output, so that the proxy can be proven. Pure.

Names are relative: the files lie in the private working folder.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from proxx_engine.planning.arguments.laid import any_altered, as_read, laid_chain, mixed
from proxx_engine.planning.laying import stream_of
from proxx_engine.spec.job_spec import Target, TargetAudio
from proxx_engine.spec.media import Source
from proxx_engine.spec.profile import ProfileSpec
from proxx_engine.spec.sound_codecs import SOUND_CODECS

SoundProof = Literal["samples", "pictures", "heard"]
"""How sound is proven. `samples`: every sample at once. `pictures`: every sample, as much at a time
as goes with a picture, since MXF ends with the last picture and fills up what is missing there.
`heard`: level and brightness, where it is coded with loss.
"""

SOURCE_TIMES = "source.times"
SOURCE_PICTURES = "source.pictures"
SOURCE_AUDIO = "source.audio"
ENCODED_PACKETS = "encoded.packets"
PROXY_PACKETS = "proxy.packets"
PROXY_AUDIO = "proxy.audio"
GIVEN_SOUND_TIMES = "given.sound.{}.times"
SOURCE_SOUND_TIMES = "source.sound.{}.times"
PROXY_SOUND_TIMES = "proxy.sound.{}.times"
ENCODED_SOUND = "encoded.sound"
PROXY_SOUND = "proxy.sound"
SOURCE_SOUND_LEVELS = "source.sound.{}.levels"
LAID_SOUND = "laid.sound.{}"
PROXY_SOUND_LEVELS = "proxy.sound.{}.levels"


_AUDIBLE_HERTZ = 6000
_LEAD_IN = "aresample=async=1:first_pts=0"
_FRAMES_BEYOND = 2
"""Silence reaches this much past the promised end, which is rounded; MXF ends with the picture."""


def picture_times() -> tuple[str, ...]:
    """For each picture that is encoded: which of the source's it is and its time on the source's
    clock, and its time as given to the encoder.
    """
    return (
        *("-stats_enc_pre:v:0", SOURCE_TIMES),
        *("-stats_enc_pre_fmt:v:0", "{ni} {tbi} {ptsi} {tb} {pts}"),
    )


def every_picture(pad: str) -> tuple[str, ...]:
    """For each picture that is decoded, encoded or not: its time and how long it is shown.

    What is hashed is only a handle: no picture is copied, and the hash says nothing.
    """
    return (
        *("-map", f"[{pad}]", "-fps_mode:v", "passthrough", "-enc_time_base:v", "demux"),
        *("-c:v", "wrapped_avframe", "-f", "framehash", "-hash", "crc32"),
        f"file:{SOURCE_PICTURES}",
    )


def sound_times(target: Target, name: str) -> tuple[str, ...]:
    """For each stream: the time of every block of sound, and how many samples it has."""
    return tuple(
        part
        for track in range(len(target.audio))
        for part in (
            *(f"-stats_enc_pre:a:{track}", name.format(track)),
            *(f"-stats_enc_pre_fmt:a:{track}", "{tb} {pts} {samp}"),
        )
    )


def sound_proof(profile: ProfileSpec) -> SoundProof:
    """Return how the sound of a profile's proxies is proven."""
    if SOUND_CODECS[profile.audio.codec].bytes_a_sample is None:
        return "heard"
    return "pictures" if profile.container == "mxf" else "samples"


def begins_with_picture(profile: ProfileSpec) -> bool:
    """Whether sound that begins after the picture is led in by silence.

    MXF states no beginning of sound. MOV and MP4 hide what AAC's encoder puts in front only from
    sound that begins at once; else it would be heard, and all behind be 1024 samples longer.
    """
    proof = sound_proof(profile)
    return proof == "pictures" or (proof == "heard" and profile.container in ("mov", "mp4"))


def ends_with_picture(source: Source, profile: ProfileSpec) -> bool:
    """Whether sound that ends before the picture is followed by silence.

    MXF's muxer drops every picture that no sound goes with. Where the source does not say how
    many pictures there are, nobody knows how much silence that is.
    """
    video = source.video
    counted = video is not None and video.promised_frames.count is not None
    return counted and sound_proof(profile) == "pictures"


def filtered_sound(source: Source, target: Target, profile: ProfileSpec) -> tuple[str, ...]:
    """Return the filters of the sound that the encoder is given."""
    led = _led_in_and_out(source, target, profile)
    if any_altered(target):
        return _each_filtered([_own_chain(source, a, target, profile, led) for a in target.audio])
    return ("-af", ",".join(led)) if led else ()


def _led_in_and_out(source: Source, target: Target, profile: ProfileSpec) -> list[str]:
    """Return what gives the picture's own sound silence where the container needs it."""
    if not begins_with_picture(profile):
        return []
    video = source.video
    if video is None or not ends_with_picture(source, profile):
        return [_LEAD_IN]
    pictures = Fraction(video.promised_frames.count or 0) / video.frame_rate
    longest = max(pictures, source.duration_seconds or Fraction(0))
    microseconds = -(-(longest + _FRAMES_BEYOND / target.frame_rate) * 1_000_000 // 1)
    return [_LEAD_IN, f"apad=whole_dur={microseconds}us"]


def _own_chain(
    source: Source, audio: TargetAudio, target: Target, profile: ProfileSpec, led: list[str]
) -> list[str]:
    """Return the filters of one track: laid under the picture, or led in; then mixed."""
    if audio.laid is None:
        return [*led, *mixed(audio.mix)]
    # MXF cuts at the last picture, and needs sound for it to the end.
    beyond = _FRAMES_BEYOND / target.frame_rate if sound_proof(profile) == "pictures" else 0
    stream = stream_of(source, audio)
    return [*laid_chain(audio, stream, beyond=Fraction(beyond)), *mixed(audio.mix)]


def _each_filtered(chains: list[list[str]]) -> tuple[str, ...]:
    return tuple(
        part
        for track, chain in enumerate(chains)
        if chain
        for part in (f"-filter:a:{track}", ",".join(chain))
    )


def given_times(target: Target, profile: ProfileSpec) -> tuple[str, ...]:
    """When the sound begins that the encoder is given, and how many samples it has.

    Silence at its end is not among them: where there may be some, another output counts.
    """
    if sound_proof(profile) == "pictures":
        return ()
    led = begins_with_picture(profile)
    return sound_times(target, GIVEN_SOUND_TIMES if led else SOURCE_SOUND_TIMES)


def source_sound(
    streams: list[str], source: Source, target: Target, profile: ProfileSpec
) -> tuple[str, ...]:
    """The outputs that say what the source sounds like, laid and mixed as the proxy's is."""
    if not streams:
        return ()
    with_loss = sound_proof(profile) == "heard"
    return (
        *_sounding(streams, source, target, profile),
        *as_read(streams, source, target, name=LAID_SOUND, all_of_them=with_loss),
    )


def _sounding(
    streams: list[str], source: Source, target: Target, profile: ProfileSpec
) -> tuple[str, ...]:
    proof = sound_proof(profile)
    led = [_LEAD_IN] if begins_with_picture(profile) else []
    chains = [_own_chain(source, audio, target, profile, led) for audio in target.audio]
    if proof == "samples":
        return (*_each_filtered(chains), *_sound_hashes(streams, target, SOURCE_AUDIO))
    own: tuple[str, ...] = ()
    if begins_with_picture(profile):
        times = sound_times(target, SOURCE_SOUND_TIMES)
        laid = [c if a.laid else [] for c, a in zip(chains, target.audio, strict=True)]
        own = (*times, *_maps(streams), *_each_filtered(laid), "-f", "null", "-")
    if proof == "pictures":
        filters = _each_filtered(chains) if any_altered(target) else ("-af", _LEAD_IN)
        given = (*sound_times(target, GIVEN_SOUND_TIMES), *filters)
        return (*own, *given, *_sound_of_pictures(streams, target, SOURCE_AUDIO))
    return (*own, *_sound_levels(streams, target, SOURCE_SOUND_LEVELS, before=chains))


def proxy_sound(target: Target, profile: ProfileSpec) -> tuple[str, ...]:
    """The outputs that say what the proxy sounds like, and when.

    A missing track is left to the comparison, which names it.
    """
    proof = sound_proof(profile)
    streams = [f"0:a:{track}?" for track in range(len(target.audio))]
    if not streams:
        return ()
    times = sound_times(target, PROXY_SOUND_TIMES)
    if proof == "samples":
        return (*times, *_sound_hashes(streams, target, PROXY_AUDIO))
    maps = _maps(streams)
    heard = (*times, *maps, "-f", "null", "-")
    if proof == "pictures":
        return (*heard, *_sound_of_pictures(streams, target, PROXY_AUDIO))
    return (
        *heard,
        *_sound_levels(streams, target, PROXY_SOUND_LEVELS),
        *(*maps, "-c:a", "copy", "-fflags", "+bitexact"),
        *("-f", "framehash", "-hash", "crc32", f"file:{PROXY_SOUND}"),
    )


def _maps(streams: list[str]) -> tuple[str, ...]:
    return tuple(part for stream in streams for part in ("-map", stream))


def _sound_hashes(streams: list[str], target: Target, name: str) -> tuple[str, ...]:
    """Hash the decoded sound of each stream, as PCM of the proxy's own kind."""
    codec = ("-c:a", target.audio[0].codec, "-flags:a", "+bitexact")
    return (*_maps(streams), *codec, "-f", "streamhash", "-hash", "sha256", f"file:{name}")


def _sound_of_pictures(streams: list[str], target: Target, name: str) -> tuple[str, ...]:
    """A checksum of the sound that goes with each picture, cut as the MXF muxer cuts it."""
    rate = f"{target.frame_rate.numerator}/{target.frame_rate.denominator}"
    return (
        *(*_maps(streams), "-c:a", target.audio[0].codec, "-flags:a", "+bitexact"),
        *("-bsf:a", f"pcm_rechunk=r={rate}"),
        *("-f", "framehash", "-hash", "crc32", f"file:{name}"),
    )


def _sound_levels(
    streams: list[str], target: Target, name: str, *, before: list[list[str]] | None = None
) -> tuple[str, ...]:
    """Measure each second of each channel of the decoded sound, at the proxy's own rate."""
    measures = [_measure(audio, name.format(track)) for track, audio in enumerate(target.audio)]
    chains = zip(before or [[]] * len(measures), measures, strict=True)
    filters = _each_filtered([[*chain, measure] for chain, measure in chains])
    return (*_maps(streams), *filters, "-f", "null", "-")


def _measure(audio: TargetAudio, name: str) -> str:
    # Above, coders leave out what nobody hears; noise there would drown what is to be compared.
    audible = min(_AUDIBLE_HERTZ, audio.sample_rate // 4)
    return (
        f"aformat=sample_fmts=fltp:sample_rates={audio.sample_rate}"
        f":channel_layouts={audio.layout}"
        f",lowpass=f={audible},lowpass=f={audible}"
        f",asetnsamples=n={audio.sample_rate}:p=0"
        ",astats=metadata=1:reset=1:measure_perchannel=RMS_level+RMS_difference"
        ":measure_overall=none"
        f",ametadata=mode=print:file={name}"
    )
