"""A catalog of synthetic assets, as large as one likes: rows, words, stars, prices, thumbnails.

    python -m tests.benchmarks.synthetic --rows 100000 big/catalog.db

makes one to look at; `il.open("big/catalog.db", sandbox=True).gallery()` shows it. Some
hundreds of pictures are shared by all rows, so that a million stay below a gigabyte.
"""

from __future__ import annotations

import argparse
import colorsys
import functools
import io
import itertools
import os
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from imagelab import clock
from imagelab.catalog import blobs, facet_bits, thumbnails, words
from imagelab.catalog.blobs import Blob
from imagelab.catalog.catalog import Catalog, open_catalog
from imagelab.catalog.words import IndexEntry, index_entry
from imagelab.domain.ids import uuid7
from imagelab.jobs.looker import look_at

VOCABULARY = 20_000
PICTURES = 240
TAGS = 60
_LEAST, _MOST = 10, 40  # words in a prompt
_AT_ONCE = 50_000  # rows in a transaction
_SIDE_PIXELS = 512
_DAYS = 900  # over which they are spread, ending on a fixed one
_LAST_DAY = datetime(2026, 11, 30, tzinfo=UTC)
_OFFERS = (
    ("openai", "gpt-image-2"),
    ("openai", "gpt-image-1.5"),
    ("runware", "flux-2-dev"),
    ("runware", "gpt-image-2"),
    ("cloudflare", "flux-1-schnell"),
)
_SIZES = ((1024, 1024), (1024, 1024), (1536, 1024), (1024, 1536), (512, 512))
_STATUSES = ("succeeded",) * 30 + ("partial",)
_ASSET = """
    INSERT INTO asset (id, uuid, kind, blob, generation, position, provider, model, quality, format,
    width, height, size_bytes, prompt, caption, note, params, seed, edit, rejected, rating,
    cost_nano, cost_unit, cost_source, created_at, stack)
    VALUES (:id, :uuid, :kind, :blob, :generation, :position, :provider, :model, :quality, :format,
    :width, :height, 1, :prompt, :caption, :note, :params, :seed, :edit, :rejected, :rating,
    :cost_nano, :cost_unit, 'reported', :created_at, :generation)
"""
_GENERATION = """
    INSERT INTO generation (id, uuid, status, provider, model, native, prompt, n, params, resolved,
    fingerprint, boot, pid, process_start, created_at, recipe)
    VALUES (:generation, :of, :status, :provider, :model, :model, :prompt, :n, '{}', '{}',
    :of, '', 0, 0, :created_at, :of)
"""
Row = dict[str, Any]


def fill(catalog: Catalog, rows: int, pictures: int = 0, originals: int = 0) -> None:
    """Rows as a catalog has them, of one to four images a generation.

    Without pictures all share one original that is none, or so many that nobody can see.
    """
    chance = random.Random(7)
    shared = _pictures(catalog, pictures) or _no_pictures(catalog, max(1, originals))
    made = _rows_made(chance, rows, shared)
    while part := list(itertools.islice(made, _AT_ONCE)):
        with catalog.writing() as db:
            db.executemany(_GENERATION, [row for row in part if row["position"] == 0])
            db.executemany(_ASSET, part)
            db.executemany(
                "INSERT INTO tag VALUES (?, ?)",
                [(row["id"], name) for row in part for name in row["tags"]],
            )
            for row in part:
                words.add(db, row["id"], _entry(row))
            facet_bits.add_many(
                db, [(row["id"], facet_bits.marks_of(row, row["tags"])) for row in part]
            )


def kept(rows: int) -> Path:
    """A catalog with pictures to be copied, made once a run: nobody opens it, or it would be
    brought up to today's schema and be another one from then on.

    The one of the folder that `IMAGELAB_BENCH_CATALOGS` names, where there is one.
    """
    name = f"{rows}.db"
    before = Path(os.environ.get("IMAGELAB_BENCH_CATALOGS", "")) / name
    here = Path(_made().name) / name
    if before.exists() or here.exists():
        return before if before.exists() else here
    catalog = open_catalog(here, "sandbox")
    fill(catalog, rows, PICTURES)
    catalog.close()
    return here


def copied(folder: Path, rows: int) -> Path:
    """A copy of that one, named as it is, to open and write into."""
    return Path(shutil.copyfile(kept(rows), folder / f"{rows}.db"))


def give_originals(catalog: Catalog, rows: int) -> None:
    """Give each asset an original of its own, none of which is a picture: no two look alike."""
    with catalog.writing() as db:
        (last,) = db.execute("SELECT max(id) FROM blob").fetchone()
        _add_originals(db, range(last + 1, last + rows + 1))
        db.execute("UPDATE asset SET blob = ? + id", (last,))


@functools.cache
def _made() -> tempfile.TemporaryDirectory[str]:
    """Where this run's catalogs lie; it goes when the process ends."""
    return tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-")


def picture(number: int) -> bytes:
    """A picture unlike its neighbours: a coloured ground, a sun and two hills."""
    chance = random.Random(number)
    hue = chance.random()
    image = Image.new("RGB", (_SIDE_PIXELS, _SIDE_PIXELS), _colour(hue, 0.45, 0.75))
    draw = ImageDraw.Draw(image)
    sun = chance.randint(60, 420)
    draw.ellipse((sun, 50, sun + 90, 140), fill=_colour(hue + 0.5, 0.3, 0.98))
    for depth in (0.55, 0.4):
        top = chance.randint(230, 380)
        draw.ellipse((-200, top, chance.randint(500, 900), 900), fill=_colour(hue, 0.6, depth))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _pictures(catalog: Catalog, count: int) -> list[int]:
    numbers: list[int] = []
    for start in range(count):
        data = picture(start)
        kept = Blob.of(data, "png", _SIDE_PIXELS, _SIDE_PIXELS)
        with catalog.writing() as db:
            numbers.append(blobs.keep(db, kept))
            thumbnails.save(db, kept.sha256, look_at(data))
    return numbers


def _no_pictures(catalog: Catalog, count: int) -> list[int]:
    with catalog.writing() as db:
        _add_originals(db, range(1, count + 1))
    return list(range(1, count + 1))


def _add_originals(db: sqlite3.Connection, numbers: range) -> None:
    chance = random.Random(8)
    db.executemany(
        "INSERT INTO blob VALUES (?, ?, 'png', 1024, 1024, 1, x'00')",
        ((number, f"{number:064x}") for number in numbers),
    )
    db.executemany(
        "INSERT INTO thumbnail (blob, likeness) VALUES (?, ?)",
        ((number, chance.getrandbits(64) - 2**63) for number in numbers),
    )


def _rows_made(chance: random.Random, rows: int, blobs: Sequence[int]) -> Iterator[Row]:
    """Every row, oldest first; those of one generation share what was asked."""
    end = clock.to_us(_LAST_DAY)
    number = 0
    for generation in itertools.count(1):
        asked = _asked(chance, generation)
        for position in range(asked["n"]):
            if number == rows:
                return
            number += 1
            ago = (rows - number) * _DAYS * 86_400_000_000 // rows
            yield (
                asked
                | _image(chance)
                | {
                    "id": number,
                    "uuid": uuid7(),
                    "position": position,
                    "blob": blobs[number % len(blobs)],
                    "created_at": end - ago,
                }
            )


def _asked(chance: random.Random, generation: int) -> Row:
    # Word n is met about n times less often than word 0, as in a language.
    count = chance.randint(_LEAST, _MOST)
    picked = (int(VOCABULARY ** chance.random()) - 1 for _ in range(count))
    provider, model = chance.choice(_OFFERS)
    width, height = chance.choice(_SIZES)
    return {
        "generation": generation,
        "of": f"{generation:032x}",
        "n": chance.randint(1, 4),
        "kind": "made",
        "status": chance.choice(_STATUSES),
        "prompt": " ".join(f"word{n}" for n in picked),
        "provider": provider,
        "model": model,
        "quality": chance.choice((None, "low", "medium", "high")),
        "format": chance.choice(("png", "png", "png", "jpeg", "webp")),
        "width": width,
        "height": height,
        "edit": int(chance.random() < 0.2),
        "params": chance.choice(("{}", '{"background":"transparent"}', '{"steps":20}')),
    }


def _image(chance: random.Random) -> Row:
    rare = chance.random()
    return {
        "caption": "a picture of word5" if rare < 0.02 else None,
        "note": "print it" if 0.02 < rare < 0.03 else None,
        "rejected": int(chance.random() < 0.03),
        "rating": chance.choice((None, None, None, 1, 2, 3, 4, 5)),
        "seed": chance.choice((None, chance.randint(1, 2**40))),
        "cost_nano": None if rare > 0.98 else chance.randint(4_000_000, 200_000_000),
        "cost_unit": "credits" if 0.9 < rare < 0.95 else "usd",
        "transparent": 0,
        "flagged": None,
        "trashed": 0,
        "damaged": None,
        "tags": {f"tag{int(TAGS ** chance.random()) - 1}" for _ in range(2) if rare < 0.25},
    }


def _entry(row: Row) -> IndexEntry:
    flags = ["rejected"] * row["rejected"] + (["edit"] if row["edit"] else ["root"])
    said = ("prompt", "caption", "note", "tags", "provider", "model", "quality", "format")
    values = {name: row[name] for name in (*said, "width", "height", "rating")}
    return index_entry(**values, flags=flags)


def _colour(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def main() -> None:
    """Make the catalog that the command line names."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("path", type=Path, help="the file to make; it must not be there")
    options.add_argument("--rows", type=int, default=100_000)
    own = "each row has an original of its own, and none is a picture: to search, not to look at"
    options.add_argument("--originals", action="store_true", help=own)
    told = options.parse_args()
    if told.path.exists():
        options.error(f"{told.path} is there already; name another file")
    catalog = open_catalog(told.path, "sandbox")
    if told.originals:
        fill(catalog, told.rows, originals=told.rows)
    else:
        fill(catalog, told.rows, PICTURES)
    catalog.close()
    print(f"{told.rows:,} assets in {told.path}, {told.path.stat().st_size / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
