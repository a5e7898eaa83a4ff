"""Blind comparisons: pairs drawn for a set of images, and every judgement kept at once."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from imagelab.catalog import comparisons
from imagelab.catalog.comparisons import Judged
from imagelab.catalog.pages import Pages
from imagelab.domain.blind import Contestant, pairs
from imagelab.domain.blind_tally import Standing, Verdict, tally
from imagelab.domain.text import counted
from imagelab.errors import RequestError
from imagelab.export.frame import table_frame
from imagelab.lab.blind_table import COLUMNS, figures, html_table, words
from imagelab.lab.engine import Engine
from imagelab.widgets.blind import Blind, Choice, Turn
from imagelab.widgets.options import OPTIONS
from imagelab.widgets.still import Still

if TYPE_CHECKING:  # pandas is heavy; only the frame needs it
    import pandas as pd

MOST_PAIRS = 10_000
_MOST_SEED = 2**63  # SQLite's largest integer is one less


class BlindViews:
    """Makes them, for one lab."""

    def __init__(self, engine: Engine, pages: Pages) -> None:
        self._engine, self._pages = engine, pages

    def blind(
        self, contestants: Sequence[Contestant], about: str, *, seed: int, most: int
    ) -> Blind:
        """A view that asks about at most so many pairs of these; RequestError for no such number."""
        _check(seed, most)
        sitting = BlindSitting(self._engine, contestants, about, seed=seed, most=most)
        return Blind(
            sitting,
            answer=self._pages.answer,
            pointer=self._engine.pointer(),
            still=partial(_still, sitting),
        )


class BlindSitting:
    """What `widgets.Sitting` asks for; what was said is read from the catalog each time."""

    def __init__(
        self,
        engine: Engine,
        contestants: Sequence[Contestant],
        about: str,
        *,
        seed: int,
        most: int,
    ) -> None:
        self._engine, self._contestants = engine, contestants
        self._about, self._seed = about, seed
        self._pairs = pairs(contestants, seed, most)
        self._one_at_a_time = threading.Lock()  # a page's messages come on several threads

    def turn(self) -> Turn:
        said = self._said()
        left = [pair for pair in self._pairs if pair.both not in said]
        shown: list[tuple[int, ...]] = [(pair.left, pair.right) for pair in left[:2]]
        judged = len(self._pairs) - len(left)
        table = [words(standing) for standing in self._table(said)]
        pair, coming = [*shown, (), ()][:2]
        return Turn(pair, coming, judged, len(self._pairs), table)

    def judge(self, pair: Sequence[int], choice: Choice) -> None:
        left, right = pair
        axes = next(p.axes for p in self._pairs if (p.left, p.right) == (left, right))
        winner = {"left": left, "right": right, "tie": None}[choice]
        with self._one_at_a_time:
            if frozenset(pair) in self._said():
                return  # another view of the same pairs was before
            with self._engine.catalog.writing() as db:
                comparisons.record(
                    db, left, right, winner, axes=axes, about=self._about, seed=self._seed
                )

    def undo(self) -> bool:
        with self._one_at_a_time:
            asked = {pair.both for pair in self._pairs}
            last = [one for both, one in self._said().items() if both in asked]
            if not last:
                return False
            newest = max(one.id for one in last)
            with self._engine.catalog.writing() as db:
                comparisons.take_back(db, newest)
            return True

    def frame(self) -> pd.DataFrame:
        return table_frame(COLUMNS, [figures(standing) for standing in self._table(self._said())])

    def standings(self) -> tuple[int, int, list[Standing]]:
        """How many pairs were judged, of how many, and what they come to."""
        turn = self.turn()
        return turn.judged, turn.total, self._table(self._said())

    def _said(self) -> Mapping[frozenset[int], Judged]:
        """What was said of any two of them, whenever; the last word on a pair counts."""
        numbers = [one.asset for one in self._contestants]
        with self._engine.catalog.reading() as db:
            found = comparisons.among(db, numbers)
        return {frozenset((one.left, one.right)): one for one in found}

    def _table(self, said: Mapping[frozenset[int], Judged]) -> list[Standing]:
        verdicts = [Verdict(one.left, one.right, one.winner) for one in said.values()]
        return tally(self._contestants, verdicts)


def _check(seed: object, most: object) -> None:
    if isinstance(most, bool) or not isinstance(most, int) or not 1 <= most <= MOST_PAIRS:
        raise RequestError(f"pairs={most!r} is not a number of pairs, 1 to {MOST_PAIRS:,}")
    if isinstance(seed, bool) or not isinstance(seed, int) or abs(seed) >= _MOST_SEED:
        raise RequestError(f"seed={seed!r} is not a whole number of 64 bits")


def _still(sitting: BlindSitting) -> Still | None:
    """What it leaves: how far it was, and the table where it came to its end."""
    if OPTIONS.static_preview is False:
        return None
    judged, total, table = sitting.standings()
    line = f"blind comparison · {judged:,} of {counted(total, 'pair')} judged"
    shown: Any = html_table(table) if judged == total else ""
    return Still(f"<div>{line}</div>{shown}", None, f"imagelab {line}")
