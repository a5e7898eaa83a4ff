"""`@frozen`: records that never change, made as quickly as two hundred of them at a start want it.

A frozen dataclass with slots compiles seven functions a class, which takes Python 3.11
a millisecond; it was two fifths of the time it took to load a lab. Here only `__init__` is
compiled. What compares, hashes, shows and refuses is told the names of the fields instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from reprlib import recursive_repr
from typing import Any, NoReturn, TypeVar, cast, dataclass_transform

_T = TypeVar("_T")
_put = object.__setattr__


class _LeftOut:
    """What a parameter is that has a factory and was not given; a signature shows it."""

    def __repr__(self) -> str:
        return "<factory>"


_LEFT_OUT = _LeftOut()


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[_T]) -> type[_T]:
    """The class as a frozen record of its annotated fields, with slots; what it defines itself stays.

    A field may have `default`, `default_factory`, `repr`, `compare` and `kw_only`.
    `dataclasses.fields`, `asdict`, `replace`, `copy`, `pickle` and `match` read it as a dataclass.

    >>> @frozen
    ... class Point:
    ...     x: int
    ...     y: int = 0
    >>> Point(1), Point(1) == Point(1, 0), hash(Point(1)) == hash(Point(1)), Point(1) == (1, 0)
    (Point(x=1, y=0), True, True, False)
    >>> Point(1).x = 2
    Traceback (most recent call last):
    dataclasses.FrozenInstanceError: cannot assign to field 'x'
    """
    own = set(vars(cls))
    made: type[_T] = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    told: tuple[Field[Any], ...] = fields(cast(Any, made))
    names, compared = _names(told), _names(f for f in told if f.compare)
    given: dict[str, Callable[[], object]] = {
        "__init__": lambda: _initializer(made, told),
        "__repr__": lambda: _shower(_names(f for f in told if f.repr)),
        "__eq__": lambda: _comparer(compared),
        "__hash__": lambda: _hasher(compared),
        "__setattr__": lambda: _refuse_assigning,
        "__delattr__": lambda: _refuse_deleting,
        "__getstate__": lambda: _teller(names),
        "__setstate__": lambda: _restorer(names),
    }
    for name, function in given.items():
        if name not in own:
            setattr(made, name, function())
    return made


def _names(told: Iterable[Field[Any]]) -> tuple[str, ...]:
    return tuple(f.name for f in told)


def _initializer(made: type, told: tuple[Field[Any], ...]) -> Callable[..., None]:
    known: dict[str, Any] = {"_put": _put, "_LEFT_OUT": _LEFT_OUT}
    parameters, lines = ["self"], []
    for f in sorted(told, key=lambda f: bool(f.kw_only)):
        if f.kw_only and "*" not in parameters:
            parameters.append("*")
        kept, default = f.name, ""
        if f.default is not MISSING:
            known[f"_default_{f.name}"] = f.default
            default = f"=_default_{f.name}"
        elif f.default_factory is not MISSING:
            known[f"_make_{f.name}"] = f.default_factory
            default = "=_LEFT_OUT"
            kept = f"_make_{f.name}() if {f.name} is _LEFT_OUT else {f.name}"
        parameters.append(f.name + default)
        lines.append(f" _put(self, {f.name!r}, {kept})")
    if hasattr(made, "__post_init__"):
        lines.append(" self.__post_init__()")
    body = "\n".join(lines) or " pass"
    exec(f"def __init__({', '.join(parameters)}):\n{body}", known)  # noqa: S102 - names of fields, as the standard library does it
    init: Callable[..., None] = known["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    init.__module__ = made.__module__
    init.__annotations__ = {f.name: f.type for f in told} | {"return": None}
    return init


def _key(names: tuple[str, ...]) -> Callable[[object], object]:
    return attrgetter(*names) if names else lambda _: ()


def _comparer(names: tuple[str, ...]) -> Callable[[object, object], bool]:
    key = _key(names)

    def equal(self: object, other: object) -> bool:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    return equal


def _hasher(names: tuple[str, ...]) -> Callable[[object], int]:
    key = _key(names)
    return lambda self: hash(key(self))


def _shower(names: tuple[str, ...]) -> Callable[[object], str]:
    def shown(self: object) -> str:
        said = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({said})"

    return recursive_repr()(shown)


def _teller(names: tuple[str, ...]) -> Callable[[object], list[Any]]:
    return lambda self: [getattr(self, name) for name in names]


def _restorer(names: tuple[str, ...]) -> Callable[[object, list[Any]], None]:
    def restored(self: object, state: list[Any]) -> None:
        for name, each in zip(names, state, strict=True):
            _put(self, name, each)

    return restored


def _refuse_assigning(_self: object, name: str, _value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deleting(_self: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")
