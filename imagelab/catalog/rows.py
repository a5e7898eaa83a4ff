"""Rows read back as the values the rest of the house knows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from imagelab.clock import from_us
from imagelab.domain.money import Cost
from imagelab.domain.records import AssetRow, GenerationRow
from imagelab.errors import CatalogError

# SQLite takes at most so many parameters in one statement everywhere.
_SLICE = 500

_ASSETS = """
    SELECT a.*, b.sha256,
           (SELECT json_group_array(name) FROM
               (SELECT name FROM tag WHERE asset = a.id ORDER BY name)) AS tags,
           (SELECT at FROM emptied WHERE blob = a.blob) AS emptied_at
    FROM asset a JOIN blob b ON b.id = a.blob
"""
_GENERATIONS = """
    SELECT g.*, (SELECT count(*) FROM asset WHERE generation = g.id) AS arrived,
           (SELECT json_group_array(asset) FROM
               (SELECT asset FROM input WHERE generation = g.id AND asset IS NOT NULL
                AND role IN ('input', 'reference') ORDER BY position)) AS inputs
    FROM generation g
"""


def assets(db: sqlite3.Connection, ids: Sequence[int]) -> list[AssetRow]:
    """The assets with these numbers, in this order; numbers that are not there are left out."""
    found: dict[int, AssetRow] = {}
    for start in range(0, len(ids), _SLICE):
        part = ids[start : start + _SLICE]
        marks = ",".join("?" * len(part))
        rows = db.execute(f"{_ASSETS} WHERE a.id IN ({marks})", part)
        found.update((row["id"], _asset(row)) for row in rows)
    return [found[number] for number in ids if number in found]


def asset_by_uuid(db: sqlite3.Connection, prefix: str, number: int | None = None) -> list[AssetRow]:
    """The assets whose uuid begins so, two at most: enough to know whether it is one.

    With a number, only the one that has it.
    """
    named = "" if number is None else "AND a.id = ?"
    given = (prefix, prefix + "g", *([] if number is None else [number]))
    rows = db.execute(f"{_ASSETS} WHERE a.uuid >= ? AND a.uuid < ? {named} LIMIT 2", given)
    return [_asset(row) for row in rows]


def assets_of(db: sqlite3.Connection, generation: int, most: int = -1) -> list[AssetRow]:
    """A generation's assets in order of arrival, at most so many."""
    sql = f"{_ASSETS} WHERE a.generation = ? ORDER BY a.id LIMIT ?"
    return [_asset(row) for row in db.execute(sql, (generation, most))]


def generation(db: sqlite3.Connection, number: int) -> GenerationRow | None:
    """The generation with this number."""
    row = db.execute(f"{_GENERATIONS} WHERE g.id = ?", (number,)).fetchone()
    return _generation(row) if row else None


def generations(db: sqlite3.Connection, ids: Sequence[int]) -> list[GenerationRow]:
    """The generations with these numbers, in this order; at most as many as one statement takes."""
    marks = ",".join("?" * len(ids))
    rows = db.execute(f"{_GENERATIONS} WHERE g.id IN ({marks})", ids)
    found = {row["id"]: _generation(row) for row in rows}
    return [found[number] for number in ids if number in found]


def generation_by_uuid(db: sqlite3.Connection, prefix: str) -> list[GenerationRow]:
    """The generations whose uuid begins so, two at most."""
    rows = db.execute(
        f"{_GENERATIONS} WHERE g.uuid >= ? AND g.uuid < ? LIMIT 2", (prefix, prefix + "g")
    )
    return [_generation(row) for row in rows]


def equal_generations(db: sqlite3.Connection, fingerprint: str) -> list[GenerationRow]:
    """Every generation of an equal request, newest first."""
    rows = db.execute(f"{_GENERATIONS} WHERE g.fingerprint = ? ORDER BY g.id DESC", (fingerprint,))
    return [_generation(row) for row in rows]


def open_generations(db: sqlite3.Connection, most: int) -> list[int]:
    """The numbers of the newest generations under way, newest first."""
    rows = db.execute(
        "SELECT id FROM generation WHERE status IN ('queued', 'running') ORDER BY id DESC LIMIT ?",
        (most,),
    )
    return [row[0] for row in rows]


def lineage_of(db: sqlite3.Connection, asset: int) -> tuple[list[int], list[int]]:
    """The numbers of an asset's parents and of its children."""
    parents = db.execute(
        "SELECT DISTINCT parent FROM edges WHERE child = ? ORDER BY parent", (asset,)
    ).fetchall()
    children = db.execute(
        "SELECT DISTINCT child FROM edges WHERE parent = ? ORDER BY child", (asset,)
    ).fetchall()
    return [row[0] for row in parents], [row[0] for row in children]


@contextmanager
def _of(called: str) -> Iterator[None]:
    """CatalogError for a row that no imagelab wrote: a catalog may be anybody's."""
    try:
        yield
    except (ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise CatalogError(
            f"{called} of this catalog cannot be read: {error}; nothing was changed. Restore it from "
            "a backup, or lab.merge() it, which leaves out what is not good"
        ) from error


def _asset(row: sqlite3.Row) -> AssetRow:
    with _of(f"#{row['id']}"):
        return _asset_row(row)


def _generation(row: sqlite3.Row) -> GenerationRow:
    with _of(f"g{row['id']}"):
        return _generation_row(row)


def _asset_row(row: sqlite3.Row) -> AssetRow:
    return AssetRow(
        id=row["id"],
        uuid=row["uuid"],
        kind=row["kind"],
        sha256=row["sha256"],
        format=row["format"],
        width=row["width"],
        height=row["height"],
        size_bytes=row["size_bytes"],
        prompt=row["prompt"],
        caption=row["caption"],
        note=row["note"],
        params=json.loads(row["params"]),
        provider=row["provider"],
        model=row["model"],
        generation=row["generation"] if row["kind"] == "made" else None,
        position=row["position"],
        cost=_cost(row),
        seed=row["seed"],
        flagged=None if row["flagged"] is None else bool(row["flagged"]),
        reported=json.loads(row["reported"]),
        rating=row["rating"],
        rejected=bool(row["rejected"]),
        damaged=row["damaged"],
        tags=tuple(json.loads(row["tags"])),
        created_at=from_us(row["created_at"]),
        emptied_at=None if row["emptied_at"] is None else from_us(row["emptied_at"]),
    )


def _generation_row(row: sqlite3.Row) -> GenerationRow:
    low, likely, high = (
        _priced(row[name], row["quote_unit"], "estimated")
        for name in ("quote_low", "quote_likely", "quote_high")
    )
    return GenerationRow(
        id=row["id"],
        uuid=row["uuid"],
        status=row["status"],
        provider=row["provider"],
        model=row["model"],
        native=row["native"],
        prompt=row["prompt"],
        n=row["n"],
        params=json.loads(row["params"]),
        used=json.loads(row["used"]),
        extra=json.loads(row["extra"]),
        tags=tuple(json.loads(row["tags"])),
        quote_low=low,
        quote_likely=likely,
        quote_high=high,
        quote_basis=row["quote_basis"],
        cost=_cost(row),
        error_kind=row["error_kind"],
        error=row["error"],
        created_at=from_us(row["created_at"]),
        sent_at=None if row["sent_at"] is None else from_us(row["sent_at"]),
        finished_at=None if row["finished_at"] is None else from_us(row["finished_at"]),
        inputs=tuple(json.loads(row["inputs"])),
        arrived=row["arrived"],
    )


def _cost(row: sqlite3.Row) -> Cost | None:
    return _priced(row["cost_nano"], row["cost_unit"], row["cost_source"])


def _priced(nano: int | None, unit: Any, source: Any) -> Cost | None:  # noqa: ANN401 - from a row
    return None if nano is None else Cost.from_nano(nano, unit, source)
