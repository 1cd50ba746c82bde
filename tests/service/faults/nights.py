"""A night of accidents: jobs are submitted while servers and workers come and go, by a seed."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from proxx_engine import JobSpec, PlaceError
from sidecar.service.submitting import NotEntered, submit_jobspec
from tests.service.faults.conftest import Servers
from tests.service.faults.scene import Process, Processes, settings_file, submitted_as
from tests.service.worker.scenes import Service, wait_for

_MOST_AWAY_SECONDS = 1.0
_MOST_PAUSE_SECONDS = 0.5
_ALIVE = 2
"""So many processes work at any time, if the accident is not just theirs."""


@dataclass
class Told:
    """What the program that submits was told."""

    answered: list[str] = field(default_factory=list)
    """Ids of jobs that there are."""
    waiting: list[str] = field(default_factory=list)
    """Of which it heard that they are in the table, without an entry."""
    refused: list[str] = field(default_factory=list)
    """Of which it heard that something is away; each is nothing, or a job."""


@dataclass
class Night:
    """One night over one service."""

    service: Service
    servers: Servers
    processes: Processes
    ffmpeg: Path
    chance: random.Random
    told: Told = field(default_factory=Told)
    done: Counter[str] = field(default_factory=Counter)
    """How many accidents of each kind there were."""

    def pass_by(self, specs: list[JobSpec], accidents: int) -> None:
        """Submit all jobs while so many accidents happen; at the end everything works again."""
        kinds = [*ACCIDENTS] * (accidents // len(ACCIDENTS) + 1)
        chosen = kinds[:accidents]
        self.chance.shuffle(chosen)
        program = threading.Thread(target=self._submit_all, args=(specs, self.chance.random()))
        self._keep_up()
        wait_for(lambda: len(self.service.parts.table.workers()) >= _ALIVE)
        program.start()
        for kind in chosen:
            time.sleep(self.chance.uniform(0, _MOST_PAUSE_SECONDS))
            ACCIDENTS[kind](self)
            self.done[kind] += 1
            self._keep_up()
        program.join()

    def start_worker(self) -> Process:
        """Start a process with one or two workers."""
        words = ("worker", settings_file(self.service), "--json", "--ffmpeg", self.ffmpeg)
        return self.processes.start(*words, "--workers", str(self.chance.randint(1, 2)))

    def end_workers(self) -> list[int]:
        """Ask all workers to end; return how each that there ever was ended."""
        while any('"started"' not in each.told() for each in self.processes.alive):
            time.sleep(0.1)
        return [each.end() for each in self.processes.started]

    def _keep_up(self) -> None:
        while len(self.processes.alive) < _ALIVE:
            self.start_worker()

    def _submit_all(self, specs: list[JobSpec], seed: float) -> None:
        """Submit each; most of what was refused is submitted again later, as programs do."""
        chance = random.Random(seed)
        pending = [*specs]
        while pending:
            time.sleep(chance.uniform(0, _MOST_PAUSE_SECONDS))
            spec = pending.pop(0)
            try:
                submit_jobspec(self.service.parts, submitted_as(spec))
            except NotEntered as error:
                self.told.waiting.append(error.job_id)
            except PlaceError:
                if chance.random() < 0.9:
                    pending.append(spec)
                else:
                    self.told.refused.append(spec.job_id)
            else:
                self.told.answered.append(spec.job_id)

    def _away(self) -> None:
        time.sleep(self.chance.uniform(0, _MOST_AWAY_SECONDS))

    def redis_emptied(self) -> None:
        """Restart it, empty."""
        self.servers.redis.restart(empty=True)

    def redis_away(self) -> None:
        """End it for a while; it comes back empty."""
        self.servers.redis.kill()
        self._away()
        self.servers.redis.start()

    def redis_silent(self) -> None:
        """Let it answer nothing for a while."""
        self.servers.redis.pause()
        self._away()
        self.servers.redis.resume()

    def table_restarted(self) -> None:
        """Restart it, as a person would."""
        self.servers.postgres.restart()

    def table_killed(self) -> None:
        """Let it end by force, and come back after a while."""
        self.servers.postgres.halt(gently=False)
        self._away()
        self.servers.postgres.start()

    def storage_away(self) -> None:
        """End it for a while, gently or by force."""
        self.servers.s3.stop(kill=self.chance.random() < 0.5)
        self._away()
        self.servers.s3.start()

    def _one_that_works(self) -> Process:
        """Return a process that has begun; one that found a part away has ended, as it should."""

        def found() -> list[Process]:
            self._keep_up()
            return [each for each in self.processes.alive if '"started"' in each.told()]

        return self.chance.choice(wait_for(found))

    def worker_killed(self) -> None:
        """Kill a worker's process."""
        self._one_that_works().end(signal.SIGKILL)

    def worker_stopped(self) -> None:
        """Ask a worker's process to end, and let it take the time that it needs."""
        self._one_that_works().send(signal.SIGINT)

    def worker_frozen(self) -> None:
        """Let a worker's process sleep for a while."""
        process = self._one_that_works()
        process.send(signal.SIGSTOP)
        self._away()
        process.send(signal.SIGCONT)

    def message_twice(self) -> None:
        """Enter some jobs again, whatever became of them."""
        known = self.told.answered[:]
        for job_id in self.chance.sample(known, min(5, len(known))):
            self.service.parts.queue.push(job_id)


ACCIDENTS: Mapping[str, Callable[[Night], None]] = MappingProxyType(
    {
        "Redis restarted empty": Night.redis_emptied,
        "Redis away": Night.redis_away,
        "Redis silent": Night.redis_silent,
        "PostgreSQL restarted": Night.table_restarted,
        "PostgreSQL killed": Night.table_killed,
        "S3 away": Night.storage_away,
        "worker killed": Night.worker_killed,
        "worker stopped": Night.worker_stopped,
        "worker asleep": Night.worker_frozen,
        "messages twice": Night.message_twice,
    }
)
