from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from imagelab.domain.offer import Offer, resolve
from imagelab.domain.params import Params, read_params
from imagelab.domain.prices import estimate
from imagelab.errors import AuthError, ModelGoneError, UnsupportedParamError
from imagelab.providers.oxen import Oxen
from imagelab.providers.oxen_models import offers_of
from imagelab.providers.oxen_offers import OFFERS
from imagelab.providers.steps import Ask
from imagelab.sandbox.oxen_rules import FLAT_NANO, GRID_NANO, pricing, schema
from tests.providers.oxen_call import BASE
from tests.providers.tape import documents, played, replied

DAY = date(2026, 11, 25)
ONE, TWO = "gpt-image-1-5", "gpt-image-2"
FIELDS = [
    *("id", "json_request_schema", "request_schema", "properties", "enum", "default", "pricing"),
    *("cost_per_image", "cost_per_image_grid", "low", "high", "1K", "2K", "size", "quality"),
]


def model(native: str, **told: Any) -> dict[str, Any]:
    """A model object as the box tells it, with prices as they are read from an answer."""
    told = {"pricing": pricing(native), "json_request_schema": schema(native)} | told
    document = {"id": native, "object": "model", "endpoint": "/images/generate", **told}
    read: dict[str, Any] = json.loads(json.dumps(document, default=float), parse_float=Decimal)
    return read


def offer(native: str, **told: Any) -> Offer:
    read = offers_of({native: model(native, **told)}, DAY)
    return next(each for each in read if each.native == native)


def dollars(at: Offer, **params: Any) -> Decimal:
    """What one image costs, where that is certain."""
    bill = estimate(at.prices, resolve(at, read_params(**params)), "a fox", 1, ())
    assert bill.low == bill.likely == bill.high
    return bill.likely


def test_a_schema_that_says_what_the_page_says_changes_no_choice() -> None:
    for built_in in OFFERS:
        read = offer(built_in.native)

        assert {k: set(v) for k, v in read.choices.items()} == {
            k: set(v) for k, v in built_in.choices.items()
        }
        assert (read.mask, read.inputs_max, read.shapes) == (
            built_in.mask,
            built_in.inputs_max,
            built_in.shapes,
        )


@pytest.mark.parametrize("where", ["json_request_schema", "request_schema"])
@pytest.mark.parametrize("param", ["quality", "background", "input_fidelity"])
def test_what_only_the_prose_names_is_taken_once_the_schema_lists_it(
    where: str, param: str
) -> None:
    fields = schema(ONE)["properties"] | {param: {"enum": ["low", "high", 7, ""]}}
    told = {"json_request_schema": None, where: {"properties": fields}}

    read = offer(ONE, **told)

    assert read.choices[param] == ("low", "high")
    with pytest.raises(UnsupportedParamError, match=f"it has no {param}"):
        resolve(OFFERS[1], read_params(**{param: "low"}))


def test_what_the_schema_leaves_out_is_not_taken_any_more() -> None:
    fields = {"prompt": {}, "aspect_ratio": {"enum": ["1:1"]}, "resolution": {"enum": ["1K"]}}

    read = offer(TWO, json_request_schema={"properties": fields})

    assert read.choices == {"size": ("1024x1024",)}
    assert (read.shapes, read.mask, read.inputs_max) == ({"square": "1024x1024"}, False, 0)


def test_one_price_is_the_price_of_every_image() -> None:
    read = offer(ONE)

    assert dollars(read) == dollars(read, size="portrait") == Decimal(FLAT_NANO) / 10**9
    assert "2026-11-25" in read.prices.basis


@pytest.mark.parametrize("quality", GRID_NANO)
def test_a_grid_has_a_price_by_quality_and_resolution(quality: str) -> None:
    read, row = offer(TWO), GRID_NANO[quality]

    assert dollars(read, quality=quality, size="square") == Decimal(row["1K"]) / 10**9
    assert dollars(read, quality=quality, size="3840x2160") == Decimal(row["4K"]) / 10**9
    assert dollars(read, quality=quality, size="auto") == Decimal(row["2K"]) / 10**9


def test_what_is_not_said_is_priced_as_the_schemas_default() -> None:
    assert dollars(offer(TWO)) == Decimal(GRID_NANO["high"]["2K"]) / 10**9


def test_a_default_that_nobody_tells_leaves_the_price_open() -> None:
    fields = {name: dict(f) for name, f in schema(TWO)["properties"].items()}
    for told in fields.values():
        told.pop("default", None)
    read = offer(TWO, json_request_schema={"properties": fields})

    bill = estimate(read.prices, Params(), "a fox", 1, ())

    assert (bill.low, bill.high) == (Decimal("0.004"), Decimal("1.13"))


@pytest.mark.parametrize(
    "told",
    [
        None,
        {},
        {"method": "token", "input_cost_per_token": 1.5e-7},
        {"cost_per_image": "free"},
        {"cost_per_image": -1},
        {"cost_per_image": 0},
        {"cost_per_image": 10**9},
        {"cost_per_image_grid": {"low": {"1K": Decimal("0.004")}}},
    ],
)
def test_a_price_that_is_none_stays_unknown(told: object) -> None:
    assert not offer(TWO, pricing=told).prices.known


def test_a_price_kept_as_text_is_exact() -> None:
    assert dollars(offer(ONE, pricing={"cost_per_image": "0.0405"})) == Decimal("0.0405")


def test_a_document_of_another_model_changes_nothing() -> None:
    assert offers_of({ONE: model(TWO), TWO: None}, DAY) == OFFERS


@given(one=documents(FIELDS, ONE, "low", "1024x1024"), two=documents(FIELDS, TWO, "high", "auto"))
@settings(deadline=None, max_examples=200)
def test_no_document_breaks_the_offers(one: Any, two: Any) -> None:
    told: dict[str, Any] = {}
    for native, document in ((ONE, one), (TWO, two)):
        told[native] = document | {"id": native} if isinstance(document, dict) else document

    read = offers_of(told, DAY)

    assert [each.name for each in read] == [each.name for each in OFFERS]


def test_asking_reads_the_object_of_each_model() -> None:
    polls = [replied({"id": TWO}), replied({"id": ONE})]

    steps, told = played(Oxen().ask_models("x-1", BASE), polls=polls)

    urls = [step.send.url for step in steps if isinstance(step, Ask)]
    assert urls == [f"{BASE}/ai/models/{TWO}", f"{BASE}/ai/models/{ONE}"]
    assert isinstance(told, Mapping)
    assert set(told) == {ONE, TWO}


def test_a_model_that_is_gone_leaves_the_other() -> None:
    gone = replied({"error": {"message": f"Model not found: {TWO}"}}, 404)

    assert list(played(Oxen().ask_models("x-1", BASE), polls=[gone, replied({"id": ONE})])[1]) == [
        ONE
    ]


@pytest.mark.parametrize(
    ("status", "kind"), [(401, AuthError), (404, ModelGoneError)], ids=["key", "all gone"]
)
def test_asking_for_nothing_is_an_error(status: int, kind: type[Exception]) -> None:
    with pytest.raises(kind, match="oxen: "):
        played(Oxen().ask_models("x-1", BASE), polls=[replied({"error": "no"}, status)])
