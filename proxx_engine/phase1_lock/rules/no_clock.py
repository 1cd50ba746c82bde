"""No clock: decides what asks for the time, or waits, other than through system/clock.py."""

from __future__ import annotations

from .law import Governing, Rule
from .references import Forbidden

_TIMERS = ("time", "monotonic", "perf_counter", "process_time", "thread_time")

_CLOCKS = Forbidden(
    names=frozenset(
        {f"time.{name}{unit}" for name in _TIMERS for unit in ("", "_ns")}
        # These four mean "now" when given nothing; the conversions calendar.timegm and
        # fromtimestamp do not.
        | {"time.localtime", "time.gmtime", "time.ctime", "time.asctime", "time.strftime"}
        | {"time.sleep", "time.clock_gettime", "time.clock_gettime_ns"}
        | {
            "datetime.datetime.now",
            "datetime.datetime.utcnow",
            "datetime.datetime.today",
            "datetime.date.today",
        }
        | {"os.times", "uuid.uuid1", "email.utils.localtime", "email.utils.formatdate"}
        | {"signal.alarm", "signal.setitimer", "threading.Event.wait", "threading.Condition.wait"}
    ),
    modules=frozenset({"sched", "timeit", "arrow", "pendulum", "schedule", "apscheduler"}),
    methods=frozenset({"utcnow"}),
)

NO_CLOCK = Rule(
    id="no_clock",
    law="Only system/clock.py knows the time or waits.",
    governing=Governing(
        "Phase-2 Execution Invariants, No Time-Based Behavior",
        "Execution behavior does not vary based on when it occurs.",
    ),
    visitors=_CLOCKS.visitors(),
)
