"""What is known of an asset: read from the catalog each time, and changed by no assignment."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Never

from imagelab.domain.money import Cost
from imagelab.domain.records import AssetRow
from imagelab.handles.relatives import Relatives

if TYPE_CHECKING:  # each leads to the other: a generation holds assets, an asset its generation
    from imagelab.handles.generation import Generation


class Facts(Relatives):
    """The facts of one asset, as they are now; the verbs that change some are the asset's."""

    @property
    def id(self) -> int:
        """Its number in this catalog, by arrival."""
        return self._id

    @property
    def uuid(self) -> str:
        """Its name everywhere."""
        return self._uuid

    @property
    def prompt(self) -> str:
        """The text that was sent; empty for an imported image whose file tells none."""
        return self._row.prompt

    @property
    def params(self) -> dict[str, Any]:
        """What was asked beside the prompt."""
        return dict(self._row.params)

    @property
    def provider(self) -> str | None:
        """Who made it; of an imported image the tool that says so, or None."""
        return self._row.provider

    @property
    def model(self) -> str | None:
        """What drew it, by our name."""
        return self._row.model

    @property
    def imported(self) -> dict[str, Any] | None:
        """Of an added image: whose words it came with, its path then, and the words as they came.

        None for an image that was made here, or came in as an input.
        """
        told = self._backing.story(self._id)
        return None if told is None else dict(told)

    @property
    def generation(self) -> Generation | None:
        """The generation it came from; None for an imported image."""
        number = self._row.generation
        return self._backing.generation(number) if number is not None else None

    @property
    def width(self) -> int:
        """Pixels across."""
        return self._row.width

    @property
    def height(self) -> int:
        """Pixels down."""
        return self._row.height

    @property
    def format(self) -> str:
        """`"png"`, `"jpeg"` or `"webp"`."""
        return self._row.format

    @property
    def sha256(self) -> str:
        """The hash of its bytes as received."""
        return self._row.sha256

    @property
    def size_bytes(self) -> int:
        """How many bytes were received."""
        return self._row.size_bytes

    @property
    def created_at(self) -> datetime:
        """When it arrived; aware, in UTC."""
        return self._row.created_at

    @property
    def cost(self) -> Cost | None:
        """What it cost, or None where that is not known."""
        return self._row.cost

    @property
    def seed(self) -> int | None:
        """The seed the vendor reported; it need not reproduce anything."""
        return self._row.seed

    @property
    def flagged(self) -> bool | None:
        """Whether the vendor flagged its content; None where it does not say."""
        return self._row.flagged

    @property
    def reported(self) -> dict[str, Any]:
        """What else the vendor said of it."""
        return dict(self._row.reported)

    @property
    def rating(self) -> int | None:
        """Stars from 1 to 5; None where there are none."""
        return self._row.rating

    @rating.setter
    def rating(self, stars: Never) -> None:
        raise AttributeError(f"a rating is given by a verb, which can be undone: rate({stars!r})")

    @property
    def rejected(self) -> bool:
        """Whether it is hidden from search, gallery and exports."""
        return self._row.rejected

    @property
    def tags(self) -> tuple[str, ...]:
        """The words on it, in order."""
        return self._row.tags

    @property
    def _row(self) -> AssetRow:
        return self._backing.asset_row(self._id)
