"""Made-up cards: the folders and names that each kind of camera writes, a byte in each file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from proxx_engine.creation.footage.walk import Found, LeftOut, walk_footage

P2_SPACE = "urn:schemas-Professional-Plug-in:P2:ClipMetadata:v3.1"
SONY_SPACE = "urn:schemas-professionalDisc:nonRealTimeMeta:ver.2.20"

Tree = Mapping[str, str]
"""Path below the card, with forward slashes → content."""


def grow(top: Path, *trees: Tree | Iterable[str]) -> Path:
    """Write the files of a tree; return its folder."""
    for tree in trees:
        contents = tree if isinstance(tree, Mapping) else dict.fromkeys(tree, "x")
        for name, content in contents.items():
            path = top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode())
    return top


def p2_xml(
    clip: str,
    *,
    sounds: int = 2,
    start: str = "10:20:30:15",
    rate: str = '<FrameRate DropFrameFlag="false">25p</FrameRate>',
    video: str = 'ValidAudioFlag="false"',
    relation: str = "",
) -> str:
    """Return a P2 clip's description, in the camera's order of elements."""
    audio = "<Audio><AudioFormat>MXF</AudioFormat></Audio>" * sounds
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="no" ?><P2Main xmlns="{P2_SPACE}">'
        f"<ClipContent><ClipName>{clip}</ClipName><GlobalClipID>ID-{clip}</GlobalClipID>"
        f"<Duration>100</Duration><EditUnit>1/25</EditUnit>{relation}<EssenceList>"
        f"<Video {video}><VideoFormat>MXF</VideoFormat><Codec>AVC-I_1080/25p</Codec>{rate}"
        f"<StartTimecode>{start}</StartTimecode></Video>{audio}</EssenceList>"
        "<ClipMetadata><UserClipName>Interview</UserClipName></ClipMetadata>"
        "</ClipContent></P2Main>"
    )


def p2_relation(top: str, *, previous: str | None = None, following: str | None = None) -> str:
    """Return the element that makes a clip a part of one over several."""

    def part(name: str, clip: str | None) -> str:
        serial = "<P2SerialNo.>ABD06C0058</P2SerialNo.>"
        inside = f"<ClipName>{clip}</ClipName><GlobalClipID>ID-{clip}</GlobalClipID>{serial}"
        return f"<{name}>{inside}</{name}>" if clip else ""

    parts = part("Top", top) + part("Previous", previous) + part("Next", following)
    return (
        "<Relation><OffsetInShot>0</OffsetInShot><GlobalShotID>SHOT</GlobalShotID>"
        f"<Connection>{parts}</Connection></Relation>"
    )


def p2_clip(clip: str, xml: str | None = None, *, sounds: int = 2) -> Tree:
    """Return the files of one P2 clip."""
    tree = {f"CONTENTS/VIDEO/{clip}.MXF": "v", f"CONTENTS/ICON/{clip}.BMP": "i"}
    tree |= {f"CONTENTS/AUDIO/{clip}{n:02d}.MXF": "a" for n in range(sounds)}
    tree[f"CONTENTS/CLIP/{clip}.XML"] = p2_xml(clip, sounds=sounds) if xml is None else xml
    return tree


def p2_card(top: Path) -> Path:
    """Two clips, one with a voice memo and a proxy, and one AVC-LongG clip."""
    rest = {
        "LASTCLIP.TXT": "x",
        "CONTENTS/PROXY/0001AB.MP4": "p",
        "CONTENTS/PROXY/0001AB.BIN": "p",
        "CONTENTS/VOICE/0001AB00.WAV": "w",
        "CONTENTS/AVCLIP/0003EF.MXF": "v",
        "CONTENTS/CLIP/0003EF.XML": p2_xml("0003EF", sounds=4),
    }
    return grow(top, p2_clip("0001AB"), p2_clip("0002CD", sounds=4), rest)


def sony_xml(
    value: str = "15302010",
    *,
    rate: str = "25",
    half_step: bool = False,
    played: str | None = "25p",
    umid: str = "060A2B340101010501010D4313000000CE4E5C17690906C4B0653AFFFE5881D9",
) -> str:
    """Return a NonRealTimeMeta: by default 10:20:30:15."""
    frame = f'<VideoFormat><VideoFrame formatFps="{played}"/></VideoFormat>' if played else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><NonRealTimeMeta xmlns="{SONY_SPACE}">'
        f'<TargetMaterial umidRef="{umid}"/><Duration value="100"/>'
        f'<LtcChangeTable tcFps="{rate}" halfStep="{str(half_step).lower()}">'
        f'<LtcChange frameCount="0" value="{value}" status="increment"/>'
        '<LtcChange frameCount="99" value="00000000" status="end"/></LtcChangeTable>'
        f"{frame}</NonRealTimeMeta>"
    )


def xdcam_disc(top: Path) -> Path:
    """A Professional Disc: no folder above Clip."""
    return grow(
        top,
        ["MEDIAPRO.XML", "INDEX.XML", "Clip/C0001.MXF", "Clip/C0002.MXF", "Clip/C0001M02.KLV"],
        ["Sub/C0001S01.MXF", "Sub/C0002S01.MXF", "Edit/E0001E01.SMI", "General/a.txt"],
        {"Clip/C0001M01.XML": sony_xml(), "Clip/C0002M01.XML": sony_xml()},
    )


def xdcam_card(top: Path) -> Path:
    """An XDROOT card."""
    return grow(
        top,
        ["XDROOT/MEDIAPRO.XML", "XDROOT/Clip/C0001.MXF", "XDROOT/Sub/C0001S01.MXF"],
        ["XDROOT/Thmbnl/C0001T01.JPG", "XDROOT/Edit/E0001E01.SMI", "XDROOT/Take/T0001.SMI"],
        {"XDROOT/Clip/C0001M01.XML": sony_xml()},
    )


def ex_clip(clip: str, *, umid: str = "") -> Tree:
    """Return the files of one XDCAM EX clip."""
    home = f"BPAV/CLPR/{clip}/{clip}"
    names = (".MP4", ".SMI", "I01.PPN", "R01.BIM")
    xml = sony_xml(umid=umid) if umid else sony_xml()
    return {f"{home}M01.XML": xml} | {f"{home}{name}": "x" for name in names}


def smil(*sources: str) -> str:
    """Return a list of clips in order."""
    refs = "".join(f'<ref src="{source}" clipBegin="smpte-25=0"/>' for source in sources)
    space = "urn:schemas-professionalDisc:edl:ver.2.00"
    return f'<smil xmlns="{space}"><body><par>{refs}</par></body></smil>'


def ex_card(top: Path) -> Path:
    """An XDCAM EX card: one plain clip, and one take cut in two."""
    return grow(
        top,
        ex_clip("709_0001_01"),
        ex_clip("709_0002_01"),
        ex_clip("709_0002_02"),
        ["BPAV/MEDIAPRO.XML", "BPAV/CUEUP.XML"],
        {"BPAV/TAKR/709_0002/709_0002.SMI": smil("", "")},
    )


def xavc_card(top: Path) -> Path:
    """A Sony Alpha's card, with stills."""
    return grow(
        top,
        ["PRIVATE/M4ROOT/MEDIAPRO.XML", "PRIVATE/M4ROOT/STATUS.BIN"],
        ["PRIVATE/M4ROOT/CLIP/C0001.MP4", "PRIVATE/M4ROOT/SUB/C0001S03.MP4"],
        ["PRIVATE/M4ROOT/THMBNL/C0001T01.JPG", "DCIM/100MSDCF/DSC00001.ARW"],
        {"PRIVATE/M4ROOT/CLIP/C0001M01.XML": sony_xml()},
    )


def avchd_card(top: Path) -> Path:
    """An AVCHD camcorder's card; chapters of a long take are files of their own."""
    home = "PRIVATE/AVCHD/BDMV"
    return grow(
        top,
        [f"{home}/STREAM/00000.MTS", f"{home}/STREAM/00001.MTS", f"{home}/CLIPINF/00000.CPI"],
        [f"{home}/CLIPINF/00001.CPI", f"{home}/PLAYLIST/00000.MPL", f"{home}/INDEX.BDM"],
        ["PRIVATE/AVCHD/AVCHDTN/THUMB.TDT"],
    )


RED_CLIP = "A001_C002_0101AB"


def red_card(top: Path, *, parts: Iterable[int] = (1, 2, 3)) -> Path:
    """A RED magazine: one clip of three files with a camera proxy, one of a single file."""
    home = f"A001_0101AB.RDM/{RED_CLIP}.RDC"
    other = "A001_0101AB.RDM/A001_C003_0101CD.RDC/A001_C003_0101CD_001"
    return grow(
        top,
        [f"{home}/{RED_CLIP}_{n:03d}.R3D" for n in parts],
        [f"{home}/{RED_CLIP}_001.mov", f"{home}/{RED_CLIP}.RMD", f"{home}/{RED_CLIP}.RTN"],
        [f"{other}.R3D", "A001_0101AB.RDM/digital_magazine.bin"],
    )


def braw_card(top: Path) -> Path:
    """Blackmagic: a clip with its sidecar, one over two cards, and the camera's Proxy folder."""
    return grow(
        top,
        ["A001_01010101_C001.braw", "A001_01010101_C001.sidecar", "A001_01010102_C002.braw"],
        ["A001_01010102_C002.braw2", "Proxy/A001_01010101_C001.mp4"],
    )


def arri_card(top: Path) -> Path:
    """ARRIRAW pictures in a folder, and a ProRes clip with its list."""
    clip = "A001C001_210101_R1AB"
    return grow(
        top,
        [f"{clip}/{clip}.{n:07d}.ari" for n in range(86400, 86404)],
        [f"{clip}/{clip}.wav", "A001C002_210101_R1AB.mov", "A001R1AB.ale"],
    )


def canon_card(top: Path) -> Path:
    """Canon XF: a take over two files, and a raw clip."""
    home = "CONTENTS/CLIPS001/AA0001/AA0001"
    return grow(
        top,
        [f"{home}01.MXF", f"{home}01.CIF", f"{home}01.XML", f"{home}02.MXF", f"{home}02.CIF"],
        ["CONTENTS/CLIPS001/A001C001_250101_CANON.CRM", "CONTENTS/CLIPS001/INDEX.MIF"],
        ["DCIM/100CANON/MVI_0001.MP4", "DCIM/100CANON/MVI_0001.THM", "DCIM/100CANON/IMG_1.CR3"],
    )


def gopro_card(top: Path) -> Path:
    """GoPro: a take over two chapters with proxies and thumbnails."""
    home = "DCIM/100GOPRO"
    return grow(
        top,
        [f"{home}/GX010001.MP4", f"{home}/GX020001.MP4", f"{home}/GL010001.LRV"],
        [f"{home}/GX010001.THM", f"{home}/GOPR0002.JPG", f"{home}/GX010001.WAV"],
    )


def dji_card(top: Path) -> Path:
    """DJI: a clip with its flight data and proxy, and a still."""
    home = "DCIM/100MEDIA"
    names = ("DJI_0001.MP4", "DJI_0001.SRT", "DJI_0001.LRF", "DJI_0002.JPG", "DJI_0003.DNG")
    return grow(top, [f"{home}/{name}" for name in names])


CARDS: Mapping[str, Callable[[Path], Path]] = {
    "P2": p2_card,
    "XDCAM disc": xdcam_disc,
    "XDCAM": xdcam_card,
    "XDCAM EX": ex_card,
    "XAVC": xavc_card,
    "AVCHD": avchd_card,
    "R3D": red_card,
    "BRAW": braw_card,
    "ARRI": arri_card,
    "Canon": canon_card,
    "GoPro": gopro_card,
    "DJI": dji_card,
}


def walk(*paths: Path) -> tuple[dict[str, Found], dict[str, str]]:
    """Return the clips by name, and why each other file is none."""
    entries = list(walk_footage(paths, out=paths[0].parent / "out"))
    found = {e.name: e for e in entries if isinstance(e, Found)}
    left = {e.path.name: e.reason for e in entries if isinstance(e, LeftOut)}
    return found, left


def names_of(files: tuple[Path, ...]) -> list[str]:
    """Return the files' names."""
    return [path.name for path in files]


def spanned_p2(top: Path, *clips: str, card: str = "") -> Path:
    """Write parts of one clip that is in three: 0001AA, 0002BB, 0003CC, or 9001AA and so on."""
    for clip in clips:
        order = [f"{clip[0]}{rest}" for rest in ("001AA", "002BB", "003CC")]
        at = order.index(clip)
        relation = p2_relation(
            order[0],
            previous=order[at - 1] if at else None,
            following=order[at + 1] if at < 2 else None,
        )
        grow(top / card, p2_clip(clip, p2_xml(clip, relation=relation)))
    return top
