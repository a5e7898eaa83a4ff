"""The outlook of a form: what a press would come to, and in which words the form says that."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from imagelab.domain.frozen import frozen
from imagelab.domain.offer import Offer
from imagelab.domain.quote import Quote
from imagelab.domain.text import counted
from imagelab.errors import BudgetError, ImagelabError, UnsupportedParamError
from imagelab.widgets import prices

_NAMED = re.compile(r"\b(\w+)=")


@frozen
class Outlook:
    """What pressing the button would come to: a price, or the sentence that refuses it.

    `prompts` are how many a sweep sends; with a `doubt` it wants a second press, and was `asked`
    about once the first came.
    """

    quote: Quote | None
    refusal: ImagelabError | None = None
    empty: bool = False
    prompts: int = 1
    doubt: str = ""
    asked: bool = False


def on_button(outlook: Outlook, n: int) -> str:
    """What a press does, for how much."""
    price = prices.on_button(outlook.quote) if outlook.quote else ""
    if outlook.prompts > 1:
        verb = "Confirm" if outlook.asked and outlook.doubt else "Generate"
        return f"{verb} {counted(n * outlook.prompts, 'image')}, {price}"
    count = f" {n:,}" if n > 1 else ""
    over = isinstance(outlook.refusal, BudgetError)
    return f"Generate{count} · {'over budget' if over else price}".removesuffix(" · ")


def concerned(refusal: ImagelabError | None) -> str:
    """The parameter a refusal is about: the one it carries, else the first that it names."""
    if isinstance(refusal, UnsupportedParamError):
        return refusal.param
    found = _NAMED.search(str(refusal)) if refusal else None
    return found[1] if found else ""


def by_provider(offers: Sequence[Offer], usable: Collection[str]) -> list[tuple[str, str]]:
    """Offers as the picker names them, each provider's together."""
    names = list(dict.fromkeys(offer.provider for offer in offers))
    ordered = sorted(offers, key=lambda offer: names.index(offer.provider))
    return [
        (f"{o.provider} · {o.model}{'' if o.provider in usable else ' (no key)'}", o.name)
        for o in ordered
    ]


def about_offer(offer: Offer, usable: Collection[str]) -> str:
    """What an offer costs, until when it is there, and whether it can be paid."""
    facts = [prices.of_offer(offer)]
    facts += [f"ends {offer.ends}"] if offer.ends else []
    facts += (
        []
        if offer.provider in usable
        else [f"no key for {offer.provider}: it can be quoted, not sent"]
    )
    return " · ".join(facts)
