"""What every object of the double is, and the handle through which alone a script sees it.

An object's names in capitals are Resolve's API; the others are for tests. A handle shows the API of
the version that is played, and is as awkward as the real thing: unknown names are None, so that
`hasattr` is always True; two handles of one object are not equal and cannot be put into a set;
after a project switch a handle is dead for good.
"""

from __future__ import annotations

import inspect
import uuid
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from .calls import Call
from .faults import ResolveFault

if TYPE_CHECKING:
    from .resolve import FakeResolve


class FakeObject:
    """One object of Resolve, as tests hold it."""

    api_name: ClassVar[str]
    in_project: ClassVar[bool] = True
    """Whether its handles die when the project is switched."""

    api: ClassVar[dict[str, inspect.Signature]] = {}
    """Its methods in any version, by name."""

    def __init_subclass__(cls) -> None:
        names = [name for name in dir(cls) if name[0].isupper()]
        cls.api = {name: inspect.signature(getattr(cls, name)) for name in names}

    def __init__(self, root: FakeResolve) -> None:
        self.root = root
        self.unique_id = str(uuid.uuid4())
        self.gone = False
        """It was deleted: its handles are dead."""

    @property
    def handle(self) -> Handle:
        """A handle of this object, as a script would have got it now."""
        return Handle(self, self.root.epoch)

    def shown(self) -> frozenset[str]:
        """The methods that the version which is played has."""
        return self.root.methods[self.api_name]

    def constants(self) -> dict[str, float]:
        """Names that are values, not methods."""
        return {}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {getattr(self, 'name', '')!r}>"


class Handle:
    """What a script holds."""

    __slots__ = ("_epoch", "_of")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, of: FakeObject, epoch: int) -> None:
        self._of = of
        self._epoch = epoch

    def __getattr__(self, name: str) -> Any:
        # Python itself asks anything for these; None would break it, not the script.
        if name.startswith("__"):
            raise AttributeError(name)
        of = self._of
        if name in of.shown():
            return _Method(self, name)
        if name in of.constants():
            return of.constants()[name]
        if of.root.quirks.foreign_names_look_callable and name in of.root.method_names:
            return lambda *args: None
        return None

    def __dir__(self) -> list[str]:
        return sorted({*self._of.shown(), *self._of.constants()})

    def __eq__(self, other: object) -> bool:
        return self is other

    def __repr__(self) -> str:
        return f"{self._of.api_name} (0x{id(self):X}) [App: 'Resolve' on 127.0.0.1]"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a handle cannot be pickled")


class _Method:
    """A method of a handle, ready to be called."""

    __slots__ = ("_handle", "_name")

    def __init__(self, handle: Handle, name: str) -> None:
        self._handle = handle
        self._name = name

    def __call__(self, *args: Any, **named: Any) -> Any:
        of, epoch = self._handle._of, self._handle._epoch
        with of.root.lock:
            return _called(of, epoch, self._name, args, named)


def _called(of: FakeObject, epoch: int, name: str, args: Any, named: Any) -> Any:
    root = of.root
    given = tuple(_unwrapped(root, arg) for arg in args)
    given_named = {key: _unwrapped(root, value) for key, value in named.items()}
    call = root.log.note(Call(of.api_name, name, given, given_named))
    root.rendering.catch_up()

    def proceed() -> Any:
        if _is_dead(of, epoch):
            if root.quirks.stale_handles == "raise":
                raise ResolveFault("the object is not there any more")
            return None
        if root.modal is not None:
            return None
        method = getattr(of, name)
        try:
            of.api[name].bind(of, *given, **given_named)
        except TypeError:
            call.misused = True
            return None
        return method(*given, **given_named)

    effect = root.faults.due(of.api_name, name)
    try:
        call.answer = effect.apply(proceed) if effect else proceed()
    except BaseException as error:
        call.raised = error
        raise
    return _wrapped(root, call.answer)


def _is_dead(of: FakeObject, epoch: int) -> bool:
    switched = of.in_project and epoch != of.root.epoch
    return of.gone or switched or of.root.has_quit


def _unwrapped(root: FakeResolve, value: Any) -> Any:
    """What a script gave, with objects in place of live handles and None in that of dead ones."""
    match value:
        case Handle():
            return None if _is_dead(value._of, value._epoch) else value._of
        case list() | tuple():
            return [_unwrapped(root, one) for one in value]
        case dict():
            return {key: _unwrapped(root, one) for key, one in value.items()}
        case _:
            return value


def _wrapped(root: FakeResolve, value: Any) -> Any:
    """What a script gets, with fresh handles in place of objects; never the double's own list."""
    match value:
        case FakeObject():
            return Handle(value, root.epoch)
        case list():
            return [_wrapped(root, one) for one in value]
        case dict():
            return {key: _wrapped(root, one) for key, one in value.items()}
        case _:
            return value
