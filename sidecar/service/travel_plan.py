"""Where media that travel through the storage lie while a job runs, below its scratch. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import ClipSpec, Issue, JobSpec, PathMap, RequestError, local_path
from sidecar.service.keys import media_key
from sidecar.service.roots import is_below
from sidecar.service.settings import MediaSettings

_HELD = "media"
"""The folder of a scratch below which roots lie as keys write them."""


def files_of(clip: ClipSpec) -> tuple[str, ...]:
    """Return every file that a clip reads; sound that was recorded apart is one of them."""
    return tuple(dict.fromkeys((clip.source.path, *clip.source.files)))


@dataclass(frozen=True, slots=True)
class Fetching:
    """What is fetched to where, and the maps under which the job finds it."""

    fetched: tuple[tuple[str, Path], ...]
    output: Path | None
    """The folder for the proxies; None where they are written to their own place."""
    maps: tuple[PathMap, ...]


def plan_fetching(
    spec: JobSpec, media: MediaSettings, scratch: Path, own: tuple[PathMap, ...]
) -> Fetching:
    """Return what is fetched to where. Raises: RequestError where one folder would have to be in
    two places, or a name leads out of the scratch.
    """
    look = spec.profile.look
    lut = (look.lut.path,) if look is not None and look.lut is not None else ()
    files = dict.fromkeys((*(path for clip in spec.clips for path in files_of(clip)), *lut))
    roots = _held(scratch, media.sources)
    wanted: dict[str, tuple[str, bool]] = {}
    for path in files:
        carried = is_below(path, media.sources)
        wanted[path] = local_path(path, roots if carried else own), carried
    directory = spec.output.directory
    travels = is_below(directory, media.proxies)
    output = local_path(directory, _held(scratch, media.proxies) if travels else own)
    outside = [path for path, (local, carried) in wanted.items() if carried and local == path]
    outside += [directory] if travels and output == directory else []
    if outside:
        # As "D:" or "a:b" would below any folder.
        issue = Issue("SPEC_BAD_NAME", outside[0], "has a name that leads elsewhere on Windows")
        raise RequestError((issue,), subject=spec.label)
    if not travels and not any(carried for _local, carried in wanted.values()):
        return Fetching((), None, own)
    kept = [each for each in own if not is_below(each.written, media.sources)]
    maps = (*roots, *kept)
    if local_path(directory, maps) != output:
        # The folder alone: what lies beside it may be read from where it is.
        maps = (PathMap(written=directory, local=output), *maps)
    astray = [path for path, (local, _carried) in wanted.items() if local_path(path, maps) != local]
    if astray:
        sentence = (
            f"found {len(astray)} files such as {astray[0]!a} below {directory!a}, of which one "
            "travels through the storage and the other does not; name their root for both, "
            "media.sources and media.proxies"
        )
        raise RequestError((Issue("SPEC_BAD_PAIR", "media", sentence),), subject=spec.label)
    fetched = tuple((path, Path(local)) for path, (local, carried) in wanted.items() if carried)
    return Fetching(fetched, Path(output) if travels else None, maps)


def _held(scratch: Path, roots: Sequence[str]) -> list[PathMap]:
    """Return where what lies below roots lies below a scratch."""
    places = (scratch.joinpath(*media_key(_HELD, root).split("/")) for root in roots)
    return [
        PathMap(written=root, local=str(each)) for root, each in zip(roots, places, strict=True)
    ]
