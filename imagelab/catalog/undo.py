"""Taking back acts of curation, the last one first, and doing them again.

An act is taken back by exchanging what stands now for what stood before it, and done again
by the same exchange. A new act ends what could have been done again.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from imagelab import clock
from imagelab.catalog import indexing
from imagelab.catalog.curation import COLUMNS, Writes, set_tag
from imagelab.catalog.slices import rows
from imagelab.domain.acts import Act, Done
from imagelab.domain.frozen import frozen

MOST_NAMED = 1_000  # assets in a report
_AT_ONCE_SECONDS = 0.1
_AT_ONCE = 2_000
_ASSETS = """
    SELECT DISTINCT asset FROM act_change WHERE act = ? AND undone = ? AND asset > ?
    ORDER BY asset LIMIT ?
"""
_CHANGES = "SELECT name, other FROM act_change WHERE act = ? AND asset = ?"
_EXCHANGED = """
    UPDATE act_change SET other = ?, undone = ? WHERE act = ? AND asset = ? AND name = ?
"""
# The act to take back, and the one to do again. One that is half taken back still stands.
_NEXT = {
    False: "SELECT * FROM act WHERE state = 'stands' ORDER BY id DESC LIMIT 1",
    True: "SELECT * FROM act WHERE state = 'undone' ORDER BY id LIMIT 1",
}


@frozen
class _Target:
    """The act that is next, and whether it is to be done again."""

    id: int
    act: Act
    assets: int
    again: bool


def undo(catalog: Writes) -> Done | None:
    """Take back the last act that stands; None where none does.

    It is done in short transactions. Where another act came between, that is left for the
    next undo, which takes the newer one back first.
    """
    return _exchange(catalog, again=False)


def redo(catalog: Writes) -> Done | None:
    """Do the last act again that was taken back; None where none was, or another came since."""
    return _exchange(catalog, again=True)


def upcoming(db: sqlite3.Connection, *, again: bool) -> Done | None:
    """What the next undo would take back, or the next redo do again."""
    target = _target(db, again=again)
    if target is None:
        return None
    first = db.execute(
        "SELECT asset FROM act_change WHERE act = ? LIMIT 1", (target.id,)
    ).fetchone()
    return Done(target.act, target.assets, (first[0],))


def _exchange(catalog: Writes, *, again: bool) -> Done | None:
    first: _Target | None = None
    done: list[int] = []
    left = True
    while left:
        with catalog.writing() as db:
            target = _target(db, again=again)
            if target is None or first not in (None, target):
                break
            first = target
            part, left = _exchanged(db, target, done[-1] if done else 0)
            if not left:
                _end(db, target)
        done += part
    return Done(first.act, len(done), tuple(done[:MOST_NAMED])) if first else None


def _target(db: sqlite3.Connection, *, again: bool) -> _Target | None:
    row = db.execute(_NEXT[again]).fetchone()
    if row is None:
        return None
    return _Target(row["id"], Act(row["kind"], json.loads(row["said"])), row["assets"], again)


def _end(db: sqlite3.Connection, target: _Target) -> None:
    ended = ("stands", None) if target.again else ("undone", clock.now_us())
    db.execute("UPDATE act SET state = ?, undone_at = ? WHERE id = ?", (*ended, target.id))


def _exchanged(db: sqlite3.Connection, target: _Target, after: int) -> tuple[list[int], bool]:
    """The assets exchanged in the time that a transaction may take, and whether more are left."""
    deadline = clock.monotonic() + _AT_ONCE_SECONDS
    found = rows(db, _ASSETS, target.id, target.again, after, _AT_ONCE + 1)
    done: list[int] = []
    for (asset,) in found[:_AT_ONCE]:
        with indexing.reindexed(db, asset):
            for name, other in rows(db, _CHANGES, target.id, asset):
                stood = _put(db, target.act, asset, name, other)
                db.execute(_EXCHANGED, (stood, not target.again, target.id, asset, name))
        done.append(asset)
        if clock.monotonic() > deadline:
            break
    return done, len(done) < len(found)


def _put(db: sqlite3.Connection, act: Act, asset: int, name: str, value: Any) -> Any:  # noqa: ANN401 - of a row
    """Have the other value stand; the one that stood."""
    if act.kind in ("tag", "untag"):
        changed = set_tag(db, asset, name, there=bool(value))
        return value if not changed else int(not value)
    column = COLUMNS[act.kind]
    stood = rows(db, f"SELECT {column} FROM asset WHERE id = ?", asset)[0][0]  # noqa: S608 - a column of ours
    db.execute(f"UPDATE asset SET {column} = ? WHERE id = ?", (value, asset))  # noqa: S608 - a column of ours
    return stood
