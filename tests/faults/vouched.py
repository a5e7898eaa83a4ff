"""What a catalog was vouched for, looked for in what a power loss left of it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imagelab.catalog import staging
from imagelab.catalog.catalog import Catalog, open_catalog
from imagelab.domain.life import CALL_FINAL
from imagelab.errors import CatalogError
from tests.faults.record import LEDGER, Mark, Step


@dataclass(frozen=True)
class Found:
    """How many of the steps were asked for, which were gone, and what was wrong with the file."""

    asked: int
    lost: tuple[Step, ...]
    corrupt: str = ""


def look(path: Path, marks: Sequence[Mark]) -> Found:
    """Open it as the lab does, and look for every step."""
    try:
        catalog = open_catalog(path, "sandbox")
    except (CatalogError, sqlite3.Error) as error:
        return Found(len(marks), (), f"it does not open: {error}")
    try:
        check = catalog.quick_check()
        with catalog.reading() as db:
            lost = [mark.step for mark in marks if not _THERE[mark.step](catalog, db, mark)]
    except (CatalogError, sqlite3.Error, ValueError) as error:  # text of its rows may be torn
        return Found(len(marks), (), f"it cannot be read: {error}")
    finally:
        catalog.close()
    return Found(len(marks), tuple(lost), "" if check == "ok" else check)


def _intent(_: Catalog, db: sqlite3.Connection, mark: Mark) -> bool:
    calls = db.execute(
        "SELECT c.uuid FROM call c JOIN generation g ON g.id = c.generation WHERE g.uuid = ? "
        "ORDER BY c.uuid",
        (mark.of,),
    ).fetchall()
    return [call["uuid"] for call in calls] == list(mark.fact)


def _sent(_: Catalog, db: sqlite3.Connection, mark: Mark) -> bool:
    call = _call(db, mark.of)
    return bool(call and call["state"] != "intent" and call["body_sha256"] == mark.fact)


def _accepted(_: Catalog, db: sqlite3.Connection, mark: Mark) -> bool:
    call = _call(db, mark.of)
    return bool(call and json.loads(call["remote"]) == json.loads(mark.fact))


def _staged(catalog: Catalog, db: sqlite3.Connection, mark: Mark) -> bool:
    """The whole reply, or all that was in it."""
    reply = staging.staged(catalog.staging, mark.of)
    if reply is not None:
        return bool(hashlib.sha256(reply.body).hexdigest() == mark.fact)
    call = _call(db, mark.of)
    return bool(call and call["state"] == "done" and call["images"] == call["n"])


def _kept(_: Catalog, db: sqlite3.Connection, mark: Mark) -> bool:
    found = db.execute(
        "SELECT b.data FROM asset a JOIN call c ON c.id = a.call JOIN blob b ON b.id = a.blob "
        "WHERE c.uuid = ? AND b.sha256 = ?",
        (mark.of, mark.fact),
    ).fetchone()
    return bool(found and hashlib.sha256(found[0]).hexdigest() == mark.fact)


def _settled(_: Catalog, db: sqlite3.Connection, mark: Mark) -> bool:
    call = _call(db, mark.of)
    lines = [tuple(line) for line in db.execute(LEDGER, (mark.of,)).fetchall()]
    if call is None or call["state"] not in CALL_FINAL:
        return False
    return bool((call["state"], call["charged"], lines) == mark.fact)


def _rated(_: Catalog, db: sqlite3.Connection, mark: Mark) -> bool:
    found = db.execute("SELECT rating FROM asset WHERE id = ?", (int(mark.of),)).fetchone()
    return bool(found and found["rating"] == mark.fact)


def _call(db: sqlite3.Connection, uuid: str) -> Any:
    return db.execute("SELECT * FROM call WHERE uuid = ?", (uuid,)).fetchone()


_THERE: dict[Step, Callable[[Catalog, sqlite3.Connection, Mark], bool]] = {
    "intent": _intent,
    "sent": _sent,
    "accepted": _accepted,
    "staged": _staged,
    "kept": _kept,
    "settled": _settled,
    "rated": _rated,
}
