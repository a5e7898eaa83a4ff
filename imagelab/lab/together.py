"""Several generations and batches at once: wait for all of them, whatever became of each."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from imagelab import clock
from imagelab.domain.money import Spend
from imagelab.domain.records import FINAL
from imagelab.errors import ImagelabError, RequestError
from imagelab.export.frame import table_frame
from imagelab.handles.batch import Batch
from imagelab.handles.batch_cards import together_card
from imagelab.handles.generation import Generation
from imagelab.handles.sweep import Sweep
from imagelab.jobs.progress import PERIOD_SECONDS, Progress, Sight, progress

if TYPE_CHECKING:  # pandas is heavy; only a frame needs it
    import pandas as pd

_COLUMNS = ("generation", "status", "images", "asked", "cost", "seconds", "error", "prompt")
# Shorter than what draws a progress of its own: all of them have one.
_STEP_SECONDS = PERIOD_SECONDS / 2


Waited = Batch | Generation | Sweep


def wait(generations: Waited | Iterable[Waited]) -> pd.DataFrame:
    """Wait for every generation, row of a batch and cell of a sweep; a table, raising for none.

    >>> il.wait([lab.submit(words, quality="low") for words in ("a kite", "a moth")])["status"].tolist()
    ['succeeded', 'succeeded']
    """
    given = _given(generations)
    waited = [part for each in given for part in _parts(each)]
    shown, started = progress(), clock.monotonic()
    with closing(shown):
        for each in waited:
            _settle(each, waited, shown, started)
    return table_frame(_COLUMNS, [_row(generation) for generation in _all(waited)])


def _given(generations: object) -> list[Waited]:
    if isinstance(generations, Waited):
        return [generations]
    given: list[object] = list(generations) if isinstance(generations, Iterable) else [generations]
    for each in given:
        if not isinstance(each, Waited):
            raise RequestError(
                f"{each!r:.80} is nothing to wait for; give generations, batches or sweeps, "
                "as in il.wait([g1, g2])"
            )
    return [each for each in given if isinstance(each, Waited)]


def _parts(given: Waited) -> Sequence[Batch | Generation]:
    return given.batches if isinstance(given, Sweep) else [given]


def _settle(
    waited: Batch | Generation,
    among: Sequence[Batch | Generation],
    shown: Progress,
    started: float,
) -> None:
    while True:
        try:
            with warnings.catch_warnings(action="ignore"):  # the table tells
                waited.wait(_STEP_SECONDS)
        except TimeoutError:
            shown.show(lambda: _sight(among, clock.monotonic() - started))
        except ImagelabError:  # the table tells this too
            return
        else:
            return


def _sight(among: Sequence[Batch | Generation], seconds: float) -> Sight:
    """How many of them have ended, and what they cost so far; a batch counts as its rows."""
    ended = count = 0
    costs = []
    for each in among:
        if isinstance(each, Batch):
            count += len(each)
            rows = each.ended
            ended += rows
            costs.append(each.cost)
        elif each.status in FINAL:
            count, ended = count + 1, ended + 1
            costs.append(Spend.of([each.cost]))
        else:
            count += 1
    line = f"{ended:,} of {count:,}, {sum(costs, Spend())} so far, {seconds:.0f} s"
    return Sight(line, together_card(line, ended, count))


def _all(waited: Sequence[Batch | Generation]) -> list[Generation]:
    """The generations, with those of batches in their place; each once."""
    every = [g for each in waited for g in (each if isinstance(each, Batch) else [each])]
    return list(dict.fromkeys(every))


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
