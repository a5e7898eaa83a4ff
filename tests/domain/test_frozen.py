from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace

import pytest

from imagelab.domain.frozen import frozen


@frozen
class Ours:
    name: str
    secret: str = field(default="", repr=False)
    places: list[int] = field(default_factory=list, compare=False)
    wide: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Theirs:
    name: str
    secret: str = field(default="", repr=False)
    places: list[int] = field(default_factory=list, compare=False)
    wide: bool = field(default=False, kw_only=True)


@frozen
class Longer(Ours):
    length: int = 0

    def __post_init__(self) -> None:
        if self.length < 0:
            raise ValueError(f"length {self.length} is below 0")

    def __repr__(self) -> str:
        return f"a long {self.name}"


@pytest.mark.parametrize(
    "told",
    [
        lambda kind: repr(kind("a", "b", [1], wide=True)).split("(")[1],
        lambda kind: kind("a", places=[1]) == kind("a", places=[2]),
        lambda kind: kind("a") == kind("a", wide=True),
        lambda kind: kind("a") == "a",
        lambda kind: hash(kind("a", places=[1])) == hash(kind("a", places=[2])),
        lambda kind: kind("a").places is kind("a").places,
        lambda kind: asdict(replace(kind("a"), places=[3])),
        lambda kind: [each.name for each in fields(kind)],
        lambda kind: str(inspect.signature(kind)),
        lambda kind: (kind.__match_args__, kind.__slots__),
        lambda kind: asdict(pickle.loads(pickle.dumps(kind("a", "b")))),  # noqa: S301 - its own
        lambda kind: copy.deepcopy(kind("a", "b")) == kind("a", "b"),
    ],
)
def test_it_does_as_a_frozen_dataclass_with_slots_does(told: Callable[[type], object]) -> None:
    assert told(Ours) == told(Theirs)


def test_a_field_is_not_assigned() -> None:
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'name'"):
        Ours("a").name = "b"  # type: ignore[misc]


def test_a_field_is_not_deleted() -> None:
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'name'"):
        del Ours("a").name


def test_what_is_missing_is_told_with_the_class() -> None:
    with pytest.raises(TypeError, match=r"Ours\.__init__\(\) missing 1 .* 'name'"):
        Ours()  # type: ignore[call-arg]


def test_what_a_class_defines_itself_stays() -> None:
    assert repr(Longer("rope", length=3)) == "a long rope"


def test_a_class_may_look_at_what_it_was_given() -> None:
    with pytest.raises(ValueError, match="length -1 is below 0"):
        Longer("rope", length=-1)


def test_a_class_is_not_equal_to_the_one_it_is_made_from() -> None:
    assert Longer("rope") != Ours("rope")
