"""Who is paid: from what the user names to one offer, never silently among several."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches

from imagelab.domain.cost_words import between
from imagelab.domain.offer import Offer
from imagelab.domain.prices import span
from imagelab.errors import MissingKeyError, RequestError, UnknownModelError, listed
from imagelab.providers.elsewhere import Opener

NOBODY: Mapping[str, Opener] = {}


def choose(
    offers: Sequence[Offer],
    *,
    provider: str | None = None,
    model: str | None = None,
    usable: Collection[str] = (),
    default: str | None = None,
    opened: Mapping[str, Opener] = NOBODY,
) -> Offer:
    """The offer that is meant.

    `model` is our name, the provider's native id, a dated one, or `"provider/name"`. `usable` are the
    providers with a key, `default` is the lab's own `model=`, and `opened` make an offer of
    whatever name is given after theirs. UnknownModelError when no offer
    goes by the name, or several do; RequestError when nothing is named and nothing is
    certain; MissingKeyError when it turns on keys and there is none.
    """
    if provider is None and model is None and default is not None:
        model = default
    if provider is not None:
        return _at_provider(offers, _word("provider", provider), model, opened)
    if model is not None:
        head, slash, name = _word("model", model).partition("/")
        if slash:
            return _at_provider(offers, head, name, opened)
        return _bare(offers, model, usable, opened)
    return _only(offers, usable)


def meant(word: str, known: Iterable[str]) -> str:
    """A guess at what was meant, as the end of a sentence.

    >>> meant("opnai", ["openai", "runware"])
    ". Did you mean 'openai'?"
    """
    near = get_close_matches(word.lower(), list(known), n=1)
    return f". Did you mean {near[0]!r}?" if near else ""


def price_range(offer: Offer) -> str:
    """What one image from a short prompt costs there, over everything that may be chosen.

    >>> from imagelab.providers.runware_offers import OFFERS
    >>> price_range(OFFERS[0])
    '$0.0085–$0.2005 an image'
    """
    bill = span(offer.prices)
    if bill is None:
        return "price unknown"
    low, high = (offer.prices.cost(round(amount, 4)) for amount in (bill.low, bill.high))
    return f"{low if low == high else between(low, high)} an image"


def _at_provider(
    offers: Sequence[Offer], provider: str, model: str | None, opened: Mapping[str, Opener] = NOBODY
) -> Offer:
    there = [offer for offer in offers if offer.provider == provider]
    if not there:
        names = list(dict.fromkeys(offer.provider for offer in offers))
        hint = meant(provider, names)
        raise UnknownModelError(
            f"there is no provider {provider!r}; there are {listed(names)}{hint}"
        )
    if model is None:
        return _default(provider, there)
    return _named(provider, there, model, opened.get(provider))


def _default(provider: str, there: Sequence[Offer]) -> Offer:
    marked = [offer for offer in there if offer.default] or list(there)
    if len(marked) == 1:
        return marked[0]
    raise RequestError(f"{provider} has no default model; name one of {_catalogue(there)}")


def _named(provider: str, there: Sequence[Offer], model: str, opens: Opener | None) -> Offer:
    word = _word("model", model)
    found = [called for offer in there if (called := offer.called(word))]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownModelError(f"{provider} has several {word!r}: {_catalogue(found)}")
    if opens:
        return opens(word)
    names = [name for offer in there for name in dict.fromkeys((offer.model, offer.native))]
    raise UnknownModelError(
        f"{provider} has no model {word!r}; it has {listed(names)}{meant(word, names)}"
    )


def _bare(
    offers: Sequence[Offer], model: str, usable: Collection[str], opened: Mapping[str, Opener]
) -> Offer:
    found = [called for offer in offers if (called := offer.called(model))]
    fit = [offer for offer in found if offer.provider in usable]
    if len(fit) == 1:
        return fit[0]
    if fit:
        raise UnknownModelError(
            f"model={model!r} is sold by several; add provider= to choose among {_catalogue(fit)}"
        )
    if found:
        raise MissingKeyError(
            f"model={model!r} is sold by {_catalogue(found)}, and there is no key for any; "
            "set its variable, such as OPENAI_API_KEY, pass keys= to il.open(), or use il.login()"
        )
    if any(offer.provider == model for offer in offers):
        raise UnknownModelError(
            f"model={model!r} is a provider; write provider={model!r} for its usual model, "
            f"or model='{model}/…' for one of those in lab.models()"
        )
    names = list(dict.fromkeys(name for offer in offers for name in (offer.model, offer.native)))
    there = [f"model={f'{name}/{model}'!r}" for name in opened]
    asks = f"; {' or '.join(there)} would ask the server at its moved address" if there else ""
    raise UnknownModelError(
        f"there is no model {model!r}; there are {listed(names)}{meant(model, names)}{asks}"
    )


def _only(offers: Sequence[Offer], usable: Collection[str]) -> Offer:
    """Nothing is named: the one provider with a key, if it is one."""
    with_key = list(dict.fromkeys(offer.provider for offer in offers if offer.provider in usable))
    if len(with_key) == 1:
        return _at_provider(offers, with_key[0], None)
    fit = [offer for offer in offers if offer.provider in usable]
    if fit:
        raise RequestError(
            f"there are keys for {listed(with_key)}; name model= or provider=, one of {_catalogue(fit)}"
        )
    raise MissingKeyError(
        "there is no key for any provider: set one, such as OPENAI_API_KEY, pass keys= to il.open(), "
        f"or use il.login(); there are {_catalogue(offers)}"
    )


def _catalogue(offers: Iterable[Offer]) -> str:
    return ", ".join(f"{offer.name} ({price_range(offer)})" for offer in offers)


def _word(param: str, value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise RequestError(f"{param}={value!r} is not a name; leave it out or give a text")
