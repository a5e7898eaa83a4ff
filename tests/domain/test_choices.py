from __future__ import annotations

import itertools

import pytest

from imagelab.domain.choices import choices
from imagelab.domain.sweep import fill, names_in


def filled(prompt: str) -> list[str]:
    found = choices(prompt)
    cells = itertools.product(*found.axes.values())
    return [fill(found.template, dict(zip(found.axes, cell, strict=True))) for cell in cells]


@pytest.mark.parametrize(
    ("prompt", "prompts"),
    [
        ("a {fox|hare}", ["a fox", "a hare"]),
        ("a { fox | hare }", ["a fox", "a hare"]),
        ("a {red |}fox", ["a redfox", "a fox"]),
        ("{a|b}{c|d}", ["ac", "ad", "bc", "bd"]),
        ("{a|a}", ["a"]),
        ("{a|b} {{c|d}} {e} }{", ["a {c|d} {e} }{", "b {c|d} {e} }{"]),
        ("{{{a|b}}}", ["{{a|b}}"]),
    ],
)
def test_a_choice_is_every_word_of_it(prompt: str, prompts: list[str]) -> None:
    assert filled(prompt) == prompts


@pytest.mark.parametrize("prompt", ["a fox", "a {fox}", "{{", "{}", "a | b", "{{a}}", "}{"])
def test_without_a_choice_a_prompt_is_itself(prompt: str) -> None:
    assert (choices(prompt).plain, choices(prompt).axes) == (prompt, {})


def test_a_template_has_the_names_of_its_axes() -> None:
    found = choices("{a|b} and {c|d} in {x}")

    assert names_in(found.template) == tuple(found.axes)
