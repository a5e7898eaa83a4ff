"""Frames from whoever reads them fastest: a child through ADBC where they are large, else here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from imagelab.catalog import arrow_rows, frame_rows
from imagelab.catalog.catalog import Catalog
from imagelab.domain.columns import Told

Made = TypeVar("Made")


def told(
    catalog: Catalog,
    numbers: Sequence[int],
    make: Callable[[Told], Made],
    least: int = arrow_rows.LEAST,
) -> Made:
    """What `make` makes of these assets; the rows come again from here where a child ended early."""
    if len(numbers) >= least and arrow_rows.can_be_asked(catalog):
        try:
            return make(arrow_rows.told(catalog, numbers))
        except (
            arrow_rows.ChildEndedError
        ):  # killed, or a file that only we can say the right word of
            pass
    return make(frame_rows.told(catalog, numbers))
