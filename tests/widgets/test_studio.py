from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets
import pytest

import imagelab as il
from imagelab.catalog.pages import Pages
from imagelab.errors import BudgetError, RequestError, UnknownModelError
from imagelab.providers.registry import offers
from imagelab.widgets.form import Form
from imagelab.widgets.studio import Studio

Make = Callable[..., Studio[list[il.Asset]]]


@pytest.fixture
def make(lab: il.Lab) -> Make:
    """A studio over a lab in the sandbox, given functions as the lab gives them."""

    def submit(prompt: str, given: Mapping[str, Any]) -> list[int]:
        return [lab.submit(prompt, **given).id]

    def rate(_: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        lab.asset(given["ids"][0]).rate(given["stars"])
        return {}

    def make_one(**traits: Any) -> Studio[list[il.Asset]]:
        catalog = lab._engine.catalog
        given: dict[str, Any] = {
            "quote": lambda prompt, given: lab.quote(prompt, **given),
            "submit": submit,
            "usable": ("openai", "runware"),
            "act": rate,
        }
        return Studio(
            offers=offers(),
            answer=Pages(catalog, catalog.path).answer,
            pick=lambda ids: [lab.asset(number) for number in ids],
            **{**given, **traits},
        )

    return make_one


@pytest.fixture
def studio(make: Make) -> Studio[list[il.Asset]]:
    return make(prompt="A fox", params={"quality": "low"})


def shown(form: Form, **seen: Any) -> dict[str, dict[str, Any]]:
    """What a page tells of the controls: as they are, but for what was seen there."""
    return {
        name: {
            "id": part.model_id,
            "value": seen.get(name, part.index if part.has_trait("index") else part.value),
        }
        for name, part in form.controls.items()
    }


def press(studio: Studio[Any], name: str = "1", price: str | None = None, **seen: Any) -> None:
    """A press as the page sends it, with what its controls show."""
    told = shown(studio.form, **seen)
    given = {"seen": told, "price": studio.board.price if price is None else price}
    message = {"kind": "do", "id": name, "name": "generate", "given": given}
    studio.board.channel._heard(None, message, [])


def below_the_button(studio: Studio[Any]) -> str:
    return str(studio.form.children[-1].value)


def test_a_studio_begins_with_an_offer_that_can_be_paid(make: Make) -> None:
    assert make(usable=("runware",)).model == "runware/gpt-image-1.5"


def test_a_studio_begins_with_the_labs_own_model(make: Make) -> None:
    assert make(default="openai/gpt-image-1-mini").model == "openai/gpt-image-1-mini"


def test_a_studio_without_any_key_still_quotes(make: Make) -> None:
    assert make(usable=()).form.button.description.startswith("Generate · ≈ $")


def test_the_price_follows_what_is_typed(studio: Studio[Any]) -> None:
    before = studio.form.button.description

    studio.form.controls["prompt"].value = "A fox " * 300

    assert studio.form.button.description != before


def test_the_price_follows_the_previews(studio: Studio[Any]) -> None:
    studio.form.controls["quality"].index = 1
    before = studio.form.button.description

    studio.form.controls["previews"].index = 3

    assert studio.params["previews"] == 3
    assert studio.form.button.description != before


def test_previews_are_for_offers_that_have_them(studio: Studio[Any]) -> None:
    studio.model = "runware/gpt-image-1.5"

    assert "previews" not in studio.form.controls


def test_the_code_is_what_the_button_does(studio: Studio[Any], lab: il.Lab) -> None:
    written = studio.code

    studio.form.button.click()

    assert written == lab.generation(1).code()


def test_without_a_prompt_there_is_a_price_and_no_code(studio: Studio[Any]) -> None:
    studio.prompt = "  "

    assert studio.form.button.description.startswith("Generate · ≈ $")
    assert studio.form.button.disabled
    assert studio.code == ""


def test_a_double_click_sends_once(studio: Studio[Any]) -> None:
    studio.form.button.click()
    studio.form.button.click()

    assert studio.generation_ids == [1]


def test_clicks_on_different_wishes_all_send(studio: Studio[Any]) -> None:
    studio.form.button.click()
    studio.prompt = "An owl"
    studio.form.button.click()

    assert studio.generation_ids == [2, 1]


def test_code_that_generates_twice_sends_twice(studio: Studio[Any]) -> None:
    assert [studio.generate(), studio.generate()] == [1, 2]


def test_a_press_that_arrives_again_is_done_once(studio: Studio[Any]) -> None:
    press(studio, "same")
    studio._presses._ended_at -= 10  # no echo any more, and still the same message
    press(studio, "same")

    assert studio.generation_ids == [1]


def test_two_presses_that_waited_for_a_busy_kernel_send_once(studio: Studio[Any]) -> None:
    press(studio, "one")
    press(studio, "other")

    assert studio.generation_ids == [1]


def test_what_the_page_showed_is_what_is_sent(studio: Studio[Any], lab: il.Lab) -> None:
    press(studio, prompt="A fox, typed on while the kernel was busy")

    assert lab.generation(1).prompt == "A fox, typed on while the kernel was busy"


def test_a_press_at_a_price_that_was_not_seen_asks_again(studio: Studio[Any]) -> None:
    press(studio, quality=3)

    assert studio.generation_ids == []
    assert "the price had changed: Generate · ≈ $" in below_the_button(studio)


def test_a_press_again_after_that_sends(studio: Studio[Any]) -> None:
    press(studio, "one", quality=3)
    press(studio, "other", quality=3)

    assert studio.generation_ids == [1]


def test_a_press_where_no_price_was_seen_asks_again(studio: Studio[Any]) -> None:
    press(studio, price="")

    assert studio.generation_ids == []


@pytest.mark.parametrize("given", [{}, {"seen": [], "price": "1"}, {"seen": {}, "price": 1}])
def test_a_press_that_says_nothing_of_what_was_seen_is_refused(
    studio: Studio[Any], given: dict[str, Any]
) -> None:
    with pytest.raises(RequestError, match="says what was seen"):
        studio._acted("generate", given)


def test_other_verbs_go_to_the_lab(studio: Studio[Any], lab: il.Lab) -> None:
    lab.generation(studio.generate()).wait()

    studio._acted("rate", {"ids": [1], "stars": 4})

    assert lab.asset(1).rating == 4


def test_a_refusal_on_pressing_is_said_on_the_form(make: Make) -> None:
    def submit(_: str, __: Mapping[str, Any]) -> list[int]:
        raise BudgetError("there is nothing left")

    studio = make(prompt="A fox", submit=submit)

    studio.form.button.click()

    assert "there is nothing left" in below_the_button(studio)


def test_over_the_budget_the_button_says_so(studio: Studio[Any], lab: il.Lab) -> None:
    lab.budget(total=0.001)

    studio.n = 2

    assert (studio.form.button.description, studio.form.button.disabled) == (
        "Generate 2 · over budget",
        True,
    )
    assert "of the budget&#x27;s $0.001 is left" in below_the_button(studio)
    assert studio.code == ""


def test_what_a_press_reserves_is_missing_from_the_budget_at_once(
    studio: Studio[Any], lab: il.Lab
) -> None:
    lab.budget(total=0.01)

    studio.generate()

    assert studio.form.button.description == "Generate · over budget"


def test_a_refused_parameter_stands_at_its_control(studio: Studio[Any]) -> None:
    studio.params = {"quality": "ultra"}

    assert "does not accept quality=" in studio.form.fields["quality"]._note.value
    assert studio.form.button.disabled


def test_an_equal_one_that_was_there_is_told(studio: Studio[Any], lab: il.Lab) -> None:
    lab.generation(studio.generate()).wait()
    studio.params = {**studio.params, "reuse": True}

    studio.form.button.click()

    assert studio.generation_ids == [1]
    assert "an equal one was there, g1: nothing was sent" in below_the_button(studio)


def test_a_studio_begins_with_the_queue_as_it_is(make: Make) -> None:
    assert make(queue=lambda: (3, 7, 3)).board.generation_ids == [7, 3]


def test_two_studios_on_one_catalog_agree(lab: il.Lab) -> None:
    one, other = lab.studio(), lab.studio()
    one.prompt = "A fox"

    number = one.generate()
    other.changed("a stamp")

    assert one.generation_ids == other.generation_ids == [number]


def test_what_was_taken_off_the_board_stays_off(lab: il.Lab) -> None:
    studio = lab.studio()
    lab.submit("A fox").wait()
    studio.changed("a stamp")

    studio.generation_ids = []
    studio.changed("another")

    assert studio.generation_ids == []


def test_a_studio_opened_later_finds_what_was_sent(lab: il.Lab) -> None:
    lab.submit("A fox").wait()

    assert lab.studio().generation_ids == [1]


def test_the_board_and_the_studio_share_their_selection(studio: Studio[Any], lab: il.Lab) -> None:
    lab.generation(studio.generate()).wait()

    studio.board.selected_ids = [1]

    assert studio.selection == [lab.asset(1)]


def test_traits_can_be_observed(studio: Studio[Any]) -> None:
    seen: list[object] = []
    studio.observe(
        lambda change: seen.append(change["new"]), ["prompt", "params", "generation_ids"]
    )

    studio.form.controls["prompt"].value = "An owl"
    studio.form.controls["quality"].index = 0
    studio.form.button.click()

    assert seen == ["An owl", {}, [1]]


def test_an_unknown_model_is_refused_and_the_form_stays(studio: Studio[Any]) -> None:
    with pytest.raises(UnknownModelError, match="is no offer"):
        studio.model = "openai/dall-e"

    assert studio.form.controls["model"].value == "openai/gpt-image-2"


def test_a_closed_lab_is_said_on_the_form(studio: Studio[Any], lab: il.Lab) -> None:
    lab.close()

    studio.prompt = "An owl"

    assert studio.form.button.disabled
    assert "closed" in below_the_button(studio)


def test_a_studio_in_one_line(studio: Studio[Any]) -> None:
    assert repr(studio) == "Studio(openai/gpt-image-2, 'A fox', n=1)"


def test_a_closed_studio_leaves_no_widget_open(studio: Studio[Any]) -> None:
    comms = [studio.comm, studio.board.comm, studio.form.button.comm]

    studio.close()

    assert all(comm is not None for comm in comms)
    assert [studio.comm, studio.board.comm, studio.form.button.comm] == [None, None, None]


def test_a_prompt_from_a_cell_while_one_types_is_never_sent_unseen(make: Make, lab: il.Lab) -> None:
    quoting, go_on = threading.Event(), threading.Event()

    def quote(prompt: str, given: Mapping[str, Any]) -> Any:
        if prompt == "typed":
            quoting.set()
            go_on.wait(10)
        return lab.quote(prompt, **given)

    studio = make(prompt="A fox", quote=quote)
    field = studio.form.controls["prompt"]
    typing = threading.Thread(target=field.set_state, args=[{"value": "typed"}])
    typing.start()
    quoting.wait(10)
    setting = threading.Thread(target=setattr, args=[studio, "prompt", "from a cell"])
    setting.start()
    go_on.set()
    typing.join()
    setting.join()

    press(studio, prompt=field.value)

    assert field.value == studio.prompt == lab.generation(1).prompt


def test_a_press_sends_nothing_where_a_control_fell_behind(studio: Studio[Any]) -> None:
    field = studio.form.controls["quality"]
    with studio.form.fields["quality"]._showing():
        field.index = 3

    press(studio)

    assert studio.generation_ids == []
    assert "the form has changed; press again" in below_the_button(studio)
    assert field.index == 1


def test_a_press_on_another_form_than_this_sends_nothing(studio: Studio[Any]) -> None:
    told = shown(studio.form)
    studio.model = "openai/gpt-image-1-mini"

    studio._acted("generate", {"seen": told, "price": studio.board.price})

    assert studio.generation_ids == []
    assert "the form has changed; press again" in below_the_button(studio)
    assert studio.model == "openai/gpt-image-1-mini"


def test_what_the_page_chose_last_is_sent(studio: Studio[Any]) -> None:
    press(studio, "one", compressed=True, compression=80, format=2)
    press(studio, "other", compressed=True, compression=80, format=2)

    assert studio.params["compression"] == 80
    assert studio.generation_ids == [1]


def test_pixels_typed_just_before_a_press_are_sent(studio: Studio[Any]) -> None:
    press(studio, "one", pixels=" 1536x864 ")
    press(studio, "other", pixels=" 1536x864 ")

    assert studio.params["size"] == "1536x864"
    assert studio.generation_ids == [1]


def test_an_error_after_the_submit_is_no_failed_press(
    studio: Studio[Any], caplog: pytest.LogCaptureFixture
) -> None:
    def break_off(_: object) -> None:
        raise RequestError("an observer broke off")

    studio.observe(break_off, "generation_ids")

    assert studio.generate() == 1
    assert "g1 was sent; showing it failed" in caplog.text


def test_the_form_can_be_read_while_a_press_is_sent(make: Make, lab: il.Lab) -> None:
    sending, go_on = threading.Event(), threading.Event()

    def submit(prompt: str, given: Mapping[str, Any]) -> list[int]:
        sending.set()
        go_on.wait(10)
        return [lab.submit(prompt, **given).id]

    studio = make(prompt="A fox", submit=submit)
    pressing = threading.Thread(target=press, args=[studio])
    pressing.start()
    sending.wait(10)

    studio.prompt = "An owl"
    go_on.set()
    pressing.join()

    assert (studio.generation_ids, lab.generation(1).prompt) == ([1], "A fox")
    assert "'An owl'" in studio.code


def test_another_model_leaves_no_widget_of_the_last(studio: Studio[Any]) -> None:
    before = len(ipywidgets.widgets.widget._instances)

    studio.model = "runware/gpt-image-1.5"
    studio.model = "openai/gpt-image-2"

    assert len(ipywidgets.widgets.widget._instances) == before


def test_a_closed_studio_leaves_nothing_behind(make: Make) -> None:
    before = len(ipywidgets.widgets.widget._instances)

    make(prompt="A fox").close()

    assert len(ipywidgets.widgets.widget._instances) == before
