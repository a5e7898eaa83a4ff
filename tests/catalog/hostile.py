"""Searches that nobody would write: random ones by the thousand, and some that were chosen.

    python -m tests.catalog.hostile --count 100000

runs that many against a small catalog, and says how many were read and how many refused.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import tempfile
from collections import Counter
from pathlib import Path

from imagelab.catalog import search
from imagelab.domain.query import parse
from imagelab.domain.query_chips import chips
from imagelab.domain.query_live import parse_live
from imagelab.errors import AssetNotFoundError, QueryError
from tests.catalog.searchable import feed, generate, keep, searchable

CHOSEN = (
    "",
    " ",
    '"',
    '""',
    '"""',
    "'",
    "''",
    "\\",
    "\x00",
    "\ud800",
    "fox\x00koi",
    "\u202efox",
    "\u200bfox",
    "fox\n-koi\r\n\trating:5",
    "(((((((((((((((((((((((((((((((fox",
    "-" * 60 + "fox",
    "NOT " * 60 + "fox",
    "OR",
    "AND",
    "NOT",
    "|",
    "| |",
    "()",
    ")(",
    "-()",
    "-)",
    "-|",
    "*",
    "**",
    "*fox",
    "fo*x",
    ":",
    "::",
    "a:b:c",
    "model:",
    "model:,",
    "model:*",
    "model:****************************************x",
    'tag:"unfinished',
    "tag:%,_,\\%",
    "prompt:' OR 1=1 --",
    "fox'; DROP TABLE asset; --",
    'words : "fox" NEAR(koi)',
    "facets:all0",
    "rowid:1",
    "id:99999999999999999999999999999999",
    "id:-1",
    "cost:1e308",
    "cost:nan",
    "cost:0.0000000000000000000000001",
    "rating:>5",
    "rating:..",
    "seed:9223372036854775807",
    "seed:9223372036854775808",
    "date:99999-99",
    "date:0000-00-00",
    "date:999999999d",
    "date:٢٠٢٦",
    "width:１０２４",
    'param."a":1',
    "param.a'b:1",
    "param.$[0]:1",
    "param.a.b.c..d:1",
    "like:#0",
    "from:999999",
    "stack:#1,#2",
    "sort:date,sort:cost",
    "sort:-",
    "is:",
    "is:rejected,trashed,imported -is:rejected",
    "😀",
    "日",
    "ﷺ" * 50,
    "\u0301\u0301",
    "x" * 10_001,
    "fox " * 600,
    "tag:" + ",".join("x" * 100 for _ in range(90)),
    "-fox* OR -(koi -hen) | is:edit -rating:1..2",
)
_PIECES = (
    "fox", "koi", "ca", "*", "-", "--", "NOT ", "OR", "|", "AND ", "(", ")", '"', "'", ",", ":",
    " ", "  ", "\t", "\\", "%", "_", "\x00", "\ud83d", "é", "日本", "😀", "\u202e", "..", "..5",
    ">=", "<", "0", "1", "5", "-1", "1e9", "0x1", "#1", "#99", "7d", "today", "2026-11", "2026-13",
    "model:", "provider:", "quality:", "size:", "format:", "status:", "tag:", "prompt:",
    "caption:", "note:", "cost:", "rating:", "width:", "height:", "n:", "seed:", "id:", "date:",
    "is:", "from:", "like:", "stack:", "sort:", "param.", "param.a:", "PROMPT:", "nofield:",
    "edit", "root", "rejected", "trashed", "imported", "NEAR", "facets", "all0", "; DROP TABLE",
)  # fmt: skip


def strings(count: int, seed: int) -> list[str]:
    """Random searches: pieces of the language and of its enemies, and plain noise."""
    chance = random.Random(seed)
    return [_string(chance) for _ in range(count)]


def tried(db: sqlite3.Connection, text: str) -> str:
    """What became of a search: read, or refused as what is wrong with it; anything else raises."""
    try:
        chips(text)
        parse_live(text)
        query = parse(text)
    except QueryError:
        return "refused"
    try:
        page = search.ids(db, query, limit=2)
        assert search.count(db, query) >= len(page.ids)
        if page.next:
            search.ids(db, query, limit=2, before=page.next)
    except AssetNotFoundError:
        return "of no asset"
    return "read"


def stock(db: sqlite3.Connection) -> None:
    """Some assets with as much said of them as can be."""
    root = keep(
        db, "a red fox", rating=5, tags=("hero", "red fox"), model="gpt-image-2", likeness=5
    )
    made = generate(db)
    feed(db, root, made)
    keep(db, "koi 日本 é", generation=made, edit=1, cost_nano=5, cost_unit="usd", seed=7)
    keep(db, "fox", params='{"a":1}', caption="koi", note="fox", provider="oxen", rejected=1)
    keep(db, kind="imported", created_at=10**15, params="{no json")


def _string(chance: random.Random) -> str:
    if chance.random() < 0.15:
        return "".join(chr(chance.randrange(1, 0x500)) for _ in range(chance.randrange(20)))
    between = chance.choice(("", "", " "))
    return between.join(chance.choice(_PIECES) for _ in range(chance.randrange(1, 12)))


def main() -> None:
    """Try so many, and say what became of them."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=7)
    told = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, searchable(Path(folder)) as db:
        stock(db)
        found = Counter(tried(db, text) for text in (*CHOSEN, *strings(told.count, told.seed)))
    print(dict(found))  # noqa: T201 - a command talks


if __name__ == "__main__":
    main()
