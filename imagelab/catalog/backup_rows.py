"""A backup's rows: copied aside in one short read, and put in place in one transaction.

Everything but the bytes of originals and small pictures is a row, the text index's own
tables too, and whatever tables a later schema adds.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from imagelab import clock
from imagelab.catalog import checks, journal, schema, slices
from imagelab.catalog.backup_place import told_if_full
from imagelab.catalog.catalog import Catalog
from imagelab.domain.life import CALL_FINAL, Ending
from imagelab.errors import CatalogError, CatalogVersionError

UNDER_WAY = (
    "was under way when this copy was made; the catalog it was made from knows what became of it"
)
# These columns are copied on their own, a few at a time: see backup_originals.
_BYTES = {
    "blob": "id, sha256, format, width, height, size_bytes",
    "thumbnail": "blob, likeness, transparent, damaged, media_type, length(data) AS size_bytes",
}
_FACTS = (
    ("blob", "id", "format, width, height, size_bytes"),
    ("thumbnail", "blob", "likeness, transparent, damaged, media_type"),
)
_TABLES = (
    "SELECT name FROM main.sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' "
    "ORDER BY name"
)
_CALLS = """
    SELECT uuid, state IN ('done', 'cancelled') OR (state = 'failed' AND charged = 'no')
    FROM aside.of_call ORDER BY id
"""


def set_aside(catalog: Catalog, aside: Path) -> None:
    """Copy the rows, all of one moment, into a file of their own."""
    aside.unlink(missing_ok=True)
    os.close(os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    with closing(sqlite3.connect(aside, isolation_level=None)) as db:
        # It is made anew after a crash, so nothing about it needs to be safe.
        db.execute("PRAGMA journal_mode=OFF").fetchall()
        db.execute("PRAGMA synchronous=OFF")
        db.execute("PRAGMA trusted_schema=OFF")
        # A connection of its own, since those of the catalog can write nowhere else; it lets
        # go of the catalog before the lock is given back.
        with catalog.reading() as known:
            _check_version(known, catalog.path)
            tables = [row[0] for row in known.execute(_TABLES).fetchall()]
            db.execute("ATTACH ? AS source", (str(catalog.path),))
            try:
                _copy(db, tables)
            except sqlite3.OperationalError as error:
                raise told_if_full(error, aside) from error
        db.execute("CREATE UNIQUE INDEX by_sha256 ON of_blob (sha256)")
        db.execute("CREATE UNIQUE INDEX by_blob ON of_thumbnail (blob)")


def check_not_ahead(db: sqlite3.Connection, path: Path) -> None:
    """CatalogError where the copy has images or generations that would be lost with it."""
    for table, mark in (("asset", "#"), ("generation", "g")):
        found = slices.rows(
            db,
            f"SELECT min(id) FROM main.{table} "  # noqa: S608 - one of the two above
            f"WHERE uuid NOT IN (SELECT uuid FROM aside.of_{table})",
        )
        if found[0][0] is not None:
            raise CatalogError(
                f"{str(path)!r} has what this catalog does not, {mark}{found[0][0]} for one, and "
                "it would be lost; nothing was changed. Name another file"
            )


def calls(db: sqlite3.Connection) -> tuple[list[str], set[str]]:
    """The calls whose staged reply may still be needed, and those that are read through."""
    found = slices.rows(db, _CALLS)
    return [call for call, settled in found if not settled], {c for c, settled in found if settled}


def exchange(db: sqlite3.Connection, source: Path) -> int:
    """Put the new rows in the place of the old ones, inside the caller's transaction.

    The number of generations that were under way: they are unknown in the copy, at their
    upper price, so that whoever opens it polls and pays for nothing.
    """
    _exchange_originals(db)
    tables = [row[0] for row in db.execute(_TABLES).fetchall() if row[0] not in _BYTES]
    tables.sort(key=lambda table: table == "sqlite_sequence")  # last: inserting changes it
    for table in tables:
        _exchange_table(db, table)
    # What was copied before it went to a store is kept here: a backup is to be read by itself.
    db.execute(
        "DELETE FROM main.offloaded WHERE blob IN (SELECT id FROM main.blob WHERE length(data))"
    )
    _exchange_about(db, source)
    return _end_calls(db)


def _check_version(db: sqlite3.Connection, path: Path) -> None:
    """Another process may have brought the file to a schema whose tables are not known here."""
    if checks.version(db) != schema.VERSION:
        raise CatalogVersionError(
            f"{path.name} was brought up to date by a newer imagelab meanwhile; nothing was "
            "copied. Restart here with that version, and make the backup again"
        )


def _copy(db: sqlite3.Connection, tables: list[str]) -> None:
    db.execute("BEGIN")
    for table in tables:
        columns = _BYTES.get(table, "*")
        db.execute(f'CREATE TABLE "of_{table}" AS SELECT {columns} FROM source."{table}"')  # noqa: S608 - our own schema's names
    db.execute("COMMIT")
    db.execute("DETACH source")


def _exchange_originals(db: sqlite3.Connection) -> None:
    """The bytes are there; their numbers and what is known of them become the catalog's."""
    db.execute("DELETE FROM main.blob WHERE sha256 NOT IN (SELECT sha256 FROM aside.of_blob)")
    db.execute("DELETE FROM main.thumbnail WHERE blob NOT IN (SELECT id FROM main.blob)")
    moved = slices.rows(
        db,
        "SELECT b.id, n.id FROM main.blob b JOIN aside.of_blob n USING (sha256) WHERE b.id != n.id",
    )
    for step in ([(-old, old) for old, _ in moved], [(new, -old) for old, new in moved]):
        db.executemany("UPDATE main.blob SET id = ? WHERE id = ?", step)
        db.executemany("UPDATE main.thumbnail SET blob = ? WHERE blob = ?", step)
    db.execute("DELETE FROM main.thumbnail WHERE blob NOT IN (SELECT blob FROM aside.of_thumbnail)")
    # What was given up is given up in the copy too.
    db.execute(
        "UPDATE main.blob SET data = x'' WHERE id IN (SELECT blob FROM aside.of_emptied) "
        "AND length(data)"
    )
    for table, key, names in _FACTS:
        db.execute(
            f"UPDATE main.{table} AS old SET ({names}) = (SELECT {names} FROM aside.of_{table} "  # noqa: S608 - named above
            f"AS new WHERE new.{key} = old.{key}) WHERE ({names}) IS NOT (SELECT {names} FROM "
            f"aside.of_{table} AS new WHERE new.{key} = old.{key})"
        )


def _exchange_table(db: sqlite3.Connection, table: str) -> None:
    """Rows that are gone go, and those that are new or differ come; the rest is not written."""
    told = db.execute("SELECT name, pk FROM pragma_table_info(?, 'main')", (table,)).fetchall()
    keys = ", ".join(f'"{row["name"]}"' for row in told if row["pk"]) or "rowid"
    old, new = (", ".join(f'{which}."{row["name"]}"' for row in told) for which in ("old", "new"))
    # Every name in these is one of our own schema's.
    gone = (
        f'DELETE FROM main."{table}" WHERE ({keys}) NOT IN (SELECT {keys} FROM aside."of_{table}")'  # noqa: S608 - see above
    )
    come = f"""
        INSERT OR REPLACE INTO main."{table}" SELECT {new} FROM aside."of_{table}" AS new
        LEFT JOIN main."{table}" AS old USING ({keys}) WHERE ({old}) IS NOT ({new})
    """  # noqa: S608 - see above
    if keys == "rowid":  # SQLite's own list of the numbers that were given
        gone = f'DELETE FROM main."{table}"'  # noqa: S608 - see above
        come = f'INSERT INTO main."{table}" SELECT * FROM aside."of_{table}"'  # noqa: S608 - see above
    db.execute(gone)
    db.execute(come)


def _exchange_about(db: sqlite3.Connection, source: Path) -> None:
    # A copy does not copy itself: what the catalog notes of its backups is not for it.
    db.execute("DELETE FROM about WHERE name LIKE 'backup_%' OR name LIKE 'copied_%'")
    db.execute("DELETE FROM lease")  # and nobody works on it
    uuid = db.execute("SELECT value FROM about WHERE name = 'uuid'").fetchone()[0]
    db.execute("INSERT INTO about VALUES ('copied_at', ?)", (clock.now().isoformat(),))
    db.execute("INSERT INTO about VALUES ('copied_from', ?)", (f"{uuid} {source}",))


def _end_calls(db: sqlite3.Connection) -> int:
    found = [
        (call, generation)
        for call, generation, state in slices.rows(db, "SELECT uuid, generation, state FROM call")
        if state not in CALL_FINAL
    ]
    ending = Ending("unknown", "unknown", error_kind="OutcomeUnknownError", error=UNDER_WAY)
    for call, _ in found:
        journal.settle_call(db, call, ending)
    return len({generation for _, generation in found})
