"""2 Render Camera Raw and 5 Stop Rendering: the plugin's raw jobs through the Resolve around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from proxx_engine import (
    Issue,
    JobExecutionResult,
    JobSpec,
    RequestError,
    assert_phase1_compliance,
)
from sidecar.cli.job_words import describe_result
from sidecar.cli.outcome import DONE, REQUEST_WRONG, gravest, plural
from sidecar.cli.signals import stop_by_signals
from sidecar.cli.watch_told import exit_codes
from sidecar.config import Config, read_config
from sidecar.folders.heartbeats import Heartbeat, read_heartbeats
from sidecar.folders.layout import WatchFolder, make_watch_folder
from sidecar.folders.names import short_name
from sidecar.folders.pending import list_pending
from sidecar.folders.places import Block
from sidecar.folders.resolve_place import RendersAlready, renders_here
from sidecar.folders.settling import Settled
from sidecar.folders.stopping import StopLevel, ask_all_to_stop
from sidecar.resolve.session import Session
from sidecar.resolve.talk.values import TalkError
from sidecar.watch.loop import run_watch_loop
from sidecar.watch.options import Teller, WatchOptions
from sidecar.watch.outcome import WatchOutcome

_AGAIN = "choose 2 Render Camera Raw again"
_ONE_CLICK = timedelta(seconds=5)
_THEIRS = "RENDER_NOT_RESTORED"
"""How lines begin about what the user has to set right in Resolve."""
"""A second click so soon is no wish to stop."""
_HOW_TO_STOP = "5 Stop Rendering, or this entry once more, ends it after the running clip"
_ASKED = {
    StopLevel.SOFT: "it finishes the clip and ends; 5 Stop Rendering once more ends it at once",
    StopLevel.HARD: "it ends the clip now",
}


def render_raw(session: Session) -> int:
    """Render every waiting raw job of the open project; chosen while one renders, stop that.

    Raises: PlaceError, RequestError, OSError, TalkError.
    """
    assert_phase1_compliance()
    folder, machine = _folder_of(session), _machine_of(session)
    project = session.project
    if project is None:
        session.say("Proxx: no project is open.")
        return REQUEST_WRONG
    if renders_here(folder):
        return _click_again(session, folder)
    options = WatchOptions(
        threads_per_job=machine.threads,
        once=True,
        ffmpeg=machine.ffmpeg,
        path_maps=machine.path_maps,
        find_resolve=lambda: (session.talk.resolve, "this build gives a script no Resolve"),
        only_project=project.id,
    )
    console = _Console(session)
    if waiting := len(list_pending(folder)):
        console.tell(f"Proxx: {_jobs_wait(waiting)}; {_HOW_TO_STOP}")
    try:
        with stop_by_signals() as stop:
            outcome = run_watch_loop(folder, options, wish=stop, teller=console)
    except RendersAlready:
        return _click_again(session, folder)  # it began a moment before
    for line in (line for story in outcome.defects for line in story.splitlines()):
        session.log(line)
    console.tell(*_sum_up(outcome))
    return gravest(exit_codes(_without_other_projects(outcome)))


def stop_rendering(session: Session) -> int:
    """Ask what renders on this machine to end after its clip; asked again, at once.

    Raises: PlaceError, OSError, TalkError.
    """
    folder = _folder_of(session)
    beats = _beats_here(folder)
    if not beats:
        session.say("Proxx: nothing renders here.")
    return _ask_to_stop(session, folder, beats)


def _folder_of(session: Session) -> WatchFolder:
    folder = make_watch_folder(session.settings.resolve_jobs, "resolve")
    if folder.engine != "resolve":
        sentence = f"found {str(folder.root)!r}, a watch folder of {folder.engine} jobs"
        raise RequestError((Issue("SPEC_BAD_PAIR", "resolve_jobs", sentence),))
    return folder


def _machine_of(session: Session) -> Config:
    place = session.settings.config
    return read_config(place) if place is not None else Config()


def _click_again(session: Session, folder: WatchFolder) -> int:
    beats = _beats_here(folder)
    if all(_began_just_now(beat) for beat in beats):
        session.say("Proxx began to render just now; one click is enough.")
        return DONE
    if not any(beat.clip for beat in beats):
        # Such as `proxx watch`, which waits: who clicks then wants a render, not its end.
        doing = "; ".join(map(_doing, beats))
        session.say(
            f"Proxx takes the jobs of this folder already: it {doing}; 5 Stop Rendering ends it",
            *(f"a job waits: {why}" for why in _why_blocked(beats)),
        )
        return DONE
    session.say("Proxx renders already, and is asked to stop:")
    return _ask_to_stop(session, folder, beats)


def _why_blocked(beats: Iterable[Heartbeat]) -> Iterable[str]:
    blocks = (block for beat in beats for block in beat.blocked_by)
    return dict.fromkeys(f"{block['detail']} [{block['code']}]" for block in blocks)


def _beats_here(folder: WatchFolder) -> list[Heartbeat]:
    """Return what the living workers of this machine say."""
    beats = read_heartbeats(folder)
    return [beat for beat in beats if beat.owner.is_near() and not beat.owner.is_gone()]


def _began_just_now(beat: Heartbeat) -> bool:
    age = datetime.now(UTC) - datetime.fromisoformat(beat.started_at)
    return abs(age) < _ONE_CLICK


def _ask_to_stop(session: Session, folder: WatchFolder, beats: list[Heartbeat]) -> int:
    asked = ask_all_to_stop(folder, [beat.worker for beat in beats])
    for beat in beats:
        session.say(f"it {_doing(beat)}: {_ASKED[asked[beat.worker]]}")
    return DONE


def _doing(beat: Heartbeat) -> str:
    since = f"since {beat.since[11:19]} UTC"
    return f"renders {beat.clip} {since}" if beat.clip else f"is {beat.state} {since}"


@dataclass
class _Console(Teller):
    """Tells it in Resolve's Console, a line for what a person must know; all of it in the log."""

    session: Session

    def tell(self, *lines: str) -> None:
        """Tell lines; a host that is gone ends no work, and what was told stands in the log."""
        with suppress(TalkError):
            self.session.say(*lines)

    def job_ended(self, worker: str, spec: JobSpec, result: JobExecutionResult) -> None:
        """A job was filed."""
        first, *more = (line.strip() for line in describe_result(spec.label, result))
        self.tell(" - ".join((first, *more[:1])))
        for line in more[1:]:
            # What the user has to see to themselves; `tell` logs it as well.
            (self.tell if line.startswith(_THEIRS) else self.session.log)(line)

    def settled(self, settled: Settled) -> None:
        """The truth about an interrupted job was written."""
        status = settled.result.status if settled.result else "not begun"
        self.tell(f"{short_name(settled.claim.job_file)}: was interrupted before; {status}")

    def rejected(self, name: str, result: JobExecutionResult) -> None:
        """A file in `pending/` is not run."""
        self.tell(" - ".join(describe_result(f"{short_name(name)}: not run", result)))

    def blocked(self, block: Block) -> None:
        """Nothing is claimed for a place; what waits is told at the end."""
        self.session.log(f"blocked: {block.place}: {block.detail} [{block.code}]")

    def cleared(self, sentence: str) -> None:
        """Of what a run that is gone had left in Resolve."""
        self.tell(sentence)

    def trouble(self, sentence: str) -> None:
        """The watch folder or the tools do not work now."""
        self.tell(f"TROUBLE: {sentence}")


def _sum_up(outcome: WatchOutcome) -> Iterator[str]:
    """Yield what was done, what waits for what, and what to choose next."""
    tally = outcome.tally
    done = tally.proven + tally.exist_only
    if tally.jobs:
        failed = f", {tally.failed} NOT completed" * bool(tally.failed)
        only = f" ({tally.exist_only} exist only)" * bool(tally.exist_only)
        yield f"Proxx: {plural(tally.jobs, 'job')} of this project, {done} completed{only}{failed}"
    elif not _has_more_to_tell(outcome):
        yield "Proxx: no camera raw of this project waits; 1 Make Proxies makes jobs of it."
    for block in outcome.blocks:
        count = outcome.waiting.get(block.place, 0)
        if block.code == "RENDER_WRONG_PROJECT":
            yield f"{_jobs_wait(count)} for the {block.place}: open it, and {_AGAIN}"
        else:
            yield f"{_jobs_wait(count)}: {block.detail} [{block.code}]; then {_AGAIN}"
    for name, reason in outcome.unfinished:
        yield f"{short_name(name)}: not taken, it looks unfinished ({reason}); then {_AGAIN}"
    if outcome.stopped:
        yield f"stopped; to go on, {_AGAIN}"
    if tally.failed or outcome.settled or outcome.rejected:
        yield "next: 4 Review Results tells what did not complete"
    if done:
        yield "next: 3 Link Finished Proxies"


def _has_more_to_tell(outcome: WatchOutcome) -> bool:
    """Whether anything but a lack of jobs is why none was run."""
    seen = (outcome.blocks, outcome.settled, outcome.rejected, outcome.unfinished)
    return any((*seen, outcome.troubles, outcome.defects, outcome.stopped))


def _jobs_wait(count: int) -> str:
    return f"{plural(count, 'job')} {'waits' if count == 1 else 'wait'}" if count else "jobs wait"


def _without_other_projects(outcome: WatchOutcome) -> WatchOutcome:
    """What waits for another project is as it should be."""
    outcome.blocks = tuple(b for b in outcome.blocks if b.code != "RENDER_WRONG_PROJECT")
    return outcome
