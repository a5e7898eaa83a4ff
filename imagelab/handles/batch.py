"""A batch as a user holds it: many requests sent as one, a generation a row."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, overload

from imagelab.domain.batch import BatchRow, BatchStatus, Standing
from imagelab.domain.money import Spend
from imagelab.domain.quote import Quote
from imagelab.domain.text import counted
from imagelab.errors import CatalogError
from imagelab.export.frame import table_frame
from imagelab.handles.assets import Assets
from imagelab.handles.backing import Backing
from imagelab.handles.batch_cards import batch_card, batch_line
from imagelab.handles.caller import warn
from imagelab.handles.cards import MOST_SHOWN
from imagelab.handles.generation import Generation

if TYPE_CHECKING:  # pandas is heavy; only the frame needs it
    import pandas as pd

_COLUMNS = ("generation", "status", "images", "assets", "cost", "unit", "seconds", "error")


class BatchBacking(Protocol):
    """The functions behind a batch; the lab has them."""

    def standing(self) -> Standing:
        """How far it is now."""
        ...

    def rows(self, count: int) -> list[BatchRow]:
        """The first so many rows as they are now."""
        ...

    def generation_at(self, position: int) -> int | None:
        """What a row became; None if it has not begun."""
        ...

    def wait(self, timeout: float | None) -> None:
        """Wait until all of it has ended; TimeoutError if that takes longer."""
        ...

    async def waiting(self) -> None:
        """The same, awaited."""
        ...

    def cancel(self) -> int:
        """Drop what was not sent; how many rows that were."""
        ...


class Batch:
    """Many requests sent as one. Its length is the number of its rows, also before they begin.

    An index is a row's place and gives its Generation; iteration passes over rows that have
    not begun. Neither ever blocks: `wait()` or `await` waits. A batch is always true.

    >>> kites = lab.batch(["a red kite", "a blue kite"], quality="low")
    batch b...: 2 generations, ≈ $0.0...
    >>> kites.status, kites.ended, len(kites.assets.rate(3))
    ('succeeded', 2, 2)
    """

    def __init__(
        self,
        backing: Backing,
        batch: BatchBacking,
        *,
        number: int,
        uuid: str,
        quote: Quote,
        index: Any,  # noqa: ANN401 - a frame's index, None for a list
        said: Sequence[Mapping[str, Any]],
    ) -> None:
        self._backing, self._batch = backing, batch
        self._id, self._uuid, self._quote = number, uuid, quote
        self._index, self._said = index, said

    @property
    def id(self) -> int:
        """Its number in this catalog."""
        return self._id

    @property
    def uuid(self) -> str:
        """Its name everywhere."""
        return self._uuid

    @property
    def status(self) -> BatchStatus:
        """running, stopped, succeeded, partial, failed, cancelled or unknown.

        `stopped`: rows wait, and no process sends them; the same call goes on.
        """
        return self._batch.standing().status

    @property
    def ended(self) -> int:
        """How many of its rows have ended, whatever became of them."""
        return self._batch.standing().ended

    @property
    def quote(self) -> Quote:
        """The price of all rows, as it was quoted before anything was sent."""
        return self._quote

    @property
    def cost(self) -> Spend:
        """What its generations have cost so far, those that failed before and were sent anew too."""
        return self._batch.standing().spent

    @property
    def rows(self) -> list[BatchRow]:
        """Each of its rows as it stands now: status, generation, assets, cost, error."""
        return self._batch.rows(len(self))

    @property
    def generations(self) -> list[Generation]:
        """The generations of the rows that have begun, in the order of the rows.

        Equal rows that were sent once, as with `reuse=True`, have the same one.
        """
        return list(self)

    @property
    def assets(self) -> Assets:
        """All images that have arrived, row by row."""
        numbers = dict.fromkeys(number for row in self.rows for number in row.assets)
        return Assets(self._backing, numbers=list(numbers))

    def wait(self, timeout: float | None = None) -> Batch:
        """Wait until every row has ended; with `timeout`, TimeoutError after so many seconds.

        Warns where rows failed, and raises nothing for them. An interrupt or a timeout ends the
        waiting, not the batch.

        >>> lab.batch(["a tin boat"], quality="low", wait=False).wait(60).status
        batch b...
        'succeeded'
        """
        self._batch.wait(timeout)
        return self._settled()

    def __await__(self) -> Generator[Any, None, Batch]:
        yield from self._batch.waiting().__await__()
        return self._settled()

    def cancel(self) -> int:
        """Drop the rows that were not sent yet; how many those were, for which nothing is charged.

        Images of what was already sent are still kept when they come.

        >>> lab.batch(["a paper boat"], quality="low").cancel()      # all of it was sent
        batch b...
        0
        """
        return self._batch.cancel()

    def to_pandas(self) -> pd.DataFrame:
        """A row a row, on the index they came with: what it said, and what became of it.

        `assets` are numbers, `cost` is exact in `unit`, `seconds` from sending to settling. A
        word that is also a name of ours, such as `images`, is `images_given`.

        >>> boats = lab.batch(["a red boat", "a blue boat"], quality="low")
        batch b...
        >>> boats.to_pandas()[["prompt", "status", "images"]].values.tolist()
        [['a red boat', 'succeeded', 1], ['a blue boat', 'succeeded', 1]]
        """
        own = list(dict.fromkeys(word for said in self._said for word in said))
        names = [f"{word}_given" if word in _COLUMNS else word for word in own]
        table = [
            (*(said.get(word) for word in own), *_told(row))
            for said, row in zip(self._said, self.rows, strict=True)
        ]
        frame = table_frame([*names, *_COLUMNS], table).astype({"generation": "Int64"})
        if self._index is not None:
            frame.index = self._index
        return frame

    def __len__(self) -> int:
        return len(self._said)

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Generation]:
        return iter([self._backing.generation(n) for n in self._begun(self.rows)])

    @overload
    def __getitem__(self, index: int) -> Generation: ...

    @overload
    def __getitem__(self, index: slice) -> list[Generation]: ...

    def __getitem__(self, index: int | slice) -> Generation | list[Generation]:
        if isinstance(index, slice):
            return [self._backing.generation(n) for n in self._begun(self.rows[index])]
        if not -len(self) <= index < len(self):
            raise IndexError(f"b{self._id} has no row {index}; it has {counted(len(self), 'row')}")
        number = self._batch.generation_at(index % len(self))
        if number is None:
            raise IndexError(f"row {index} of b{self._id} has not begun; {self._next()}")
        return self._backing.generation(number)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Batch) and other.uuid == self.uuid

    def __hash__(self) -> int:
        return hash(self.uuid)

    def __repr__(self) -> str:
        try:
            return batch_line(f"b{self._id}", self._batch.standing(), self._quote)
        except CatalogError as error:  # a closed lab; whoever prints a variable wants no traceback
            return f"Batch(b{self._id}: {error})"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """Its first images with how far it is in a notebook, one line in a terminal."""
        try:
            return {"text/plain": repr(self), "text/html": self._card()}
        except CatalogError:
            return {"text/plain": repr(self)}

    def _begun(self, rows: Sequence[BatchRow]) -> list[int]:
        return [row.generation for row in rows if row.generation is not None]

    def _card(self) -> str:
        rows = self.rows
        numbers = list(dict.fromkeys(number for row in rows for number in row.assets))
        shown = self._backing.asset_rows(numbers[:MOST_SHOWN])
        pictures = [(asset, self._backing.small(asset.sha256)) for asset in shown]
        names = range(len(rows)) if self._index is None else self._index.tolist()
        errors = [(names[row.position], row.error) for row in rows if row.error]
        name = f"b{self._id}"
        return batch_card(name, self._batch.standing(), self._quote, pictures, errors)

    def _next(self) -> str:
        """What makes a row begin."""
        match self.status:
            case "running":
                return "b.wait() waits for it"
            case "stopped":
                return "nobody sends it; the same call goes on"
            case _:
                return "it was dropped; the same call sends it"

    def _settled(self) -> Batch:
        standing = self._batch.standing()
        counts = {
            "failed": standing.failed,
            "are partial": standing.partial,
            "are unknown and may have been billed": standing.unknown,
            "were not sent": standing.unsent + standing.cancelled,
        }
        wrong = [f"{count:,} {word}" for word, count in counts.items() if count]
        if wrong:
            warn(
                f"b{self._id}: of {counted(len(self), 'row')} {', '.join(wrong)}; .to_pandas() "
                "says which and why"
            )
        return self


def _told(row: BatchRow) -> tuple[object, ...]:
    cost = row.cost
    return (
        row.generation,
        row.status,
        len(row.assets),
        list(row.assets),
        cost.amount if cost else None,
        cost.unit if cost else None,
        row.seconds,
        row.error or "",
    )
