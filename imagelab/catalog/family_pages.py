"""What the lineage view asks: the shape of a family, the looks of what is in sight, one edge."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from imagelab.catalog import arguments, rows
from imagelab.catalog.answer import Answer
from imagelab.catalog.arguments import Asked
from imagelab.catalog.facts import asset_row, exact
from imagelab.catalog.family import family
from imagelab.catalog.slices import Reads
from imagelab.catalog.stamps import stamp
from imagelab.catalog.tiles import Picture, pictures, tiles
from imagelab.domain.cost_words import about, money
from imagelab.domain.diffs import param_diff, word_diff
from imagelab.domain.family_layout import laid_out
from imagelab.domain.family_outline import outline, parents_of
from imagelab.domain.family_view import View, view_of
from imagelab.domain.lineage import Family
from imagelab.domain.money import Spend
from imagelab.domain.records import AssetRow, GenerationRow

MOST_LOOKS = 120
_MOST_OPENED = 200
_MOST_KEPT = 4  # families, as they were at some state of the file


class FamilyPages:
    """Answers about families, the last few of them kept for as long as nothing is written."""

    def __init__(self, reads: Reads, path: Path) -> None:
        self._reads, self._path = reads, path
        self._kept: OrderedDict[tuple[str, int], Family] = OrderedDict()

    def family(self, asked: Asked) -> Answer:
        """Who is drawn where, and how they hang together."""
        found, now = self._family(arguments.asset(asked))
        view = view_of(
            found,
            path=arguments.flag(asked, "path"),
            opened=_opened(asked),
            whole=arguments.flag(asked, "whole"),
        )
        return Answer({**_sums(found), **_shape(found, view), "stamp": now})

    def members(self, asked: Asked) -> Answer:
        """The looks of some members, with their own and their path's cost."""
        found, _ = self._family(arguments.asset(asked))
        numbers = [n for n in arguments.numbers(asked, MOST_LOOKS) if n in found.kin]
        with self._reads.reading() as db:
            shown, small = tiles(db, numbers), pictures(db, numbers)
        places = _places(small)
        looks = [
            {**asdict(tile), **_costs(found, tile.id), "picture": places.get(tile.id)}
            for tile in shown
        ]
        return Answer({"members": looks}, tuple(picture.data for picture in small))

    def edge(self, asked: Asked) -> Answer:
        """What was done from a parent to a child; without a parent, how the child was made."""
        child = arguments.asset(asked)
        parent = arguments.whole(asked, "parent", 0)
        with self._reads.reading() as db:
            after = asset_row(db, child)
            before = asset_row(db, parent) if parent else None
            number = after.generation
            made = rows.generation(db, number) if number is not None else None
            verbs = _verbs(db, child)
        said = {"child": _picture(after), "parent": _picture(before) if before else None}
        return Answer({**said, **_compared(before, after), **_made(after, made), "parents": verbs})

    def _family(self, number: int) -> tuple[Family, str]:
        now = stamp(self._path)
        found = self._kept.get((now, number))
        if found is None:
            found = self._kept[now, number] = family(self._reads, number)
        for key in list(self._kept)[:-_MOST_KEPT]:
            self._kept.pop(key, None)  # another thread may have been faster
        return found, now


def _opened(asked: Asked) -> list[int]:
    value = asked.get("opened", [])
    numbers = value if isinstance(value, list) else []
    return [n for n in numbers[:_MOST_OPENED] if isinstance(n, int) and abs(n) <= 2**53]


def _sums(found: Family) -> dict[str, Any]:
    return {
        "focus": found.focus,
        "assets": len(found.members),
        "edits": len({edge.generation for edge in found.edges}),
        "whole": found.whole,
        "cost": _short(found.cost),
        "path_cost": _short(found.spent(found.path(found.focus))),
    }


def _shape(found: Family, view: View) -> dict[str, Any]:
    """Members in the order of the nested list, as number, column, row, depth, state and folds."""
    layout = laid_out(found, view.shown)
    entries = outline(found, view.shown)
    drawn = set(view.shown)
    nodes = [
        [
            entry.number,
            layout.columns[entry.number],
            layout.rows[entry.number],
            entry.depth,
            _state(found, entry.number),
            view.before.get(entry.number, 0),
            view.after.get(entry.number, 0),
        ]
        for entry in entries
    ]
    edges = [
        [parent, entry.number, word]
        for entry in entries
        for parent, word in entry.parents
        if parent in drawn
    ]
    return {"nodes": nodes, "edges": edges, "columns": layout.width, "rows": layout.height}


def _state(found: Family, number: int) -> str:
    kin = found.kin[number]
    return "rejected" if kin.rejected else "imported" if kin.kind == "imported" else ""


def _costs(found: Family, number: int) -> dict[str, str]:
    kin = found.kin[number]
    known = about(kin.cost) if kin.cost else "cost unknown"
    own = "imported" if kin.kind == "imported" else known
    return {"cost": own, "path_cost": _short(found.spent(found.path(number)))}


def _short(spend: Spend) -> str:
    """A sum to three digits, as there is room for on a card."""
    return str(replace(spend, usd=Decimal(f"{spend.usd:.3g}")))


def _verbs(db: sqlite3.Connection, child: int) -> list[tuple[int, str]]:
    """The parents of one asset, without looking for its whole family."""
    found = db.execute(
        "SELECT parent, child, role, generation, EXISTS (SELECT 1 FROM input "
        "WHERE generation = edges.generation AND role = 'mask') FROM edges WHERE child = ?",
        (child,),
    ).fetchall()
    return parents_of(Family.of_rows(child, map(tuple, found)), {child}).get(child, [])


def _compared(before: AssetRow | None, after: AssetRow) -> dict[str, Any]:
    was = before.prompt if before else after.prompt
    asked = dict(before.params) if before else {}
    offers = {"model": _offer(before)} if before else {}
    changes = param_diff({**offers, **asked}, {"model": _offer(after), **after.params})
    return {
        "prompt": [[piece.kind, piece.text] for piece in word_diff(was, after.prompt)],
        "params": [
            [change.name, _said(change.before), _said(change.after), change.same]
            for change in changes
        ],
    }


def _made(after: AssetRow, made: GenerationRow | None) -> dict[str, Any]:
    return {
        "offer": _offer(after),
        "cost": money(after.cost) if after.model else "",
        "seconds": made.seconds if made else None,
        "imported": after.kind == "imported",
    }


def _picture(row: AssetRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "width": row.width,
        "height": row.height,
        "flagged": bool(row.flagged),
        "damaged": row.damaged is not None,
        "rejected": row.rejected,
    }


def _offer(row: AssetRow) -> str:
    return f"{row.provider}/{row.model}" if row.model else "imported"


def _said(value: object) -> str:
    """A parameter as text; empty where it was left to the vendor."""
    told = exact(value)
    return "" if told is None else told if isinstance(told, str) else str(told)


def _places(small: list[Picture]) -> Mapping[int, dict[str, Any]]:
    places, at = {}, 0
    for picture in small:
        places[picture.id] = {"type": picture.type, "at": at, "size": len(picture.data)}
        at += len(picture.data)
    return places
