"""Requests and calls as values again, from the rows their intent was written to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from datetime import datetime

from imagelab import clock
from imagelab.catalog import blobs
from imagelab.domain.life import CALL_FINAL, OpenCall
from imagelab.domain.money import Cost
from imagelab.domain.params import Params
from imagelab.domain.request import Call, Input, Request, Role, Sent

EVERY: tuple[Role, ...] = ("input", "reference", "mask")
MASKS: tuple[Role, ...] = ("mask",)
_NEAR = 1_000  # calls that may have been sent at about the same time


def request_of(
    db: sqlite3.Connection, generation: int, *, data: Collection[Role] = EVERY
) -> Request:
    """What a generation asked for, with the bytes of its inputs in these roles.

    What is to be sent needs all; a mask's are always here, and an asset's may lie elsewhere.
    """
    row = db.execute("SELECT * FROM generation WHERE id = ?", (generation,)).fetchone()
    return Request(
        provider=row["provider"],
        model=row["model"],
        native=row["native"],
        prompt=row["prompt"],
        params=Params(**json.loads(row["resolved"])),
        n=row["n"],
        inputs=_inputs(db, generation, data=data),
        extra=json.loads(row["extra"]),
        asked=json.loads(row["params"]),
        tags=tuple(json.loads(row["tags"])),
    )


def kept_from(db: sqlite3.Connection, url: str) -> str | None:
    """The hash of what was last read at an address, and kept as an input or a mask."""
    found = db.execute(
        "SELECT b.sha256 FROM input i JOIN blob b ON b.id = i.blob WHERE i.url = ? "
        "ORDER BY i.generation DESC LIMIT 1",
        (url,),
    ).fetchone()
    return str(found[0]) if found else None


def open_calls(db: sqlite3.Connection, generation: int) -> tuple[OpenCall, ...]:
    """The calls of a generation that have not ended."""
    request, price = request_of(db, generation), _price(db, generation)
    rows = db.execute(
        "SELECT * FROM call WHERE generation = ? ORDER BY position", (generation,)
    ).fetchall()
    return tuple(
        OpenCall(_call(db, row, request, price), row["state"], _moment(row["sent_at"]))
        for row in rows
        if row["state"] not in CALL_FINAL
    )


def _call(db: sqlite3.Connection, row: sqlite3.Row, request: Request, price: Cost | None) -> Call:
    return Call(
        row["uuid"],
        row["key"],
        request,
        row["n"],
        row["position"],
        remote=tuple(json.loads(row["remote"])),
        sent=_sent(db, row, request),
        price=price,
    )


def _price(db: sqlite3.Connection, generation: int) -> Cost | None:
    """What each image was quoted at, where the quote left nothing open."""
    row = db.execute("SELECT * FROM generation WHERE id = ?", (generation,)).fetchone()
    if row["quote_high"] is None or row["quote_low"] != row["quote_high"]:
        return None
    return Cost.from_nano(row["quote_high"] // row["n"], row["quote_unit"], "estimated")


def _sent(db: sqlite3.Connection, row: sqlite3.Row, request: Request) -> Sent | None:
    at = _moment(row["sent_at"])
    if at is None:
        return None
    rivalled = row["remote"] == "[]" and _rivalled(db, row, request)
    return Sent(at, row["body"] or "", rivalled)


def _rivalled(db: sqlite3.Connection, row: sqlite3.Row, request: Request) -> bool:
    """Whether another call that asks for the same has no ids of the vendor's either."""
    found = db.execute(
        "SELECT 1 FROM call c JOIN generation g ON g.id = c.generation "
        "WHERE c.id BETWEEN ? AND ? AND c.id != ? AND c.sent_at IS NOT NULL "
        "AND g.provider = ? AND g.native = ? AND g.prompt = ? "
        "AND c.remote = '[]' AND c.charged != 'no' LIMIT 1",
        (
            *(row["id"] - _NEAR, row["id"] + _NEAR, row["id"]),
            *(request.provider, request.native, request.prompt),
        ),
    ).fetchone()
    return found is not None


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else clock.from_us(microseconds)


def _inputs(
    db: sqlite3.Connection, generation: int, *, data: Collection[Role]
) -> tuple[Input, ...]:
    rows = db.execute(
        "SELECT i.role, i.url, b.sha256, b.format, b.width, b.height, a.uuid FROM input i "
        "JOIN blob b ON b.id = i.blob LEFT JOIN asset a ON a.id = i.asset "
        "WHERE i.generation = ? AND i.role <> 'reroll' ORDER BY i.position",
        (generation,),
    ).fetchall()
    return tuple(
        Input(
            sha256=row["sha256"],
            role=row["role"],
            data=blobs.read(db, row["sha256"]) if row["role"] in data else b"",
            format=row["format"],
            width=row["width"],
            height=row["height"],
            asset=row["uuid"],
            url=row["url"],
        )
        for row in rows
    )
