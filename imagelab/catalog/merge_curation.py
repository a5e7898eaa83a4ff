"""What was said of images in two catalogs: of each thing, what was said last.

A rating, rejection, caption, note and each tag have the moment of the last act that changed them,
none where they came with the image. The moments come along, so that a third catalog is met by
the same rule, whatever the order.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from imagelab import clock
from imagelab.catalog import indexing, merge_values as values
from imagelab.catalog.curation import COLUMNS, Writes, set_tag
from imagelab.catalog.merge_plan import scanned
from imagelab.catalog.merge_read import Source, fetched
from imagelab.catalog.merge_values import NotGoodError, Row
from imagelab.catalog.slices import Reads, rows
from imagelab.domain.acts import ActKind
from imagelab.domain.frozen import frozen

CAME = "merged"  # the state of an act that is only told for its moment; no undo takes it back
_FEWEST, _MOST = 50, 2_000
_AT_ONCE_SECONDS = 0.05
_ENDS = "SELECT min(id), max(id) FROM act"
_ACTS = """
    SELECT c.asset, a.kind, c.name, a.at, c.undone, a.undone_at FROM act AS a
    JOIN act_change AS c ON c.act = a.id WHERE a.id BETWEEN ? AND ?
"""
_SAID = """
    SELECT id, uuid, rating, rejected, caption, note FROM asset
    WHERE {} IN (SELECT value FROM json_each(?))
"""
_TAGS = "SELECT asset, name FROM tag WHERE asset IN (SELECT value FROM json_each(?))"
_KINDS: Mapping[str, ActKind] = {column: kind for kind, column in COLUMNS.items()}
_PLAIN: Mapping[str, object] = {"rating": None, "rejected": 0, "caption": None, "note": None}

Thing: TypeAlias = tuple[str, str]  # a column and "", or "tag" and its name
Moments: TypeAlias = Mapping[int, Mapping[Thing, int]]


@frozen
class Conflict:
    """A thing that was said differently in both: of which asset, what, and which stands now."""

    asset: int
    what: str
    ours: object
    theirs: object
    taken: bool

    def __str__(self) -> str:
        stands, gone = (self.theirs, self.ours) if self.taken else (self.ours, self.theirs)
        whose = "theirs" if self.taken else "yours"
        return f"#{self.asset} {self.what}: {stands!r} stands ({whose} was later), not {gone!r}"


@frozen
class _Change:
    """One thing of one asset: what is to stand, said when, and whether it stands already."""

    asset: int
    thing: Thing
    value: Any
    at: int
    new: bool


def settle(
    catalog: Writes,
    source: Source,
    assets: Sequence[int],
    fresh: Collection[int],
    left_out: Counter[str],
) -> tuple[int, list[Conflict]]:
    """Have the later word stand, of assets by their numbers there; how many things changed.

    `fresh` came just now, as they are there. What both said is returned too.
    """
    theirs = _moments(source.reads, left_out)
    ours = _moments(catalog, Counter())
    with catalog.reading() as db:
        last = db.execute(_ENDS).fetchone()[1] or 0
    left = [number for number in assets if number not in fresh or number in theirs]
    size, changed, conflicts = _FEWEST, 0, list[Conflict]()
    while left:
        part, left = left[:size], left[size:]
        said = _said(source, part, left_out)
        began = clock.monotonic()
        with catalog.writing() as db:
            since = _by_asset(rows(db, _ACTS, last + 1, 2**62), Counter())
            known = {row["uuid"]: row for row in _read(db, "uuid", list(said))}
            changes: list[_Change] = []
            for uuid, row in known.items():
                moments = {**ours.get(row["id"], {}), **since.get(row["id"], {})}
                there = said[uuid]
                changes += _compared(row, moments, there, theirs.get(there["id"], {}), conflicts)
            _apply(db, changes)
        changed += sum(change.new for change in changes)
        quick = clock.monotonic() - began < _AT_ONCE_SECONDS
        size = min(_MOST, size * 2) if quick else max(_FEWEST, size // 2)
    return changed, conflicts


def _compared(
    ours: Row,
    said: Mapping[Thing, int],
    theirs: Row,
    heard: Mapping[Thing, int],
    conflicts: list[Conflict],
) -> Iterator[_Change]:
    """What is to change of one asset, and the moments that are to be remembered."""
    things: list[Thing] = [(column, "") for column in _PLAIN]
    things += [("tag", name) for name in sorted(ours["tags"] | theirs["tags"])]
    things += [thing for thing in heard if thing not in things]
    for thing in things:
        mine, other = _value(ours, thing), _value(theirs, thing)
        when, then = said.get(thing, 0), heard.get(thing, 0)
        taken = (then, _rank(thing, other)) > (when, _rank(thing, mine))
        if mine != other and when and then:
            what = (thing[1] and f"tag {thing[1]!r}") or thing[0]
            conflicts.append(Conflict(ours["id"], what, mine, other, taken))
        if taken and (mine != other or then > when):
            yield _Change(ours["id"], thing, other, then, new=mine != other)


def _value(row: Row, thing: Thing) -> Any:  # noqa: ANN401 - of a row
    return thing[1] in row["tags"] if thing[0] == "tag" else row[thing[0]]


def _rank(thing: Thing, value: object) -> tuple[bool, str]:
    """Which of two things said in the same moment stands: something before nothing."""
    return value != _PLAIN.get(thing[0], False), json.dumps(value)


def _apply(db: sqlite3.Connection, changes: Sequence[_Change]) -> None:
    by_asset: defaultdict[int, list[_Change]] = defaultdict(list)
    acts: defaultdict[tuple[int, ActKind, str], list[tuple[int, str]]] = defaultdict(list)
    for change in changes:
        if change.new:
            by_asset[change.asset].append(change)
        if change.at:
            acts[change.at, *_told(change)].append((change.asset, change.thing[1]))
    for asset, these in by_asset.items():
        with indexing.reindexed(db, asset):
            for change in these:
                _put(db, change)
    for (at, kind, said), about in acts.items():
        added = db.execute(
            "INSERT INTO act (at, kind, said, assets, state) VALUES (?, ?, ?, ?, ?)",
            (at, kind, said, len(about), CAME),
        )
        db.executemany(
            "INSERT INTO act_change (act, asset, name) VALUES (?, ?, ?)",
            [(added.lastrowid, asset, name) for asset, name in about],
        )


def _put(db: sqlite3.Connection, change: _Change) -> None:
    column, name = change.thing
    if column == "tag":
        set_tag(db, change.asset, name, there=change.value)
    else:
        sql = f"UPDATE asset SET {column} = ? WHERE id = ?"  # noqa: S608 - a column of ours
        db.execute(sql, (change.value, change.asset))


def _told(change: _Change) -> tuple[ActKind, str]:
    column, name = change.thing
    if column == "tag":
        return "tag" if change.value else "untag", json.dumps([name])
    value = bool(change.value) if column == "rejected" else change.value
    return _KINDS[column], json.dumps(value)


def _said(source: Source, numbers: Sequence[int], left_out: Counter[str]) -> dict[str, Row]:
    """What stands of assets there, by uuid; what nobody can have said is passed over."""
    found = fetched(source.reads, _SAID.format("id"), numbers, left_out)
    tags = fetched(source.reads, _TAGS, numbers, left_out)
    good: dict[str, Row] = {}
    for row in _with_tags(found, tags):
        try:
            _check(row)
            good[row["uuid"]] = row
        except NotGoodError as reason:
            left_out[f"word on an asset {reason}"] += 1
    return good


def _check(row: Row) -> None:
    values.uuid(row["uuid"])
    values.tags(row["tags"])
    texts = (row["caption"], row["note"])
    fine = row["rating"] in (None, 1, 2, 3, 4, 5) and row["rejected"] in (0, 1)
    if not fine or not all(text is None or type(text) is str for text in texts):
        raise NotGoodError("with a value of the wrong type or length")


def _read(db: sqlite3.Connection, key: str, names: Sequence[str]) -> Iterator[Row]:
    found = [dict(row) for row in db.execute(_SAID.format(key), (json.dumps(names),)).fetchall()]
    listed = json.dumps([row["id"] for row in found])
    return _with_tags(found, [dict(row) for row in db.execute(_TAGS, (listed,)).fetchall()])


def _with_tags(found: Iterable[Row], tags: Iterable[Row]) -> Iterator[Row]:
    names: defaultdict[object, set[str]] = defaultdict(set)
    for row in tags:
        names[row["asset"]].add(row["name"])
    return (row | {"tags": names[row["id"]]} for row in found)


def _moments(reads: Reads, left_out: Counter[str]) -> Moments:
    """When each thing was last said, by the number of its asset."""
    return _by_asset(scanned(reads, _ENDS, _ACTS, left_out), left_out)


def _by_asset(acts: Iterable[Sequence[Any]], left_out: Counter[str]) -> Moments:
    found: defaultdict[int, dict[Thing, int]] = defaultdict(dict)
    for asset, kind, name, at, undone, undone_at in acts:
        try:
            moment = values.moment(undone_at if undone and undone_at is not None else at)
            thing = _thing(kind, name)
        except NotGoodError as reason:
            left_out[f"act {reason}"] += 1
            continue
        found[asset][thing] = max(moment, found[asset].get(thing, 0))
    return found


def _thing(kind: object, name: object) -> Thing:
    if kind in ("tag", "untag"):
        return "tag", values.tags([name])[0]
    if kind not in COLUMNS:
        raise NotGoodError("of a kind that there is not")
    return COLUMNS[kind], ""
