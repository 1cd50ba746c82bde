"""What a request must be before any footage is inspected."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import TypeAdapter, ValidationError

from proxx_engine.creation.output_rules import check_rule, find_rule
from proxx_engine.creation.profiles.library import load_profiles
from proxx_engine.creation.request import CreationRequest
from proxx_engine.errors import CreationError, Issue
from proxx_engine.planning.naming import name_problem
from proxx_engine.planning.written_paths import path_here, written_paths
from proxx_engine.spec.model import AbsolutePath, Text
from proxx_engine.spec.tokens import TOKENS, check_template, expand_template, used_tokens

_OTHER_EVERY_TIME = ("job_id", "date", "time", "index")
"""Tokens by which one clip gets another name in another act."""


def check_request(request: CreationRequest) -> None:
    """Hold a request to every rule. Raises: CreationError with every problem."""
    issues = [
        Issue("SOURCE_MISSING", str(path), "does not exist")
        for path in request.paths
        if not path.exists()
    ]
    rule = find_rule(request.rule)
    issues += _check_words(request)
    issues += _check_template(request)
    issues += check_rule(
        rule,
        template=request.naming_template,
        profile=request.profile,
        known=load_profiles(),
    )
    issues += _check_what_was_done(request)
    issues += _check_maps(request)
    if issues:
        raise CreationError(tuple(issues))


def _check_words(request: CreationRequest) -> Iterator[Issue]:
    """Yield what no JobSpec can hold, once and not for each clip."""
    if request.batch is not None and (problem := _problem(TypeAdapter(Text), request.batch)):
        yield Issue("SPEC_BAD_TEXT", "--batch", f"found {ascii(request.batch)[:80]}: {problem}")
    if problem := _problem(TypeAdapter(AbsolutePath), str(request.out)):
        yield Issue("SPEC_BAD_PATH", "--out", f"found {ascii(str(request.out))[:200]}: {problem}")


def _problem(kind: TypeAdapter[str], value: str) -> str | None:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return "holds characters that are no UTF-8"
    try:
        kind.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        if first["type"] == "string_pattern_mismatch":
            return "holds a control character"
        return first["msg"].removeprefix("Value error, ")
    return None


def _check_template(request: CreationRequest) -> list[Issue]:
    template = request.naming_template
    issues = check_template(template, clip_count=request.clips_per_job, path="--name")
    if issues:
        return issues
    problem = name_problem(expand_template(template, dict.fromkeys(TOKENS, "x")))
    sentence = f"found {template!a}, which {problem}"
    return [Issue("SPEC_BAD_TEMPLATE", "--name", sentence)] if problem else []


def _check_what_was_done(request: CreationRequest) -> Iterator[Issue]:
    used = used_tokens(request.naming_template)
    passing = " ".join(f"{{{token}}}" for token in _OTHER_EVERY_TIME if token in used)
    if request.skip_done is not None and passing:
        sentence = (
            f"found {passing}, by which a clip is called otherwise each time; --skip-done finds a "
            "proxy by its name: leave out one of the two"
        )
        yield Issue("SPEC_BAD_TEMPLATE", "--name", sentence)
    if request.replace and request.verification == "exists":
        sentence = (
            "would put a proxy that nothing proves in the place of another; leave out one of "
            "--replace and --verification exists"
        )
        yield Issue("SPEC_BAD_PAIR", "--replace", sentence)


def _check_maps(request: CreationRequest) -> list[Issue]:
    """Return why what was named cannot be written as other machines call it."""
    maps = request.path_maps
    look = request.profile.look
    named = [("--out", str(request.out)), *(("", str(path)) for path in request.paths)]
    if look is not None and look.lut is not None:
        named.append(("--lut", path_here(look.lut.path, maps)))
    issues = []
    for option, path in named if maps else ():
        try:
            written_paths([path], maps)
        except ValueError as error:
            issues += [Issue("SPEC_BAD_PATH", option, str(error))] if option else []
        except CreationError as error:
            issues += error.issues
    return list(dict.fromkeys(issues))
