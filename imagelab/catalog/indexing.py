"""Keeps the text index and the facets in step with assets: what was put in is taken out, then put in anew.

The index keeps no text of its own, so an entry must be removed exactly as it was added;
it is always made from the row as it stands, before and after the change.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from imagelab.catalog import facet_bits, words
from imagelab.catalog.facet_bits import FLAGS, Mark
from imagelab.catalog.words import IndexEntry, Texts, index_entry
from imagelab.errors import AssetNotFoundError


def add(db: sqlite3.Connection, asset: int) -> None:
    """Let a new asset be found, and counted among those that share a value with it."""
    entry, marks = _looked(db, asset)
    words.add(db, asset, entry)
    facet_bits.change(db, asset, (), marks)


def add_all(db: sqlite3.Connection, assets: Iterable[int]) -> None:
    """The same for many new assets, what they share written once."""
    _add(db, [(asset, *_looked(db, asset)) for asset in assets])


def add_many(
    db: sqlite3.Connection, assets: Iterable[tuple[Mapping[str, Any], Iterable[str], Texts]]
) -> None:
    """The same for many whose rows are at hand, each with its tags and its words."""
    _add(db, [(row["id"], *_seen(row, list(tags), ready)) for row, tags, ready in assets])


@contextmanager
def reindexed(db: sqlite3.Connection, asset: int) -> Iterator[None]:
    """Around a change to an asset or its tags: afterwards it is found by what it is then."""
    old, were = _looked(db, asset)
    yield
    new, are = _looked(db, asset)
    words.replace(db, asset, old, new)
    facet_bits.change(db, asset, were, are)


def entry_of(db: sqlite3.Connection, asset: int) -> IndexEntry:
    """The asset's place in the index, as its row says; AssetNotFoundError if it has none."""
    return _looked(db, asset)[0]


def _looked(db: sqlite3.Connection, asset: int) -> tuple[IndexEntry, frozenset[Mark]]:
    row = db.execute("SELECT * FROM asset WHERE id = ?", (asset,)).fetchone()
    if row is None:
        raise AssetNotFoundError(f"no asset #{asset} in this catalog")
    found = db.execute("SELECT name FROM tag WHERE asset = ?", (asset,)).fetchall()
    return _seen(row, [tag["name"] for tag in found])


def _seen(
    row: sqlite3.Row | Mapping[str, Any], tags: list[str], ready: Texts | None = None
) -> tuple[IndexEntry, frozenset[Mark]]:
    entry = index_entry(
        prompt=row["prompt"],
        caption=row["caption"],
        note=row["note"],
        tags=tags,
        provider=row["provider"],
        model=row["model"],
        quality=row["quality"],
        format=row["format"],
        width=row["width"],
        height=row["height"],
        rating=row["rating"],
        flags=_flags(row),
        ready=ready,
    )
    return entry, facet_bits.marks_of(row, tags)


def _flags(row: sqlite3.Row | Mapping[str, Any]) -> list[str]:
    flags = [name for name in FLAGS if row[name]]
    flags += ["damaged"] if row["damaged"] else []
    flags += ["imported"] if row["kind"] == "imported" else []
    return flags if row["edit"] else [*flags, "root"]


def _add(db: sqlite3.Connection, looked: list[tuple[int, IndexEntry, frozenset[Mark]]]) -> None:
    words.add_many(db, [(asset, entry) for asset, entry, _ in looked])
    facet_bits.add_many(db, [(asset, marks) for asset, _, marks in looked])
