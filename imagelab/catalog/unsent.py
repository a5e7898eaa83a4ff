"""A call that was not posted, though it may be durable as `sent`.

A transaction that raises may have been committed all the same: where only the sync of the
folder failed, `sent` stands, and nothing was posted. Its own process knows, and writes it here
or on a note beside the catalog. After a crash between `sent` and the POST nobody knows: whether
the request left is the one thing no process can write down in the same moment as it does it.
"""

from __future__ import annotations

import sqlite3

from imagelab.catalog import leases
from imagelab.catalog.entries import call_row
from imagelab.catalog.journal import settle_call
from imagelab.domain.life import Ending, Owner


def settle_unsent(db: sqlite3.Connection, call: str, ending: Ending, *, owner: Owner) -> bool:
    """Write how a call ended that its process did not post; False where another may have."""
    row = call_row(db, call)
    ours = leases.owns(db, row["generation"], owner) and row["state"] in ("intent", "sent")
    if not (ours and once_at_most(db, call)):
        return False
    settle_call(db, call, ending)
    return True


def once_at_most(db: sqlite3.Connection, call: str) -> bool:
    """Whether a call was marked as sent by one process only, if at all.

    Another that took it up and posted it has marked it again; and none posts what it finds
    unmarked. So where this is true, the word of the process that marked it holds.
    """
    row = call_row(db, call)
    marks = db.execute(
        "SELECT count(*) FROM event WHERE generation = ? AND call = ? AND became = 'sent' "
        "AND was <> 'unknown'",  # what was unknown and is asked for again is not posted by that
        (row["generation"], row["id"]),
    ).fetchone()
    return bool(marks[0] <= 1)
