"""What else another catalog knows: where images came from, which were liked better, presets."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from imagelab.catalog import brought, merge_values as values
from imagelab.catalog.curation import Writes
from imagelab.catalog.merge_plan import by_uuid, scanned
from imagelab.catalog.merge_read import Source, judged
from imagelab.catalog.merge_values import NotGoodError, Row
from imagelab.catalog.presets import MAX_NAME
from imagelab.domain.request import canonical
from imagelab.domain.text import one_line

_AT_ONCE = 500
_MOST_CHARACTERS = 500_000
_HERE = "SELECT uuid, id FROM asset WHERE uuid IN (SELECT value FROM json_each(?))"
_STORIES = (
    "SELECT a.uuid, b.tool, b.name, b.path, b.words, b.at FROM brought AS b "
    "JOIN asset AS a ON a.id = b.asset WHERE b.asset BETWEEN ? AND ?"
)
_AWAITED = (
    "SELECT a.uuid, w.parent, w.position, w.role FROM awaited AS w "
    "JOIN asset AS a ON a.id = w.child WHERE w.child BETWEEN ? AND ?"
)
_JUDGEMENTS = """
    SELECT c.uuid, l.uuid AS first, r.uuid AS second, w.uuid AS winner, c.axes, c.about, c.seed,
    c.judged_at, c.undone_at FROM comparison AS c JOIN asset AS l ON l.id = c.left_asset
    JOIN asset AS r ON r.id = c.right_asset LEFT JOIN asset AS w ON w.id = c.winner
    WHERE c.id BETWEEN ? AND ?
"""
_ENDS = {
    "story": "SELECT min(asset), max(asset) FROM brought",
    "awaited": "SELECT min(child), max(child) FROM awaited",
    "judgement": "SELECT min(id), max(id) FROM comparison",
}


def take_stories(catalog: Writes, source: Source, left_out: Counter[str]) -> None:
    """Whose words an imported image came with; links to what is not there either wait here too."""
    told = _read(
        source, "story", _STORIES, ("uuid", "tool", "name", "path", "words", "at"), left_out
    )
    waits = _read(source, "awaited", _AWAITED, ("uuid", "parent", "position", "role"), left_out)
    stories = judged(_story, told, "story", left_out)
    links = judged(_link, waits, "awaited link", left_out)
    _write(
        catalog,
        stories,
        "INSERT OR IGNORE INTO brought VALUES (:asset, :tool, :name, :path, :words, :at)",
    )
    _write(
        catalog,
        links,
        "INSERT OR IGNORE INTO awaited SELECT :parent, :asset, :position, :role WHERE NOT EXISTS "
        "(SELECT 1 FROM input i JOIN asset a ON a.generation = i.generation WHERE a.id = :asset "
        "AND i.position = :position)",
    )
    with catalog.writing() as db:
        brought.link_all_waiting(db)


def take_judgements(catalog: Writes, source: Source, left_out: Counter[str]) -> int:
    """Take in blind comparisons of images that are here; how many. One taken back is so here too."""
    names = ("uuid", "first", "second", "winner", "axes", "about", "seed", "judged_at", "undone_at")
    good = judged(
        _judgement, _read(source, "judgement", _JUDGEMENTS, names, left_out), "judgement", left_out
    )
    wanted = {row[side] for row in good for side in ("first", "second")}
    here = by_uuid(catalog, _HERE, sorted(wanted))
    made = [
        row
        | {
            side: here[row[side]][0] if row[side] else None
            for side in ("first", "second", "winner")
        }
        for row in good
        if row["first"] in here and row["second"] in here
    ]
    return _executed(
        catalog,
        made,
        "INSERT INTO comparison (uuid, left_asset, right_asset, winner, axes, about, seed, "
        "judged_at, undone_at) VALUES (:uuid, :first, :second, :winner, :axes, :about, :seed, "
        ":judged_at, :undone_at) ON CONFLICT (uuid) DO UPDATE SET undone_at = excluded.undone_at "
        "WHERE undone_at IS NULL AND excluded.undone_at IS NOT NULL",
    )


def take_presets(catalog: Writes, source: Source, left_out: Counter[str]) -> int:
    """Take in presets; of two by one name, the one that was saved later."""
    try:
        with source.reads.reading() as db:
            found = [
                dict(row) for row in db.execute("SELECT name, said, at FROM preset").fetchall()
            ]
    except sqlite3.Error:
        left_out["preset that cannot be read"] += 1
        return 0
    good = judged(_preset, [row for row in found if row["name"] != ""], "preset", left_out)
    return _executed(
        catalog,
        good,
        "INSERT INTO preset VALUES (:name, :said, :at) ON CONFLICT (name) DO UPDATE SET "
        "said = excluded.said, at = excluded.at WHERE (excluded.at, excluded.said) > (at, said)",
    )


def _read(
    source: Source, kind: str, sql: str, names: Sequence[str], left_out: Counter[str]
) -> list[Row]:
    found: Iterable[Sequence[Any]] = scanned(source.reads, _ENDS[kind], sql, left_out)
    return [dict(zip(names, row, strict=True)) for row in found]


def _write(catalog: Writes, told: Sequence[Row], sql: str) -> int:
    """Rows that are of an asset by its uuid, of those that are here."""
    here: Mapping[str, Any] = by_uuid(catalog, _HERE, sorted({row["uuid"] for row in told}))
    return _executed(
        catalog, [row | {"asset": here[row["uuid"]][0]} for row in told if row["uuid"] in here], sql
    )


def _executed(catalog: Writes, made: Sequence[Row], sql: str) -> int:
    """How many rows were added or changed, some in each transaction."""
    changed = 0
    for start in range(0, len(made), _AT_ONCE):
        with catalog.writing() as db:
            before = db.total_changes
            db.executemany(sql, made[start : start + _AT_ONCE])
            changed += db.total_changes - before
    return changed


def _story(row: Row) -> Row:
    for name in ("tool", "name", "path"):
        if row[name] is not None:
            _text(row[name])
    words = _json(row["words"], dict)
    return row | {"uuid": values.uuid(row["uuid"]), "words": words, "at": values.moment(row["at"])}


def _link(row: Row) -> Row:
    _text(row["parent"])
    if row["role"] not in ("input", "reference") or type(row["position"]) is not int:
        raise NotGoodError("that is none")
    if not 0 <= row["position"] < 1_000:
        raise NotGoodError("that is none")
    return row | {"uuid": values.uuid(row["uuid"])}


def _judgement(row: Row) -> Row:
    uuids = {side: values.uuid(row[side]) for side in ("uuid", "first", "second")}
    one_of_two = row["winner"] in (None, row["first"], row["second"])
    if not one_of_two or row["first"] == row["second"] or type(row["seed"]) is not int:
        raise NotGoodError("that is none")
    _text(row["about"])
    undone = None if row["undone_at"] is None else values.moment(row["undone_at"])
    moments = {"judged_at": values.moment(row["judged_at"]), "undone_at": undone}
    return row | uuids | moments | {"axes": _json(row["axes"], list)}


def _preset(row: Row) -> Row:
    name = row["name"]
    if type(name) is not str or not name.strip() or one_line(name, MAX_NAME) != name:
        raise NotGoodError("under a name that cannot be shown")
    return row | {"said": _json(row["said"], dict), "at": values.moment(row["at"])}


def _text(value: object) -> None:
    if type(value) is not str or len(value) > _MOST_CHARACTERS:
        raise NotGoodError("with a text that is none")


def _json(value: object, kind: type) -> str:
    """The same JSON as we write it."""
    try:
        fits = type(value) is str and len(value) <= _MOST_CHARACTERS
        read = json.loads(value, parse_constant=_no_number) if fits else None  # type: ignore[arg-type] # it is a text
        if kind is dict and isinstance(read, dict):
            return canonical(read)
        if kind is list and isinstance(read, list):
            return json.dumps([str(one) for one in read])
    except (ValueError, RecursionError):
        pass
    raise NotGoodError("with JSON that is none")


def _no_number(word: str) -> float:
    raise ValueError(word)
