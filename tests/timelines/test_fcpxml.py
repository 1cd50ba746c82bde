"""FCPXML as Final Cut Pro and Resolve write it → what its projects use."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from sidecar.timelines.model import Frames, Used
from sidecar.timelines.reading import read_timelines
from tests.timelines.dialects import asset, fcpxml, write

ONE = asset("r2", "A001C001", "file:///Volumes/S%20hoot/A001C001.mov")
TWO = asset("r3", "A001C002", "file:///Volumes/S%20hoot/A001C002.mov", start="0s")
CUT = '<asset-clip ref="r2" offset="0s" name="take 1" start="90050/25s" duration="50/25s"/>'


def _read(folder: Path, text: str, name: str = "cut.fcpxml") -> tuple[Used, ...]:
    [timeline] = read_timelines((write(folder / name, text),))
    return timeline.used


def _names(used: tuple[Used, ...]) -> list[str]:
    return [each.no_media or each.names[0] for each in used]


def test_a_clip_has_the_path_of_its_asset_and_its_time_in_frames(tmp_path: Path) -> None:
    [used] = _read(tmp_path, fcpxml(CUT, assets=ONE))
    assert used == Used(
        event="cut clip 1",
        names=("A001C001.mov", "A001C001", "take 1"),
        url="file:///Volumes/S%20hoot/A001C001.mov",
        span=Frames(start=Fraction(90050), count=Fraction(50), rate=Fraction(25)),
    )


def test_the_older_form_with_the_path_in_the_asset_reads_the_same(tmp_path: Path) -> None:
    old = ONE.replace('><media-rep kind="original-media" ', " ").replace("/></asset>", "/>")
    assert "media-rep" not in old
    new = _read(tmp_path, fcpxml(CUT, assets=ONE))
    assert _read(tmp_path, fcpxml(CUT, assets=old, version="1.8")) == new


def test_the_reel_that_the_editor_filled_in_is_read(tmp_path: Path) -> None:
    reel = '<metadata><md key="com.apple.proapps.studio.reel" value="A001"/></metadata></asset>'
    [used] = _read(tmp_path, fcpxml(CUT, assets=ONE.replace("</asset>", reel)))
    assert used.reel == "A001"


def test_ntsc_rates_stay_exact(tmp_path: Path) -> None:
    text = fcpxml(
        '<asset-clip ref="r2" offset="0s" start="86486400/24000s" duration="48048/24000s"/>',
        assets=ONE.replace("90000/25s", "86486400/24000s"),
    ).replace("100/2500s", "1001/24000s")
    [used] = _read(tmp_path, text)
    expected = Frames(start=Fraction(86400), count=Fraction(48), rate=Fraction(24000, 1001))
    assert used.span == expected


def test_compound_multicam_and_synchronised_clips_stand_for_what_is_in_them(
    tmp_path: Path,
) -> None:
    inside = '<asset-clip ref="r3" offset="0s" name="in it" duration="50/25s"/>'
    more = (
        f'<media id="r4" name="scene"><sequence format="r1"><spine>{inside}</spine></sequence>'
        '</media><media id="r5" name="cameras"><multicam format="r1">'
        f'<mc-angle name="wide" angleID="w">{CUT}</mc-angle>'
        f'<mc-angle name="close" angleID="c">{inside}</mc-angle></multicam></media>'
    )
    compound = '<ref-clip ref="r4" offset="0s" duration="50/25s"/>'
    cameras = '<mc-clip ref="r5" duration="2s"><mc-source angleID="w" srcEnable="all"/></mc-clip>'
    synced = f'<sync-clip offset="0s" duration="2s"><spine>{CUT}</spine></sync-clip>'
    assert _names(_read(tmp_path, fcpxml(compound, assets=TWO, resources=more))) == ["A001C002.mov"]
    used = _read(tmp_path, fcpxml(cameras, assets=ONE + TWO, resources=more))
    assert _names(used) == ["A001C001.mov"], "only the angle that is seen"
    assert _names(_read(tmp_path, fcpxml(synced, assets=ONE))) == ["A001C001.mov"]


def test_a_compound_clip_that_holds_itself_ends(tmp_path: Path) -> None:
    again = '<ref-clip ref="r4" offset="0s" duration="1s"/>'
    more = f'<media id="r4"><sequence format="r1"><spine>{again}{CUT}</spine></sequence></media>'
    assert _names(_read(tmp_path, fcpxml(again, assets=ONE, resources=more))) == ["A001C001.mov"]


def test_titles_stills_generators_and_disabled_clips_are_named_with_their_reason(
    tmp_path: Path,
) -> None:
    still = asset("r7", "photo", "file:///p.jpg").replace('format="r1"', 'format="r9"')
    used = _read(
        tmp_path,
        fcpxml(
            '<title ref="r6" name="Lower Third" offset="0s" duration="1s"/>',
            '<video ref="r6" name="Clouds" offset="0s" duration="1s"/>',
            '<video ref="r7" name="photo" offset="0s" duration="1s"/>',
            CUT.replace("<asset-clip", '<asset-clip enabled="0"'),
            '<gap offset="0s" duration="1s"/>',
            assets=ONE + still,
            resources='<effect id="r6" name="Basic"/>',
        ),
    )
    assert _names(used) == [
        *("a title", "a generator", "a still picture", "is disabled in the timeline"),
    ]


def test_what_hangs_on_a_title_or_a_gap_is_used(tmp_path: Path) -> None:
    hung = CUT.replace("<asset-clip", '<asset-clip lane="1"')
    used = _read(
        tmp_path,
        fcpxml(
            f'<title ref="r6" offset="0s" duration="1s">{hung}</title>',
            f'<gap offset="0s" duration="1s">{hung}</gap>',
            assets=ONE,
        ),
    )
    assert _names(used) == ["a title", "A001C001.mov", "A001C001.mov"]


def test_of_an_audition_only_the_pick_is_used(tmp_path: Path) -> None:
    other = '<asset-clip ref="r3" offset="0s" duration="1s"/>'
    used = _read(tmp_path, fcpxml(f"<audition>{CUT}{other}</audition>", assets=ONE + TWO))
    assert _names(used) == ["A001C001.mov"]


def test_a_clip_around_its_video_is_counted_in_its_own_time(tmp_path: Path) -> None:
    text = fcpxml(
        '<clip name="x" offset="0s" start="100/25s" duration="50/25s">'
        '<video ref="r2" offset="75/25s" start="90000/25s" duration="250/25s"/></clip>',
        assets=ONE,
    )
    [used] = _read(tmp_path, text)
    assert used.span == Frames(start=Fraction(90025), count=Fraction(50), rate=Fraction(25))


def test_under_another_speed_only_the_beginning_of_the_media_is_sure(tmp_path: Path) -> None:
    slow = CUT.replace("/>", '><timeMap><timept time="0s" value="0s"/></timeMap></asset-clip>')
    [used] = _read(tmp_path, fcpxml(slow, assets=ONE))
    assert used.span == Frames(start=Fraction(90000), count=Fraction(0), rate=Fraction(25))


def test_a_bundle_is_read_through_its_description(tmp_path: Path) -> None:
    text = fcpxml(CUT, assets=ONE)
    (tmp_path / "cut.fcpxmld").mkdir()
    write(tmp_path / "cut.fcpxmld" / "Info.fcpxml", text)
    [timeline] = read_timelines((tmp_path / "cut.fcpxmld",))
    assert _names(timeline.used) == ["A001C001.mov"]


def test_an_ending_of_plain_xml_is_told_by_what_is_in_it(tmp_path: Path) -> None:
    assert _names(_read(tmp_path, fcpxml(CUT, assets=ONE), "cut.xml")) == ["A001C001.mov"]


def test_what_is_connected_to_a_disabled_clip_is_used(tmp_path: Path) -> None:
    hung = '<asset-clip ref="r3" lane="1" offset="0s" duration="1s"/>'
    off = CUT.replace("<asset-clip", '<asset-clip enabled="0"')
    around = off.replace("/>", f">{hung}</asset-clip>")
    used = _read(tmp_path, fcpxml(around, assets=ONE + TWO))
    assert _names(used) == ["is disabled in the timeline", "A001C002.mov"]
    inner = '<video ref="r3" offset="0s" duration="1s"/>'
    clip = f'<clip enabled="0" offset="0s" duration="1s">{inner}{hung}</clip>'
    used = _read(tmp_path, fcpxml(clip, assets=ONE + TWO))
    assert _names(used) == ["is disabled in the timeline", "A001C002.mov"], "its own video is not"


def test_of_an_audition_on_a_title_or_a_multicam_clip_only_the_pick_is_used(
    tmp_path: Path,
) -> None:
    other = '<asset-clip ref="r3" offset="0s" duration="1s"/>'
    audition = f'<audition lane="1">{CUT}{other}</audition>'
    for tag, why in (
        ("title", "a title"),
        ("mc-clip", "a multicam clip that it does not describe"),
    ):
        text = fcpxml(f'<{tag} ref="r6" offset="0s">{audition}</{tag}>', assets=ONE + TWO)
        assert _names(_read(tmp_path, text)) == [why, "A001C001.mov"]


def test_a_picture_that_lasts_less_than_nothing_has_no_rate(tmp_path: Path) -> None:
    [used] = _read(tmp_path, fcpxml(CUT, assets=ONE).replace("100/2500s", "-100/2500s"))
    assert used.span is None
