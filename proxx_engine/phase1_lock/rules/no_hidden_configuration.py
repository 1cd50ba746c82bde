"""No hidden configuration file: decides which look-ups would let a file nobody named change what a
job means.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .law import Finding, Governing, Rule, finding, on
from .references import Forbidden
from .source import SourceModule

_LOOKUPS = Forbidden(
    names=frozenset(
        {
            "pathlib.Path.home",
            "pathlib.PosixPath.home",
            "site.getuserbase",
            "site.getusersitepackages",
        }
    )
    | frozenset(
        {
            "os.path.expanduser",
            "posixpath.expanduser",
            "ntpath.expanduser",
            "pwd.getpwuid",
            "pwd.getpwnam",
        }
    ),
    modules=frozenset(
        {
            "configparser",
            "appdirs",
            "platformdirs",
            "xdg",
            "dotenv",
            "dynaconf",
            "confuse",
            "hydra",
            "omegaconf",
        }
    )
    | frozenset({"pydantic_settings", "winreg", "plistlib", "netrc"}),
    methods=frozenset({"expanduser"}),
)
_OPENERS = frozenset(
    {
        "builtins.open",
        "io.open",
        "os.open",
        "os.path.join",
        "os.path.exists",
        "os.path.isfile",
        "importlib.resources.files",
    }
    | {
        f"pathlib.{kind}"
        for kind in ("Path", "PurePath", "PosixPath", "WindowsPath", "PurePosixPath")
    }
)
_PATH_METHODS = frozenset({"joinpath", "with_name"})
_CONFIGURATION = re.compile(
    r"""^~                                                          # somebody's home folder
      | (^|/)\.(config|local|proxx)(/|$) | ^/etc/ | (^|/)Library/Preferences(/|$)
      | (^|/)\.[A-Za-z]\w*rc$ | (^|/)\.env$ | \.(ini|cfg|conf)$
      | (^|/)\.?(config|settings|preferences|prefs|options|proxx)\.(toml|json|ya?ml)$
    """,
    re.VERBOSE,
)


def _judge_call(node: ast.Call, module: SourceModule) -> Iterator[Finding]:
    a_method = isinstance(node.func, ast.Attribute) and node.func.attr in _PATH_METHODS
    if a_method or module.origins(node.func) & _OPENERS:
        yield from _judge_paths(node.args, module)


def _judge_division(node: ast.BinOp, module: SourceModule) -> Iterator[Finding]:
    # `folder / "settings.toml"`; a number is never divided by a string.
    if isinstance(node.op, ast.Div):
        yield from _judge_paths([node.right], module)


def _judge_paths(parts: list[ast.expr], module: SourceModule) -> Iterator[Finding]:
    for part in parts:
        if _CONFIGURATION.search((module.text(part) or "").replace("\\", "/")):
            yield finding(part, "a file nobody named in the JobSpec")


NO_HIDDEN_CONFIGURATION = Rule(
    id="no_hidden_configuration",
    law="The engine reads no configuration file: everything is in the JobSpec and what it names.",
    governing=Governing(
        "Phase-1 Governance Policy, constraint 5", "No hidden config files or environment variables"
    ),
    visitors=(
        *_LOOKUPS.visitors(),
        on(ast.Call, judge=_judge_call),
        on(ast.BinOp, judge=_judge_division),
    ),
)
