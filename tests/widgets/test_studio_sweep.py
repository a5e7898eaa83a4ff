from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import imagelab as il
from imagelab.catalog.pages import Pages
from imagelab.errors import BudgetError, RequestError
from imagelab.providers.registry import offers
from imagelab.widgets.studio import Studio


@pytest.fixture
def studio(lab: il.Lab) -> Studio[Any]:
    made = lab.studio()
    made.params = {"quality": "low"}
    made.prompt = "A {fox|hare} in {ink|oil}"
    return made


def prompts(lab: il.Lab) -> list[str]:
    for generation in lab.generations():
        generation.wait()
    return sorted(generation.prompt for generation in lab.generations())


def below_the_button(studio: Studio[Any]) -> str:
    return str(studio.form.children[-1].value)


def press(studio: Studio[Any]) -> None:
    studio._presses._ended_at -= 10  # no echo of the last
    studio.form.button.click()


def test_choices_in_the_prompt_are_counted_and_priced_on_the_button(studio: Studio[Any]) -> None:
    assert studio.form.button.description == "Generate 4 images, ≈ $0.0236"
    assert "4 prompts · 4 images in 4 calls" in below_the_button(studio)


def test_a_press_sends_every_choice(studio: Studio[Any], lab: il.Lab) -> None:
    press(studio)
    lab.sweep("A {a} in {b}", a=["fox", "hare"], b=["ink", "oil"], quality="low")

    assert prompts(lab) == ["A fox in ink", "A fox in oil", "A hare in ink", "A hare in oil"]


def test_the_code_of_choices_asks_for_the_same(studio: Studio[Any], lab: il.Lab) -> None:
    code = studio.code

    exec(code, {"lab": lab})  # noqa: S102 - our own code, which is the test
    press(studio)

    assert len(lab.generations()) == 4
    assert code.startswith(
        "lab.sweep(\n    'A {choice1} in {choice2}',\n    choice1=['fox', 'hare']"
    )


def test_a_large_sweep_is_told_of_first(studio: Studio[Any], lab: il.Lab) -> None:
    studio.n = 13

    press(studio)

    assert len(lab.generations()) == 0
    assert studio.form.button.description == "Confirm 52 images, ≈ $0.306"
    assert "is more than 50 images; press again to send it" in below_the_button(studio)
    assert "confirm=True" in studio.code


def test_the_second_press_sends_it(lab: il.Lab) -> None:
    sent: list[object] = []

    def submit(_: str, given: Mapping[str, Any]) -> list[int]:
        sent.append(given["n"])
        return []

    studio: Studio[Any] = Studio(
        offers=offers(),
        usable=("openai",),
        quote=lambda prompt, given: lab.quote(prompt, **given),
        submit=submit,
        doubt=lambda _: "is large",
        answer=Pages(lab._engine.catalog, lab._engine.catalog.path).answer,
        act=lambda _, __: {},
        pick=list,
        prompt="{a|b}",
        n=13,
    )

    press(studio)
    press(studio)

    assert sent == [13]


def test_a_double_click_does_not_confirm(studio: Studio[Any], lab: il.Lab) -> None:
    studio.n = 13

    press(studio)
    studio.form.button.click()

    assert len(lab.generations()) == 0


def test_another_prompt_asks_anew(studio: Studio[Any], lab: il.Lab) -> None:
    studio.n = 13
    press(studio)

    studio.prompt += "!"
    press(studio)

    assert len(lab.generations()) == 0


def test_code_confirms_by_a_word(studio: Studio[Any]) -> None:
    studio.n = 13

    with pytest.raises(RequestError, match="this sweep is more than 50 images; nothing was sent"):
        studio.generate()


def test_a_sweep_over_the_budget_cannot_be_pressed(studio: Studio[Any], lab: il.Lab) -> None:
    lab.budget(total=0.01)
    studio.n = 1

    studio.changed("a stamp")

    assert studio.form.button.disabled
    assert "of the budget&#x27;s $0.01 is left" in below_the_button(studio)
    with pytest.raises(BudgetError, match="is left"):
        studio.generate()


def test_too_many_choices_are_refused(studio: Studio[Any]) -> None:
    studio.prompt = "{1|2|3|4|5|6|7|8|9|10|11}{1|2|3|4|5|6|7|8|9|10}"

    assert "make more than 100 prompts" in below_the_button(studio)
    assert studio.form.button.disabled


def test_other_braces_are_text(studio: Studio[Any], lab: il.Lab) -> None:
    studio.prompt = "A {fox} reads {{ink|oil}}"

    press(studio)

    assert prompts(lab) == ["A {fox} reads {ink|oil}"]
