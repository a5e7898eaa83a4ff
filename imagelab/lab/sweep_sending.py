"""The lab's side of one sweep: its cells priced, and sent as often as they are wanted anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from imagelab.catalog import budget
from imagelab.domain.frozen import frozen
from imagelab.domain.money import dollars
from imagelab.domain.offer import Offer
from imagelab.domain.quote import Quote, whole
from imagelab.domain.text import counted
from imagelab.errors import RequestError
from imagelab.handles.assets import Assets
from imagelab.handles.backing import Backing
from imagelab.handles.batch import Batch
from imagelab.handles.sweep_lab import Shape
from imagelab.lab.batching import Batcher
from imagelab.lab.engine import Engine

if TYPE_CHECKING:  # widgets are heavy, and only needed by views
    from imagelab.lab.sweep_views import SweepViews
    from imagelab.widgets.sweep import SweepGrid

# Above either a sweep wants to be confirmed, as it does where nobody knows the price.
FREELY = Decimal(5)  # US dollars, at most
FREELY_IMAGES = 50


@frozen
class Priced:
    """A cell as a row of a batch, with its price, or why its offer cannot take it."""

    row: Mapping[str, Any]
    quote: Quote | None = None
    offer: Offer | None = None
    refused: RequestError | None = None

    @property
    def reason(self) -> str:
        """Why it is not offered; empty where it is."""
        return "" if self.refused is None else str(self.refused)


class SweepSending:
    """What `handles.SweepLab` asks for."""

    def __init__(
        self,
        engine: Engine,
        batcher: Batcher,
        views: Callable[[], SweepViews],
        backing: Backing,
        cells: Sequence[Priced],
        common: Mapping[str, Any],
        say: Callable[[str], None] = print,
    ) -> None:
        self._engine, self._batcher, self._views, self._say = engine, batcher, views, say
        self._backing, self._cells, self._common = backing, cells, common

    def send(self, places: Sequence[int], *, confirm: bool, reuse: bool = False) -> Batch:
        """Reserve and send these cells as one batch."""
        self._check_size(self._quotes(places), confirm=confirm)
        rows = [self._cells[place].row for place in places]
        return self._batcher.batch(self._backing, rows, self._common, reuse=reuse, say=self._say)

    def quote(self, places: Sequence[int]) -> Quote:
        return whole(self._quotes(places))

    def view(self, shape: Shape) -> SweepGrid[Assets]:
        return self._views().grid(shape, self)

    def too_much(self, places: Sequence[int]) -> str:
        """Why these want to be confirmed, as the end of a sentence; empty where they do not."""
        return too_much(self._engine, self._quotes(places))

    def _quotes(self, places: Sequence[int]) -> list[Quote]:
        return [quote for place in places if (quote := self._cells[place].quote)]

    def _check_size(self, quotes: Sequence[Quote], *, confirm: object) -> None:
        if not isinstance(confirm, bool):
            raise RequestError(f"confirm={confirm!r} is not True or False")
        price, reason = whole(quotes), too_much(self._engine, quotes)
        if reason and not confirm:
            raise RequestError(
                f"this sweep of {counted(price.n, 'image')} at {price.offer}, {price.range}, "
                f"{reason}; nothing was sent. Pass confirm=True to send it"
            )


def too_much(engine: Engine, quotes: Sequence[Quote]) -> str:
    """Why so much wants to be confirmed, as the end of a sentence; empty where it does not."""
    most, images = _most_dollars(engine, quotes), sum(quote.n for quote in quotes)
    reasons = []
    if most is None:
        reasons.append("has no upper price in dollars")
    elif most > FREELY:
        reasons.append(f"may cost {dollars(most)}, which is above {dollars(FREELY)}")
    if images > FREELY_IMAGES:
        reasons.append(f"is more than {FREELY_IMAGES} images")
    return " and ".join(reasons)


def _most_dollars(engine: Engine, quotes: Sequence[Quote]) -> Decimal | None:
    """What it may come to at most; None where nobody knows, as for credits without a rate."""
    with engine.catalog.reading() as db:
        rates = budget.read(db).credits
    most = Decimal(0)
    for quote in quotes:
        provider = quote.offer.partition("/")[0]
        if quote.high is None or (quote.high.unit == "credits" and provider not in rates):
            return None
        most += quote.high.amount * (rates[provider] if quote.high.unit == "credits" else 1)
    return most
