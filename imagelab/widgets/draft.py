"""A draft: a request while it is being written, as traits that controls and code both set."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import traitlets

from imagelab.domain.offer import Offer
from imagelab.domain.params import NAMES, read_params
from imagelab.errors import RequestError, UnknownModelError, listed

MOST_IMAGES = 10_000  # as many as one call of the lab may ask for


class Draft(traitlets.HasTraits):
    """What would be asked: `prompt`, `model` as "provider/name", `n`, and in `params` what was said.

    Another model keeps every parameter it takes; `left_out` says which it did not.
    """

    prompt = traitlets.Unicode("")
    model = traitlets.Unicode("")
    params = traitlets.Dict(key_trait=traitlets.Unicode())
    n = traitlets.Int(1, min=1, max=MOST_IMAGES)
    left_out = traitlets.Unicode("")

    def __init__(self, offers: Sequence[Offer], **traits: Any) -> None:  # noqa: ANN401 - each is checked by its trait
        self._offers = {offer.name: offer for offer in offers}
        super().__init__(**traits)
        self.observe(self._keep_what_fits, "model")

    @property
    def offer(self) -> Offer:
        """The offer that would be paid."""
        return self._offers[self.model]

    @property
    def given(self) -> dict[str, Any]:
        """What is said beside the prompt, as the lab's verbs take it."""
        return {"model": self.model, "n": self.n, **self.params}

    def say(self, param: str, value: object) -> None:
        """Say one parameter; None leaves it to the vendor."""
        others = {name: said for name, said in self.params.items() if name != param}
        self.params = others if value is None else {**self.params, param: value}
        self.left_out = ""

    @traitlets.validate("model")
    def _known(self, proposal: Mapping[str, Any]) -> str:
        word = str(proposal["value"])
        found = [offer for offer in self._offers.values() if word in names(offer)]
        if len(found) == 1:
            return found[0].name
        raise UnknownModelError(
            f"model={word!r} is {'several offers' if found else 'no offer'}; "
            f"there are {listed(self._offers)}"
        )

    @traitlets.validate("params")
    def _said(self, proposal: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in proposal["value"].items() if value is not None}

    def _keep_what_fits(self, _: object) -> None:
        kept = {name: value for name, value in self.params.items() if self._fits(name, value)}
        lost = [f"{name}={value}" for name, value in self.params.items() if name not in kept]
        self.params = kept
        verb = "is" if len(lost) == 1 else "are"
        self.left_out = (
            f"{', '.join(lost)} {verb} not taken by {self.model}, left out" if lost else ""
        )

    def _fits(self, name: str, value: object) -> bool:
        """Whether the offer takes it; of what is no parameter of the picture only the lab can tell."""
        return name not in NAMES or self.offer.takes(name, as_read(name, value))


def as_read(name: str, value: object) -> object:
    """A parameter in our spelling, where it can be read.

    >>> as_read("size", "1536 × 1024"), as_read("format", "JPG"), as_read("size", "huge")
    ('1536x1024', 'jpeg', 'huge')
    """
    try:
        return read_params(**{name: value}).given().get(name)
    except RequestError:
        return value


def names(offer: Offer) -> tuple[str, ...]:
    """Everything an offer goes by; its bare name may be another's too.

    What stands before a slash is always a provider, so a native id with one is no bare name.
    """
    bare = [word for word in (offer.model, offer.native) if "/" not in word]
    return (offer.name, f"{offer.provider}/{offer.native}", *bare)


def first_offer(offers: Sequence[Offer], usable: Collection[str], default: str | None) -> str:
    """The offer a form begins with: the lab's own, else what could be paid; the form shows which."""
    named = [offer for offer in offers if default in names(offer)] or list(offers)
    ready = [offer for offer in named if offer.provider in usable] or named
    return next((offer for offer in ready if offer.default), ready[0]).name
