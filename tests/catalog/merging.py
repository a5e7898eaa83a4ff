"""Catalogs to be merged, made of a few words; and all that is in one, whatever its numbers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from imagelab.catalog import arrivals, batches, curation, journal
from imagelab.catalog.checkup import check
from imagelab.catalog.imports import keep_import
from imagelab.catalog.merge import Merged, merge
from imagelab.domain.arrival import Arrival
from imagelab.domain.batch import Entry
from imagelab.domain.ids import uuid4, uuid7
from imagelab.domain.life import Ending, Intent, Owner
from imagelab.domain.money import Cost
from imagelab.domain.params import Params
from imagelab.domain.quote import Quote
from imagelab.domain.request import Call, Input, Request
from imagelab.jobs.lease import this_lease
from imagelab.jobs.owner import this_process
from tests.catalog.originals import opened, picture

_ASSETS = """
    SELECT a.uuid, a.kind, b.sha256, g.uuid, c.uuid, a.position, a.prompt, a.caption, a.note,
    a.rating, a.rejected, a.edit, a.trashed, a.cost_nano, a.created_at,
    (SELECT group_concat(name) FROM (SELECT name FROM tag WHERE asset = a.id ORDER BY name)),
    length(b.data), t.media_type FROM asset a JOIN blob b ON b.id = a.blob
    LEFT JOIN generation g ON g.id = a.generation LEFT JOIN call c ON c.id = a.call
    LEFT JOIN thumbnail t ON t.blob = b.id
"""
_GENERATIONS = """
    SELECT uuid, status, prompt, cost_nano, fingerprint, recipe, created_at, quote_high,
    (SELECT group_concat(became) FROM (SELECT became FROM event WHERE generation = g.id
    ORDER BY seq)) FROM generation g
"""
_CALLS = """
    SELECT c.uuid, g.uuid, c.position, c.state, c.charged, c.cost_nano, c.images, c.remote
    FROM call c JOIN generation g ON g.id = c.generation
"""
_EDGES = """
    SELECT g.uuid, i.position, i.role, p.uuid, b.sha256, i.url FROM input i
    JOIN generation g ON g.id = i.generation JOIN blob b ON b.id = i.blob
    LEFT JOIN asset p ON p.id = i.asset
"""
_LINES = """
    SELECT c.uuid, l.position, a.uuid, l.amount_nano, l.unit, l.source, l.high_nano, l.note
    FROM ledger l JOIN call c ON c.id = l.call LEFT JOIN asset a ON a.id = l.asset
"""
_BATCHES = """
    SELECT b.uuid, b.status, b.fingerprint, r.position, r.name, r.state, g.uuid FROM batch b
    JOIN batch_row r ON r.batch = b.id LEFT JOIN generation g ON g.id = r.generation
"""
_SEARCHES = "SELECT name, query FROM saved_search"
_QUOTE = Quote("openai/gpt-image-2", 1, None, Cost.from_nano(10), Cost.from_nano(99), "", str)
EVERYTHING = (_ASSETS, _GENERATIONS, _CALLS, _EDGES, _LINES, _BATCHES, _SEARCHES)


def everything(path: Path) -> list[list[tuple[Any, ...]]]:
    """All that is in a catalog, by uuids and hashes."""
    with opened(path) as catalog, catalog.reading() as db:
        return [
            sorted((tuple(row) for row in db.execute(sql).fetchall()), key=repr)
            for sql in EVERYTHING
        ]


def edges(path: Path) -> list[tuple[Any, ...]]:
    """Who was made from whom."""
    return everything(path)[EVERYTHING.index(_EDGES)]


def merged(path: Path, *others: Path) -> Merged:
    """What came of the last of some merges into one catalog."""
    with opened(path) as catalog:
        return [merge(catalog, other) for other in others][-1]


def is_whole(path: Path) -> bool:
    """Whether a deep check finds nothing."""
    with opened(path) as catalog:
        return check(catalog, deep=True).ok


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    with opened(path) as catalog, catalog.writing() as db:
        yield db


def generate(
    db: sqlite3.Connection,
    prompt: str,
    *pictures: int,
    given: Sequence[str] = (),
    ends: bool = True,
) -> list[str]:
    """A generation that gave these pictures, from assets by uuid; the uuids of what came."""
    inputs = tuple(_input(db, uuid) for uuid in given)
    request = Request(
        "openai",
        "gpt-image-2",
        "gpt-image-2",
        prompt,
        Params(quality="low"),
        len(pictures) or 1,
        inputs,
    )
    call = Call(uuid7(), uuid4(), request, request.n)
    journal.record_intent(db, Intent(uuid7(), request, (call,), _QUOTE, this_lease()))
    journal.mark_sent(
        db, call.uuid, "POST", "https://api.openai.com/x", "{}", "00", owner=this_process()
    )
    came = []
    for index, number in enumerate(pictures):
        blob = picture(number)
        asset = arrivals.keep_image(db, call.uuid, Arrival(index), blob)
        came.append(uuid_of(db, asset))
    if ends:
        cost = Cost.from_nano(7 * request.n, "usd", "computed")
        journal.settle_call(db, call.uuid, Ending("done", "yes", cost))
    return came


def imported(db: sqlite3.Connection, number: int) -> str:
    """A picture from outside; its uuid."""
    return keep_import(db, picture(number))


def batch(db: sqlite3.Connection, *fingerprints: str) -> None:
    """A batch of which nothing was sent yet, and whose rows wait."""
    entries = [Entry(str(n), one, _QUOTE) for n, one in enumerate(fingerprints)]
    owner = Owner("boot", 1, 2)
    number = batches.record(db, batches.Batch(0, uuid7(), "open", owner), "f", entries, None)
    batches.reserve(db, number, range(len(entries)))


def rate(path: Path, uuid: str, stars: int | None, at: int) -> None:
    """Stars given so many seconds after the beginning of time."""
    _say(path, at, lambda db, asset: curation.rate(db, [asset], stars), uuid)


def tag(path: Path, uuid: str, name: str, at: int) -> None:
    _say(path, at, lambda db, asset: curation.tag(db, [asset], [name]), uuid)


def untag(path: Path, uuid: str, name: str, at: int) -> None:
    _say(path, at, lambda db, asset: curation.untag(db, [asset], [name]), uuid)


def reject(path: Path, uuid: str, at: int) -> None:
    _say(path, at, lambda db, asset: curation.reject(db, [asset], rejected=True), uuid)


def of(path: Path, uuid: str, column: str) -> Any:
    """A column of an asset."""
    with opened(path) as catalog, catalog.reading() as db:
        return db.execute(f"SELECT {column} FROM asset WHERE uuid = ?", (uuid,)).fetchone()[0]


def tags(path: Path, uuid: str) -> set[str]:
    with opened(path) as catalog, catalog.reading() as db:
        found = db.execute(
            "SELECT name FROM tag JOIN asset a ON a.id = tag.asset WHERE a.uuid = ?", (uuid,)
        )
        return {row[0] for row in found.fetchall()}


def uuid_of(db: sqlite3.Connection, asset: int) -> str:
    return str(db.execute("SELECT uuid FROM asset WHERE id = ?", (asset,)).fetchone()[0])


def _say(path: Path, at: int, act: Any, uuid: str) -> None:
    with writing(path) as db:
        asset = db.execute("SELECT id FROM asset WHERE uuid = ?", (uuid,)).fetchone()[0]
        act(db, asset)
        db.execute("UPDATE act SET at = ? WHERE id = (SELECT max(id) FROM act)", (at * 1_000_000,))


def _input(db: sqlite3.Connection, uuid: str) -> Input:
    row = db.execute(
        "SELECT b.sha256, b.data, a.format, a.width, a.height FROM asset a "
        "JOIN blob b ON b.id = a.blob WHERE a.uuid = ?",
        (uuid,),
    ).fetchone()
    sha256, data, kind, width, height = row
    return Input(sha256, "input", data, kind, width, height, asset=uuid)
