"""Anybody may have written a result: of its command nothing is run but what is ours."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxx_engine import PathMap, Tools
from sidecar.qc.command import Sampling, compare_arguments
from sidecar.qc.filters import read_chain
from sidecar.qc.recorded import read_command
from tests.qc.measured import Qc, beside, rewrite, with_clip
from tests.support import Ran

GOLDEN = sorted((Path(__file__).parents[1] / "golden" / "arguments").glob("*.txt"))
PLAIN = (
    "scale=w=320:h=180:flags=bicubic,setsar=sar=1/1:max=100000,"
    "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709,format=yuv422p10le"
)
FRONT = ("{ffmpeg}", "-hide_banner", "-nostdin", "-nostats", "-v", "repeat+level+verbose", "-y")
GUARD = (
    *("-xerror", "-protocol_whitelist", "file", "-format_whitelist", "mov,mxf"),
    *("-max_pixels", "140000000", "-threads", "{threads}", "-guess_layout_max", "2"),
)


def command(*, front: tuple[str, ...] = (), file: str = "file:/a.mov", chain: str = PLAIN) -> tuple:
    picture = ("-map", "0:0", "-filter_threads", "1", "-vf", chain)
    return (*FRONT, *GUARD, *front, "-i", file, *picture, "-sn", "-dn")


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_every_command_of_ours_is_read(path: Path) -> None:
    words = tuple(path.read_text("utf-8").splitlines())
    if words[0] != "{ffmpeg}":
        pytest.skip("this profile does not take this footage")
    recorded = read_command(words)
    assert recorded.path in words[words.index("-i") + 1]
    if "-vf" in words:
        assert recorded.chain.text == words[words.index("-vf") + 1]
    else:
        assert f"[chosen]{recorded.chain.text}[made]" in words[words.index("-filter_complex") + 1]


@pytest.mark.parametrize(
    "chain",
    [
        pytest.param(f"movie=/etc/passwd,{PLAIN}", id="another file"),
        pytest.param(f"{PLAIN},sendcmd=f=/tmp/x", id="commands out of a file"),
        pytest.param(f"lut3d=/etc/passwd,{PLAIN}", id="a table anywhere, without a name"),
        pytest.param(f"lut3d=file=/etc/passwd:interp=linear,{PLAIN}", id="a table anywhere"),
        pytest.param(f"lut3d=file=look.cube:file=x,{PLAIN}", id="twice"),
        pytest.param(f"lut3d=interp=linear,{PLAIN}", id="a table without a file"),
        pytest.param(f"lutrgb=file=look.cube,{PLAIN}", id="a file where there is none"),
        pytest.param(f"drawtext=fontfile=/x.ttf:text=a,{PLAIN}", id="a font anywhere"),
        pytest.param(f"drawtext=textfile=look.0.txt:expansion=none,{PLAIN}", id="no font"),
        pytest.param(
            f"drawtext=fontfile=look.ttf:textfile=/etc/passwd:expansion=none,{PLAIN}",
            id="a text anywhere",
        ),
        pytest.param(
            f"drawtext=fontfile=look.ttf:textfile=look.0.txt,{PLAIN}", id="a text that is expanded"
        ),
        pytest.param(
            f"drawtext=fontfile=look.ttf:text='%{{metadata\\:x}}',{PLAIN}", id="an expansion"
        ),
        pytest.param(f"[1:v]hflip,{PLAIN}", id="another input"),
        pytest.param(f"sws_flags=bicubic;{PLAIN}", id="flags of the graph"),
        pytest.param(f"{PLAIN},format=pix_fmts=/x", id="a format that is none"),
        pytest.param(PLAIN.replace("yuv422p10le", "gray"), id="a format that is not ours"),
        pytest.param(PLAIN.replace("w=320", "w=99999"), id="a vast raster"),
        pytest.param(PLAIN.replace("w=320", "w=iw*99"), id="a raster that is computed"),
        pytest.param(f"split=1000000,{PLAIN}", id="a million branches"),
        pytest.param(PLAIN.replace("setsar", "null"), id="no pixel shape"),
        pytest.param(PLAIN + "'", id="an open quote"),
        pytest.param(PLAIN + "\\", id="an open escape"),
        pytest.param("hflip," * 9000 + PLAIN, id="without end"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_filter_that_we_do_not_write_is_not_run(chain: str) -> None:
    read_chain(PLAIN)
    with pytest.raises(ValueError, match=r"."):
        read_command(command(chain=chain))


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(command(front=("-f", "lavfi")), id="another demuxer"),
        pytest.param(command(front=("-f", "image2")), id="half of a sequence"),
        pytest.param(command(front=("-vn", "x")), id="another option"),
        pytest.param(command(front=("-apply_cropping", "all")), id="another value"),
        pytest.param(command(file="http://example.com/a.mov"), id="an address"),
        pytest.param(command(file="/a.mov"), id="no file:"),
        pytest.param(command(file="file:/a\0.mov"), id="a NUL"),
        pytest.param(command()[:12], id="cut off"),
        pytest.param(command()[:-8], id="no picture"),
        pytest.param((), id="nothing"),
    ],
)
def test_an_input_that_we_do_not_open_is_not_opened(words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_command(words)


def test_guards_are_set_anew_whatever_a_result_says() -> None:
    loose = tuple("file,http,concat" if w == "file" else w for w in command())
    loose = tuple("concat,hls" if w == "mov,mxf" else w for w in loose)
    sampling = Sampling(1, 9, (0,))
    made = [
        compare_arguments(
            read_command(words), sampling, source="/s", proxy="/p", with_vmaf=True, threads=1
        )
        for words in (command(), loose)
    ]
    assert made[0] == made[1]
    assert made[0].count("-protocol_whitelist") == made[0].count("-i") == 2
    assert "concat" not in " ".join(made[0])


def test_a_sequence_in_a_root_of_another_name_keeps_its_number() -> None:
    options = (
        *("-f", "image2", "-pattern_type", "sequence", "-framerate", "24/1"),
        *("-start_number", "7", "-start_number_range", "1"),
    )
    recorded = read_command(command(front=options, file="file:/a %% b/p%%.%04d.dpx"))
    assert recorded.path_here(()) == "/a %% b/p%%.%04d.dpx"
    maps = (PathMap(written="/a % b", local="/100%d"),)
    assert recorded.path_here(maps) == "/100%%d/p%%.%04d.dpx"
    with pytest.raises(ValueError, match="number"):
        read_command(command(front=options, file="file:/p%%04d.dpx"))


def test_a_hostile_result_is_told_and_nothing_of_it_is_run(
    qc: Qc, ran: Ran, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    own = ran.result.clips[0].invocation
    assert own.command is not None
    at = own.command.index("-vf") + 1
    chain = f"drawtext=fontfile=look.ttf:textfile={secret}:expansion=none,{own.command[at]}"
    hostile = (*own.command[:at], chain, *own.command[at + 1 :])
    altered = own.model_copy(update={"command": hostile})
    rewrite(ran, lambda result: with_clip(result, invocation=altered))
    said = qc(tmp_path / "out")
    assert (said.code, said.clip["code"]) == (1, "QC_COMMAND")
    assert all(pair["source"] == "" for pair in said.clip["filmstrip"])


@pytest.mark.parametrize("told", ["9" * 5000, "999999999999", "0", "-3", "many"])
def test_a_result_that_tells_of_endless_pictures_costs_nothing(
    told: str, qc: Qc, ran: Ran, tmp_path: Path
) -> None:
    report = ran.result.clips[0].verification
    assert report is not None
    checks = tuple(
        check.model_copy(update={"actual": told}) if check.name.startswith("frames.") else check
        for check in report.checks
    )
    altered = report.model_copy(update={"checks": checks})
    rewrite(ran, lambda result: with_clip(result, verification=altered, decoded_frames=None))
    said = qc(tmp_path / "out")
    assert (said.code, said.clip["code"]) == (1, "QC_COUNT")


def test_where_no_picture_is_told_of_ffmpeg_writes_none(
    qc: Qc, ran: Ran, tools: Tools, tmp_path: Path
) -> None:
    calls, told = tmp_path / "calls", tmp_path / "ffmpeg"
    told.write_text(
        f'#!/bin/sh\ncase "$*" in *" -i "*) echo "$*" >> \'{calls}\';; esac\n'
        f"exec '{tools.ffmpeg}' \"$@\"\n"
    )
    told.chmod(0o755)
    rewrite(ran, lambda result: with_clip(result, verification=None, decoded_frames=None))
    said = qc(tmp_path / "out", "--ffmpeg", told)
    assert (said.code, said.clip["code"]) == (1, "QC_COUNT")
    assert not calls.exists()


def test_a_proxy_whose_path_is_of_another_system_is_no_defect(
    qc: Qc, ran: Ran, tmp_path: Path
) -> None:
    output = ran.result.clips[0].output.model_copy(
        update={"path": "C:\\proxies\\B\\A001.mov", "relative_path": "B/A001.mov"}
    )
    rewrite(ran, lambda result: with_clip(result, output=output))
    assert qc(tmp_path / "out").code == 0  # found beside its result, wherever that was carried
    beside(ran).unlink()
    said = qc(ran.job_file)
    assert (said.code, said.data["jobs"][0]["ending"]) == (1, "no proxy")


@pytest.mark.parametrize(
    "told",
    [
        {"label": "../../elsewhere/x"},
        {"label": ""},
        {"label": "a\0b"},
        {"label": None},
        {"job_id": "../../../x"},
        {"job_id": "\0"},
        {"jobspec_fingerprint": None},
    ],
    ids=str,
)
def test_a_name_that_leads_elsewhere_is_followed_nowhere(
    told: dict[str, str | None], qc: Qc, ran: Ran, tmp_path: Path
) -> None:
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / f"x.{ran.spec.job_id[:8]}.result.json").write_text("{}")
    rewrite(ran, lambda result: result.model_copy(update=told))
    for named in (tmp_path / "out", ran.job_file, beside(ran)):
        said = qc(named, "--replace")
        assert said.code == 0, said.data
        assert said.clip["status"] == "measured"
    beside(ran).unlink()
    assert qc(ran.job_file, "--replace").code == 0
    assert {path.parent for path in tmp_path.rglob("*.qc.json")} == {tmp_path / "out"}


@pytest.mark.parametrize("index", [-1, 10**9])
def test_a_clip_of_any_number_is_measured(index: int, qc: Qc, ran: Ran, tmp_path: Path) -> None:
    rewrite(ran, lambda result: with_clip(result, index=index))
    assert qc(tmp_path / "out").clip["index"] == index


def read_another(ran: Ran, path: str, **changes: object) -> None:
    """Let a result say that its encoder read another file."""
    own = ran.result.clips[0].invocation
    assert own.command is not None
    at = own.command.index("-i") + 1
    words = (*own.command[:at], f"file:{path}", *own.command[at + 1 :])
    altered = own.model_copy(update={"command": words})
    rewrite(ran, lambda result: with_clip(result, invocation=altered, **changes))


def test_a_source_whose_name_no_disk_can_have_is_told(qc: Qc, ran: Ran, tmp_path: Path) -> None:
    ran.job_file.unlink()
    read_another(ran, "/a" * 9000, source="/a" * 9000)
    assert qc(tmp_path / "out").clip["code"] == "SOURCE_UNREADABLE"


@pytest.mark.parametrize("with_job", [True, False])
def test_a_command_that_reads_another_file_than_the_source_is_not_run(
    with_job: bool, qc: Qc, ran: Ran, tmp_path: Path
) -> None:
    if not with_job:
        ran.job_file.unlink()
    read_another(ran, str(ran.proxy))
    said = qc(tmp_path / "out")
    assert (said.code, said.clip["code"]) == (1, "QC_COMMAND")
    assert str(ran.proxy) in said.clip["sentence"]


def test_a_source_that_the_job_does_not_name_is_not_read(qc: Qc, ran: Ran, tmp_path: Path) -> None:
    other = tmp_path / "other.mov"
    other.write_bytes(Path(ran.result.clips[0].source).read_bytes())
    read_another(ran, str(other), source=str(other))
    assert qc(tmp_path / "out").clip["code"] == "QC_COMMAND"


_WORDS = st.sampled_from(
    (
        *("format", "format=", "scale=w=1:h=1", "setsar", "setsar=sar=1/1", "pad", "[a]"),
        *(";", ",", "'", "\\", "=", ":", "split=2", "drawtext=", "lut3d=file=look.cube"),
        *("yuv420p", "0=yuv420p", "é"),
    )
)


@given(st.lists(_WORDS, max_size=12).map("".join))
def test_whatever_stands_for_a_chain_it_is_read_or_refused(text: str) -> None:
    with suppress(ValueError):
        read_chain(text)


_ARGUMENTS = st.sampled_from(
    [*command(), *FRONT, "-i", "-vf", "-filter_complex", "-map", "-f", "image2", "-framerate", ""]
)


@given(st.lists(_ARGUMENTS, max_size=20).map(tuple))
def test_whatever_stands_for_a_command_it_is_read_or_refused(words: tuple[str, ...]) -> None:
    with suppress(ValueError):
        read_command(words)
