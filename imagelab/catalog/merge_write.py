"""Some generations of another catalog written into this one: one transaction, whole or not at all.

Numbers are this catalog's own; what has a uuid that is known here is not written again. What was
under way there is unknown here, at its upper price, and nobody takes it up.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from imagelab.catalog import emptied, indexing, merge_books, offloads
from imagelab.catalog.merge_bundle import Bundle
from imagelab.catalog.merge_plan import Link
from imagelab.catalog.merge_rows import (
    ASSET,
    CALL,
    ENDED,
    GENERATION,
    LOOK,
    LOOKED,
    OPEN,
    SETTLED,
    Numbers,
    found,
    free,
    insert,
    insert_original,
    next_number,
    update,
    written,
)
from imagelab.catalog.merge_values import Row
from imagelab.catalog.slices import rows
from imagelab.domain.frozen import frozen


@frozen
class Wrote:
    """What one transaction added: how many, and the other catalog's numbers of the assets."""

    generations: int = 0
    originals: int = 0
    size_bytes: int = 0
    assets: tuple[int, ...] = ()
    stores: tuple[str, ...] = ()  # of the originals that came as rows alone


def write(
    db: sqlite3.Connection, bundle: Bundle, cut: Collection[Link], left_out: Counter[str]
) -> Wrote:
    """Write what is new of a bundle, inside the caller's transaction."""
    return _Writing(db, bundle, cut, left_out).run()


class _Writing:
    """One bundle on its way: by kind, the numbers here of what goes by a number there."""

    def __init__(
        self,
        db: sqlite3.Connection,
        bundle: Bundle,
        cut: Collection[Link],
        left_out: Counter[str],
    ) -> None:
        self._db, self._bundle, self._cut, self._left_out = db, bundle, cut, left_out
        self._numbers = Numbers()
        self._blobs: dict[str, int] = {}
        self._originals, self._bytes = 0, 0
        self._stores: list[str] = []

    def run(self) -> Wrote:
        """Everything in the order in which rows name each other."""
        self._write_originals()
        self._write_generations()
        self._write_calls()
        fresh = self._write_assets()
        self._write_inputs()
        merge_books.write(self._db, self._bundle, self._numbers)
        return Wrote(
            len(self._numbers.fresh),
            self._originals,
            self._bytes,
            tuple(fresh),
            tuple(self._stores),
        )

    def _write_originals(self) -> None:
        sql = "SELECT sha256, id FROM blob WHERE sha256"
        self._blobs = dict(found(self._db, sql, self._bundle.hashes))
        gone = f"SELECT sha256 FROM blob WHERE id IN ({offloads.NOT_TO_BE_HAD}) AND sha256"  # noqa: S608 - a constant
        away = {row[0] for row in found(self._db, gone, self._bundle.hashes)}
        number = next_number(self._db, "blob")
        for sha256, one in self._bundle.originals.items():
            if sha256 not in self._blobs:
                insert_original(self._db, number, one)
                self._blobs[sha256], number = number, number + 1
                self._stores += [one.url] if one.url else []
            elif sha256 in away and one.data is not None:
                emptied.refill(self._db, self._blobs[sha256], one.data)
                offloads.bring(self._db, self._blobs[sha256], one.data)
            else:
                continue
            self._originals += 1
            self._bytes += len(one.data or b"")

    def _write_generations(self) -> None:
        theirs = {row["uuid"]: row for row in self._bundle.generations}
        known = found(
            self._db,
            "SELECT g.uuid, g.id, g.status, EXISTS (SELECT 1 FROM ledger WHERE generation = g.id) "
            "FROM generation g WHERE g.uuid",
            theirs,
        )
        for uuid, number, status, priced in known:
            row = theirs.pop(uuid)
            if status not in OPEN:
                self._numbers.generations[row["id"]] = number
                settled = status == "unknown" and row["status"] not in ("unknown", *OPEN)
                if settled or (not priced and row["cost_nano"] and status != "unknown"):
                    self._numbers.better.add(number)
                    update(self._db, "generation", number, SETTLED, row)
        number = next_number(self._db, "generation")
        made = []
        for row in theirs.values():
            made.append(written(row) | {"id": number})
            self._numbers.generations[row["id"]] = number
            self._numbers.fresh.add(number)
            number += 1
        insert(self._db, "generation", GENERATION, made)

    def _write_calls(self) -> None:
        theirs = {row["uuid"]: row for row in self._bundle.calls}
        known = dict(found(self._db, "SELECT uuid, id FROM call WHERE uuid", theirs))
        number, made = next_number(self._db, "call"), []
        taken: set[tuple[int, int]] = set()
        for uuid, row in theirs.items():
            generation = self._numbers.generations.get(row["generation"])
            place = (generation or 0, row["position"])
            if uuid in known:
                self._numbers.calls[row["id"]] = known[uuid]
                if generation in self._numbers.better:
                    update(self._db, "call", known[uuid], ENDED, row)
                    self._db.execute("DELETE FROM ledger WHERE call = ?", (known[uuid],))
            elif generation not in self._numbers.fresh or place in taken:
                if generation is not None:
                    self._left_out["call in the place of another"] += 1
            else:
                taken.add(place)
                self._numbers.calls[row["id"]] = number
                made.append(row | {"id": number, "generation": generation})
                number += 1
        insert(self._db, "call", CALL, made)

    def _write_inputs(self) -> None:
        wanted = [
            row
            for row in self._bundle.inputs
            if self._numbers.generations.get(row["generation"]) in self._numbers.fresh
        ]
        parents = dict(
            found(
                self._db,
                "SELECT uuid, id FROM asset WHERE uuid",
                {row["parent"] for row in wanted if row["parent"]},
            )
        )
        made = {}
        for row in wanted:
            if row["sha256"] not in self._blobs:
                self._left_out["input whose original is not here"] += 1
                continue
            cut = (row["generation"], row["made_by"]) in self._cut
            generation = self._numbers.generations[row["generation"]]
            parent = None if cut else parents.get(row["parent"])
            made[generation, row["position"]] = (
                *(generation, row["position"], row["role"], parent),
                *(self._blobs[row["sha256"]], row["url"]),
            )
        self._db.executemany("INSERT INTO input VALUES (?, ?, ?, ?, ?, ?)", made.values())

    def _write_assets(self) -> list[int]:
        theirs = {row["uuid"]: row for row in self._bundle.assets}
        known = dict(found(self._db, "SELECT uuid, id FROM asset WHERE uuid", theirs))
        places = self._places()
        edits, stacks = self._edits(), self._stacks()
        number, made, fresh = next_number(self._db, "asset"), [], []
        for uuid, row in theirs.items():
            if uuid in known:
                self._numbers.assets[row["id"]] = known[uuid]
                self._price(known[uuid], row)
                continue
            generation = self._numbers.generations.get(row["generation"])
            if row["sha256"] not in self._blobs or (row["kind"] == "made" and generation is None):
                self._left_out["asset whose original or generation is not here"] += 1
                continue
            self._numbers.assets[row["id"]] = number
            fresh.append(row["id"])
            made.append(
                row
                | {
                    "id": number,
                    "blob": self._blobs[row["sha256"]],
                    "generation": generation,
                    "call": self._numbers.calls.get(row["call"]),
                    "position": free(places[generation or -number], row["position"]),
                    "edit": int(generation in edits),
                    "stack": stacks.get(generation),
                }
            )
            number += 1
        self._describe(made)
        insert(self._db, "asset", ASSET, made)
        tags = {
            row["id"]: self._bundle.tags.get(there, [])
            for row, there in zip(made, fresh, strict=True)
        }
        self._db.executemany(
            "INSERT OR IGNORE INTO tag VALUES (?, ?)",
            [(asset, name) for asset, names in tags.items() for name in names],
        )
        ready = self._bundle.texts
        indexing.add_many(
            self._db,
            [
                (row, set(tags[row["id"]]), ready[there])
                for row, there in zip(made, fresh, strict=True)
            ],
        )
        return fresh

    def _price(self, number: int, row: Row) -> None:
        """A price that is known there, of an image that came here without one."""
        if self._numbers.generations.get(row["generation"]) in self._numbers.better:
            self._db.execute(
                "UPDATE asset SET cost_nano = ?, cost_unit = ?, cost_source = ? "
                "WHERE id = ? AND cost_nano IS NULL",
                (row["cost_nano"], row["cost_unit"], row["cost_source"], number),
            )

    def _describe(self, made: Sequence[Row]) -> None:
        """What is known here of the originals that assets are of."""
        listed = json.dumps(sorted({row["blob"] for row in made}))
        looked = rows(self._db, LOOKED, listed)
        looks = {row[0]: dict(zip(LOOK, row[1:], strict=True)) for row in looked}
        for row in made:
            row.update(looks[row["blob"]])

    def _places(self) -> defaultdict[int, set[int]]:
        """The places of a generation that have an image."""
        places: defaultdict[int, set[int]] = defaultdict(set)
        known = json.dumps(sorted(set(self._numbers.generations.values()) - self._numbers.fresh))
        sql = "SELECT generation, position FROM asset WHERE generation IN (SELECT value FROM json_each(?))"
        for generation, position in rows(self._db, sql, known):
            places[generation].add(position)
        return places

    def _edits(self) -> set[int | None]:
        """The generations that change or look at an image."""
        made = {
            self._numbers.generations.get(row["generation"])
            for row in self._bundle.inputs
            if row["role"] != "reroll" and row["sha256"] in self._blobs
        }
        known = json.dumps(sorted(set(self._numbers.generations.values()) - self._numbers.fresh))
        sql = (
            "SELECT DISTINCT generation FROM input WHERE role <> 'reroll' "
            "AND generation IN (SELECT value FROM json_each(?))"
        )
        return (made & self._numbers.fresh) | {row[0] for row in rows(self._db, sql, known)}

    def _stacks(self) -> dict[int | None, int]:
        """The first generation here that asked the same, of each."""
        listed = json.dumps(sorted(self._numbers.generations.values()))
        sql = (
            "SELECT g.id, (SELECT min(id) FROM generation WHERE recipe = g.recipe) "
            "FROM generation g WHERE g.id IN (SELECT value FROM json_each(?))"
        )
        return dict(rows(self._db, sql, listed))
