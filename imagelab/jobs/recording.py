"""How an intent becomes durable: under the budget, and only where no equal one stands in for it."""

from __future__ import annotations

import sqlite3

from imagelab.catalog import budget, journal, rows
from imagelab.domain.life import Intent
from imagelab.jobs.reservations import left_behind


class StandsInError(Exception):
    """An equal generation is there, and takes the place of what was to be recorded."""

    def __init__(self, generation: int) -> None:
        self.generation = generation
        super().__init__(generation)


def recorded(db: sqlite3.Connection, intent: Intent) -> int:
    """Write the intent, unless an equal generation is there that another kernel began meanwhile.

    StandsInError where one is, BudgetError where it would go over what is left.
    """
    if intent.reuse:
        equal = rows.equal_generations(db, intent.request.fingerprint())
        for row in equal:
            if row.counts:
                raise StandsInError(row.id)
    budget.check(db, intent.quote.high, intent.quote.offer, left_behind(db))
    return journal.record_intent(db, intent)
