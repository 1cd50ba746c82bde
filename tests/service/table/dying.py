"""A process that dies at one moment of a change: python -m tests.service.table.dying URL JOB…

The first job's process dies before the first statement of its claim, the second's before the
second, and so on, a commit being one of them. It tells at which of them it died, or `none`.
"""

from __future__ import annotations

import os
import signal
import sys

import sqlalchemy as sa

from sidecar.service.table.jobs import JobTable
from tests.service.table.scenes import claimant


def die_in(moment: int, url: str, job_id: str) -> None:
    """Claim a job, and be killed in the middle."""
    with JobTable(url) as table:
        table.look()
        passed = 0

        def pass_on(*_told: object) -> None:
            nonlocal passed
            passed += 1
            if passed == moment:
                os.kill(os.getpid(), signal.SIGKILL)

        sa.event.listen(sa.Engine, "before_cursor_execute", pass_on)
        sa.event.listen(sa.Engine, "commit", pass_on)
        assert table.claim(job_id, claimant("dying"))


def main(url: str, *job_ids: str) -> None:
    """Let one process die for each job."""
    for moment, job_id in enumerate(job_ids, 1):
        child = os.fork()
        if child == 0:
            die_in(moment, url, job_id)
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        assert code in (0, -signal.SIGKILL), code
        print("died" if code else "none", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
