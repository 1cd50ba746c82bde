"""No subprocess: decides what starts a program other than through system/process.py."""

from __future__ import annotations

from .law import Governing, Rule
from .references import Forbidden

_OS_STARTERS = (
    *("system", "popen", "fork", "forkpty", "posix_spawn", "posix_spawnp", "startfile"),
    *("execl", "execle", "execlp", "execlpe", "execv", "execve", "execvp", "execvpe"),
    *("spawnl", "spawnle", "spawnlp", "spawnlpe", "spawnv", "spawnve", "spawnvp", "spawnvpe"),
)

_STARTERS = Forbidden(
    names=frozenset(
        {f"{module}.{name}" for module in ("os", "posix", "nt") for name in _OS_STARTERS}
        | {f"ctypes.CDLL.{name}" for name in _OS_STARTERS}
        | {
            "platform.popen",
            "psutil.Popen",
            "_winapi.CreateProcess",
            "asyncio.create_subprocess_exec",
        }
        | {"asyncio.create_subprocess_shell", "shutil._run", "imageio_ffmpeg.get_ffmpeg_version"}
    ),
    modules=frozenset(
        {
            "subprocess",
            "_posixsubprocess",
            "pty",
            "commands",
            "popen2",
            "pexpect",
            "ptyprocess",
            "webbrowser",
        }
    )
    | frozenset({"sh", "plumbum", "invoke", "fabric", "ffmpeg", "moviepy"}),
)
# imageio-ffmpeg may say where its FFmpeg lies; running it is not its business here.
_FFMPEG_WRAPPERS = Forbidden(
    modules=frozenset({"imageio_ffmpeg"}),
    allowed=frozenset({"imageio_ffmpeg", "imageio_ffmpeg.get_ffmpeg_exe"}),
)

NO_SUBPROCESS = Rule(
    id="no_subprocess",
    law="Only system/process.py starts a program.",
    governing=Governing(
        "Phase-2 Execution Invariants, No Implicit Retries",
        "FFmpeg is invoked exactly once per clip",
    ),
    visitors=(*_STARTERS.visitors(), *_FFMPEG_WRAPPERS.visitors()),
)
