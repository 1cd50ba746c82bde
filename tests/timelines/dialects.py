"""Timelines in the words of each program: written by hand after what the programs write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

AVID_EDL = """\
TITLE:   REEL 1 LOCKED
FCM: NON-DROP FRAME
001  A001C001 V     C        01:00:01:00 01:00:03:00 01:00:00:00 01:00:02:00
* FROM CLIP NAME:  12A-1
* SOURCE FILE: A001C001.MOV
002  A001C002 V     C        02:00:01:00 02:00:03:00 01:00:02:00 01:00:04:00
M2   A001C002       050.0                02:00:01:00
* FROM CLIP NAME:  12A-2
003  BL       V     C        00:00:00:00 00:00:01:00 01:00:04:00 01:00:05:00
004  A001C003 V     C        03:00:04:00 03:00:04:00 01:00:05:00 01:00:05:00
004  A001C004 V     D    024 04:00:01:00 04:00:03:00 01:00:05:00 01:00:07:00
* BLEND, DISSOLVE
* FROM CLIP NAME:  12A-3
* TO CLIP NAME:  12A-4
005  A001C005 AA    C        05:00:01:00 05:00:03:00 01:00:07:00 01:00:09:00
"""

PREMIERE_EDL = """\
TITLE: Sequence 01
FCM: DROP FRAME

001  AX       V     C        01:00:01;00 01:00:03;00 00:00:00;00 00:00:02;00
* FROM CLIP NAME: A001C001.mov

002  AX       AA/V  C        00:00:00;00 00:00:02;00 00:00:02;00 00:00:04;00
* FROM CLIP NAME: B 2.mov
M2   AX       000.0                00:00:00;00
"""

RESOLVE_EDL = """\
TITLE: Timeline 1
FCM: NON-DROP FRAME

001  A001C001_230511_R1AB V     C        01:00:01:00 01:00:03:00 00:00:00:00 00:00:02:00
* FROM CLIP NAME: A001C001_230511_R1AB.mov

002  AX       V     C        00:00:00:00 00:00:02:00 00:00:02:00 00:00:04:00
* FROM CLIP NAME: Text+
"""

ALE = (
    "Heading\nFIELD_DELIM\tTABS\nVIDEO_FORMAT\t1080\nAUDIO_FORMAT\t48khz\nFPS\t25\n\n"
    "Column\nName\tTracks\tStart\tEnd\tTape\tSource File\tSource Path\t\n\n"
    "Data\n"
    "12A-1\tVA1A2\t01:00:00:00\t01:00:10:00\tA001\tA001C001.mov\t/Volumes/Shoot/A\t\n"
    "wild\tA1\t01:00:00:00\t01:00:10:00\tS001\tS001.wav\t\t\n"
    "12A-2\tV\t02:00:00:00\t02:00:10:00\tA001C002\t\t\t\n"
)


def fcpxml(*spine: str, assets: str, resources: str = "", version: str = "1.11") -> str:
    """Return a library with one project, as Final Cut Pro 10.6 and Resolve write it."""
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE fcpxml>
<fcpxml version="{version}">
  <resources>
    <format id="r1" name="FFVideoFormat1080p25" frameDuration="100/2500s" width="1920"/>
    <format id="r9" name="FFVideoFormatRateUndefined" width="4000" height="3000"/>
    {assets}
    {resources}
  </resources>
  <library location="file:///Users/ed/Movies/x.fcpbundle/"><event name="day 1">
    <project name="cut"><sequence format="r1" duration="500/25s" tcStart="0s"><spine>
      {"".join(spine)}
    </spine></sequence></project>
  </event></library>
</fcpxml>
"""


def asset(number: str, name: str, src: str, *, start: str = "90000/25s", more: str = "") -> str:
    """Return an asset as FCPXML 1.9 and later describe it."""
    return (
        f'<asset id="{number}" name="{name}" start="{start}" duration="250/25s" hasVideo="1" '
        f'format="r1" hasAudio="1" {more}><media-rep kind="original-media" src="{src}"/>'
        "</asset>"
    )


def fcp7(items: Iterable[str]) -> str:
    """Return a sequence as Premiere Pro exports it for Final Cut Pro 7."""
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE xmeml>
<xmeml version="4"><sequence id="sequence-1"><name>cut</name><duration>500</duration>
<rate><timebase>25</timebase><ntsc>FALSE</ntsc></rate>
<timecode><rate><timebase>25</timebase><ntsc>FALSE</ntsc></rate><string>00:00:00:00</string>
<frame>0</frame><displayformat>NDF</displayformat></timecode>
<media><video><track>{"".join(items)}</track></video></media></sequence></xmeml>
"""


def clipitem(
    number: int, name: str, url: str, *, first: int, frames: int, enabled: bool = True
) -> str:
    """Return one clip of such a sequence; `first` counts from the file's own beginning."""
    return f"""
<clipitem id="clipitem-{number}"><name>{name}</name>
<enabled>{str(enabled).upper()}</enabled><duration>250</duration>
<rate><timebase>25</timebase><ntsc>FALSE</ntsc></rate>
<start>{number * 100}</start><end>{number * 100 + frames}</end>
<in>{first}</in><out>{first + frames}</out>
<file id="file-{number}"><name>{name}</name><pathurl>{url}</pathurl>
<rate><timebase>25</timebase><ntsc>FALSE</ntsc></rate><duration>250</duration>
<timecode><rate><timebase>25</timebase><ntsc>FALSE</ntsc></rate><string>01:00:00:00</string>
<frame>90000</frame><displayformat>NDF</displayformat><reel><name>A001</name></reel></timecode>
<media><video><duration>250</duration></video></media></file></clipitem>
"""


def edl(rows: Mapping[str, tuple[str, str]]) -> str:
    """Return cuts of files by name, each with its first and last timecode."""
    lines = ["TITLE: cut", "FCM: NON-DROP FRAME", ""]
    for number, (name, (start, end)) in enumerate(rows.items(), start=1):
        lines += [
            f"{number:03d}  AX       V     C        {start} {end} 01:00:00:00 01:00:01:00",
            f"* FROM CLIP NAME: {name}",
        ]
    return "\n".join(lines) + "\n"


def write(path: Path, text: str) -> Path:
    """Write a timeline."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
