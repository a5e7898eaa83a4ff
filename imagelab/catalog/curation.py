"""What people say of their images: ratings, rejection, tags, captions and notes.

Each is an act, written with what stood before so that `undo` can take it back. Plain SQL,
since a key press should feel instant and sqlite-utils loads pandas.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from imagelab import clock
from imagelab.catalog import indexing
from imagelab.catalog.slices import Reads
from imagelab.domain.acts import Act, ActKind
from imagelab.errors import AssetNotFoundError

COLUMNS: dict[ActKind, str] = {
    "rate": "rating",
    "reject": "rejected",
    "caption": "caption",
    "note": "note",
}
_FEWEST = 50  # assets in one transaction
_AT_ONCE_SECONDS = 0.1
_UNKNOWN = "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM asset) LIMIT 1"

Change = Callable[[sqlite3.Connection, Sequence[int], int | None], int | None]


class Writes(Reads, Protocol):
    """A catalog to read from and to write to."""

    def writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """One transaction, durable when the block ends."""
        ...


def rate(
    db: sqlite3.Connection, assets: Sequence[int], rating: int | None, *, act: int | None = None
) -> int | None:
    """Give stars from 1 to 5; None takes them away.

    Like every function here it goes on with the act of that number where no other was begun
    since, and returns the number of the act; None where everything was so before.
    """
    return _write(db, assets, Act("rate", rating), rating, act)


def reject(
    db: sqlite3.Connection, assets: Sequence[int], *, rejected: bool, act: int | None = None
) -> int | None:
    """Hide images from search, gallery and exports, or show them again."""
    return _write(db, assets, Act("reject", rejected), int(rejected), act)


def caption(
    db: sqlite3.Connection, assets: Sequence[int], text: str | None, *, act: int | None = None
) -> int | None:
    """Say what is in the picture, where the prompt does not."""
    return _write(db, assets, Act("caption", text), text, act)


def note(
    db: sqlite3.Connection, assets: Sequence[int], text: str | None, *, act: int | None = None
) -> int | None:
    """Write something for oneself."""
    return _write(db, assets, Act("note", text), text, act)


def tag(
    db: sqlite3.Connection, assets: Sequence[int], names: Sequence[str], *, act: int | None = None
) -> int | None:
    """Put words on images; one that is there stays."""
    return _tag(db, assets, Act("tag", names), act, there=True)


def untag(
    db: sqlite3.Connection, assets: Sequence[int], names: Sequence[str], *, act: int | None = None
) -> int | None:
    """Take words off images; one that is not there is no matter."""
    return _tag(db, assets, Act("untag", names), act, there=False)


def in_parts(catalog: Writes, assets: Sequence[int], change: Change) -> None:
    """One act over any number of assets, in transactions so short that nobody waits for them.

    `change` is a function of this module, given its transaction, assets and act. What was done
    before it was stopped stays, and is one act to be taken back. AssetNotFoundError before
    anything is changed.
    """
    # FTS5 writes all it holds out whenever a number is smaller than the one before: a search that
    # lists the newest first would pay for that at every asset (fts5_index.c, sqlite3Fts5IndexBeginWrite).
    left = sorted(set(assets))
    size, act = _FEWEST, None
    if len(left) > size:
        _check(catalog, left)
    while left:
        part, left = left[:size], left[size:]
        began = clock.monotonic()
        with catalog.writing() as db:
            act = change(db, part, act)
        if clock.monotonic() - began < _AT_ONCE_SECONDS / 2:
            size *= 2
        elif size > _FEWEST:
            size //= 2


def set_tag(db: sqlite3.Connection, asset: int, name: str, *, there: bool) -> bool:
    """Have a tag be there or not; whether that is a change."""
    sql = (
        "INSERT OR IGNORE INTO tag VALUES (?, ?)"
        if there
        else "DELETE FROM tag WHERE asset = ? AND name = ?"
    )
    return db.execute(sql, (asset, name)).rowcount > 0


def _write(
    db: sqlite3.Connection, assets: Sequence[int], act: Act, value: object, number: int | None
) -> int | None:
    column = COLUMNS[act.kind]

    def changes() -> Iterator[tuple[int, str, Any]]:
        for asset in dict.fromkeys(assets):
            was = _column(db, asset, column)
            if was != value:
                with indexing.reindexed(db, asset):
                    sql = f"UPDATE asset SET {column} = ? WHERE id = ?"  # noqa: S608 - a column of ours
                    db.execute(sql, (value, asset))
                yield asset, "", was

    return _told(db, act, number, changes())


def _tag(
    db: sqlite3.Connection, assets: Sequence[int], act: Act, number: int | None, *, there: bool
) -> int | None:
    assert isinstance(act.said, Sequence)
    names = list(dict.fromkeys(act.said))

    def changes() -> Iterator[tuple[int, str, Any]]:
        for asset in dict.fromkeys(assets):
            with indexing.reindexed(db, asset):
                changed = [name for name in names if set_tag(db, asset, name, there=there)]
            yield from ((asset, name, int(not there)) for name in changed)

    return _told(db, act, number, changes())


def _told(
    db: sqlite3.Connection, act: Act, number: int | None, changes: Iterator[tuple[int, str, Any]]
) -> int | None:
    """Carry out what is changed, and write down what stood there; the number of the act."""
    before = list(changes)
    if not before:
        return number
    newest = db.execute("SELECT max(id) FROM act WHERE state = 'stands'").fetchone()[0]
    if number is None or number != newest:
        number = _begun(db, act)
    db.executemany(
        "INSERT INTO act_change (act, asset, name, other) VALUES (?, ?, ?, ?)",
        [(number, *change) for change in before],
    )
    count = len({asset for asset, _, _ in before})
    db.execute("UPDATE act SET assets = assets + ? WHERE id = ?", (count, number))
    return number


def _begun(db: sqlite3.Connection, act: Act) -> int:
    db.execute("UPDATE act SET state = 'passed' WHERE state = 'undone'")
    added = db.execute(
        "INSERT INTO act (at, kind, said, assets, state) VALUES (?, ?, ?, 0, 'stands')",
        (clock.now_us(), act.kind, json.dumps(act.said)),
    )
    assert added.lastrowid is not None
    return added.lastrowid


def _column(db: sqlite3.Connection, asset: int, column: str) -> Any:  # noqa: ANN401 - of a row
    row = db.execute(f"SELECT {column} FROM asset WHERE id = ?", (asset,)).fetchone()  # noqa: S608 - a column of ours
    if row is None:
        raise AssetNotFoundError(f"no asset #{asset} in this catalog")
    return row[0]


def _check(catalog: Reads, assets: Sequence[int]) -> None:
    with catalog.reading() as db:
        unknown = db.execute(_UNKNOWN, (json.dumps(assets),)).fetchone()
    if unknown:
        raise AssetNotFoundError(f"no asset #{unknown[0]} in this catalog")
