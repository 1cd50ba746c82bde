"""`proxx plugin` as the menu starts it: what it says in the Console, in the log, and by its end."""

from __future__ import annotations

import re
import time

import pytest

from proxx_engine import __version__
from tests.resolve_scripts.plugin_stage import PluginStage
from tests.resolve_scripts.stage import Stage, in_turns

REVIEW = "4 Review Results"


@pytest.fixture
def plugin(stage: Stage) -> PluginStage:
    """A stage whose menu starts Proxx."""
    return PluginStage(stage)


def test_an_action_is_done_and_logged(plugin: PluginStage) -> None:
    plugin.set()
    told = plugin.run(REVIEW)
    assert told.console[0] == "Proxx: no clip yet"
    lines = told.log.splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z \d+ review: ", line) for line in lines)
    words = [line.partition("review: ")[2] for line in lines]
    assert words[0].startswith(f"begins: Proxx {__version__}, settings /")
    assert words[1].startswith("talks with DaVinci Resolve Studio 21.0.4.5 through the host ")
    assert words[2 : 2 + len(told.console)] == told.console
    assert words[-1] == "ends with 0"


def test_without_settings_the_console_says_how_to_make_them(plugin: PluginStage) -> None:
    told = plugin.run(REVIEW)
    assert told.console == [
        f"proxx: {plugin.settings}: 1 problem",
        "  there are no settings yet: `proxx plugin settings out=DIR ffmpeg_jobs=DIR "
        "resolve_jobs=DIR` makes them [SPEC_UNREADABLE]",
    ]
    assert told.log.endswith("review: ends with 2\n")


def test_every_problem_of_the_settings_is_told_at_once(plugin: PluginStage) -> None:
    plugin.set(profile="prores_prox", rule="miror", clips_per_job=0, source_roots=["a"], x=1)
    told = "\n".join(plugin.run(REVIEW).console)
    assert "5 problems" in told
    assert "Did you mean prores_proxy?" in told
    assert "found 'miror'; there are mirror, resolve, premiere, avid" in told
    assert all(f"\n  {key}: " in told for key in ("clips_per_job", "source_roots[0]", "x"))


@pytest.mark.parametrize(
    ("stage", "name"),
    in_turns("1 Make Proxies", "2 Render Camera Raw", "3 Link Finished Proxies"),
    indirect=["stage"],
)
@pytest.mark.parametrize(
    ("how", "said", "code"),
    [
        ({"scene": "no project"}, "Proxx: no project is open.", 2),
        ({"which": "none"}, "Proxx: Resolve is not to be found.", 3),
    ],
)
def test_what_needs_a_project_says_that_none_is_open(
    plugin: PluginStage, name: str, how: dict[str, str], said: str, code: int
) -> None:
    plugin.set()
    told = plugin.run(name, **how)
    assert told.console == [said]
    assert told.log.endswith(f"ends with {code}\n")


def test_results_are_told_while_no_project_is_open(plugin: PluginStage) -> None:
    plugin.set()
    assert plugin.run(REVIEW, scene="no project").console[0] == "Proxx: no clip yet"


def test_a_defect_is_a_sentence_in_the_console_and_a_traceback_in_the_log(
    plugin: PluginStage,
) -> None:
    plugin.set()
    told = plugin.run(REVIEW, altered="r.review = lambda session: 1 / 0")
    assert told.console == [
        "Proxx came upon a defect of its own, and ended. The log tells all of it."
    ]
    assert "review: Traceback (most recent call last):" in told.log
    assert "review: ZeroDivisionError: division by zero" in told.log
    assert told.log.endswith("ends with 4\n")


@pytest.mark.parametrize(
    ("stage", "does", "said", "code"),
    in_turns(
        pytest.param(
            "s.talk.__setattr__('project', 'x') or s.talk.resolve.GetVersion()",
            "proxx: another project was opened meanwhile; no more was done: ",
            1,
            id="another project",
        ),
        pytest.param(
            "s.talk.resolve.OpenPage('edit')",
            "proxx: this version of Resolve cannot do what Proxx needs: ",
            3,
            id="an old Resolve",
        ),
        pytest.param(
            *("s.project.handle.GetRenderCodecs('mov')", "proxx: Resolve broke off what it was", 1),
            id="a call that throws",
        ),
        pytest.param(
            *("s.project.handle.DeleteAllRenderJobs()", "Proxx came upon a defect of its own", 4),
            id="our fault",
        ),
        pytest.param(
            *("fail(HostSilent('Resolve did not answer'))", "proxx: Resolve did not answer", 3),
            id="silence",
        ),
    ),
    indirect=["stage"],
)
def test_what_resolve_refuses_is_one_sentence(
    plugin: PluginStage, does: str, said: str, code: int
) -> None:
    plugin.set()
    fail = "from sidecar.resolve.talk.values import HostSilent; "
    fail += "fail = lambda error: (_ for _ in ()).throw(error)"
    told = plugin.run(REVIEW, altered=f"{fail}; r.review = lambda s: {does}")
    assert len(told.console) == 1
    assert told.console[0].startswith(said)
    assert told.log.endswith(f"ends with {code}\n")


def test_a_host_that_is_gone_is_told_in_the_log_alone(plugin: PluginStage) -> None:
    plugin.set()
    slow = "import time; f = r.gather; r.gather = lambda *p, **k: (time.sleep(3), f(*p, **k))[1]"
    plugin.stage.locate(plugin.command(slow))
    host = plugin.stage.start(REVIEW)
    ends = time.monotonic() + 60
    while not (plugin.stage.log.exists() and "talks with" in plugin.stage.log.read_text()):
        assert time.monotonic() < ends
        time.sleep(0.05)
    host.kill()
    host.communicate()
    while "ends with 3" not in plugin.stage.log.read_text():
        assert time.monotonic() < ends
        time.sleep(0.05)
    assert "review: proxx: the host in Resolve has ended" in plugin.stage.log.read_text()
    assert "Traceback" not in plugin.stage.log.read_text()


def test_a_log_at_its_usual_place_is_begun_anew_when_it_is_full(plugin: PluginStage) -> None:
    plugin.set()
    usual = plugin.folder / ".local/state/Proxx/log/plugin.log"
    usual.parent.mkdir(parents=True)
    usual.write_bytes(b"x" * (8 * 1024 * 1024))
    plugin.stage.log.symlink_to(usual)
    plugin.run(REVIEW)
    kept, new = sorted(usual.parent.iterdir(), key=lambda path: -path.stat().st_size)
    assert new == usual
    assert kept.read_bytes() == b"x" * (8 * 1024 * 1024)
    assert usual.read_text().endswith("ends with 0\n")
    plugin.run(REVIEW)
    assert usual.read_text().count("ends with 0\n") == 2
