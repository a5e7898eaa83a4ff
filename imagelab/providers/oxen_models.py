"""Oxen's model objects read: what a model takes and costs, as its API tells it now.

https://docs.oxen.ai/inference-api/reference/models/overview; the page of a model calls the
schema `json_request_schema`, the reference `request_schema`, so either is read. What cannot
be read changes nothing of the offer that is built in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from imagelab.domain.offer import Fact, Offer
from imagelab.domain.prices import Prices
from imagelab.providers.answers import text
from imagelab.providers.bills import reported
from imagelab.providers.oxen_offers import FIELDS, OFFERS

MODELS = "https://hub.oxen.ai/api/ai/models"
MOST_AN_IMAGE = Decimal(100)  # dollars; more is no price

# Their field for each parameter whose values are the same words as ours.
_WORDS = {
    "quality": "quality",
    "background": "background",
    "input_fidelity": "input_fidelity",
    "output_format": "format",
}
_LONGEST_WORD = 20


def offers_of(documents: Mapping[str, Any], read: date) -> tuple[Offer, ...]:
    """The offers as the model objects have them, by native id, read on a day."""
    return tuple(_offer(offer, documents.get(offer.native), read) for offer in OFFERS)


def is_model(document: object, native: str) -> bool:
    """Whether a document is the model object of that id."""
    return isinstance(document, dict) and document.get("id") == native


def _offer(offer: Offer, document: object, read: date) -> Offer:
    if not isinstance(document, dict) or not is_model(document, offer.native):
        return offer
    fields = _properties(document)
    taken = _taken(offer, fields) if fields else offer
    source = f"{MODELS}/{offer.native}"
    prices = _prices(taken, fields, document.get("pricing"), read)
    facts = [Fact("what it takes, by its schema", source, read)] if fields else []
    facts += [Fact("dollars an image", source, read)] if prices.known else []
    kept = [fact for fact in offer.facts if not (prices.known and "by no page" in fact.about)]
    return replace(taken, prices=prices, facts=(*kept, *facts))


def _properties(document: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in ("json_request_schema", "request_schema"):
        schema = document.get(name)
        fields = schema.get("properties") if isinstance(schema, dict) else None
        if isinstance(fields, dict) and fields:
            return fields
    return {}


def _taken(offer: Offer, fields: Mapping[str, Any]) -> Offer:
    """The offer with the values that the schema lists; a parameter it leaves out is not taken."""
    choices = {ours: _words(fields.get(theirs)) for theirs, ours in _WORDS.items()}
    choices["size"] = tuple(
        size
        for size, asked in FIELDS[offer.native].items()
        if all(value in _words(fields.get(name)) for name, value in asked.items())
    )
    listed = {name: values for name, values in choices.items() if values}
    shapes = {word: size for word, size in offer.shapes.items() if size in choices["size"]}
    return replace(
        offer,
        choices=listed,
        shapes=shapes,
        mask="mask_url" in fields,
        inputs_max=offer.inputs_max if "input_image" in fields else 0,
    )


def _words(field: object) -> tuple[str, ...]:
    listed = field.get("enum") if isinstance(field, dict) else None
    entries = listed if isinstance(listed, list) else []
    words = (word for word in entries if text(word))
    return tuple(word for word in words if len(word) <= _LONGEST_WORD and word.isprintable())


def _prices(offer: Offer, fields: Mapping[str, Any], pricing: object, read: date) -> Prices:
    images = _flat(offer, pricing) or _grid(offer, fields, pricing)
    if not images:
        return offer.prices
    return Prices(basis=f"Oxen's price an image, as its API had it on {read}", images=images)


def _flat(offer: Offer, pricing: object) -> dict[tuple[str, str], Decimal]:
    """One price for every image, whatever is chosen."""
    amount = _dollars(pricing.get("cost_per_image")) if isinstance(pricing, dict) else None
    if amount is None:
        return {}
    qualities = ("auto", *offer.choices.get("quality", ()))
    sizes = ("auto", *FIELDS[offer.native])
    return {(quality, size): amount for quality in qualities for size in sizes}


def _grid(
    offer: Offer, fields: Mapping[str, Any], pricing: object
) -> dict[tuple[str, str], Decimal]:
    """A price by quality and resolution; a field that no page has, seen in answers of the API.

    What the schema names as the default is what is paid where nothing is said. A grid with
    holes is no price list: it would say too little of what is left to the vendor.
    """
    grid = pricing.get("cost_per_image_grid") if isinstance(pricing, dict) else None
    qualities = offer.choices.get("quality", ())
    usual = _default(fields, "resolution")
    found = {
        (quality, size): _dollars(_cell(grid, quality, asked.get("resolution", usual)))
        for quality in qualities
        for size, asked in FIELDS[offer.native].items()
        if size in offer.choices.get("size", ()) and (size != "auto" or usual)
    }
    whole = {cell: amount for cell, amount in found.items() if amount is not None}
    if len(whole) < len(found):
        return {}
    ordinary = _default(fields, "quality")
    open_ones = {("auto", s): amount for (q, s), amount in whole.items() if q == ordinary}
    return whole | open_ones


def _default(fields: Mapping[str, Any], name: str) -> str | None:
    field = fields.get(name)
    return text(field.get("default")) if isinstance(field, dict) else None


def _cell(grid: object, quality: str, resolution: str | None) -> object:
    row = grid.get(quality) if isinstance(grid, dict) else None
    return row.get(resolution) if isinstance(row, dict) else None


def _dollars(amount: object) -> Decimal | None:
    """A price of the API, as a number or written out, unless it is none."""
    try:
        exact = Decimal(amount) if isinstance(amount, str) else amount
    except ArithmeticError:
        return None
    cost = reported(exact, MOST_AN_IMAGE)
    return cost.amount if cost and cost.amount > 0 else None
