from __future__ import annotations

import pytest

from imagelab.domain.sweep import Axis, Grid, fill, names_in
from imagelab.errors import RequestError


def axis(name: str, *values: object, in_prompt: bool = True) -> Axis:
    return Axis(name, values, tuple(map(str, values)), in_prompt)


GRID = Grid(
    "a {animal} in {style}",
    (axis("animal", "fox", "owl"), axis("style", "ink"), axis("n", 1, 2, 3, in_prompt=False)),
)


def test_cells_are_counted_with_the_last_axis_fastest() -> None:
    assert len(GRID) == 6
    assert list(GRID.cells())[:4] == [(0, 0, 0), (0, 0, 1), (0, 0, 2), (1, 0, 0)]


def test_a_cell_has_its_prompt_and_its_parameters() -> None:
    assert GRID.prompt((1, 0, 2)) == "a owl in ink"
    assert GRID.params((1, 0, 2)) == {"n": 3}


def test_what_is_not_named_may_be_anything() -> None:
    assert GRID.find({}) == list(range(6))
    assert GRID.find({"animal": "owl"}) == [3, 4, 5]
    assert GRID.find({"animal": "fox", "style": "ink", "n": 2}) == [1]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"colour": "red"}, "this sweep has no axis 'colour'; it has 'animal', 'style', 'n'"),
        ({"animal": "cat"}, "animal='cat' is not in this sweep; animal is 'fox', 'owl'"),
    ],
)
def test_an_axis_or_a_value_that_is_not_there_is_named(
    given: dict[str, object], words: str
) -> None:
    with pytest.raises(RequestError, match=words):
        GRID.find(given)


@pytest.mark.parametrize("template", ["a {fox|hare}", "a {} fox", "a { fox", "a } fox", "{0}"])
def test_a_brace_that_is_no_names_is_an_error(template: str) -> None:
    with pytest.raises(RequestError, match=r"is not a name in braces, .*write \{\{ and \}\}"):
        names_in(template)


def test_what_is_put_in_is_not_read_again() -> None:
    assert fill("{a} {b} {{a}}", {"a": "{b}", "b": "}}"}) == "{b} }} {a}"
