"""A probe child that has imported its libraries already, and forks for each prober.

python -I tests/warm_probe_server.py SOCKET PROBE_CHILD     ends with its socket
"""

import gc
import importlib.util
import os
import signal
import socket
import sys
from collections.abc import Callable

_LONGEST_PATH = 1 << 16


def serve(place: socket.socket, answer: Callable[[], None]) -> None:
    """Fork for each folder that is asked for, with the pipes that come with it; say its number.

    The third pipe takes the number, so that several processes may ask through one socket.
    """
    while True:
        folder, pipes, _flags, _address = socket.recv_fds(place, _LONGEST_PATH, 3)
        if not folder:
            return
        telling = pipes.pop()
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            place.close()
            os.close(telling)
            os.setsid()
            os.chdir(folder)
            for standard, pipe in enumerate(pipes):
                os.dup2(pipe, standard)
                os.close(pipe)
            answer()
            sys.exit()
        os.write(telling, str(pid).encode())
        for pipe in (*pipes, telling):
            os.close(pipe)


if __name__ == "__main__":
    spec = importlib.util.spec_from_file_location("probe_child", sys.argv[2])
    assert spec is not None
    assert spec.loader is not None
    child = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(child)
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as asking:
        serve(asking, child.main)
