from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from imagelab.errors import MissingKeyError, RequestError, UnknownModelError
from imagelab.providers.choosing import choose, price_range
from imagelab.providers.openai_offers import OFFERS as OPENAI, elsewhere
from imagelab.providers.runware_offers import OFFERS as RUNWARE

CLOUD = replace(
    RUNWARE[0], provider="cloudflare", model="gpt-image-1.5", native="openai/gpt-image-1.5"
)
ALL = (*OPENAI, *RUNWARE, CLOUD)
BOTH = ("openai", "runware")


def test_a_provider_and_our_name_say_it_all() -> None:
    assert choose(ALL, provider="runware", model="gpt-image-1.5") is RUNWARE[0]


def test_a_provider_and_its_native_id_say_it_all() -> None:
    assert choose(ALL, provider="runware", model="openai:4@1") is RUNWARE[0]
    assert choose(ALL, provider="cloudflare", model="openai/gpt-image-1.5") is CLOUD


def test_a_provider_alone_means_its_default() -> None:
    assert choose(ALL, provider="openai").model == "gpt-image-2"


def test_a_provider_alone_is_not_the_labs_default() -> None:
    assert choose(ALL, provider="runware", default="openai/gpt-image-2") is RUNWARE[0]


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("openai/gpt-image-1.5", "openai/gpt-image-1.5"),
        ("runware/openai:4@1", "runware/gpt-image-1.5"),
        ("cloudflare/openai/gpt-image-1.5", "cloudflare/gpt-image-1.5"),
    ],
)
def test_the_text_before_the_first_slash_names_the_provider(model: str, name: str) -> None:
    assert choose(ALL, model=model).name == name


def test_a_bare_model_is_taken_where_one_key_fits() -> None:
    assert choose(ALL, model="gpt-image-1.5", usable=["runware"]) is RUNWARE[0]
    assert choose(ALL, model="gpt-image-2", usable=BOTH) is OPENAI[0]


def test_a_bare_model_at_several_providers_lists_them_with_prices() -> None:
    said = r"add provider= .*openai/gpt-image-1.5 \(\$.* an image\), runware/gpt-image-1.5 \(\$"

    with pytest.raises(UnknownModelError, match=said):
        choose(ALL, model="gpt-image-1.5", usable=BOTH)


def test_a_bare_model_without_any_key_says_so() -> None:
    with pytest.raises(MissingKeyError, match=r"openai/gpt-image-2 .*there is no key for any"):
        choose(ALL, model="gpt-image-2")


def test_nothing_named_means_the_labs_own_model() -> None:
    assert choose(ALL, default="openai/gpt-image-2") is OPENAI[0]
    assert choose(ALL, default="gpt-image-1.5", usable=["runware"]) is RUNWARE[0]


def test_nothing_named_and_one_key_means_that_providers_default() -> None:
    assert choose(ALL, usable=["runware"]) is RUNWARE[0]


def test_nothing_named_and_several_keys_lists_what_fits_with_prices() -> None:
    with pytest.raises(RequestError, match=r"name model= or provider=, one of .*2 \(\$0.0047–\$0"):
        choose(ALL, usable=BOTH)


def test_nothing_named_and_no_key_lists_everything() -> None:
    with pytest.raises(MissingKeyError, match=r"no key for any provider.*cloudflare/gpt-image-1.5"):
        choose(ALL)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"provider": "opnai"}, "no provider 'opnai'.*Did you mean 'openai'?"),
        ({"model": "runwear/gpt-image-1.5"}, "no provider 'runwear'.*Did you mean 'runware'?"),
        ({"provider": "runware", "model": "gpt-image-2"}, "runware has no model 'gpt-image-2'"),
        ({"model": "openai/gpt-image-20"}, "openai has no model.*Did you mean 'gpt-image-2'?"),
        ({"model": "gpt-imge-2"}, "there is no model 'gpt-imge-2'.*Did you mean 'gpt-image-2'?"),
        ({"model": "openai"}, "model='openai' is a provider; write provider='openai'"),
        ({"model": "dall-e-3"}, "there is no model 'dall-e-3'; there are 'gpt-image-2'"),
    ],
)
def test_an_unknown_name_says_what_there_is(named: dict[str, Any], said: str) -> None:
    with pytest.raises(UnknownModelError, match=said):
        choose(ALL, **named, usable=BOTH)


def test_a_provider_without_a_default_asks_for_a_model() -> None:
    none = [replace(offer, default=False) for offer in OPENAI]

    with pytest.raises(RequestError, match="openai has no default model; name one of"):
        choose(none, provider="openai")


@pytest.mark.parametrize("named", [{"provider": " "}, {"model": ""}, {"model": 7}])
def test_what_is_no_name_is_refused(named: dict[str, Any]) -> None:
    with pytest.raises(RequestError, match="is not a name"):
        choose(ALL, **named)


def test_at_a_moved_address_any_name_is_an_offer() -> None:
    offer = choose(ALL, model="openai/flux/dev", opened={"openai": elsewhere})

    assert (offer.name, offer.native, price_range(offer)) == (
        "openai/flux/dev",
        "flux/dev",
        "price unknown",
    )


def test_at_a_moved_address_a_known_name_is_still_the_offer_of_that_name() -> None:
    known = choose(ALL, model="openai/gpt-image-2", opened={"openai": elsewhere})

    assert known is OPENAI[0]


def test_a_bare_name_that_nobody_sells_says_how_to_ask_the_moved_server() -> None:
    with pytest.raises(UnknownModelError, match=r"model='openai/flux' would ask the server"):
        choose(ALL, model="flux", opened={"openai": elsewhere})
