"""What a request comes to: the handles, the calls and the walks of the protocol in host.py."""

import json
import sys

from .values import (
    DEEPEST,
    Refusal,
    as_text,
    entries,
    flat,
    given,
    is_number,
    is_plain,
    listed,
    read,
    text,
    told_of,
)

PROTOCOL = 1
HOST_VERSION = "1.0"


class Host:
    """The handles that Proxx holds, and what it may ask."""

    def __init__(self, resolve, allowed, say):
        self.ended = False
        self._allowed = allowed
        self._say = say
        self._objects = {} if resolve is None else {0: resolve}
        self._made = 0
        self._scopes = []  # of (number, how many handles were made before)
        self._opened = 0

    def answer(self, line):
        """Return the line that answers a request, or None where none is due."""
        told = {"v": PROTOCOL, "id": 0}
        try:
            request = read(line)
            if is_number(request.get("id")) and request["id"] >= 1:
                told["id"] = request["id"]
            if request.get("op") == "beat":
                return None
            told["value"] = self._value_of(request)
        except Refusal as refusal:
            told["error"] = refusal.told
        except Exception as error:  # a value of the API that cannot even be looked at
            told["error"] = {"kind": "raised", "text": told_of(error)}
        return None if self.ended else json.dumps(told).encode("ascii") + b"\n"

    def _value_of(self, request):
        if not is_number(request.get("v")) or request["v"] != PROTOCOL:
            raise Refusal("version", f"this host speaks version {PROTOCOL}")
        op = request.get("op")
        if op == "hello":
            return self._hello()
        if op == "call":
            return self._call(request)
        if op == "walk":
            return self._walk(request)
        if op == "open_scope":
            self._opened += 1
            self._scopes.append((self._opened, self._made))
            return self._opened
        if op == "close_scope":
            return self._close_scope(request.get("scope"))
        if op == "free":
            for number in listed(request, "handles"):
                if is_number(number) and number != 0:
                    self._objects.pop(number, None)
            return None
        if op == "say":
            self._say(text(request, "text"))
            return None
        if op == "bye":
            self.ended = True
            return None
        raise Refusal("bad_request", "op is none that this host knows")

    def _hello(self):
        told = {"language": "python", "runtime": sys.version, "host_version": HOST_VERSION}
        resolve = self._objects.get(0)
        for name, method in (("product", "GetProductName"), ("version", "GetVersion")):
            answer = self._attempt(resolve, method, []) if resolve is not None else None
            told[name] = None if isinstance(answer, Refusal) else self._tell(answer)
        told["resolve"] = {"$h": 0} if resolve is not None else None
        return told

    def _close_scope(self, scope):
        for place, (number, made_before) in enumerate(self._scopes):
            if is_number(scope) and number == scope:
                for handle in [one for one in self._objects if one > made_before]:
                    del self._objects[handle]
                del self._scopes[place:]
                return
        raise Refusal("bad_request", "scope is none that is open")

    def _call(self, request):
        method = self._method(request, "method")
        args = self._taken(listed(request, "args"))
        thing = self._object(request.get("on"))
        self._hold_to(request.get("project"))
        answer = self._attempt(thing, method, args)
        if isinstance(answer, Refusal):
            raise answer
        return self._tell(answer)

    def _walk(self, request):
        steps = [
            given(step) if isinstance(step, dict) else step for step in listed(request, "steps")
        ]
        names = set()
        for step in steps:
            names.add(self._check_step(step, names))
        found = {}
        for step in steps:
            self._hold_to(request.get("project"))
            found[step["as"]] = self._step(step, found)
        self._hold_to(request.get("project"))
        return {name: self._tell(value) for name, value in found.items()}

    def _check_step(self, step, names):
        if not isinstance(step, dict) or ("on" in step) == ("each" in step):
            raise Refusal("bad_request", "a step has either on or each")
        name = text(step, "as")
        source = step["each"] if "each" in step else step["on"]
        if isinstance(source, str) or "each" in step:
            if not isinstance(source, str) or source not in names:
                raise Refusal("bad_request", "no earlier step has the name that on or each has")
        else:
            self._object(source)
        if name in names:
            raise Refusal("bad_request", "two steps have one name")
        if "method" in step:
            self._method(step, "method")
        if "distinct" in step:
            self._method(step, "distinct")
        if sum(key in step for key in ("args", "args_each", "args_by")) > 1:
            raise Refusal("bad_request", "a step has one of args, args_each and args_by")
        self._taken(listed(step, "args"))
        for args in [*listed(step, "args_each"), *self._keyed(step)]:
            if not isinstance(args, list):
                raise Refusal("bad_request", "args_each and args_by have lists of arguments")
            self._taken(args)
        return name

    def _keyed(self, step):
        """Return all lists of arguments that args_by has."""
        if "args_by" not in step:
            return []
        by = step["args_by"]
        if not isinstance(by, dict) or not isinstance(by.get("args"), dict):
            raise Refusal("bad_request", "args_by has a method, and args by key")
        self._method(by, "method")
        return [listed(given(by), "with"), *by["args"].values()]

    def _step(self, step, found):
        calls = [self._taken(args) for args in step.get("args_each", [step.get("args", [])])]

        def value_of(thing):
            if "args_by" in step:
                return self._by_key(thing, step)
            if "method" not in step:
                return thing
            if is_plain(thing):
                return None
            values = [self._attempt(thing, step["method"], args) for args in calls]
            return values if "args_each" in step else values[0]

        if "each" in step:
            value = [value_of(thing) for thing in entries(found[step["each"]])]
        elif isinstance(step["on"], str):
            value = value_of(found[step["on"]])
        else:
            value = value_of(self._object(step["on"]))
        if step.get("flatten") is True:
            value = flat(value)
        if "distinct" in step:
            value = self._distinct(entries(value), step["distinct"])
        return value

    def _by_key(self, thing, step):
        by = step["args_by"]
        if is_plain(thing):
            return None
        key = self._attempt(thing, by["method"], self._taken(listed(given(by), "with")))
        if isinstance(key, Refusal):
            return key
        if not isinstance(key, (str, bytes)) or as_text(key) not in by["args"]:
            return None
        args = self._taken(by["args"][as_text(key)])
        return self._attempt(thing, step["method"], args) if "method" in step else thing

    def _distinct(self, things, method):
        known, kept = set(), []
        for thing in things:
            if is_plain(thing):
                continue
            answer = self._attempt(thing, method, [])
            if isinstance(answer, str) and answer:
                if answer in known:
                    continue
                known.add(answer)
            kept.append(thing)
        return kept

    def _hold_to(self, project):
        if project is None:
            return
        thing = self._objects.get(0)
        for method in ("GetProjectManager", "GetCurrentProject", "GetUniqueId"):
            thing = None if is_plain(thing) else self._attempt(thing, method, [])
        if not isinstance(thing, str) or thing != project:
            raise Refusal("wrong_project", "the project that was meant is not the open one")

    def _attempt(self, thing, method, args):
        """Return what a method answers, or the Refusal that tells why it did not."""
        try:
            function = getattr(thing, method, None)
            if not callable(function):
                return Refusal("no_method", method + " is not there")
            return function(*args)
        except Exception as error:  # the API says nowhere what it may throw
            return Refusal("raised", method + ": " + told_of(error))

    def _method(self, request, key):
        method = text(request, key)
        if method not in self._allowed:
            raise Refusal("not_allowed", method + " is not among the methods that may be called")
        return method

    def _object(self, number):
        if not is_number(number) or number not in self._objects:
            raise Refusal("no_handle", "no object has that handle")
        return self._objects[number]

    def _taken(self, value):
        """Return an argument, with objects in place of handles."""
        if isinstance(value, dict):
            if set(value) == {"$h"}:
                return self._object(value["$h"])
            return {key: self._taken(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._taken(one) for one in value]
        return value

    def _tell(self, value, depth=0):
        """Return a value as JSON can have it, with handles in place of objects."""
        if depth > DEEPEST:
            raise Refusal("raised", "the answer is nested too deep")
        if value is None or value is True or value is False:
            return value
        if isinstance(value, float):
            return value if abs(value) < float("inf") else None
        if isinstance(value, int):
            return int(value)
        if isinstance(value, (str, bytes)):
            return as_text(value)
        if isinstance(value, (list, tuple)):
            return [self._tell(one, depth + 1) for one in value]
        if isinstance(value, dict):
            return {as_text(key): self._tell(one, depth + 1) for key, one in value.items()}
        if isinstance(value, Refusal):
            return {"$e": value.told}
        self._made += 1
        self._objects[self._made] = value
        return {"$h": self._made}
