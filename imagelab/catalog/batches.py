"""Batches as rows: recorded and reserved as one, begun row by row, found again when equal.

`state` of a row is `unsent`, `waiting` (reserved) or `begun`; each function is a step in a
transaction of its caller.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from imagelab import clock
from imagelab.domain.batch import BatchRow, Entry, Standing
from imagelab.domain.life import Owner
from imagelab.domain.money import Cost, Spend


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it is kept: `open` while rows may be sent, then `ended` or `cancelled`.

    Whoever sends its rows is known by process and `term`: one who comes after ends the term of
    the one before, who can then begin nothing more.
    """

    id: int
    uuid: str
    status: str
    owner: Owner
    term: int = 1

    @property
    def hold(self) -> str:
        """The name under which a process carries it for this term."""
        return f"{self.uuid}/{self.term}"


class NotWaitingError(Exception):
    """A row whose turn came is not to be sent any more: it was dropped, or is another's."""


def record(
    db: sqlite3.Connection,
    batch: Batch,
    fingerprint: str,
    entries: Sequence[Entry],
    notebook: str | None,
) -> int:
    """Write a batch with its rows, none of them reserved yet; its number."""
    owner = batch.owner
    added = db.execute(
        "INSERT INTO batch (uuid, fingerprint, status, term, boot, pid, process_start, notebook, "
        "created_at) VALUES (?, ?, 'open', ?, ?, ?, ?, ?, ?)",
        (
            batch.uuid,
            fingerprint,
            batch.term,
            owner.boot,
            owner.pid,
            owner.start,
            notebook,
            clock.now_us(),
        ),
    )
    assert added.lastrowid is not None
    db.executemany(
        "INSERT INTO batch_row (batch, position, name, fingerprint, same_as, quote_low, "
        "quote_likely, quote_high, provider, quote_unit, state) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'unsent')",
        [_columns(added.lastrowid, position, entry) for position, entry in enumerate(entries)],
    )
    return added.lastrowid


def newest(db: sqlite3.Connection, fingerprint: str) -> Batch | None:
    """The latest batch of equal rows."""
    row = db.execute(
        "SELECT * FROM batch WHERE fingerprint = ? ORDER BY id DESC LIMIT 1", (fingerprint,)
    ).fetchone()
    return _batch(row) if row else None


def one(db: sqlite3.Connection, number: int) -> Batch:
    """The batch with this number, which is there."""
    return _batch(db.execute("SELECT * FROM batch WHERE id = ?", (number,)).fetchone())


def open_batches(db: sqlite3.Connection) -> list[Batch]:
    """Those of which rows may be sent."""
    return [_batch(row) for row in db.execute("SELECT * FROM batch WHERE status = 'open'")]


def unfinished(db: sqlite3.Connection, batch: Batch) -> bool:
    """Whether something of it was not sent, or is not settled."""
    if batch.status == "open":
        return True
    found = db.execute(
        "SELECT 1 FROM batch_row r LEFT JOIN generation g ON g.id = r.generation "
        "WHERE r.batch = ? AND (g.id IS NULL OR g.status IN ('queued', 'running')) LIMIT 1",
        (batch.id,),
    ).fetchone()
    return found is not None


def take(db: sqlite3.Connection, batch: Batch, only: Collection[int] | None = None) -> None:
    """Become the one who sends it, by a new owner and term; what was not sent or failed is unsent.

    With `only`, of the generations that failed just these are to be sent anew.
    """
    db.execute(
        "UPDATE batch SET status = 'open', finished_at = NULL, term = ?, boot = ?, pid = ?, "
        "process_start = ? WHERE id = ?",
        (batch.term, batch.owner.boot, batch.owner.pid, batch.owner.start, batch.id),
    )
    db.execute(
        "UPDATE batch_row SET state = 'unsent' WHERE batch = ? AND state = 'waiting'", (batch.id,)
    )
    db.execute(
        "UPDATE batch_row SET state = 'unsent', generation = NULL, "
        "earlier = json_insert(earlier, '$[#]', generation) WHERE batch = ?1 AND generation IN "
        "(SELECT id FROM generation WHERE status IN ('failed', 'cancelled')) "
        "AND (?2 IS NULL OR generation IN (SELECT value FROM json_each(?2)))",
        (batch.id, None if only is None else json.dumps(sorted(only))),
    )


def reuse(db: sqlite3.Connection, batch: int) -> list[int]:
    """Give unsent rows the latest equal generation there is; the positions of those rows."""
    db.execute(
        "UPDATE batch_row SET generation = (SELECT id FROM generation "
        "WHERE fingerprint = batch_row.fingerprint AND status NOT IN ('failed', 'cancelled') "
        "ORDER BY id DESC LIMIT 1) WHERE batch = ? AND state = 'unsent'",
        (batch,),
    )
    given = db.execute(
        "UPDATE batch_row SET state = 'begun' WHERE batch = ? AND state = 'unsent' "
        "AND generation IS NOT NULL RETURNING position",
        (batch,),
    ).fetchall()
    return sorted(row[0] for row in given)


def unsent(db: sqlite3.Connection, batch: int) -> list[int]:
    """The positions of the rows that are to be sent, each of several equal ones once."""
    rows = db.execute(
        "SELECT position FROM batch_row WHERE batch = ? AND state = 'unsent' "
        "AND same_as IS NULL ORDER BY position",
        (batch,),
    )
    return [row[0] for row in rows]


def reserve(db: sqlite3.Connection, batch: int, positions: Collection[int]) -> None:
    """Let these rows wait for their turn; from now on they count in the budget."""
    db.executemany(
        "UPDATE batch_row SET state = 'waiting' WHERE batch = ? AND position = ? "
        "AND state = 'unsent'",
        [(batch, position) for position in positions],
    )
    db.execute(
        "UPDATE batch_row SET state = 'waiting' WHERE batch = ?1 AND state = 'unsent' AND same_as "
        "IN (SELECT position FROM batch_row WHERE batch = ?1 AND state = 'waiting')",
        (batch,),
    )


def begin(db: sqlite3.Connection, batch: Batch, position: int, generation: int) -> None:
    """A row becomes a generation, whose price takes the place of its reservation.

    NotWaitingError where the row was dropped, or another one sends the batch by now.
    """
    changed = db.execute(
        "UPDATE batch_row SET state = 'begun', generation = ? WHERE batch = ? AND position = ? "
        "AND state = 'waiting'",
        (generation, batch.id, position),
    ).rowcount
    if not changed or one(db, batch.id) != batch:
        raise NotWaitingError(f"row {position} of b{batch.id} is not waiting for us")
    db.execute(
        "UPDATE batch_row SET state = 'begun', generation = ? WHERE batch = ? AND same_as = ? "
        "AND state = 'waiting'",
        (generation, batch.id, position),
    )


def cancel(db: sqlite3.Connection, batch: int) -> int:
    """Drop the rows whose turn has not come; how many those were."""
    dropped = db.execute(
        "UPDATE batch_row SET state = 'unsent' WHERE batch = ? AND state = 'waiting'", (batch,)
    ).rowcount
    db.execute(
        "UPDATE batch SET status = 'cancelled', finished_at = ? WHERE id = ? AND status = 'open'",
        (clock.now_us(), batch),
    )
    return dropped


def end(db: sqlite3.Connection, batch: Batch) -> None:
    """Nothing more of it is to be sent; said by the one who sends it."""
    db.execute(
        "UPDATE batch SET status = 'ended', finished_at = ? WHERE id = ? AND status = 'open' "
        "AND term = ?",
        (clock.now_us(), batch.id, batch.term),
    )


def release(db: sqlite3.Connection, batch: Batch) -> None:
    """Send no more of it in this term, so that any process may take it up."""
    db.execute(
        "UPDATE batch SET boot = 'nobody', pid = 0, process_start = 0 WHERE id = ? "
        "AND status = 'open' AND term = ?",
        (batch.id, batch.term),
    )


def generation_at(db: sqlite3.Connection, batch: int, position: int) -> int | None:
    """The generation that a row became; None if it has not begun."""
    row = db.execute(
        "SELECT generation FROM batch_row WHERE batch = ? AND position = ?", (batch, position)
    ).fetchone()
    return row[0] if row else None


def in_flight(db: sqlite3.Connection, batch: int) -> list[tuple[int, str]]:
    """The generations that are not settled, each with its status."""
    rows = db.execute(
        "SELECT DISTINCT g.id, g.status FROM batch_row r JOIN generation g ON g.id = r.generation "
        "WHERE r.batch = ? AND g.status IN ('queued', 'running')",
        (batch,),
    )
    return [(row[0], row[1]) for row in rows]


def standing(db: sqlite3.Connection, batch: int) -> Standing:
    """How far it is; whether somebody feeds it is not known here."""
    found = db.execute(
        "SELECT CASE r.state WHEN 'begun' THEN g.status ELSE r.state END AS status, count(*) "
        "FROM batch_row r LEFT JOIN generation g ON g.id = r.generation WHERE r.batch = ? "
        "GROUP BY 1",
        (batch,),
    ).fetchall()
    counts: dict[str, int] = {row[0]: row[1] for row in found}
    counts["running"] = counts.get("running", 0) + counts.pop("queued", 0)
    return Standing(sum(counts.values()), **counts, spent=_spent(db, batch))  # type: ignore[arg-type] # counts are all int, and named as its fields


def rows_of(db: sqlite3.Connection, batch: int, start: int, stop: int) -> list[BatchRow]:
    """The rows from a position up to another, as they stand."""
    part = (batch, start, stop)
    arrived: dict[int, list[int]] = {}
    for position, asset in db.execute(
        "SELECT r.position, a.id FROM batch_row r JOIN asset a ON a.generation = r.generation "
        "WHERE r.batch = ? AND r.position >= ? AND r.position < ? ORDER BY r.position, a.id",
        part,
    ):
        arrived.setdefault(position, []).append(asset)
    rows = db.execute(
        "SELECT r.position, r.state, g.* FROM batch_row r "
        "LEFT JOIN generation g ON g.id = r.generation "
        "WHERE r.batch = ? AND r.position >= ? AND r.position < ? ORDER BY r.position",
        part,
    ).fetchall()
    return [_row(row, tuple(arrived.get(row["position"], ()))) for row in rows]


def _columns(batch: int, position: int, entry: Entry) -> tuple[object, ...]:
    quote = entry.quote
    prices = [cost.nano if cost else None for cost in (quote.low, quote.likely, quote.high)]
    unit = quote.likely.unit if quote.likely else "usd"
    payee = (quote.offer.partition("/")[0], unit)
    return (batch, position, entry.name, entry.fingerprint, entry.same_as, *prices, *payee)


def _spent(db: sqlite3.Connection, batch: int) -> Spend:
    """What its settled generations cost, those that were sent anew included, each once."""
    found = db.execute(
        "WITH made AS (SELECT generation AS id FROM batch_row WHERE batch = ?1 "
        "AND generation IS NOT NULL UNION SELECT e.value FROM batch_row r, json_each(r.earlier) e "
        "WHERE r.batch = ?1) "
        "SELECT g.cost_unit, coalesce(sum(g.cost_nano), 0), sum(g.cost_nano IS NULL) "
        "FROM made JOIN generation g USING (id) WHERE g.status NOT IN ('queued', 'running') "
        "GROUP BY 1",
        (batch,),
    ).fetchall()
    known = {unit: Cost.from_nano(nano).amount for unit, nano, _ in found if unit}
    unknown = sum(row[2] for row in found)
    return Spend(known.get("usd", Spend().usd), known.get("credits", Spend().credits), unknown)


def _row(row: sqlite3.Row, assets: tuple[int, ...]) -> BatchRow:
    if row["state"] != "begun":
        return BatchRow(row["position"], row["state"])
    nano, sent, finished = row["cost_nano"], row["sent_at"], row["finished_at"]
    return BatchRow(
        row["position"],
        row["status"],
        row["id"],
        assets,
        None if nano is None else Cost.from_nano(nano, row["cost_unit"], row["cost_source"]),
        None if sent is None or finished is None else max((finished - sent) / 1e6, 0.0),
        row["error"],
    )


def _batch(row: sqlite3.Row) -> Batch:
    owner = Owner(row["boot"], row["pid"], row["process_start"])
    return Batch(row["id"], row["uuid"], row["status"], owner, row["term"])
