from __future__ import annotations

import json
from typing import Any

import pytest

import imagelab as il
from imagelab.widgets.channel import Act, Answer
from imagelab.widgets.pressing import price_word
from imagelab.widgets.prices import on_button


@pytest.fixture
def fox(lab: il.Lab) -> il.Asset:
    return lab.generate("A fox", quality="low")[0]


def ask(lab: il.Lab) -> Answer:
    return lab.gallery().channel._answer  # what a page reaches


def act(lab: il.Lab) -> Act:
    return lab.gallery().channel._act


def priced(lab: il.Lab, **asked: Any) -> dict[str, Any]:
    packed = ask(lab)("price", asked).packed()
    told: dict[str, Any] = json.loads(packed[4:])
    return told


def test_a_price_is_said_before_anything_is_sent(lab: il.Lab, fox: il.Asset) -> None:
    told = priced(lab, how="edit", id=fox.id, prompt="in the rain")

    quote = lab.quote("in the rain", images=[fox], quality="low", provider="openai")
    assert told == {"price": price_word(quote), "label": on_button(quote), "refused": ""}
    assert len(lab.search("")) == 1


def test_what_cannot_be_sent_is_told_in_the_prices_place(lab: il.Lab, fox: il.Asset) -> None:
    lab.budget(total=0.001)

    assert "0.001 is left" in priced(lab, how="regenerate", id=fox.id)["refused"]


def test_an_edit_from_a_view_keeps_the_offer_and_quality(lab: il.Lab, fox: il.Asset) -> None:
    price = priced(lab, how="edit", id=fox.id, prompt="in the rain")["price"]

    sent = act(lab)(
        "remake", {"how": "edit", "id": fox.id, "prompt": "in the rain", "price": price}
    )

    made = lab.generation(sent["generation"]).wait()
    assert (made.prompt, made.params["quality"], made.model) == ("in the rain", "low", fox.model)
    assert made[0].parents == [fox]


def test_a_variation_from_a_view_makes_so_many(lab: il.Lab, fox: il.Asset) -> None:
    price = priced(lab, how="vary", id=fox.id, n=2)["price"]

    sent = act(lab)("remake", {"how": "vary", "id": fox.id, "n": 2, "price": price})

    assert len(lab.generation(sent["generation"]).wait()) == 2


def test_the_same_again_is_sent_though_an_equal_one_is_there(lab: il.Lab, fox: il.Asset) -> None:
    price = priced(lab, how="regenerate", id=fox.id)["price"]

    sent = act(lab)("remake", {"how": "regenerate", "id": fox.id, "price": price})

    assert fox.generation
    assert sent["generation"] != fox.generation.id


def test_a_double_press_sends_once(lab: il.Lab, fox: il.Asset) -> None:
    price = priced(lab, how="regenerate", id=fox.id)["price"]
    press = {"how": "regenerate", "id": fox.id, "price": price}
    does = act(lab)

    sent = [does("remake", press), does("remake", press)]

    assert [bool(one["generation"]) for one in sent] == [True, False]


def test_a_press_at_a_lower_price_than_it_is_now_is_told_and_not_sent(
    lab: il.Lab, fox: il.Asset
) -> None:
    told = act(lab)("remake", {"how": "regenerate", "id": fox.id, "price": "1 usd"})

    assert told["generation"] is None
    assert told["dearer"]["price"] == priced(lab, how="regenerate", id=fox.id)["price"]


@pytest.mark.parametrize(
    "given",
    [
        {"how": "edit", "id": 1, "price": "1 usd"},
        {"how": "regenerate", "id": True, "price": "1 usd"},
        {"how": "edit", "id": "1", "prompt": "x", "price": "1 usd"},
        {"how": "vary", "id": 1, "n": 1000, "price": "1 usd"},
        {"how": "burn", "id": 1, "price": "1 usd"},
        {"how": "regenerate", "id": 1},
        {"how": "regenerate", "id": 1, "price": ""},
    ],
)
def test_a_page_can_ask_for_nothing_else(lab: il.Lab, fox: il.Asset, given: dict[str, Any]) -> None:
    with pytest.raises(il.errors.RequestError, match=r"how a view asks|at which price"):
        act(lab)("remake", given)

    assert len(lab.search("")) == fox.id == 1


def test_what_was_imported_cannot_be_asked_for_again(lab: il.Lab, fox: il.Asset) -> None:
    made = lab.generate("A fox in a hat", images=[fox.image], quality="low")
    imported = made[0].parents[0]

    told = priced(lab, how="regenerate", id=imported.id)

    assert "was imported" in told["refused"]
