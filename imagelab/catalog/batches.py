"""Batches as rows: recorded and reserved as one, begun row by row, found again when equal.

`state` of a row is `unsent`, `waiting` (reserved) or `begun`; each function is a step in a
transaction of its caller.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence

from imagelab import clock
from imagelab.domain.batch import Entry
from imagelab.domain.frozen import frozen
from imagelab.domain.life import Owner


@frozen
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


def _columns(batch: int, position: int, entry: Entry) -> tuple[object, ...]:
    quote = entry.quote
    prices = [cost.nano if cost else None for cost in (quote.low, quote.likely, quote.high)]
    unit = quote.likely.unit if quote.likely else "usd"
    payee = (quote.offer.partition("/")[0], unit)
    return (batch, position, entry.name, entry.fingerprint, entry.same_as, *prices, *payee)


def _batch(row: sqlite3.Row) -> Batch:
    owner = Owner(row["boot"], row["pid"], row["process_start"])
    return Batch(row["id"], row["uuid"], row["status"], owner, row["term"])
