"""The sidecar's list of words: what counts as saying one, and what is only talking about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.governance.vocabulary import read_vocabulary, scan_python, scan_tree, scan_web

ENTRIES = read_vocabulary()


def said(code: str) -> set[str]:
    found = scan_python(code, path="sidecar/watch/loop.py", entries=ENTRIES)
    return {violation.rule.removeprefix("vocabulary.") for violation in found}


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        pytest.param("push_channel", "import websockets", id="a push library"),
        pytest.param(
            "push_channel",
            "from starlette.websockets import WebSocket",
            id="a push module of a known library",
        ),
        pytest.param("push_channel", "class JobWebSocket: ...", id="a class in humps"),
        pytest.param(
            "push_channel", "headers = {'content-type': 'text/event-stream'}", id="a content type"
        ),
        pytest.param(
            "push_channel",
            "PAGE = '<script>new EventSource(\"/jobs\")</script>'",
            id="a script in a string",
        ),
        pytest.param("push_channel", "url = f'ws://{host}/jobs'", id="an address"),
        pytest.param("frame_progress", "def on_frame_progress(job): ...", id="a function"),
        pytest.param("frame_progress", "row['frames_encoded'] = 3", id="a key"),
        pytest.param("frame_progress", "arguments = ['-progress', 'pipe:1']", id="FFmpeg's own"),
        pytest.param("frame_progress", "show(job, current_frame=3)", id="an argument"),
        pytest.param(
            "gpu_or_smart_scheduling", "def pick_worker_with_gpu(): ...", id="a function that picks"
        ),
        pytest.param("gpu_or_smart_scheduling", "codec = 'h264_nvenc'", id="an encoder"),
        pytest.param(
            "gpu_or_smart_scheduling", "from pynvml import nvmlInit", id="a graphics library"
        ),
        pytest.param(
            "gpu_or_smart_scheduling", "class JobPriorityQueue: ...", id="an order of its own"
        ),
        pytest.param("job_reassignment", "def requeue(job): ...", id="a function that gives again"),
        pytest.param("job_reassignment", "claim.stealJob()", id="a method in humps"),
        pytest.param("job_reassignment", "import celery", id="a queue that gives again by itself"),
        pytest.param("job_reassignment", "settings = {'visibility_timeout': 3600}", id="an option"),
    ],
)
def test_says(entry: str, code: str) -> None:
    assert said(code) == {entry}


@pytest.mark.parametrize(
    "code",
    [
        pytest.param('"""No websockets, no GPU, no requeue: clients poll."""', id="a docstring"),
        pytest.param("# no EventSource here\nx = 1", id="a comment"),
        pytest.param(
            "class Job:\n    status: str\n    '''No frame progress, ever.'''",
            id="a field's sentence",
        ),
        pytest.param(
            "HELP = 'There is no job reassignment: a person decides.'", id="a sentence for people"
        ),
        pytest.param("def asset(): ...\nassess = 1", id="letters inside another word"),
        pytest.param("published = push(frames=3, per_clip=1)", id="neighbouring words"),
        pytest.param("progress = done / total", id="progress in finished clips"),
        pytest.param("frame_rate = frame['per']", id="a frame rate"),
    ],
)
def test_does_not_say(code: str) -> None:
    assert said(code) == set()


def test_a_page_is_read_without_its_comments() -> None:
    page = "<!-- no new WebSocket( -->\n<p>\n// new EventSource(x)\nlet s = new WebSocket(u);\n"
    found = scan_web(page, path="sidecar/report/page.html", entries=ENTRIES)
    assert [(violation.line, violation.rule) for violation in found] == [
        (4, "vocabulary.push_channel")
    ]


def test_the_tree_is_read_whole(tmp_path: Path) -> None:
    for name, text in {
        "a.py": "import celery\n",
        "page.js": "new WebSocket(u)\n",
        "notes.md": "requeue\n",
    }.items():
        (tmp_path / "sidecar").mkdir(exist_ok=True)
        (tmp_path / "sidecar" / name).write_text(text, encoding="utf-8")
    assert [(v.path, v.line) for v in scan_tree(tmp_path)] == [
        ("sidecar/a.py", 1),
        ("sidecar/page.js", 1),
    ]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_an_entry_is_complete(entry: object) -> None:
    assert all(
        getattr(entry, name) for name in ("law", "governing", "phrases", "modules", "patterns")
    )


def test_the_list_is_the_one_that_governs() -> None:
    assert {entry.id for entry in ENTRIES} == {
        "push_channel",
        "frame_progress",
        "gpu_or_smart_scheduling",
        "job_reassignment",
    }
