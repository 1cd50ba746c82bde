"""Rules over the look of a profile, and over what a target says of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from proxx_engine.errors import Issue, ProbeError
from proxx_engine.planning.burn_ins import parse_burn_in
from proxx_engine.planning.expectation import display_size
from proxx_engine.planning.flips import order_as_flipped
from proxx_engine.planning.framing import MOST_SQUEEZE, frame_picture, parse_crop
from proxx_engine.planning.levels import level_to_read
from proxx_engine.spec.job_spec import ClipSpec, Target
from proxx_engine.spec.media import VideoStream
from proxx_engine.spec.model import format_rational
from proxx_engine.spec.profile import ProfileSpec

_USUAL_SQUEEZES = "4/3, 3/2, 9/5, 2/1"


def check_look(profile: ProfileSpec, at: str) -> Iterable[Issue]:
    """Yield what is wrong with a profile's look; `at` ends with a point, or is empty."""
    look = profile.look
    if look is None:
        return
    yield from _check_burn_ins(look.burn_in or (), f"{at}look.burn_in")
    if look.crop is not None:
        try:
            parse_crop(look.crop)
        except ValueError as error:
            yield Issue("SPEC_UNKNOWN_VALUE", f"{at}look.crop", str(error))
    squeeze = look.desqueeze
    if squeeze is not None and not 1 < squeeze <= MOST_SQUEEZE:
        found = format_rational(squeeze)
        sentence = f"found {found}, expected more than 1/1 and up to 2/1, such as {_USUAL_SQUEEZES}"
        yield Issue("SPEC_OUT_OF_RANGE", f"{at}look.desqueeze", sentence)


def _check_burn_ins(entries: tuple[str, ...], at: str) -> Iterable[Issue]:
    taken: dict[str, int] = {}
    for number, entry in enumerate(entries):
        where = f"{at}[{number}]"
        try:
            asked = parse_burn_in(entry)
        except ValueError as error:
            yield Issue("SPEC_UNKNOWN_VALUE", where, str(error))
            continue
        first = taken.setdefault(asked.place, number)
        if first != number:
            sentence = f"found {asked.place}, where burn_in[{first}] stands already"
            yield Issue("SPEC_DUPLICATE_KEY", where, sentence)


def check_look_of_target(
    profile: ProfileSpec, clip: ClipSpec, video: VideoStream, target: Target, at: str
) -> Iterable[Issue]:
    """Yield where a clip's target is not what its profile's look comes to."""
    try:
        level = level_to_read(video, profile.look, clip.resolve)
    except ProbeError as error:
        yield Issue("SPEC_BAD_PAIR", f"{at}.target.data_level", error.detail)
        return
    if target.data_level != level:
        sentence = f"found {target.data_level or 'null'}, the look means {level or 'null'}"
        yield Issue("SPEC_UNKNOWN_VALUE", f"{at}.target.data_level", sentence)
    yield from _check_burnt(profile, clip, target, f"{at}.target")
    yield from _check_framing(profile, video, target, f"{at}.target")
    flipped = order_as_flipped(video.field_order, profile.look)
    if target.field_order not in ("progressive", flipped) and flipped != video.field_order:
        sentence = f"found {target.field_order}, flipped it is {flipped}"
        yield Issue("SPEC_UNKNOWN_VALUE", f"{at}.target.field_order", sentence)


def _check_burnt(profile: ProfileSpec, clip: ClipSpec, target: Target, at: str) -> Iterable[Issue]:
    """A text that a clip lacks is not drawn; beyond that nothing is missing and nothing is more."""
    try:
        entries = (profile.look.burn_in if profile.look else None) or ()
        asked = {each.place: each.what for each in map(parse_burn_in, entries)}
    except ValueError:
        return  # what is wrong with the look itself is told of the profile
    drawn = {each.place: each for each in target.burn_in}
    must = {place for place, what in asked.items() if what != "reel-or-none" or clip.source.reel}
    if set(drawn) != must or len(drawn) != len(target.burn_in):
        found, wanted = (", ".join(sorted(each)) or "nothing" for each in (drawn, must))
        sentence = f"found texts at {found}, the look burns in at {wanted}"
        yield Issue("SPEC_UNKNOWN_VALUE", f"{at}.burn_in", sentence)
        return
    timecode = clip.source.timecode
    for number, each in enumerate(target.burn_in):
        what = asked[each.place]
        kind = "timecode" if what.startswith("timecode") else "frame" if what == "frame" else "text"
        start = timecode.start if timecode else "00:00:00:00"
        if each.shows != kind or (kind == "frame") is not (each.text is None):
            sentence = f"found {each.shows}, the look burns in {what}"
            yield Issue("SPEC_UNKNOWN_VALUE", f"{at}.burn_in[{number}]", sentence)
        elif kind == "timecode" and each.text != start:
            sentence = f"found {each.text}, the clip begins at {start}"
            yield Issue("SPEC_BAD_TIMECODE", f"{at}.burn_in[{number}].text", sentence)
    if (target.font_sha256 is None) is not (not target.burn_in):
        found = target.font_sha256 or "null"
        sentence = f"found {found}; a font goes with what is burnt in, and only with that"
        yield Issue("SPEC_BAD_PAIR", f"{at}.font_sha256", sentence)


def _check_framing(
    profile: ProfileSpec, video: VideoStream, target: Target, at: str
) -> Iterable[Issue]:
    """Compute anew, out of source and profile, what a shape of its own comes to."""
    look = profile.look
    asked = look is not None and (look.crop is not None or look.desqueeze is not None)
    if not asked and target.framing is None:
        return
    if not asked:
        yield Issue(
            "SPEC_BAD_PAIR", f"{at}.framing", "found a framing, the profile has no such look"
        )
        return
    lines = 4 if target.field_order in ("top_first", "bottom_first") else 2
    try:
        made = frame_picture(*display_size(video), profile, lines=lines)
    except (ProbeError, ValueError):
        return  # what is wrong with the look itself is told of the profile
    if (target.width, target.height, target.pixel_aspect_ratio, target.framing) != made:
        width, height, aspect, _framing = made
        sentence = (
            f"found {target.width}x{target.height} or another place of the picture in it, the look "
            f"means {width}x{height} of pixels {format_rational(aspect)}"
        )
        yield Issue("SPEC_UNKNOWN_VALUE", f"{at}.framing", sentence)
