from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import ipywidgets
import pytest

from imagelab.domain.money import Cost
from imagelab.domain.offer import Offer
from imagelab.domain.quote import Quote
from imagelab.errors import BudgetError, RequestError, UnsupportedParamError
from imagelab.providers.openai_offers import OFFERS as OPENAI
from imagelab.providers.runware_offers import OFFERS as RUNWARE
from imagelab.widgets.draft import Draft
from imagelab.widgets.form import Form
from imagelab.widgets.outlook import Outlook

OFFERS: tuple[Offer, ...] = (*OPENAI, *RUNWARE)


@pytest.fixture
def draft() -> Draft:
    return Draft(OFFERS, model="openai/gpt-image-2")


@pytest.fixture
def form(draft: Draft) -> Form:
    return Form(draft, OFFERS, ("openai",), lambda: None)


def words(widget: ipywidgets.Widget) -> str:
    """Everything a form says under its controls."""
    below = " ".join(words(child) for child in getattr(widget, "children", ()))
    return below + (widget.value if isinstance(widget, ipywidgets.HTML) else "")


def priced(likely: str | None = "0.034", *, exact: bool = False, n: int = 1) -> Outlook:
    cost = Cost(Decimal(likely)) if likely else None
    low = cost if exact or cost is None else Cost(cost.amount / 2)
    return Outlook(Quote("openai/gpt-image-2", n, low, cost, cost, "a list", lambda style: style))


def shown(form: Form) -> set[str]:
    return {param for param, field in form.fields.items() if field.layout.display != "none"}


def test_the_controls_are_those_of_the_offer(form: Form) -> None:
    assert set(form.fields) == {
        "size",
        "quality",
        "background",
        "format",
        "moderation",
        "compression",
        "previews",
    }


def test_another_model_draws_its_own(form: Form, draft: Draft) -> None:
    draft.model = "runware/gpt-image-1.5"

    assert "moderation" not in form.fields


def test_what_is_typed_and_chosen_is_in_the_draft(form: Form, draft: Draft) -> None:
    form.controls["prompt"].value = "A fox"
    form.controls["n"].value = 3
    form.controls["quality"].index = 1

    assert (draft.prompt, draft.n, draft.params) == ("A fox", 3, {"quality": "low"})


def test_what_code_sets_is_on_the_controls(form: Form, draft: Draft) -> None:
    draft.prompt, draft.n, draft.params = "An owl", 2, {"background": "opaque"}

    assert form.controls["prompt"].value == "An owl"
    assert form.controls["n"].value == 2
    assert form.controls["background"].label == "opaque"


def test_choosing_a_model_keeps_what_it_takes_and_says_the_rest(form: Form, draft: Draft) -> None:
    draft.params = {"quality": "low", "moderation": "low"}

    form.controls["model"].value = "runware/gpt-image-1.5"

    assert form.controls["quality"].value == "low"
    assert "moderation=low is not taken by runware/gpt-image-1.5, left out" in words(form)


def test_offers_stand_together_by_provider_and_say_where_a_key_is_missing(form: Form) -> None:
    labels = [label for label, _ in form.controls["model"].options]

    assert labels[0] == "openai · gpt-image-2"
    assert labels[-1] == "runware · gpt-image-1.5 (no key)"


@pytest.mark.parametrize(
    ("outlook", "label"),
    [
        (priced(), "Generate · ≈ $0.034"),
        (priced("0.1", exact=True), "Generate · $0.10"),
        (priced(None), "Generate · price unknown"),
        (Outlook(None, RequestError("no")), "Generate"),
        (Outlook(None, BudgetError("too much")), "Generate · over budget"),
    ],
)
def test_the_price_is_on_the_button(form: Form, outlook: Outlook, label: str) -> None:
    form.show(outlook)

    assert form.button.description == label
    assert form.button.disabled == (outlook.quote is None)


def test_several_images_are_counted_on_the_button(form: Form, draft: Draft) -> None:
    draft.n = 3

    form.show(priced("0.1", exact=True, n=3))

    assert form.button.description == "Generate 3 · $0.10"


def test_without_a_prompt_the_button_waits_and_says_for_what(form: Form) -> None:
    form.show(replace(priced(), empty=True))

    assert form.button.disabled
    assert "say in the prompt what the image should show" in words(form)


def test_a_refused_parameter_is_complained_of_at_its_control(form: Form) -> None:
    error = UnsupportedParamError("openai/gpt-image-2", "quality", "ultra", ("low", "high"))

    form.show(Outlook(None, error))

    assert "does not accept quality=" in words(form.fields["quality"])
    assert "il-tone-bad" in words(form.fields["quality"])
    assert words(form).count("does not accept") == 1


def test_a_refusal_stands_at_the_first_parameter_it_names(form: Form) -> None:
    form.show(
        Outlook(None, RequestError("background='transparent' cannot be kept as format='jpeg'"))
    )

    assert "cannot be kept" in words(form.fields["background"])


def test_a_refusal_of_nothing_in_the_form_stands_under_the_button(form: Form) -> None:
    form.show(Outlook(None, BudgetError("this would cost up to $3")))

    assert "this would cost up to $3" in form.children[-1].value


def test_a_complaint_goes_when_its_reason_does(form: Form) -> None:
    form.show(Outlook(None, RequestError("quality='ultra' is no word")))

    form.show(priced())

    assert "is no word" not in words(form)


def test_compression_is_offered_where_the_format_takes_it(form: Form, draft: Draft) -> None:
    before = shown(form)

    draft.params = {"format": "jpeg"}

    assert shown(form) - before == {"compression"}


def test_compression_that_was_said_stays_in_sight(form: Form, draft: Draft) -> None:
    draft.params = {"format": "png", "compression": 80}

    assert "compression" in shown(form)


def test_the_rarer_parameters_come_on_demand(form: Form) -> None:
    before = shown(form)

    form._more.value = True

    assert shown(form) - before == {"moderation", "previews"}


def test_what_code_said_beside_the_form_is_told_and_can_be_left_out(
    form: Form, draft: Draft
) -> None:
    draft.params = {"quality": "low", "style": "vivid"}
    told = words(form)

    form._leave_out.click()

    assert "style=&#x27;vivid&#x27;" in told
    assert draft.params == {"quality": "low"}


def test_only_what_is_refused_is_left_out(form: Form, draft: Draft) -> None:
    draft.params = {"tags": ["fox"], "style": "vivid"}
    form.show(Outlook(None, UnsupportedParamError("openai/gpt-image-2", "style", "vivid")))

    form._leave_out.click()

    assert draft.params == {"tags": ["fox"]}


def told(form: Form, **seen: object) -> dict[str, dict[str, object]]:
    return {
        name: {
            "id": part.model_id,
            "value": seen.get(name, part.index if part.has_trait("index") else part.value),
        }
        for name, part in form.controls.items()
    }


def test_a_form_catches_up_with_what_a_page_shows(form: Form, draft: Draft) -> None:
    seen = told(form, prompt="A fox, typed on", quality=1)

    assert form.take(seen)
    assert (draft.prompt, draft.params) == ("A fox, typed on", {"quality": "low"})
    assert form.agrees(seen, draft.prompt, draft.given)


@pytest.mark.parametrize(
    "other",
    [
        {"quality": {"id": "another", "value": 1}},
        {"prompt": "no value"},
        {"style": {"id": "another", "value": 1}},
    ],
)
def test_what_a_page_shows_of_another_form_is_not_taken(
    form: Form, draft: Draft, other: dict[str, object]
) -> None:
    seen = {**told(form, n=3), **other}

    assert not form.take(seen)
    assert (draft.prompt, draft.n, draft.params) == ("", 1, {})


def test_what_no_control_can_hold_is_not_taken(form: Form) -> None:
    assert not form.take(told(form, quality=99))


@pytest.mark.parametrize("inputs", [{"images": ["a.png"]}, {"mask": "m.png"}, {"extra": {"a": 1}}])
def test_choices_have_no_price_where_more_than_they_cost(
    form: Form, draft: Draft, inputs: dict[str, object]
) -> None:
    form.show(priced())
    before = form.controls["quality"].options

    draft.params = inputs
    form.show(priced())

    assert "$" in str(before)
    assert "$" not in str(form.controls["quality"].options)
