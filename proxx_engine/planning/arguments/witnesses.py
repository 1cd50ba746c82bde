"""What a run writes down beside its output, so that the proxy can be proven. Pure.

Names are relative: the files lie in the private working folder.
"""

from __future__ import annotations

from proxx_engine.spec.job_spec import Target

SOURCE_TIMES = "source.times"
SOURCE_AUDIO = "source.audio"
ENCODED_PACKETS = "encoded.packets"
PROXY_PACKETS = "proxy.packets"
PROXY_AUDIO = "proxy.audio"
SOURCE_SOUND_TIMES = "source.sound.{}.times"
PROXY_SOUND_TIMES = "proxy.sound.{}.times"


def picture_times() -> tuple[str, ...]:
    """For each picture: its time on the source's clock, and as given to the encoder."""
    return (
        *("-stats_enc_pre:v:0", SOURCE_TIMES),
        *("-stats_enc_pre_fmt:v:0", "{tbi} {ptsi} {tb} {pts}"),
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


def sound_hashes(streams: list[str], target: Target, name: str) -> tuple[str, ...]:
    """Hash the decoded sound of each stream, as PCM of the proxy's own kind."""
    if not streams:
        return ()
    maps = [part for stream in streams for part in ("-map", stream)]
    codec = ("-c:a", target.audio[0].codec, "-flags:a", "+bitexact")
    return (*maps, *codec, "-f", "streamhash", "-hash", "sha256", f"file:{name}")
