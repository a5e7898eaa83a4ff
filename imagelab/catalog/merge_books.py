"""What a merge writes of money and of what happened, once the rows that it is about are there."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence

from imagelab.catalog import journal, ledger, merge_values as values
from imagelab.catalog.merge_bundle import Bundle
from imagelab.catalog.merge_rows import EVENT, LINE, Numbers, grouped, insert, insert_values
from imagelab.catalog.merge_values import Event, Row
from imagelab.catalog.slices import rows
from imagelab.domain.life import Ending

_UNDER_WAY = "was under way in the catalog it came from, which knows what became of it"


def write(db: sqlite3.Connection, bundle: Bundle, numbers: Numbers) -> None:
    """Write ledger lines and events of a bundle, and have every sum be of what is here."""
    books = _Books(db, bundle, numbers)
    books.lines()
    books.events()
    books.add_up()
    books.end_open()


class _Books:
    """The lines of one bundle."""

    def __init__(self, db: sqlite3.Connection, bundle: Bundle, numbers: Numbers) -> None:
        self._db, self._bundle, self._numbers = db, bundle, numbers

    def lines(self) -> None:
        """The lines of calls that are written now, and of images that came only now."""
        made = [
            row
            | {
                "generation": self._numbers.generations[row["generation"]],
                "call": self._numbers.calls[row["call"]],
                "asset": self._numbers.assets.get(row["asset"]),
            }
            for row in self._bundle.lines
            if row["call"] in self._numbers.calls and row["generation"] in self._numbers.generations
        ]
        touched = self._numbers.fresh | self._numbers.better
        insert(self._db, "ledger", LINE, [row for row in made if row["generation"] in touched])
        self._db.executemany(  # of an image that came only now
            "UPDATE ledger SET asset = ? WHERE call = ? AND position = ? AND asset IS NULL",
            [
                (row["asset"], row["call"], row["position"])
                for row in made
                if row["asset"] and row["generation"] not in touched
            ],
        )

    def events(self) -> None:
        """What happened to generations, as far as it is not told here."""
        fresh, better = self._numbers.fresh, self._numbers.better
        generations, calls = self._numbers.generations.get, self._numbers.calls.get
        made = (
            (generations(generation), calls(call), *rest)
            for generation, call, *rest in self._bundle.events
        )
        new = [
            event
            for event in made
            if event[0] in fresh or (event[0] in better and not self._told(event))
        ]
        insert_values(self._db, "event", EVENT, new)

    def _told(self, event: Event) -> bool:
        sql = "SELECT 1 FROM event WHERE generation = ? AND at = ? AND became = ?"
        return bool(rows(self._db, sql, event[0], event[2], event[4]))

    def add_up(self) -> None:
        """What calls brought and generations cost is what is here of them."""
        brought = Counter(
            self._numbers.calls.get(row["call"])
            for row in self._bundle.assets
            if row["id"] in self._numbers.assets
        )
        known = [row for row in self._bundle.lines if row["call"] in self._numbers.calls]
        lines = grouped(known, "generation")
        counts = []
        for row in self._bundle.calls:
            call = self._numbers.calls.get(row["id"])
            fresh = self._numbers.generations.get(row["generation"]) in self._numbers.fresh
            if call is not None and not fresh:
                self._db.execute(
                    "UPDATE call SET images = (SELECT count(*) FROM asset WHERE "
                    "generation = call.generation AND call = call.id) WHERE id = ?",
                    (call,),
                )
            elif call is not None and brought[call] != row["images"]:
                counts.append((brought[call], call))  # all that are of it came just now
        self._db.executemany("UPDATE call SET images = ? WHERE id = ?", counts)
        for row in self._bundle.generations:
            number = self._numbers.generations.get(row["id"])
            if number in self._numbers.better or (
                number in self._numbers.fresh and _sum(lines.get(row["id"], ())) != row["cost_nano"]
            ):
                self._price(number, row)

    def _price(self, number: int, row: Row) -> None:
        there = self._db.execute("SELECT 1 FROM ledger WHERE generation = ?", (number,)).fetchone()
        cost = ledger.of_generation(self._db, number) if there or row["cost_nano"] == 0 else None
        known = (cost.nano, cost.unit, cost.source) if cost else (None, None, None)
        self._db.execute(
            "UPDATE generation SET cost_nano = ?, cost_unit = ?, cost_source = ? WHERE id = ?",
            (*known, number),
        )

    def end_open(self) -> None:
        """Nobody here goes on with what was under way there."""
        ending = Ending("unknown", "unknown", error_kind="OutcomeUnknownError", error=_UNDER_WAY)
        for row in self._bundle.calls:
            fresh = self._numbers.generations.get(row["generation"]) in self._numbers.fresh
            if fresh and row["id"] in self._numbers.calls and values.is_open(row):
                journal.settle_call(self._db, row["uuid"], ending)


def _sum(lines: Sequence[Row]) -> int | None:
    amounts = [line["amount_nano"] for line in lines]
    return None if None in amounts else sum(amounts)
