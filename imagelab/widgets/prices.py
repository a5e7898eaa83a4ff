"""What the form says of prices: on the button, under it, and on each choice of quality."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from imagelab.domain.cost_words import about, between
from imagelab.domain.offer import Offer, images_a_call, resolve
from imagelab.domain.params import Params, read_params
from imagelab.domain.prices import Interval, estimate, span
from imagelab.domain.quote import Quote
from imagelab.domain.text import counted
from imagelab.errors import RequestError

_MUCH = Decimal("1.5")  # times the likely price: then its top belongs on the button


def on_button(quote: Quote) -> str:
    """The price as the button has it: exact, nearly known, or unknown.

    Where the bill may be much more than is likely, the most it may be stands there too.
    """
    if quote.likely is None:
        return "price unknown"
    if quote.low == quote.high:
        return str(quote.likely)
    nearly = f"≈ {about(quote.likely)}"
    if quote.high is None or quote.high.amount <= _MUCH * quote.likely.amount:
        return nearly
    return f"{nearly}, ≤ {about(quote.high)}"


def in_heading(quote: Quote) -> str:
    """A price in a few characters, over many images; each unit for itself where there are two."""
    if quote.parts:
        return " + ".join(in_heading(part) for part in quote.parts)
    if quote.likely is None:
        return "price unknown"
    return ("" if quote.low == quote.high else "≈ ") + about(quote.likely)


def under_button(quote: Quote, offer: Offer, params: Mapping[str, object], prompts: int = 1) -> str:
    """Between what and what the bill will lie, in how many calls, and how that is known."""
    a_call = images_a_call(offer, Params(previews=1 if params.get("previews") else None))
    calls = prompts * -(-quote.n // (prompts * a_call))
    facts = [f"{prompts} prompts"] if prompts > 1 else []
    facts += [f"{quote.n} images in {counted(calls, 'call')}"] if calls > 1 else []
    facts += [_range(quote)] if quote.low != quote.high else []
    return " · ".join([*facts, quote.basis])


def of_choices(
    offer: Offer, param: str, values: Iterable[str], params: Mapping[str, object], prompt: str
) -> dict[str, str]:
    """What one image costs at each value, everything else as it stands; {} where nobody knows.

    One that is only nearly known is marked. Under "" the vendor chooses, so there is only a
    most, unless that has a price.
    """
    try:
        left = _image(offer, read_params(**{**params, param: None}), prompt)
        priced = {
            value: _image(offer, read_params(**{**params, param: value}), prompt)
            for value in values
            if value
        }
    except (RequestError, LookupError):
        return {}
    cost = offer.prices.cost
    known = {
        value: ("" if bill.low == bill.high else "≈ ") + about(cost(bill.likely))
        for value, bill in priced.items()
    }
    most = about(cost(left.high))
    return known | {"": most if left.low == left.high else f"≤ {most}"}


def of_offer(offer: Offer) -> str:
    """What one image costs there, over everything that may be chosen."""
    bill = span(offer.prices)
    if bill is None:
        return "price unknown"
    low, high = offer.prices.cost(bill.low), offer.prices.cost(bill.high)
    return f"{between(low, high, about)} an image"


def _image(offer: Offer, params: Params, prompt: str) -> Interval:
    return estimate(offer.prices, resolve(offer, params), prompt, 1, ())


def _range(quote: Quote) -> str:
    if quote.low is None:
        return "no price to go by"
    if quote.high is None:
        return f"{about(quote.low)} or more, no upper limit"
    low, high = about(quote.low), about(quote.high)
    return f"{low} to {high}" if low != high else f"≈ {high}"
