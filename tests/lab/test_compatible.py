"""A server that speaks OpenAI's API and is not OpenAI: other models, nobody's prices, its own ways."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import imagelab as il
from imagelab.errors import (
    BudgetError,
    InvalidError,
    ModelGoneError,
    OutcomeUnknownError,
    UnknownModelError,
)
from tests.lab.vendor import Answer, Vendor, by_address, picture

FLUX = "openai/black-forest/flux.1"


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    server = Vendor()
    yield server
    server.stop()


@pytest.fixture
def own(vendor: Vendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[il.Lab]:
    monkeypatch.setenv("OPENAI_BASE_URL", f"{vendor.origin}/v1")
    with il.open(tmp_path / "kept" / "real.db") as lab:
        yield lab


def sent(vendor: Vendor) -> Any:
    return json.loads(vendor.asked[0][3])


def says(document: object, status: int = 200) -> Answer:
    return lambda _: (status, document)


def streams(*events: dict[str, Any]) -> Answer:
    lines = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
    return lambda _: (200, f"{lines}data: [DONE]\n\n".encode())


def test_any_model_can_be_named_and_its_price_is_unknown(vendor: Vendor, own: il.Lab) -> None:
    quote = own.quote("a fox", model=FLUX)
    g = own.generate("a fox", model=FLUX, size="512x512", quality="hd")

    assert (quote.low, quote.likely, quote.high) == (None, None, None)
    assert "another server than OpenAI's" in quote.basis
    assert (g.model, g.cost) == ("black-forest/flux.1", None)
    assert sent(vendor) == {
        "model": "black-forest/flux.1",
        "n": 1,
        "prompt": "a fox",
        "quality": "hd",
        "response_format": "b64_json",
        "size": "512x512",
    }


def test_what_openai_charges_for_a_model_of_its_own_is_no_price_here(own: il.Lab) -> None:
    assert own.quote("a fox", quality="low").likely is None
    assert "price unknown" in repr(own.models())


def test_a_budget_holds_back_what_has_no_price(vendor: Vendor, own: il.Lab) -> None:
    own.budget(total=1)

    with pytest.raises(BudgetError, match=r"flux\.1 has no upper price in dollars"):
        own.generate("a fox", model=FLUX)
    assert vendor.asked == []


def test_what_one_cost_can_be_said_so_that_a_budget_holds_again(own: il.Lab) -> None:
    g = own.generate("a fox", model=FLUX)

    g.settle(charged=False)
    own.budget(total=1)

    assert str(g.cost) == "$0.00"
    assert own.quote("a fox", provider="runware").likely


def test_a_labs_own_model_may_be_of_the_server(
    vendor: Vendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", f"{vendor.origin}/v1")

    with il.open(tmp_path / "real.db", model=FLUX) as lab:
        assert lab.generate("a fox").model == "black-forest/flux.1"
        assert lab.studio().model == FLUX


def test_at_openai_itself_a_name_that_is_no_model_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789abcdef")

    with (
        il.open(tmp_path / "real.db") as lab,
        pytest.raises(UnknownModelError, match=r"openai has no model 'black-forest/flux\.1'"),
    ):
        lab.quote("a fox", model=FLUX)


def test_an_edit_of_its_image_asks_the_same_model(vendor: Vendor, own: il.Lab) -> None:
    edit = own.generate("a fox", model=FLUX)[0].edit("at night")

    _, path, _, body = vendor.asked[1]
    assert path == "/v1/images/edits"
    assert b'name="image"' in body
    assert edit.model == "black-forest/flux.1"


def test_the_code_of_a_call_to_the_server_names_its_address(vendor: Vendor, own: il.Lab) -> None:
    code = own.quote("a fox", model=FLUX, n=11).code("curl")

    assert f"{vendor.origin}/v1/images/generations" in code
    assert "11 images are 2 calls" in code


ANSWERS = {
    "a data URI": {"b64_json": f"data:image/png;base64,{base64.b64encode(picture()).decode()}"},
    "base64 in lines": {"b64_json": base64.encodebytes(picture()).decode()},
    "a data URI as its address": {
        "url": f"data:image/png;base64,{base64.b64encode(picture()).decode()}"
    },
}


@pytest.mark.parametrize("entry", ANSWERS.values(), ids=ANSWERS)
def test_an_image_is_read_however_it_is_spelled(
    vendor: Vendor, own: il.Lab, entry: dict[str, str]
) -> None:
    vendor.answer = says({"data": [entry]})

    assert own.generate("a fox", model=FLUX)[0].read() == picture()


@pytest.mark.parametrize("address", ["/files/a.png", "files/a.png"])
def test_an_image_by_an_address_on_the_server_is_fetched(
    vendor: Vendor, own: il.Lab, address: str
) -> None:
    vendor.answer = says({"data": [{"url": address}]})

    assert own.generate("a fox", model=FLUX)[0].read() == picture("red")


REFUSALS = {
    "a text": ({"error": "no such sampler"}, InvalidError),
    "fastapi": ({"detail": "no such sampler"}, InvalidError),
    "fastapi's list": (
        {"detail": [{"loc": ["body", "n"], "msg": "no such sampler", "type": "value_error"}]},
        InvalidError,
    ),
    "a message": ({"message": "no such sampler"}, InvalidError),
    "plain text": (b"no such sampler", InvalidError),
    "a model": (
        {"error": {"message": "no such sampler", "code": "model_not_found"}},
        ModelGoneError,
    ),
}


@pytest.mark.parametrize(("said", "kind"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_is_told_in_the_servers_words(
    vendor: Vendor, own: il.Lab, said: object, kind: type[Exception]
) -> None:
    vendor.answer, vendor.speaks = says(said, 422), "text/plain"

    with pytest.raises(kind, match=r"no such sampler"):
        own.generate("a fox", model=FLUX)
    assert len(vendor.asked) == 1


def test_a_page_of_something_in_between_is_no_refusal(vendor: Vendor, own: il.Lab) -> None:
    vendor.answer, vendor.speaks = says(b"<html>Bad request</html>", 400), "text/html"

    with pytest.raises(OutcomeUnknownError, match=r"may have been billed"):
        own.generate("a fox", model=FLUX)


def test_previews_of_a_server_that_knows_none_give_the_image(vendor: Vendor, own: il.Lab) -> None:
    vendor.answer = by_address

    g = own.generate("a fox", model=FLUX, previews=2)

    assert sent(vendor)["stream"] is True
    assert g[0].read() == picture("red")


def test_previews_of_a_server_that_streams_give_the_image(vendor: Vendor, own: il.Lab) -> None:
    coded = base64.b64encode(picture()).decode()
    vendor.speaks = "text/event-stream"
    vendor.answer = streams(
        {"type": "image_generation.partial_image", "b64_json": coded, "partial_image_index": 0},
        {"type": "image_generation.completed", "b64_json": coded},
    )

    g = own.generate("a fox", model=FLUX, previews=1)

    assert (len(g), g.cost) == (1, None)


def test_an_error_in_its_stream_is_told(vendor: Vendor, own: il.Lab) -> None:
    vendor.speaks = "text/event-stream"
    vendor.answer = streams({"error": {"message": "out of memory"}})

    with pytest.raises(OutcomeUnknownError, match=r"out of memory"):
        own.generate("a fox", model=FLUX, previews=1)


def test_an_address_that_is_none_keeps_nobody_from_the_other_services(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "ftp://nowhere")
    monkeypatch.setenv("RUNWARE_API_KEY", "0123456789abcdef0123456789abcdef")

    with il.open(tmp_path / "real.db") as lab:
        assert lab.quote("a fox", provider="runware").likely
        assert {"openai", "runware"} <= {offer.provider for offer in lab.models()}
