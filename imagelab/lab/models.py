"""The table of offers: what can be asked for, what each takes and costs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, overload

from imagelab.domain.offer import Offer
from imagelab.errors import UnknownModelError, listed
from imagelab.handles.tables import html_table, text_table
from imagelab.providers.choosing import meant, price_range

_HEAD = ("offer", "native", "sizes", "quality", "n", "inputs", "mask", "price", "ends", "key")
_IN_A_CELL = tuple(name for name in _HEAD if name != "native")
_WRAPS = {"sizes": 7, "quality": 7, "price": 9}


class Models(Sequence[Offer]):
    """Every offer, in a table when shown; an `Offer` has where and when each fact was read."""

    def __init__(self, offers: Sequence[Offer], usable: Collection[str]) -> None:
        self._offers, self._usable = tuple(offers), frozenset(usable)

    def __len__(self) -> int:
        return len(self._offers)

    def __iter__(self) -> Iterator[Offer]:
        return iter(self._offers)

    @overload
    def __getitem__(self, index: int | str) -> Offer: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Offer, ...]: ...

    def __getitem__(self, index: int | str | slice) -> Offer | tuple[Offer, ...]:
        """By number or by name, such as `lab.models()["openai/gpt-image-2"]`."""
        if not isinstance(index, str):
            return self._offers[index]
        found = [offer for offer in self if offer.name == index]
        if found:
            return found[0]
        names = [offer.name for offer in self]
        raise UnknownModelError(
            f"lab.models()[{index!r}] is none of them: it takes a number, a slice, or the name of "
            f"an offer, one of {listed(names)}{meant(index, names)}; what an offer has is read from "
            "it, as in [offer.name for offer in lab.models()]"
        )

    def __repr__(self) -> str:
        return text_table(_HEAD, [self._line(offer) for offer in self])

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        told = [_told(offer, self._line(offer)) for offer in self]
        return {"text/plain": repr(self), "text/html": html_table(_IN_A_CELL, told, _WRAPS)}

    def _line(self, offer: Offer) -> tuple[str, ...]:
        sizes = ", ".join(s for s in offer.choices.get("size", ()) if s[0].isdigit())
        return (
            offer.name,
            offer.native,
            sizes if offer.size_rule is None else "any within bounds",
            ", ".join(offer.choices.get("quality", ())),
            f"1–{offer.n_max}" if offer.n_max > 1 else "1",
            f"0–{offer.inputs_max}" if offer.inputs_max else "none",
            "yes" if offer.mask else "no",
            price_range(offer),
            offer.ends.isoformat() if offer.ends else "",
            "yes" if offer.provider in self._usable else "no",
        )


def _told(offer: Offer, line: tuple[str, ...]) -> tuple[str, ...]:
    """A row where room is short: a native id stands below the name, where it is another one."""
    name, native, *rest = line
    return (name if offer.native == offer.model else f"{name}\n{native}", *rest)
