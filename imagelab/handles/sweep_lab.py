"""What a sweep asks of the lab, and what it gives a view of itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from imagelab.domain.frozen import frozen
from imagelab.domain.quote import Quote
from imagelab.domain.sweep import Grid
from imagelab.handles.assets import Assets
from imagelab.handles.batch import Batch

if TYPE_CHECKING:  # widgets are heavy, and only needed by views
    from imagelab.widgets.sweep import SweepGrid


@frozen
class Shape:
    """A sweep as a view is given it; cells are known by their number in the grid's order."""

    grid: Grid
    refused: Sequence[str]  # of every cell why it is not offered, empty where it is
    quote: Quote
    resend: Callable[[Sequence[int], bool], Batch]
    cancel: Callable[[], int]
    assets: Callable[[int], Assets]
    drawn: Callable[[int], str]  # its tables, with so many bytes of pictures


class SweepLab(Protocol):
    """The functions behind a sweep; the lab has them."""

    def send(self, places: Sequence[int], *, confirm: bool) -> Batch:
        """The batch of these cells anew; RequestError where it is large and not confirmed."""
        ...

    def quote(self, places: Sequence[int]) -> Quote:
        """What these cells would cost."""
        ...

    def view(self, shape: Shape) -> SweepGrid[Assets]:
        """A view of it."""
        ...
