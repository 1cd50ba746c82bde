"""Lists that an offload left: read without trust, every file there, every checksum right."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
import xxhash

from sidecar.intake.checking import Agreed, Checking, why_not_complete
from sidecar.intake.checksums import Checksum, agrees, algorithm_of, c4_of, choose, start_hash
from sidecar.intake.manifests import Manifests, is_manifest, read_manifests
from sidecar.intake.units import HotFolder

ASC = """<?xml version="1.0" encoding="UTF-8"?>
<hashlist version="2.0" xmlns="urn:ASC:MHL:v2.0"><creatorinfo/><hashes>
<directoryhash><path>CLIP</path><content><md5>00</md5></content></directoryhash>{hashes}</hashes>
</hashlist>"""
ASC_HASH = """<hash><path size="{size}">{path}</path>{sums}{more}</hash>"""
OLD = '<?xml version="1.0"?><hashlist version="1.1">{hashes}</hashlist>'
OLD_HASH = "<hash><file>{path}</file><size>{size}</size>{sums}<hashdate>x</hashdate></hash>"


@pytest.fixture
def place(tmp_path: Path) -> HotFolder:
    return HotFolder(tmp_path, frozenset())


def write(place: HotFolder, path: str, data: bytes | str = b"footage") -> Path:
    target = place.path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data if isinstance(data, bytes) else data.encode())
    return target


def md5(data: bytes = b"footage") -> str:
    return f"<md5>{hashlib.md5(data).hexdigest()}</md5>"


def read(place: HotFolder, *paths: str) -> Manifests:
    return read_manifests(place, list(paths))


def compare(place: HotFolder, manifests: Manifests, agreed: Agreed | None = None) -> Checking:
    checking = Checking(place, manifests, {} if agreed is None else agreed, lambda: 0.0)
    assert checking.go_on(1)
    return checking


def asc(place: HotFolder, generation: int, *entries: tuple[str, int, str, str]) -> str:
    path = f"CARD/ascmhl/{generation:04d}_CARD_2026-01-01_000000Z.mhl"
    hashes = "".join(
        ASC_HASH.format(path=name, size=size, sums=sums, more=more)
        for name, size, sums, more in entries
    )
    write(place, path, ASC.format(hashes=hashes))
    return path


def test_an_asc_mhl_lists_files_from_the_folder_that_its_history_lies_in(place: HotFolder) -> None:
    write(place, "CARD/CLIP/A.mov")
    path = asc(place, 1, ("CLIP/A.mov", 7, md5(), ""))
    manifests = read(place, path)
    assert set(manifests.listed) == {"CARD/CLIP/A.mov"}
    assert why_not_complete(place, manifests) is None
    checking = compare(place, manifests)
    assert (checking.files_done, checking.bytes_done, checking.differing) == (1, 7, [])


def test_a_file_that_is_missing_or_short_is_named(place: HotFolder) -> None:
    write(place, "CARD/B.mov", b"foo")
    path = asc(place, 1, ("A.mov", 7, md5(), ""), ("B.mov", 7, md5(), ""))
    reason = why_not_complete(place, read(place, path))
    assert reason is not None
    assert "CARD/A.mov is not there" in reason
    assert "CARD/B.mov has 3 of 7 bytes" in reason


def test_a_later_generation_stands_above_and_knows_renamed_files(place: HotFolder) -> None:
    write(place, "CARD/B.mov")
    first = asc(place, 1, ("A.mov", 7, md5(b"other"), ""))
    second = asc(place, 2, ("B.mov", 7, md5(), "<previousPath>A.mov</previousPath>"))
    manifests = read(place, second, first)
    assert set(manifests.listed) == {"CARD/B.mov"}
    assert why_not_complete(place, manifests) is None
    assert compare(place, manifests).differing == []


def test_a_history_whose_chain_does_not_name_a_generation_is_still_being_written(
    place: HotFolder,
) -> None:
    first, second = asc(place, 1), asc(place, 2)
    chain = write(
        place,
        "CARD/ascmhl/ascmhl_chain.xml",
        '<ascmhldirectory xmlns="urn:ASC:MHL:DIRECTORY:v2.0"><hashlist sequencenr="1">'
        f"<path>{Path(first).name}</path><c4>"
        f"{c4_of(hashlib.sha512(place.path(first).read_bytes()).digest())}</c4>"
        "</hashlist></ascmhldirectory>",
    )
    names = [first, second, place.relative(str(chain))]
    assert "is not named in its chain yet" in (why_not_complete(place, read(place, *names)) or "")
    place.path(second).unlink()
    manifests = read(place, first, names[2])
    assert why_not_complete(place, manifests) is None
    assert compare(place, manifests).differing == []
    place.path(first).write_text(ASC.format(hashes="<!-- changed -->"))
    assert len(compare(place, read(place, first, names[2])).differing) == 1


def test_a_list_of_lists_waits_for_the_cards_that_it_names(place: HotFolder) -> None:
    path = "Reels/ascmhl/0001_Reels.mhl"
    other = "<hashlistreference><path>A002/ascmhl/0001_A002.mhl</path></hashlistreference>"
    write(place, path, ASC.format(hashes="").replace("</hashlist>", f"{other}</hashlist>"))
    reason = why_not_complete(place, read(place, path))
    assert reason is not None
    assert "Reels/A002/ascmhl/0001_A002.mhl is not there" in reason


def test_an_older_mhl_lies_inside_the_card_or_beside_it(place: HotFolder) -> None:
    write(place, "CARD/A.mov")
    for path, name in (("CARD/card.mhl", "A.mov"), ("card.mhl", "CARD\\A.mov")):
        hashes = OLD_HASH.format(path=name, size=7, sums=md5())
        write(place, path, OLD.format(hashes=hashes))
        manifests = read(place, path)
        assert set(manifests.listed) == {"CARD/A.mov"}
        assert compare(place, manifests).files_done == 1


@pytest.mark.parametrize(
    "data",
    ["", "<hashlist>", "<hashlist><hash></hashlist>", '<!DOCTYPE x [<!ENTITY a "b">]><hashlist/>'],
)
def test_a_list_that_is_not_whole_is_waited_for(data: str, place: HotFolder) -> None:
    write(place, "CARD/a.mhl", data)
    manifests = read(place, "CARD/a.mhl")
    assert "CARD/a.mhl" in manifests.unreadable
    assert why_not_complete(place, manifests) is not None


@pytest.mark.parametrize(
    "path", ["../A.mov", "/etc/passwd", "C:\\A.mov", "a/../../A.mov", "\\\\host\\A.mov"]
)
def test_a_path_that_leaves_its_folder_is_not_followed(path: str, place: HotFolder) -> None:
    write(place, "CARD/a.mhl", OLD.format(hashes=OLD_HASH.format(path=path, size=1, sums=md5())))
    assert read(place, "CARD/a.mhl").listed == {}


def test_a_pipe_that_a_list_names_is_never_opened(place: HotFolder) -> None:
    hashes = OLD_HASH.format(path="pipe.mov", size=0, sums=md5())
    write(place, "CARD/a.mhl", OLD.format(hashes=hashes))
    os.mkfifo(place.path("CARD/pipe.mov"))
    assert "pipe.mov is not there" in (why_not_complete(place, read(place, "CARD/a.mhl")) or "")
    assert compare(place, read(place, "CARD/a.mhl")).files_done == 0


def test_files_that_a_system_makes_are_not_asked_for(place: HotFolder) -> None:
    hashes = OLD_HASH.format(path="CLIP/.DS_Store", size=1, sums=md5())
    write(place, "CARD/a.mhl", OLD.format(hashes=hashes))
    assert read(place, "CARD/a.mhl").listed == {}


def test_a_checksum_that_differs_is_told_by_the_file(place: HotFolder) -> None:
    write(place, "CARD/A.mov")
    write(place, "CARD/B.mov", b"fooTage")
    manifests = read(place, asc(place, 1, ("A.mov", 7, md5(), ""), ("B.mov", 7, md5(), "")))
    [told] = compare(place, manifests).differing
    assert told.startswith("CARD/B.mov: its md5 is not the one in CARD/ascmhl/0001")


def test_a_check_that_the_offload_itself_calls_failed_is_told(place: HotFolder) -> None:
    write(place, "CARD/A.mov")
    sums = md5().replace("<md5>", '<md5 action="failed">')
    checking = compare(place, read(place, asc(place, 1, ("A.mov", 7, sums, ""))))
    assert "says that its check failed" in checking.differing[0]


def test_what_was_compared_is_not_read_again_while_it_stays_the_same(place: HotFolder) -> None:
    path = write(place, "CARD/A.mov")
    manifests = read(place, asc(place, 1, ("A.mov", 7, md5(), "")))
    agreed: Agreed = {}
    assert compare(place, manifests, agreed).bytes_done == 7
    assert compare(place, manifests, agreed).bytes_done == 0
    path.write_bytes(b"fooTage")
    assert len(compare(place, manifests, agreed).differing) == 1


def test_checksums_are_compared_a_little_at_a_time(
    place: HotFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidecar.intake.checking._PIECE", 2)
    write(place, "CARD/A.mov")
    manifests = read(place, asc(place, 1, ("A.mov", 7, md5(), "")))
    time = iter(range(100))
    checking = Checking(place, manifests, {}, lambda: float(next(time)))
    assert not checking.go_on(1)
    assert 0 < checking.bytes_done < 7
    assert checking.to_do() == (1, 7)
    assert checking.go_on(50)
    assert checking.bytes_done == 7


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
def test_lists_as_md5sum_writes_them(algorithm: str, place: HotFolder) -> None:
    write(place, "CARD/CLIP/A.mov")
    value = hashlib.new(algorithm, b"footage").hexdigest()
    for line in (
        f"{value}  CLIP/A.mov",
        f"{value.upper()} *CLIP\\A.mov",
        f"# x\n\n{value}  CLIP/A.mov\n",
    ):
        write(place, f"CARD/sums.{algorithm}", line)
        manifests = read(place, f"CARD/sums.{algorithm}")
        assert set(manifests.listed) == {"CARD/CLIP/A.mov"}
        assert compare(place, manifests).differing == []
    write(place, f"CARD/CLIP/A.mov.{algorithm}", value)
    assert set(read(place, f"CARD/CLIP/A.mov.{algorithm}").listed) == {"CARD/CLIP/A.mov"}
    write(place, f"CARD/sums.{algorithm}", f"{value}  CLIP/A.mov\nhalf a li")
    assert "is not whole" in str(read(place, f"CARD/sums.{algorithm}").unreadable)


def test_c4_is_a_sha512_to_the_base_of_58() -> None:
    # SMPTE ST 2114, the identifier of the empty file
    empty = (
        "c459dsjfscH38cYeXXYogktxf4Cd9ibshE3BHUo6a58hBXmRQdZrAkZzsWcbWtDg5oQstpDuni4Hirj75GEmTc1sFT"
    )
    assert c4_of(hashlib.sha512(b"").digest()) == empty


def test_each_kind_of_xxhash_is_compared(place: HotFolder) -> None:
    data = b"footage"
    for tag, value in (
        ("xxh64", xxhash.xxh64(data).hexdigest()),
        ("xxhash64be", xxhash.xxh64(data).hexdigest().upper()),
        ("xxhash64", xxhash.xxh64(data).digest()[::-1].hex()),
        ("xxh3", xxhash.xxh3_64(data).hexdigest()),
        ("xxh128", xxhash.xxh128(data).hexdigest()),
        ("xxh32", xxhash.xxh32(data).hexdigest()),
        ("xxhash", str(xxhash.xxh32(data).intdigest())),
    ):
        write(place, "CARD/A.mov")
        path = asc(place, 1, ("A.mov", 7, f"<{tag}>{value}</{tag}>", ""))
        checking = compare(place, read(place, path))
        assert (checking.files_done, checking.differing) == (1, []), tag
        place.path("CARD/A.mov").write_bytes(b"fooTage")
        assert len(compare(place, read(place, path)).differing) == 1, tag


def test_a_published_value_of_xxh64() -> None:
    # The reference implementation's own: the empty input, seed 0.
    assert xxhash.xxh64(b"").hexdigest() == "ef46db3751d8e999"
    assert agrees(Checksum("xxh64", "ef46db3751d8e999"), start_hash("xxh64"))


def test_the_quickest_checksum_is_chosen_that_this_machine_has() -> None:
    several = [Checksum("sha1", "1"), Checksum("md5", "2"), Checksum("c4", "3")]
    assert choose(several) == several[1]
    assert choose([]) is None
    assert algorithm_of("XXHash64BE") == "xxh64"
    assert algorithm_of("hashdate") is None
    assert not agrees(Checksum("md5", ""), hashlib.md5())


def test_names_of_lists() -> None:
    for name in ("a.mhl", "A/B.MHL", "x.md5", "ascmhl/ascmhl_chain.xml", "x.sha256"):
        assert is_manifest(name)
    for name in ("a.xml", "chain.xml", "a.mov", "md5"):
        assert not is_manifest(name)
