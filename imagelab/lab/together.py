"""Several generations at once: wait for all of them, whatever became of each."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from imagelab.errors import ImagelabError
from imagelab.export.frame import table_frame
from imagelab.handles.generation import Generation

if TYPE_CHECKING:  # pandas is heavy; only a frame needs it
    import pandas as pd

_COLUMNS = ("generation", "status", "images", "asked", "cost", "seconds", "error", "prompt")


def wait(generations: Iterable[Generation]) -> pd.DataFrame:
    """Wait for every generation and return a table of them; raises for none."""
    waited = list(generations)
    for generation in waited:
        with suppress(ImagelabError), warnings.catch_warnings(action="ignore"):  # the table tells
            generation.wait()
    return table_frame(_COLUMNS, [_row(generation) for generation in waited])


def _row(generation: Generation) -> tuple[object, ...]:
    cost = generation.cost
    return (
        generation.id,
        generation.status,
        len(generation),
        generation.quote.n,
        cost.amount if cost else None,
        generation.duration,
        str(generation.error or ""),
        generation.prompt,
    )
