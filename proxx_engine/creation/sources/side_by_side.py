"""Many clips are inspected side by side: a bounded number of probe children, answers in order."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from queue import SimpleQueue
from typing import TypeVar

from proxx_engine.system.probe import Prober

_Asked = TypeVar("_Asked")
_Answer = TypeVar("_Answer")


def inspect_side_by_side(
    inspect: Callable[[_Asked, Prober], _Answer],
    asked: Sequence[_Asked],
    prober: Prober,
    *,
    side_by_side: int,
) -> Generator[_Answer, None, None]:
    """Yield `inspect(each, a prober)` for each, in order; at most `side_by_side` run at a time.

    To close it ends the probe children, and with them whatever still runs: whoever may leave early
    does so, or they live as long as somebody holds an error that was raised meanwhile.
    """
    if side_by_side <= 1 or len(asked) <= 1:
        yield from (inspect(each, prober) for each in asked)
        return
    idle: SimpleQueue[Prober] = SimpleQueue()

    def inspect_with_an_idle_one(each: _Asked) -> _Answer:
        mine = idle.get()
        try:
            return inspect(each, mine)
        finally:
            idle.put(mine)

    # Left in the order from below: what waits is dropped, then the children end, then the threads.
    with ExitStack() as stack:
        pool = ThreadPoolExecutor(max_workers=side_by_side)
        stack.callback(pool.shutdown)
        for _number in range(side_by_side):
            idle.put(stack.enter_context(prober.another()))
        stack.callback(pool.shutdown, wait=False, cancel_futures=True)
        yield from pool.map(inspect_with_an_idle_one, asked)
