"""`proxx completion`: real shells complete what was typed."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from proxx_engine import failure_kinds, load_profiles
from sidecar.cli.main import COMMANDS
from tests.sidecar.calling import Proxx

BASH = shutil.which("bash")
ZSH = shutil.which("zsh")


def complete(script: str, folder: Path, *words: str) -> set[str]:
    """Return what bash offers for the last word."""
    assert BASH is not None
    typed = " ".join(map(shlex.quote, ("proxx", *words)))
    program = f"""
source script.bash
COMP_WORDS=({typed}); COMP_CWORD={len(words)}
function=$(complete -p proxx | sed 's/.*-F \\([^ ]*\\).*/\\1/')
compopt() {{ :; }}
"$function" proxx "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD-1]}}"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    (folder / "script.bash").write_text(script)
    done = subprocess.run(
        [BASH, "--norc", "-c", program], cwd=folder, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return set(done.stdout.split())


@pytest.fixture
def bash(proxx: Proxx) -> str:
    """The script for bash, in a folder with footage and a profile."""
    if BASH is None:
        pytest.skip("bash is not on this machine")
    proxx.shoot("A.mov")
    (proxx.folder / "mine.toml").touch()
    said = proxx("completion", "bash")
    assert said.code == 0
    return said.out


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        pytest.param(("",), set(COMMANDS), id="commands"),
        pytest.param(("re",), {"release", "report", "results", "resubmit"}, id="some"),
        pytest.param(("create", "--cl"), {"--clips-per-job"}, id="an option"),
        pytest.param(("results", "--ve"), {"--verify"}, id="an option of a later command"),
        pytest.param(("create", "--verification", ""), {"conform", "exists"}, id="choices"),
        pytest.param(("run", "foot"), {"footage"}, id="a folder"),
        pytest.param(("run", "footage/"), {"footage/A.mov"}, id="a file"),
        pytest.param(("create", "footage", "--out", "foot"), {"footage"}, id="a folder's option"),
        pytest.param(("create", "--profile", "mi"), {"mine.toml"}, id="a profile of one's own"),
        pytest.param(
            ("explain", "TOOL_FF"), {"TOOL_FFMPEG_MISSING", "TOOL_FFMPEG_BROKEN"}, id="a code"
        ),
        pytest.param(
            ("completion", ""), {"bash", "zsh", "fish", "tcsh", "powershell"}, id="shells"
        ),
    ],
)
def test_bash_offers(proxx: Proxx, bash: str, words: tuple[str, ...], offered: set[str]) -> None:
    found = complete(bash, proxx.folder, *words)
    assert offered <= found
    if words[-1]:
        assert found == offered


def test_every_profile_and_every_code_is_offered(proxx: Proxx, bash: str) -> None:
    profiles = complete(bash, proxx.folder, "create", "--profile", "")
    assert {profile.name for profile in load_profiles()} <= profiles
    assert set(failure_kinds()) <= complete(bash, proxx.folder, "explain", "")


def test_only_folders_are_offered_where_one_is_wanted(proxx: Proxx, bash: str) -> None:
    assert complete(bash, proxx.folder, "create", "--out", "") == {"footage"}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_option_of_a_command_is_offered(proxx: Proxx, bash: str, command: str) -> None:
    helped = proxx(command, "--help").out
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", helped))
    assert "--json" in options
    assert options <= complete(bash, proxx.folder, command, "--")


@pytest.mark.parametrize("shell", ["zsh", "fish", "tcsh", "powershell"])
def test_the_other_shells_have_a_script_that_names_every_command(proxx: Proxx, shell: str) -> None:
    said = proxx("completion", shell)
    assert said.code == 0
    assert all(command in said.out for command in COMMANDS)


@pytest.mark.skipif(ZSH is None, reason="zsh is not on this machine")
def test_zsh_takes_its_script(proxx: Proxx) -> None:
    (proxx.folder / "_proxx").write_text(proxx("completion", "zsh").out)
    program = 'autoload -Uz compinit && compinit -D -u && eval "$(<_proxx)" && print $_comps[proxx]'
    done = subprocess.run(
        [str(ZSH), "-f", "-c", program], cwd=proxx.folder, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "_shtab_proxx\n"


def test_an_unknown_shell_is_refused(proxx: Proxx) -> None:
    said = proxx("completion", "csh")
    assert said.code == 2
    assert "bash" in said.err
