"""What a process is called in a watch folder: no other process has its name."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from proxx_engine import identify_process
from sidecar.folders.processes import process_name

OURS = replace(identify_process(), host="vm.local", pid=1)


@pytest.mark.parametrize("told", ["machine_id", "boot_id", "process_space", "process_mark"])
def test_two_processes_of_one_host_and_number_are_told_apart(told: str) -> None:
    other = replace(OURS, **{told: "another"})
    assert process_name(OURS) == process_name(replace(OURS))
    assert process_name(OURS) != process_name(other)


@pytest.mark.parametrize(
    ("host", "begins"),
    [
        pytest.param("vm.local", "vm-1-", id="without its domain"),
        pytest.param("schnitt platz ä/1", "schnitt-platz---1-1-", id="only plain characters"),
        pytest.param("..", "host-1-", id="none left"),
        pytest.param("x" * 300, "x" * 40 + "-1-", id="not too long"),
    ],
)
def test_a_name_is_a_good_file_name_everywhere(host: str, begins: str) -> None:
    name = process_name(replace(OURS, host=host))
    assert name.startswith(begins)
    assert re.fullmatch(r"[A-Za-z0-9-]+-1-[0-9a-f]{4}", name)
