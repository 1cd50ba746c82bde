"""The double has no method that Resolve has not: it is held against the public stubs of the API,
which were written from the README of May 2026.
"""

from __future__ import annotations

import ast
import tomllib
from importlib.metadata import files
from pathlib import Path

from tests.fakes.resolve import CLASSES

ALLOWED = tomllib.loads(
    Path(__file__).with_name("not_in_the_stubs.toml").read_text(encoding="utf-8")
)
"""Methods that the stubs lack, each with the reason why Resolve has it all the same."""


def _stubs() -> dict[str, dict[str, list[ast.FunctionDef]]]:
    """The forms of each method of each class."""
    listed = files("fusionscript-stubs") or []
    path = next(one for one in listed if one.name == "fusionscript.pyi").locate()
    classes: dict[str, dict[str, list[ast.FunctionDef]]] = {}
    for node in ast.parse(Path(str(path)).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            methods = classes.setdefault(node.name, {})
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    methods.setdefault(method.name, []).append(method)
    return classes


STUBS = _stubs()
METHODS = [(cls, name) for cls in CLASSES for name in cls.api]


def test_resolve_has_every_method() -> None:
    unknown = [f"{cls.api_name}.{name}" for cls, name in METHODS if name not in STUBS[cls.api_name]]
    assert sorted(unknown) == sorted(ALLOWED), "each needs its reason in not_in_the_stubs.toml"
    assert all(ALLOWED.values())


def test_every_form_of_a_method_is_taken() -> None:
    """A call with all arguments that a form of the stubs names binds to the double's method."""
    refused: list[str] = []
    for cls, name in METHODS:
        for form in STUBS[cls.api_name].get(name, []):
            arguments = [argument.arg for argument in form.args.args[1:]]
            arguments += ["one more"] * 2 if form.args.vararg else []
            try:
                cls.api[name].bind(None, *arguments)
            except TypeError as error:
                refused.append(f"{cls.api_name}.{name}{tuple(arguments)}: {error}")
    assert refused == []


def test_the_double_demands_no_argument_that_the_stubs_call_optional() -> None:
    """A call with only what every form of the stubs demands binds as well."""
    refused: list[str] = []
    for cls, name in METHODS:
        for form in STUBS[cls.api_name].get(name, []):
            optional = [ast.unparse(one.annotation or ast.Constant("")) for one in form.args.args]
            demanded = [
                argument.arg
                for argument, annotation in zip(form.args.args, optional, strict=True)
                if not annotation.startswith("Optional")
            ]
            demanded = demanded[1 : len(demanded) - len(form.args.defaults)]
            try:
                cls.api[name].bind(None, *demanded)
            except TypeError as error:
                refused.append(f"{cls.api_name}.{name}{tuple(demanded)}: {error}")
    assert refused == []
