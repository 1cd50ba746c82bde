"""No environment: decides what reads, writes or hands on an environment variable, openly or through
a library.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .law import Finding, Governing, Rule, finding, on
from .references import Forbidden
from .source import SourceModule

_READERS = Forbidden(
    names=frozenset(
        {
            f"{module}.{name}"
            for module in ("os", "posix", "nt")
            for name in ("environ", "environb", "putenv", "unsetenv")
        }
        | {
            "os.getenv",
            "os.getenvb",
            "os.get_exec_path",
            "os.path.expandvars",
            "posixpath.expandvars",
            "ntpath.expandvars",
        }
        | {
            "getpass.getuser",
            "locale.getdefaultlocale",
            "urllib.request.getproxies",
            "imageio_ffmpeg.get_ffmpeg_exe",
        }
    ),
    modules=frozenset({"dotenv", "environs", "decouple", "pydantic_settings", "envparse"}),
    methods=frozenset({"getenv", "expandvars"}),
)
# These look at PATH or TMPDIR unless an argument says where: its keyword, and its place among the
# positional ones.
_EXPLICIT_ARGUMENT = (
    ("shutil.which", "path", 2),
    ("tempfile.gettempdir", "", 99),
    ("tempfile.gettempdirb", "", 99),
    ("tempfile.mkdtemp", "dir", 2),
    ("tempfile.mkstemp", "dir", 2),
    ("tempfile.mktemp", "dir", 2),
    ("tempfile.TemporaryDirectory", "dir", 2),
    ("tempfile.NamedTemporaryFile", "dir", 6),
    ("tempfile.TemporaryFile", "dir", 6),
    ("tempfile.SpooledTemporaryFile", "dir", 7),
    # A child that is given no environment inherits ours.
    ("subprocess.Popen", "env", 10),
    ("subprocess.run", "env", 99),
    ("subprocess.call", "env", 99),
    ("subprocess.check_call", "env", 99),
    ("subprocess.check_output", "env", 99),
)
_PROC_ENVIRON = re.compile(r"/proc/[^/]+/environ")


def _judge_call(node: ast.Call, module: SourceModule) -> Iterator[Finding]:
    functions = module.origins(node.func)
    for name, keyword, position in _EXPLICIT_ARGUMENT:
        given = [k.value for k in node.keywords if k.arg == keyword] or node.args[
            position : position + 1
        ]
        said = bool(given) and not (isinstance(given[0], ast.Constant) and given[0].value is None)
        if name in functions and not said:
            yield finding(
                node,
                f"uses the environment unless {keyword}= is given"
                if keyword
                else "reads the environment",
            )
    # psutil.Process().environ() and its like: a method, where `os.environ` is a mapping.
    if isinstance(node.func, ast.Attribute) and node.func.attr == "environ":
        yield finding(node)
    for argument in node.args:
        if _PROC_ENVIRON.fullmatch(module.text(argument) or ""):
            yield finding(node)


NO_ENVIRONMENT = Rule(
    id="no_environment",
    law="The engine neither reads nor hands on an environment variable.",
    governing=Governing(
        "Phase-2 Execution Invariants, No Hidden Defaults",
        "No environment variable influence on execution semantics",
    ),
    visitors=(*_READERS.visitors(), on(ast.Call, judge=_judge_call)),
)
