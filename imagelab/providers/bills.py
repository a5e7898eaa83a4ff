"""Reading a bill: what a vendor says a call cost or used, taken only if it can be believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from imagelab.domain.money import Cost, Unit
from imagelab.domain.offer import Offer
from imagelab.domain.params import Params
from imagelab.domain.prices import estimate
from imagelab.domain.request import Call
from imagelab.providers.answers import whole

ABSURD = 20  # times the upper end of our own quote
ABSURD_DOLLARS = Decimal(10)  # and never less than this, for price lists grow old
# Without a price list. Some vendors count hundredths of credits in some places, so with one
# there is no such floor.
ABSURD_CREDITS = Decimal(1000)
MOST_TOKENS = 10**9
FINEST = -30  # decimal places that a price may have
_OPEN = (None, "auto")  # left to the vendor


def reported(amount: object, most: Decimal, unit: Unit = "usd") -> Cost | None:
    """A price the vendor names; None for what is none: text, NaN, negative, absurd.

    >>> reported(Decimal("0.19961"), most=Decimal(10))
    Cost(amount=Decimal('0.19961'), unit='usd', source='reported')
    """
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
        return None
    exact = Decimal(amount)
    if not exact.is_finite() or int(exact.as_tuple().exponent) < FINEST:
        return None
    return Cost(exact, unit) if 0 <= exact <= most else None


def computed(
    usage: object, offer: Offer | None, *, read_images: bool, most: Decimal
) -> Cost | None:
    """Dollars for the tokens of an OpenAI `usage` object; None where it does not tell enough.

    Output without details is all image, as is input of a call that read images; the latter
    is a guess upwards, so it is called estimated.
    """
    if offer is None or not isinstance(usage, dict):
        return None
    put_in = _tokens(usage, "input", all_are="image_tokens" if read_images else "text_tokens")
    made = _tokens(usage, "output", all_are="image_tokens")
    if put_in is None or made is None or sum(made) == 0:
        return None
    amount = offer.prices.of_usage(*put_in, image_out=made[1], text_out=made[0])
    told = _detailed(usage, "input") or not read_images
    return Cost(amount, source="computed" if told else "estimated") if amount <= most else None


def estimated(offer: Offer | None, call: Call, used: Mapping[str, Any], n: int) -> Cost | None:
    """The cost by the price list, once quality and size are certain; None while they are not.

    A quality of `auto` is certain where the list has a price for it.
    """
    params = replace(call.request.params, **{k: used[k] for k in ("size", "quality") if k in used})
    if offer is None or params.size in _OPEN:
        return None
    if params.quality in _OPEN and "auto" not in offer.prices.qualities:
        return None
    bill = _listed(offer, call, params, n)
    return offer.prices.cost(bill[0]) if bill else None


def credible(offer: Offer | None, call: Call) -> Decimal:
    """More than this is not believed: twenty times what we would have quoted at most."""
    bill = _listed(offer, call, call.request.params, call.n) if offer else None
    if offer is None or offer.prices.unit == "usd":
        return max(bill[1] * ABSURD, ABSURD_DOLLARS) if bill else ABSURD_DOLLARS
    return bill[1] * ABSURD if bill else ABSURD_CREDITS


def _tokens(usage: Mapping[str, Any], way: str, *, all_are: str) -> tuple[int, int] | None:
    """Text and image tokens of one way."""
    details = _detailed(usage, way) or {all_are: usage.get(f"{way}_tokens")}
    counts = [whole(details.get(kind, 0)) for kind in ("text_tokens", "image_tokens")]
    sound = [count for count in counts if count is not None and 0 <= count <= MOST_TOKENS]
    return (sound[0], sound[1]) if len(sound) == 2 else None


def _detailed(usage: Mapping[str, Any], way: str) -> Mapping[str, Any] | None:
    details = usage.get(f"{way}_tokens_details")
    told = isinstance(details, dict) and bool({"text_tokens", "image_tokens"} & details.keys())
    return details if told else None


def _listed(offer: Offer, call: Call, params: Params, n: int) -> tuple[Decimal, Decimal] | None:
    """The likely and the highest bill; None where the list has no price for it."""
    sizes = [(image.width, image.height) for image in call.request.images]
    try:
        bill = estimate(offer.prices, params, call.request.prompt, n, sizes)
    except (LookupError, ValueError):
        return None
    return bill.likely, bill.high
