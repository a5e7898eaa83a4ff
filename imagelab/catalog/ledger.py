"""Every cent: a line for each image, or one for a call that was billed and gave none.

What is not known is a line without an amount, with the most it may have been.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from imagelab import clock
from imagelab.catalog import facet_bits
from imagelab.domain.money import Cost, Unit, split, weakest
from imagelab.errors import Charged


def write(db: sqlite3.Connection, call: int, charged: Charged, cost: Cost | None) -> None:
    """Write the lines of a call that has ended, over any it had before."""
    db.execute("DELETE FROM ledger WHERE call = ?", (call,))
    images = db.execute(
        "SELECT id, position, cost_nano, cost_unit, cost_source FROM asset WHERE call = ?1 "
        "AND generation = (SELECT generation FROM call WHERE id = ?1) ORDER BY position",
        (call,),
    ).fetchall()
    if images:
        _write_images(db, call, images, cost)
        _write_missing(db, call, charged, cost, images)
    elif charged != "no":
        _write_call(db, call, charged, cost)


def settle(db: sqlite3.Connection, generation: int, cost: Cost | None) -> tuple[list[int], int]:
    """Give the lines without an amount theirs: equal parts of a cost, or nothing at all.

    The calls they belong to, and how many lines there were.
    """
    lines = db.execute(
        "SELECT * FROM ledger WHERE generation = ? AND amount_nano IS NULL ORDER BY id",
        (generation,),
    ).fetchall()
    shares = split(cost.nano if cost else 0, len(lines)) if lines else ()
    for line, share in zip(lines, shares, strict=True):
        # Nothing is nothing of the line's own unit, beside others of the generation.
        known = (share, cost.unit, cost.source) if cost else (0, line["unit"], "reported")
        db.execute(
            "UPDATE ledger SET amount_nano = ?, unit = ?, source = ?, high_nano = NULL, "
            "note = 'settled by hand' WHERE id = ?",
            (*known, line["id"]),
        )
        if line["asset"] is not None:
            _price(db, line["asset"], *known)
    if cost is None:  # what gave no image and was not billed is no line of a ledger
        settled = [(line["id"],) for line in lines if line["asset"] is None]
        db.executemany("DELETE FROM ledger WHERE id = ?", settled)
    return sorted({line["call"] for line in lines}), len(lines)


def unit_of(db: sqlite3.Connection, generation: int) -> Unit | None:
    """The unit that what is known of a generation was billed in; None while nothing is."""
    line = db.execute(
        "SELECT unit FROM ledger WHERE generation = ? AND amount_nano > 0", (generation,)
    ).fetchone()
    return line["unit"] if line else None


def of_generation(db: sqlite3.Connection, generation: int) -> Cost | None:
    """The sum of a generation's lines; None if any is unknown, zero if nothing was billed."""
    lines = db.execute(
        "SELECT amount_nano, unit, source FROM ledger WHERE generation = ?", (generation,)
    ).fetchall()
    if any(line["amount_nano"] is None for line in lines):
        return None
    if not lines:
        return Cost.from_nano(0)
    nano = sum(line["amount_nano"] for line in lines)
    return Cost.from_nano(nano, lines[0]["unit"], weakest(line["source"] for line in lines))


def _write_images(
    db: sqlite3.Connection, call: int, images: list[sqlite3.Row], cost: Cost | None
) -> None:
    """The vendor's price for each image, or the call's divided over them."""
    if cost is not None and any(image["cost_nano"] is None for image in images):
        shares = split(cost.nano, len(images))
        for image, share in zip(images, shares, strict=True):
            _price(db, image["id"], share, cost.unit, cost.source)
            _line(db, call, image["position"], image["id"], share, cost.unit, cost.source)
        return
    for image in images:
        nano, unit, source = image["cost_nano"], image["cost_unit"], image["cost_source"]
        _line(db, call, image["position"], image["id"], nano, unit, source)


def _price(db: sqlite3.Connection, asset: int, nano: int, unit: str, source: str) -> None:
    """Give an asset its price, by which it is counted from then on."""
    row = db.execute("SELECT cost_nano, cost_unit FROM asset WHERE id = ?", (asset,)).fetchone()
    db.execute(
        "UPDATE asset SET cost_nano = ?, cost_unit = ?, cost_source = ? WHERE id = ?",
        (nano, unit, source, asset),
    )
    were = facet_bits.cost_marks(row["cost_nano"], row["cost_unit"])
    facet_bits.change(db, asset, were, facet_bits.cost_marks(nano, unit))


def _write_missing(
    db: sqlite3.Connection,
    call: int,
    charged: Charged,
    cost: Cost | None,
    images: list[sqlite3.Row],
) -> None:
    """What the call cost beyond the images that have prices of their own: others did not arrive."""
    owner = db.execute("SELECT position, n FROM call WHERE id = ?", (call,)).fetchone()
    taken = {image["position"] for image in images}
    places = range(owner["position"], owner["position"] + owner["n"])
    free = [place for place in places if place not in taken]
    if not free or any(image["cost_nano"] is None for image in images):
        return
    if cost is None and charged != "no":
        _line(db, call, free[0], None, None, None, None, "possibly billed, image did not arrive")
    elif cost is not None and (rest := cost.nano - sum(image["cost_nano"] for image in images)) > 0:
        note = "billed, image did not arrive"
        _line(db, call, free[0], None, rest, cost.unit, cost.source, note)


def _write_call(db: sqlite3.Connection, call: int, charged: Charged, cost: Cost | None) -> None:
    known = cost is not None and charged == "yes"
    position = db.execute("SELECT position FROM call WHERE id = ?", (call,)).fetchone()[0]
    note = "billed, no image" if charged == "yes" else "possibly billed, no image"
    amount, unit, source = (cost.nano, cost.unit, cost.source) if cost and known else (None,) * 3
    _line(db, call, position, None, amount, unit, source, note)


def _line(
    db: sqlite3.Connection,
    call: int,
    position: int,
    asset: int | None,
    nano: int | None,
    unit: str | None,
    source: str | None,
    note: str | None = None,
) -> None:
    owner = db.execute(
        "SELECT c.generation, c.n, c.images, g.quote_high, g.quote_unit, g.n AS asked "
        "FROM call c JOIN generation g ON g.id = c.generation WHERE c.id = ?",
        (call,),
    ).fetchone()
    db.execute(
        "INSERT INTO ledger (generation, call, position, asset, at, amount_nano, unit, source, "
        "high_nano, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            owner["generation"],
            call,
            position,
            asset,
            clock.now_us(),
            nano,
            unit or owner["quote_unit"],
            source,
            None if nano is not None else _at_most(owner, asset),
            note,
        ),
    )


def _at_most(owner: Any, asset: int | None) -> int | None:  # noqa: ANN401 - a row
    """The upper price's share of an image that came, or of all that did not."""
    if owner["quote_high"] is None:
        return None
    whole, came = -(-owner["quote_high"] * owner["n"] // owner["asked"]), owner["images"]
    if asset is not None:
        return int(-(-whole // max(1, came)))
    return int(-(-whole * (owner["n"] - came) // owner["n"]))
