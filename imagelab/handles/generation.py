"""A generation as a user holds it: what was asked, and a sequence of what has arrived."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import datetime
from typing import Any, Literal, overload

from imagelab import errors
from imagelab.domain.money import Cost
from imagelab.domain.quote import Quote
from imagelab.domain.records import FINAL, AssetRow, GenerationRow, Status
from imagelab.domain.text import one_line
from imagelab.errors import CatalogError, Charged, ImagelabError, RequestError
from imagelab.handles.asset import Asset
from imagelab.handles.backing import Backing
from imagelab.handles.caller import warn
from imagelab.handles.cards import generation_card
from imagelab.handles.lines import generation_line
from imagelab.handles.pictures import Picture


class Generation:
    """One request carried out. Its length, iteration and index never block.

    They speak of the images that have arrived, in order of arrival; `wait()` or `await`
    waits for the rest. A generation is always true, also before its first image.

    >>> g.status, len(g), g[0] == fox, g.cost == fox.cost
    ('succeeded', 1, True, True)
    """

    def __init__(self, backing: Backing, number: int) -> None:
        self._backing, self._id = backing, number
        self._uuid: str | None = None

    @property
    def id(self) -> int:
        """Its number in this catalog."""
        return self._id

    @property
    def uuid(self) -> str:
        """Its name everywhere."""
        if self._uuid is None:
            self._uuid = self._row.uuid
        return self._uuid

    @property
    def status(self) -> Status:
        """queued, running, succeeded, partial, failed, cancelled or unknown."""
        return self._row.status

    @property
    def prompt(self) -> str:
        """The text that was sent."""
        return self._row.prompt

    @property
    def params(self) -> dict[str, Any]:
        """What was asked beside the prompt."""
        return dict(self._row.params)

    @property
    def used(self) -> dict[str, Any]:
        """What the vendor says it really applied."""
        return dict(self._row.used)

    @property
    def provider(self) -> str:
        """Whose service was called."""
        return self._row.provider

    @property
    def model(self) -> str:
        """What draws, by our name."""
        return self._row.model

    @property
    def quote(self) -> Quote:
        """The price that was quoted before it was sent."""
        row = self._row
        return Quote(
            f"{row.provider}/{row.model}",
            row.n,
            row.quote_low,
            row.quote_likely,
            row.quote_high,
            row.quote_basis,
            self.code,
        )

    @property
    def cost(self) -> Cost | None:
        """What it cost: the sum of its calls; None while or where any of it is not known."""
        return self._row.cost

    @property
    def error(self) -> ImagelabError | None:
        """Why images are missing, as the error that waiting would raise."""
        row = self._row
        return _rebuilt(row, self) if row.error else None

    @property
    def created_at(self) -> datetime:
        """When it was asked for; aware, in UTC."""
        return self._row.created_at

    @property
    def duration(self) -> float | None:
        """Seconds from sending to settling, or so far."""
        return self._seconds(self._row)

    @property
    def assets(self) -> list[Asset]:
        """The images that have arrived, in order of arrival."""
        return [Asset(self._backing, row) for row in self._backing.arrived(self._id)]

    @property
    def inputs(self) -> list[Asset]:
        """The images it starts from."""
        rows = self._backing.asset_rows(self._row.inputs)
        return [Asset(self._backing, row) for row in rows]

    def wait(self, timeout: float | None = None) -> Generation:
        """Wait until it is settled; with `timeout`, TimeoutError after so many seconds.

        Raises the provider's error where no image arrived; where some did, warns. An
        interrupt or a timeout ends the waiting, not the job.

        >>> lab.submit("a heron", quality="low").wait(60).status
        'succeeded'
        """
        if timeout is not None and (
            isinstance(timeout, bool) or not isinstance(timeout, int | float)
        ):
            raise RequestError(
                f"timeout={timeout!r} is not a number of seconds, or None for no end"
            )
        self._backing.wait(self._id, timeout)
        return self._settled()

    def __await__(self) -> Generator[Any, None, Generation]:
        yield from self._backing.waiting(self._id).__await__()
        return self._settled()

    def cancel(self) -> bool:
        """Drop what was not sent yet, and ask the vendor to stop the rest, where it can.

        True if nothing will be charged for it. Images of what goes on are still kept when they
        come. A ProviderError where the vendor could not be asked.

        >>> g.cancel()                        # it has ended, and cost what it cost
        False
        """
        return self._backing.cancel(self._id)

    def settle(self, charged: Cost | Literal[False]) -> Generation:
        """Close one whose outcome is unknown, with what the provider's usage page says of it.

        `charged` is what was billed for the part that is unknown, or False for nothing.
        RequestError where there is nothing unknown.

        >>> lost.status, lost.settle(charged=il.Cost(Decimal("0.04"))).cost.amount
        ('unknown', Decimal('0.04'))
        """
        if charged is not False and not isinstance(charged, Cost):
            raise RequestError(
                f"charged={charged!r} is neither a cost, such as il.Cost(Decimal('0.04')), nor False"
            )
        self._backing.settle(self._id, charged or None)
        return self

    def resend(self) -> Generation:
        """Send an equal request anew, and return at once; it will be billed as a new one.

        RequestError unless the outcome of this one is unknown.

        >>> lost_too.resend().wait(60).status
        'succeeded'
        """
        return self._backing.resend(self._id)

    def code(self, style: str = "imagelab") -> str:
        """The same request as code: `"imagelab"`, `"python"` or `"curl"`.

        >>> "curl" in g.code("curl")
        True
        """
        return self._backing.code(self._id, style)

    def __len__(self) -> int:
        return self._row.arrived

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Asset]:
        return iter(self.assets)

    @overload
    def __getitem__(self, index: int) -> Asset: ...

    @overload
    def __getitem__(self, index: slice) -> list[Asset]: ...

    def __getitem__(self, index: int | slice) -> Asset | list[Asset]:
        arrived = self.assets
        try:
            return arrived[index]
        except IndexError:
            row = self._row
            more = "; the first is g[0]" if arrived else ""
            more = more if row.status in FINAL else "; g.wait() waits for it"
            raise IndexError(
                f"g{row.id} has no image {index}: {row.status}, {len(arrived)} of {row.n}{more}"
            ) from None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Generation) and other.uuid == self.uuid

    def __hash__(self) -> int:
        return hash(self.uuid)

    def __repr__(self) -> str:
        try:
            row = self._row
        except CatalogError as error:  # a closed lab; whoever prints a variable wants no traceback
            return f"Generation(g{self._id}: {error})"
        return generation_line(row, self._seconds(row))

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """Its images with its facts in a notebook, one line in a terminal."""
        try:
            row = self._row
            pictures = [(asset, self._picture(asset)) for asset in self._backing.arrived(self._id)]
        except CatalogError:
            return {"text/plain": repr(self)}
        seconds, preview = self._seconds(row), self._backing.preview(self._id)
        return {
            "text/plain": generation_line(row, seconds),
            "text/html": generation_card(row, pictures, seconds, preview),
        }

    @property
    def _row(self) -> GenerationRow:
        return self._backing.generation_row(self._id)

    def _picture(self, asset: AssetRow) -> Picture | None:
        return self._backing.small(asset.sha256)

    def _seconds(self, row: GenerationRow) -> float | None:
        return row.seconds if row.seconds is not None else self._backing.seconds(row.id)

    def _settled(self) -> Generation:
        """This, or the error that left it without an image."""
        row = self._row
        if row.arrived == 0 and row.status in _WITHOUT:
            raise _rebuilt(row, self)
        if row.status == "partial":
            why = f"; {row.error}" if row.error else ""
            said = f"g{row.id} is partial: {row.arrived} of {row.n} images{why}"
            warn(said)
        return self


_ERROR_CHARACTERS = 2000

# What is raised for a generation that ended without an image and kept no error.
_WITHOUT = {
    "failed": "ProtocolError",
    "cancelled": "CancelledError",
    "unknown": "OutcomeUnknownError",
}


def _rebuilt(row: GenerationRow, generation: Generation) -> ImagelabError:
    """The error as it was raised, from its name and its sentence."""
    kind = getattr(errors, row.error_kind or _WITHOUT.get(row.status, ""), None)
    if not (isinstance(kind, type) and issubclass(kind, ImagelabError)):
        kind = errors.ProtocolError  # a name from another version of this library
    error = kind.__new__(kind)
    Exception.__init__(error, _said(row))
    error.generation = generation
    if isinstance(error, errors.ProviderError):
        error.provider, error.status, error.code, error.request_id = row.provider, None, None, None
        error.charged = _charged(row)
    return error


def _said(row: GenerationRow) -> str:
    """Its sentence, fit for a terminal: a catalog of somebody else's may have any words there."""
    told = row.error or f"{row.provider}: g{row.id} {row.status}, no image came"
    return one_line(told, _ERROR_CHARACTERS)


def _charged(row: GenerationRow) -> Charged:
    if row.status == "unknown" or row.cost is None:
        return "unknown"
    return "yes" if row.cost.nano else "no"
