"""Run one command that must not outlive its parent. Started as: python -I -S lifeline.py COMMAND.

Protocol: standard input is the lifeline. While it is open the command runs; at its end (the
parent closed it, or is gone, however it died) the command's whole process group is killed.
The command's own standard input is empty. This program ends as the command ended: same exit
code, or the same signal. Standard library only, no import of the package.
"""

import os
import signal
import subprocess
import sys
import threading


def main() -> int:
    """Run the command; return its exit code."""
    command = sys.argv[1:]
    try:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    except OSError as error:
        sys.stderr.write(f"[fatal] cannot start {command[0]}: {error.strerror}\n")
        return 127
    threading.Thread(target=_kill_at_end_of_input, args=(child,), daemon=True).start()
    code = child.wait()
    if code < 0 and os.name == "posix":
        os.kill(os.getpid(), -code)
    return code


def _kill_at_end_of_input(child: "subprocess.Popen[bytes]") -> None:
    while os.read(0, 4096):
        pass
    try:
        if os.name == "posix":
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    except ProcessLookupError:
        return


if __name__ == "__main__":
    # os._exit: a thread that blocks on standard input must not hold up the end.
    os._exit(main())
