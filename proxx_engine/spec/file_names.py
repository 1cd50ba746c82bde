"""How the names begin and end of the files and folders that Proxx makes beside proxies and jobs."""

from __future__ import annotations

JOB = ".job.json"
RESULT = ".result.json"
JOURNAL = ".journal.jsonl"
LOG = ".ffmpeg.log"
LOCK = ".lock"
LINKS = ".links.jsonl"
"""Of what the sidecar keeps beside a result: where its proxies were linked."""
QC = ".qc.json"
"""Likewise: how near its proxies' pictures come to their sources'."""
RESERVATION = ".proxx-reserved"
NAME_HOLD = ".publishing"
PART = ".part"
"""Of a file that is being written, behind its whole name and eight hex digits."""

WORK_FOLDER = ".proxx-"
"""What a job's hidden folder begins with, before the short id of the job."""
TRIAL = ".proxx-trial-"
"""What a file or folder begins with that tries what a place can do."""

ENDINGS_OF_OURS = (JOB, RESULT, JOURNAL, LOG, LOCK, LINKS, QC, RESERVATION)
"""Of what lies openly, or while a job runs: none of it is footage."""
BORN_WHOLE = (JOB, RESULT, QC, LOCK, RESERVATION, NAME_HOLD)
"""Of what is written under a hidden name first, which a dead writer leaves."""
