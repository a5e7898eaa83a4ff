"""What is taken in at a time: some generations with all that belongs to them, read and judged."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from imagelab.catalog import merge_values as values
from imagelab.catalog.merge_bundle import Bundle, Original
from imagelab.catalog.merge_values import NotGoodError, Row
from imagelab.catalog.slices import Reads
from imagelab.domain.frozen import frozen
from imagelab.domain.place import is_store
from imagelab.errors import DamagedImageError
from imagelab.imaging.sniff import sniff

_OF_GENERATIONS = {
    "generation": """
        SELECT * FROM generation WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id
    """,
    "call": """
        SELECT * FROM call WHERE generation IN (SELECT value FROM json_each(?)) ORDER BY id
    """,
    "asset": """
        SELECT a.*, b.sha256 FROM asset AS a LEFT JOIN blob AS b ON b.id = a.blob
        WHERE a.generation IN (SELECT value FROM json_each(?)) ORDER BY a.id
    """,
    "input": """
        SELECT i.generation, i.position, i.role, i.url, b.sha256, p.uuid AS parent,
        p.generation AS made_by FROM input AS i LEFT JOIN blob AS b ON b.id = i.blob
        LEFT JOIN asset AS p ON p.id = i.asset
        WHERE i.generation IN (SELECT value FROM json_each(?)) ORDER BY i.generation, i.position
    """,
    "line": """
        SELECT * FROM ledger WHERE generation IN (SELECT value FROM json_each(?)) ORDER BY id
    """,
}
_EVENTS = """
    SELECT generation, call, at, was, became, note FROM event
    WHERE generation IN (SELECT value FROM json_each(?)) ORDER BY seq
"""
_IMPORTED = """
    SELECT a.*, b.sha256 FROM asset AS a LEFT JOIN blob AS b ON b.id = a.blob
    WHERE a.id IN (SELECT value FROM json_each(?)) AND a.generation IS NULL ORDER BY a.id
"""
_TAGS = "SELECT asset, name FROM tag WHERE asset IN (SELECT value FROM json_each(?))"
_ORIGINALS = """
    SELECT b.sha256, b.format, b.width, b.height, b.size_bytes, e.at AS emptied_at,
    t.likeness, t.transparent, t.media_type, t.data AS small, s.url, o.name FROM blob AS b
    LEFT JOIN emptied AS e ON e.blob = b.id LEFT JOIN thumbnail AS t ON t.blob = b.id
    LEFT JOIN offloaded AS o ON o.blob = b.id LEFT JOIN store AS s ON s.id = o.store
    WHERE b.sha256 IN (SELECT value FROM json_each(?))
"""
_JUDGED: dict[str, Callable[[Row], Row]] = {
    "generation": values.generation,
    "call": values.call,
    "asset": values.asset,
    "input": values.given,
    "line": values.line,
}
_WORDS = {"line": "line of a ledger"}
_MOST_SMALL_BYTES = 200_000
_SMALL = {"image/webp": "webp", "image/jpeg": "jpeg"}


Raw = TypeVar("Raw")
Good = TypeVar("Good")


@frozen
class Source:
    """Where it comes from: its rows, its originals by hash, and how much of it is wanted.

    `original` gives None where there are no bytes. `assets`, where it is not None, are the
    numbers of the only ones that are wanted. Without `money` no price is taken along.
    """

    reads: Reads
    original: Callable[[str], bytes | None]
    assets: Collection[int] | None = None
    generations: Collection[int] | None = None
    money: bool = True


def of_generations(source: Source, numbers: Sequence[int], left_out: Counter[str]) -> Bundle:
    """Some generations with everything of them, but for their originals."""
    found = {
        kind: _judged(kind, fetched(source.reads, sql, numbers, left_out), left_out)
        for kind, sql in _OF_GENERATIONS.items()
    }
    events = judged(
        values.event, _found(source.reads, _EVENTS, numbers, left_out)[1], "entry", left_out
    )
    wanted, known = set(numbers), {row["id"] for row in found["generation"]}
    known &= wanted  # a false index may give others
    bundle = Bundle(generations=[row for row in found["generation"] if row["id"] in known])
    bundle.calls = [row for row in found["call"] if row["generation"] in known]
    bundle.assets = [
        row
        for row in found["asset"]
        if row["generation"] in known and (source.assets is None or row["id"] in source.assets)
    ]
    bundle.inputs = [row for row in found["input"] if row["generation"] in known]
    bundle.lines = [row for row in found["line"] if row["generation"] in known]
    bundle.events = [event for event in events if event[0] in known]
    if not source.money:
        bundle.without_money()
    bundle.tags = _tags(source, bundle.assets, left_out)
    bundle.work_out()
    return bundle


def of_imports(source: Source, numbers: Sequence[int], left_out: Counter[str]) -> Bundle:
    """Some imported assets."""
    found = _judged("asset", fetched(source.reads, _IMPORTED, numbers, left_out), left_out)
    bundle = Bundle(assets=found)
    bundle.tags = _tags(source, bundle.assets, left_out)
    bundle.work_out()
    return bundle


def facts(source: Source, hashes: Collection[str], left_out: Counter[str]) -> dict[str, Row]:
    """What is said of originals, and how many bytes there are of each."""
    found: dict[str, Row] = {}
    for row in fetched(source.reads, _ORIGINALS, sorted(hashes), left_out):
        if row["sha256"] in hashes:  # a false index may give others
            found.setdefault(row["sha256"], row)
    return found


def original(source: Source, said: Row, left_out: Counter[str]) -> Original | None:
    """An original whose bytes are those of its hash; None where it is not to be had so."""
    try:
        return _emptied(said) if said["emptied_at"] is not None else _kept(source, said)
    except NotGoodError as reason:
        left_out[f"original {reason}"] += 1
    except sqlite3.Error:
        left_out["original that cannot be read"] += 1
    except DamagedImageError:
        left_out["original that is no image"] += 1
    return None


def fetched(
    reads: Reads, sql: str, keys: Sequence[int] | Sequence[str], left_out: Counter[str]
) -> list[Row]:
    """Rows by a list of keys; where one cannot be read, all but that one."""
    names, found = _found(reads, sql, keys, left_out)
    return [dict(zip(names, row, strict=True)) for row in found]


def _found(
    reads: Reads, sql: str, keys: Sequence[int] | Sequence[str], left_out: Counter[str]
) -> tuple[Sequence[str], list[tuple[Any, ...]]]:
    """The names of the columns and the rows, as plain values: in half the time of mappings."""
    if not keys:
        return (), []
    try:
        with reads.reading() as db:
            cursor = db.cursor()
            cursor.row_factory = None
            found = cursor.execute(sql, (json.dumps(list(keys)),)).fetchall()
            return [told[0] for told in cursor.description], found
    except sqlite3.Error:
        if len(keys) == 1:
            left_out["row that cannot be read"] += 1
            return (), []
    half = len(keys) // 2
    names, first = _found(reads, sql, keys[:half], left_out)
    more, second = _found(reads, sql, keys[half:], left_out)
    return names or more, [*first, *second]


def judged(
    judge: Callable[[Raw], Good], rows: Sequence[Raw], word: str, left_out: Counter[str]
) -> list[Good]:
    """Those rows that are good; the others are counted by what is wrong with them."""
    good = []
    for row in rows:
        try:
            good.append(judge(row))
        except NotGoodError as reason:
            left_out[f"{word} {reason}"] += 1
    return good


def _judged(kind: str, rows: Sequence[Row], left_out: Counter[str]) -> list[Row]:
    return judged(_JUDGED[kind], rows, _WORDS.get(kind, kind), left_out)


def _tags(source: Source, assets: Sequence[Row], left_out: Counter[str]) -> dict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in fetched(source.reads, _TAGS, [row["id"] for row in assets], left_out):
        try:
            found[row["asset"]] += values.tags([row["name"]])
        except NotGoodError as reason:
            left_out[f"asset {reason}"] += 1
    return dict(found)


def _kept(source: Source, said: Row) -> Original:
    data = source.original(said["sha256"])
    if data is None and said["url"] is not None:
        return _stored(said)
    if data is None:
        raise NotGoodError("that is not in the file")
    if hashlib.sha256(data).hexdigest() != said["sha256"]:
        raise NotGoodError("whose bytes are not those of its hash")
    header = sniff(data)
    facts = (header.format, header.width, header.height, len(data))
    return Original(said["sha256"], *facts, data, None, *_look(said))


def _emptied(said: Row) -> Original:
    likeness, transparent, *_ = _look(said)
    return Original(*_facts(said), None, values.moment(said["emptied_at"]), likeness, transparent)


def _stored(said: Row) -> Original:
    """What is only said of it: its bytes are seen by whoever names that store here."""
    if not is_store(said["url"], said["name"]):
        raise NotGoodError("whose store is no store")
    return Original(*_facts(said), None, None, *_look(said), said["url"], said["name"])


def _facts(said: Row) -> tuple[str, str, int, int, int]:
    for name in ("width", "height", "size_bytes"):
        if type(said[name]) is not int or not 0 <= said[name] < 2**40:
            raise NotGoodError("whose row is no row")
    if said["format"] not in ("png", "jpeg", "webp"):
        raise NotGoodError("whose row is no row")
    return said["sha256"], said["format"], said["width"], said["height"], said["size_bytes"]


def _look(said: Row) -> tuple[int | None, int, str | None, bytes | None]:
    """The small picture, if it is one; without it a new one is made of the original."""
    kind, small = said["media_type"], said["small"]
    likeness = said["likeness"] if type(said["likeness"]) is int else None
    if kind not in _SMALL or type(small) is not bytes or len(small) > _MOST_SMALL_BYTES:
        return likeness, int(bool(said["transparent"])), None, None
    try:
        fits = sniff(small).format == _SMALL[kind]
    except DamagedImageError:
        fits = False
    return likeness, int(bool(said["transparent"])), kind if fits else None, small if fits else None
