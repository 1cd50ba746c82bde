"""Run one command that must not outlive its parent. Started as: python -I -S lifeline.py COMMAND.

Protocol: standard input is the lifeline. While it is open the command runs; at its end (the
parent closed it, or is gone, however it died) the command and all in its process group are
killed. The command's own standard input is empty. This program ends as the command ended: same
exit code, or the same signal. Standard library only, no import of the package: it starts at once.
"""

import os
import sys

CANNOT_START = 127


def main() -> int:
    """Run the command; return its exit code."""
    if sys.platform == "win32":
        return _run_on_windows(sys.argv[1:])
    return _run(sys.argv[1:])


if sys.platform != "win32":
    # The C part of `signal`: the enums around it would double what each start costs.
    import _signal as signal  # type: ignore[import-not-found]
    import select

    _F_SETSIG = 10
    _IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)

    def _run(command: list[str]) -> int:
        if os.getpgrp() != os.getpid():
            os.setsid()
        woken, wakes = os.pipe()
        os.set_blocking(wakes, False)
        signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        child = os.fork()
        if child == 0:
            _become(command)
        while True:
            readable, _, _ = select.select([0, woken], [], [])
            if woken in readable:
                os.read(woken, 4096)
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return _end_alike(os.waitstatus_to_exitcode(status))
            if 0 in readable and not os.read(0, 4096):
                os.killpg(0, signal.SIGKILL)

    def _become(command: list[str]) -> None:
        if sys.platform == "linux":
            _let_the_kernel_kill()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number in _IGNORED_BY_PYTHON:
            signal.signal(number, signal.SIG_DFL)
        try:
            os.execvp(command[0], command)
        except OSError as error:
            os.write(2, f"[fatal] cannot start {command[0]}: {error.strerror}\n".encode())
        os._exit(CANNOT_START)

    def _let_the_kernel_kill() -> None:
        """Have the kernel kill the group at the lifeline's end, should this program be gone too."""
        import fcntl

        lifeline = os.dup(0)
        os.set_inheritable(lifeline, True)
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(lifeline, _F_SETSIG, signal.SIGKILL)
        flags = fcntl.fcntl(lifeline, fcntl.F_GETFL)
        fcntl.fcntl(lifeline, fcntl.F_SETFL, flags | os.O_ASYNC)

    def _end_alike(code: int) -> int:
        if code < 0:
            if -code not in (signal.SIGKILL, signal.SIGSTOP):
                signal.signal(-code, signal.SIG_DFL)
            os.kill(os.getpid(), -code)
        return code


def _run_on_windows(command: list[str]) -> int:
    import subprocess
    import threading

    try:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    except OSError as error:
        sys.stderr.write(f"[fatal] cannot start {command[0]}: {error.strerror}\n")
        return CANNOT_START

    def kill_at_end_of_input() -> None:
        while os.read(0, 4096):
            pass
        child.kill()

    threading.Thread(target=kill_at_end_of_input, daemon=True).start()
    return child.wait()


if __name__ == "__main__":
    # os._exit: a thread that blocks on standard input must not hold up the end.
    os._exit(main())
