"""Servers that speak a vendor's API and are not the vendor: other models, and nobody's prices.

A provider whose API others speak has `offer_elsewhere(model)`; there any name is an offer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from imagelab.domain.offer import Offer
from imagelab.providers.provider import Provider

Opener = Callable[[str], Offer]


def opener(provider: Provider, base: str) -> Opener | None:
    """What makes an offer of any model's name at this address; None where the vendor itself is."""
    opens: Opener | None = getattr(provider, "offer_elsewhere", None)
    return None if base.rstrip("/") == provider.base_url else opens


def offers_at(provider: Provider, base: str) -> tuple[Offer, ...]:
    """The provider's offers at an address; elsewhere they are taken the same, without a price."""
    opens = opener(provider, base)
    return tuple(_unpriced(offer, opens) for offer in provider.offers) if opens else provider.offers


def offer_named(provider: Provider, base: str, model: str) -> Offer | None:
    """The offer of that name at an address, if there is one."""
    opens = opener(provider, base)
    found = next((offer for offer in offers_at(provider, base) if offer.model == model), None)
    return found or (opens(model) if opens else None)


def _unpriced(offer: Offer, opens: Opener) -> Offer:
    prices = opens(offer.model).prices
    return replace(offer, prices=prices, ends=None, links=(), facts=())
