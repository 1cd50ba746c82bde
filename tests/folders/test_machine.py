"""Everything that may befall a watch folder, in any order: what a model knows is on the disk."""

from __future__ import annotations

import functools
import shutil
import sys
from bisect import bisect_right
from collections import Counter
from contextlib import nullcontext
from itertools import accumulate

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from proxx_engine import Issue, JobExecutionResult, RequestError, Tools, place_of_job, reject
from sidecar.folders.actions import read_actions
from sidecar.folders.claims import claim_path, read_claim
from sidecar.folders.heartbeats import sweep_homes
from sidecar.folders.holding import Holder, Room, idle_jobs
from sidecar.folders.names import CLAIM, JOB
from sidecar.folders.replaying import replay
from sidecar.folders.settling import NamelessClaims, Settled
from sidecar.watch.workers import ClaimStop
from tests.faults.scenes import leavings
from tests.folders.befalling import POINTS, Died, Point, befalling, die, fail
from tests.folders.job_model import Owner, Submitted, untrue
from tests.folders.jobs_are_given import PICK, JobsAreGiven
from tests.folders.modelled_folder import AN_HOUR
from tests.folders.played_runs import play_run
from tests.folders.scenes import tree

STEPS = st.integers(1, 25)
FATE = st.sampled_from(["died", "failed", "released"])
OWNER = st.sampled_from(["ours", "alive", "strange"])
FAILING = st.sampled_from([None, None, 0, 1])
POINT = st.sampled_from(POINTS)
ROOM = st.sampled_from(["pending", "held"])
MOVING = st.sampled_from(["well", "well", "failed", "gone", "strange"])
MOVE_POINT = st.sampled_from(["publish", "held"])


def is_running(job: Submitted) -> bool:
    return job.stage == "moved" and job.owner in ("ours", "alive", "strange")


def is_untouched(job: Submitted) -> bool:
    return is_running(job) and job.owner == "ours" and not job.steps


def may_die(job: Submitted) -> bool:
    return job.owner in ("ours", "alive") or (job.owner == "strange" and job.stage == "moved")


class WatchFolderMachine(JobsAreGiven):
    """Workers here and elsewhere, people, and deaths, over one watch folder."""

    @rule(number=st.integers(0, 1), anew=st.booleans(), owner=OWNER)
    def take_well(self, number: int, anew: bool, owner: Owner) -> None:
        self.take(number, anew, owner, "well", "mkdir")

    @rule(number=st.integers(0, 1), anew=st.booleans(), owner=OWNER, fate=FATE, point=POINT)
    def take(self, number: int, anew: bool, owner: Owner, fate: str, point: Point) -> None:
        self.known.now += AN_HOUR
        hand = self.known.hands[number]
        if anew or hand.fresh:
            self.known.list_anew(hand)
        befallen = []

        def befall() -> None:
            befallen.append(fate)
            if fate == "released":
                self._release_what_is_being_taken()
            else:
                {"died": die, "failed": fail}[fate]()

        below = self.folder.running if fate == "released" else self.folder.root
        meanwhile = nullcontext() if fate == "well" else befalling(point, befall, below=below)
        came_to = ""
        try:
            with meanwhile:
                taken = hand.line.take_next(hand.worker.identity, self.known.tools, look_anew=anew)
            came_to = taken.claim.job_file if taken else ""
        except (Died, OSError) as error:
            came_to = "died" if isinstance(error, Died) else "failed"
        if befallen and fate == "failed" != came_to:
            fate = "cost itself"  # what cannot be moved now holds up no other
        assert came_to == self.known.walk(hand, fate if befallen else "well", point)
        for job in self.known.some(lambda job: job.name == came_to):
            if owner != "ours":
                self.known.own(job, owner)
        if came_to == "died":
            self.known.hands[number] = self.known.hand(number + 1)

    def _release_what_is_being_taken(self) -> None:
        known = {job.key for job in self.known.jobs if job.is_claimed}
        names = {path.name.removesuffix(CLAIM) for path in self.folder.claims.iterdir()}
        (key,) = names - known
        claim = read_claim(claim_path(self.folder, key))
        assert claim is not None
        (job,) = self.known.some(lambda job: job.name == claim.job_file)
        job.be_claimed(claim.worker, "strange")
        job.taken = self.known.adopt(job)
        self.known.own(job, "strange")
        self.known.release(job)
        job.asleep = False

    @precondition(lambda self: self.known.mounted and self.known.some(is_running))
    @rule(pick=PICK, steps=STEPS, failing=FAILING, then=st.sampled_from(["lives", "died", "died"]))
    def run_on(self, pick: int, steps: int, failing: int | None, then: str) -> None:
        running = self.known.some(is_running)
        job = running[pick % len(running)]
        self._run(job, steps, failing)
        if then == "died":
            self.known.own(job, "gone")

    @precondition(lambda self: self.known.mounted and self.known.some(is_running))
    @rule(pick=PICK, failing=FAILING)
    def run_and_file(self, pick: int, failing: int | None) -> None:
        running = self.known.some(is_running)
        job = running[pick % len(running)]
        self._run(job, 100, failing)
        self._file(job)
        job.end("")

    def _run(self, job: Submitted, steps: int, failing: int | None) -> None:
        assert job.taken is not None
        assert job.spec is not None
        if job.run is None:
            job.failing = failing if failing in [clip.index for clip in job.spec.clips] else None
            tools, worker = self.known.tools, self.known.identity
            job.run = play_run(job.taken, tools, worker, failing=job.failing)
        for _number, step in zip(range(steps), job.run, strict=False):
            job.steps.append(step)

    @precondition(lambda self: self.known.some(is_untouched))
    @rule(pick=PICK)
    def run_for_real(self, pick: int) -> None:
        untouched = self.known.some(is_untouched)
        job = untouched[pick % len(untouched)]
        assert job.taken is not None
        self.known.hands[0].worker._run_job(job.taken, self.known.tools)
        job.end("SOURCE_MISSING" if self.known.mounted else "STORAGE_OUTPUT_MISSING")

    @precondition(lambda self: self.known.some(lambda job: is_running(job) and job.ran))
    @rule(pick=PICK, fate=FATE, point=POINT)
    def file(self, pick: int, fate: str, point: Point) -> None:
        ran = self.known.some(lambda job: is_running(job) and job.ran)
        job = ran[pick % len(ran)]
        befallen = []

        def befall() -> None:
            befallen.append(fate)
            if fate == "released":
                if point == "sync":
                    job.be_filed()
                self.known.release(job)
            else:
                {"died": die, "failed": fail}[fate]()

        happens = fate != "released" or job.owner == "strange"
        meanwhile = befalling(point, befall, below=self.folder.root) if happens else nullcontext()
        try:
            with meanwhile:
                self._file(job)
        except Died:
            if point == "sync":
                job.be_filed()
            self.known.own(job, "gone")
        except OSError:
            assert befallen
            self._file_again()
            if fate == "failed":
                job.end("")
        else:
            job.end("")
        job.asleep = False

    def _file(self, job: Submitted) -> None:
        assert job.taken is not None
        told = place_of_job(job.taken.job_file).result
        result = (
            JobExecutionResult.model_validate_json(told.read_bytes())
            if told.exists()
            else reject(RequestError((Issue("CLAIM_LOST", "", ""),)), worker=self.known.identity)
        )
        worker = self.known.hands[0].worker
        worker._unfiled = (job.taken, result)
        self._file_again()

    def _file_again(self) -> None:
        worker = self.known.hands[0].worker
        assert worker._unfiled is not None
        worker._file(*worker._unfiled)

    @precondition(lambda self: self.known.some(may_die))
    @rule(pick=PICK)
    def die(self, pick: int) -> None:
        mortal = self.known.some(may_die)
        self.known.own(mortal[pick % len(mortal)], "gone")

    @rule()
    def settle(self) -> None:
        sweep_homes(self.folder)
        settled = {
            entry.claim.key: isinstance(entry, Settled)
            for entry in self.known.settler.settle_own_host()
        }
        gone = self.known.some(lambda job: job.owner == "gone")
        assert settled == {job.key: not self.known.is_away(job) for job in gone}
        for job in gone:
            if job.is_being_moved:
                job.owner = "nobody"
            elif job.rejecting and job.stage == "claimed":
                job.wake_in_pending()
            elif job.rejecting:
                job.stage, job.owner = "done", "nobody"
            elif settled[job.key]:
                job.end("CLAIM_INTERRUPTED")

    @rule(pick=PICK)
    def release(self, pick: int) -> None:
        named = self.known.some(lambda job: job.spec is not None and not job.rejecting)
        unclaimed = [job for job in named if not self.known.is_claimed(job.key)]
        claimed = [job for job in named if job.owner not in ("nobody", "ours")]
        if claimed or unclaimed:
            self.known.release((claimed or unclaimed)[pick % len(claimed or unclaimed)])

    @precondition(lambda self: self.known.some(lambda job: job.asleep))
    @rule(pick=PICK)
    def wake_up(self, pick: int) -> None:
        asleep = self.known.some(lambda job: job.asleep)
        job = asleep[pick % len(asleep)]
        assert job.taken is not None
        assert ClaimStop(lambda: 0, self.folder, job.taken.claim).lost  # type: ignore[arg-type,return-value]
        self._file(job)
        job.asleep = False

    @rule(pick=PICK)
    def die_before_the_claim_has_words(self, pick: int) -> None:
        waiting = self.known.some(
            lambda job: (
                job.stage == "waiting"
                and job.spec is not None
                and not self.known.is_claimed(job.key)
                and not self.known.was_filed(job.spec)
            )
        )
        if waiting:
            job = waiting[pick % len(waiting)]
            claim_path(self.folder, job.key).write_bytes(b"")
            job.stage, job.owner = "claimed", "nameless"

    @precondition(lambda self: self.known.some(lambda job: job.owner == "nameless"))
    @rule()
    def clear_claims_without_words(self) -> None:
        nameless = NamelessClaims(self.folder)
        assert nameless.look(0.0) == []
        for name in nameless.look(61.0):
            self.known.log.note("clear_claim", claim=name)
            (self.folder.claims / name).unlink()
        for job in self.known.some(lambda job: job.owner == "nameless"):
            job.wake_in_pending()

    @rule(room=ROOM, most=st.integers(1, 4), fate=MOVING, point=MOVE_POINT, after=st.integers(0, 2))
    def hold_or_let_go(self, room: Room, most: int, fate: str, point: Point, after: int) -> None:
        known = self.known.some(lambda job: job.room_file == f"{room}/{job.name}")
        by_name = {job.name: job for job in known if job.stage in ("waiting", "held")}
        named = [job for job in idle_jobs(self.folder, room) if job.name in by_name][:most]
        free = [
            by_name[job.name] for job in named if not self.known.is_claimed(by_name[job.name].key)
        ]
        rounds = self._rounds(free)
        order = [job for jobs in rounds for job in jobs]
        act = die if fate in ("gone", "strange") else fail
        meanwhile = (
            nullcontext()
            if fate == "well"
            else befalling(point, act, below=self.folder.root, after=after)
        )
        holder = Holder(self.folder, self.known.log, f"{self.known.log.process}-batch", "a test")
        moved = len(order)
        try:
            with meanwhile:
                moves = (holder.hold if room == "pending" else holder.let_go)(named)
            assert [job.name for job in moves.moved] == [job.name for job in order]
        except (Died, OSError):
            assert fate != "well"
            through = list(accumulate(map(len, rounds)))
            # Both folders are synced once a round.
            at = after // 2 if point == "held" else bisect_right(through, after)
            moved = through[at] if point == "held" else after
            for job in rounds[at] * (fate in ("gone", "strange")):
                self.known.own(job, fate)  # type: ignore[arg-type]
        for job in order[:moved]:
            job.stage = "held" if room == "pending" else "waiting"

    def _rounds(self, jobs: list[Submitted]) -> list[list[Submitted]]:
        """Each job once a round: a second file of one waits until the first has no claim."""
        seen: Counter[str] = Counter()
        rounds: dict[int, list[Submitted]] = {}
        for job in jobs:
            rounds.setdefault(seen[job.key], []).append(job)
            seen[job.key] += 1
        return list(rounds.values())

    @rule()
    def unmount_or_mount(self) -> None:
        self.known.unmount_or_mount()

    @invariant()
    def what_is_known_is_on_the_disk(self) -> None:
        self.each_job_is_in_one_place_and_has_one_claim()
        self.what_is_filed_is_true_and_never_changes()
        self.the_log_alone_tells_the_same()

    def each_job_is_in_one_place_and_has_one_claim(self) -> None:
        told = sorted(file for job in self.known.jobs for file in job.files())
        there = [
            path
            for path in tree(self.folder)
            if path.startswith(("pending/", "held/", "claims/")) or path.endswith((JOB, CLAIM))
        ]
        assert there == told, sorted(set(there) ^ set(told))

    def what_is_filed_is_true_and_never_changes(self) -> None:
        for job in self.known.some(lambda job: job.stage == "done"):
            home = self.folder.root / job.place
            files = [
                (path.name, path.stat().st_size, path.stat().st_mtime_ns)
                for path in sorted(home.iterdir())
            ]
            if job.place not in self.ended and self.known.mounted:
                assert list(untrue(self.folder, job)) == [], job.place
                self.ended[job.place] = files
            assert self.ended.get(job.place, files) == files

    def the_log_alone_tells_the_same(self) -> None:
        told = {job.job_file: job.place for job in replay(read_actions(self.folder))}
        for job in self.known.some(lambda job: job.owner not in ("gone", "nameless")):
            if job.is_being_moved:
                continue  # whoever was at it said what it was about to do
            there = job.room_file or job.place
            assert told.get(job.name, f"pending/{job.name}") == there

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:
                self._come_to_an_end()
        finally:
            shutil.rmtree(self.known.root)

    def _come_to_an_end(self) -> None:
        """Whatever happened: once every worker is gone and people have spoken, all has ended."""
        if not self.known.mounted:
            self.known.unmount_or_mount()
        for job in self.known.some(lambda job: job.owner in ("ours", "alive")):
            self.known.own(job, "gone")
        self.settle()
        for job in self.known.some(lambda job: job.is_claimed):
            self.known.release(job)
        while self.known.some(lambda job: job.stage == "held"):
            self.hold_or_let_go("held", 100, "well", "publish", 0)
        while self.known.some(lambda job: job.stage == "waiting"):
            self.take_well(0, True, "ours")
            while self.known.some(is_untouched):
                self.run_for_real(0)
        self.settle()
        self.what_is_known_is_on_the_disk()
        assert all(job.stage in ("half", "done") for job in self.known.jobs)
        assert list(self.folder.running.iterdir()) == []
        left = leavings(self.known.root)
        assert left == [], left


def play(tools: Tools, *, examples: int, steps: int) -> None:
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    make = functools.partial(WatchFolderMachine, tools)
    run_state_machine_as_test(make, settings=chosen)  # type: ignore[arg-type]


def test_whatever_happens_to_a_watch_folder_no_job_is_lost_or_run_twice(tools: Tools) -> None:
    play(tools, examples=40, steps=35)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_whatever_happens_for_long_no_job_is_lost_or_run_twice(tools: Tools) -> None:
    play(tools, examples=250, steps=50)
