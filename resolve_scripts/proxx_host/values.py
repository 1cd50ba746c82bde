"""Values as JSON can have them, and requests as they must be."""

import json

DEEPEST = 60
"""So many lists and objects may lie in one another."""


class Refusal(Exception):
    """Why a request, or one call of a walk, has no value."""

    def __init__(self, kind, text):
        Exception.__init__(self, kind, text)
        self.told = {"kind": kind, "text": text}


def read(line):
    """Return a request. Raises: Refusal for what is none."""
    try:
        request = json.loads(line.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refusal("bad_request", "the line is no JSON") from error
    if not isinstance(request, dict):
        raise Refusal("bad_request", "the line is no JSON object")
    if _depth(request) > DEEPEST:
        raise Refusal("bad_request", "the request is nested too deep")
    return given(request)


def given(fields):
    """Return an object without the fields that are null."""
    return {key: value for key, value in fields.items() if value is not None}


def _no_constant(name):
    raise ValueError(name)


def _depth(value):
    """Return how many lists and objects lie in one another, looking no deeper than is allowed."""
    depth, layer = 0, [value]
    while layer and depth <= DEEPEST:
        nested = [one for one in layer if isinstance(one, (dict, list))]
        depth += bool(nested)
        layer = [
            one for each in nested for one in (each.values() if isinstance(each, dict) else each)
        ]
    return depth


def listed(request, key):
    """Return a list out of a request, an empty one if it is not given. Raises: Refusal."""
    value = request.get(key, [])
    if not isinstance(value, list):
        raise Refusal("bad_request", key + " is a list")
    return value


def text(request, key):
    """Return text out of a request. Raises: Refusal."""
    value = request.get(key)
    if not isinstance(value, str):
        raise Refusal("bad_request", key + " is text")
    return value


def entries(value):
    """Return a list; what is none has no entries."""
    return value if isinstance(value, (list, tuple)) else []


def flat(value):
    """Return a list of lists as one list."""
    joined = []
    for one in entries(value):
        if isinstance(one, (list, tuple)):
            joined.extend(one)
        elif one is not None and not (isinstance(one, dict) and not one):
            joined.append(one)
    return joined


def is_plain(value):
    """Whether a value is no object of the API."""
    return value is None or isinstance(
        value, (bool, int, float, str, bytes, list, tuple, dict, Refusal)
    )


def is_number(value):
    """Whether a value is a whole number; True is none."""
    return isinstance(value, int) and not isinstance(value, bool)


def as_text(value):
    """Return text, or any key of a table, as JSON can have it."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else str(value)


def told_of(error):
    """Return an exception in words, even one that has none."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return type(error).__name__
