"""A catalog of synthetic assets, as large as one likes: rows, words, stars, prices, thumbnails.

    python -m tests.benchmarks.synthetic --rows 100000 big/catalog.db

makes one to look at; `il.open("big/catalog.db", sandbox=True).gallery()` shows it. Some
hundreds of pictures are shared by all rows, so that a million stay below a gigabyte.
"""

from __future__ import annotations

import argparse
import colorsys
import io
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw

from imagelab import clock
from imagelab.catalog import blobs, thumbnails, words
from imagelab.catalog.blobs import Blob
from imagelab.catalog.catalog import Catalog, open_catalog
from imagelab.domain.ids import uuid7
from imagelab.jobs.looker import look_at

VOCABULARY = 20_000
PICTURES = 240
_LEAST, _MOST = 10, 40  # words in a prompt
_AT_ONCE = 50_000  # rows in a transaction
_SIDE_PIXELS = 512


def fill(catalog: Catalog, rows: int, pictures: int = 0, after: int = 0) -> None:
    """Rows as a catalog has them, numbered from `after` on; without pictures all share one blob that is none."""
    chance = random.Random(7)
    shared = _pictures(catalog, pictures) or _no_picture(catalog)
    for start in range(0, rows, _AT_ONCE):
        with catalog.writing() as db:
            for made in _made(chance, start, min(start + _AT_ONCE, rows)):
                _insert(db, shared[made[0] % len(shared)], after + made[0], *made[1:])


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


def _no_picture(catalog: Catalog) -> list[int]:
    with catalog.writing() as db:
        db.execute("INSERT INTO blob VALUES (1, 'x', 'png', 1024, 1024, 1, x'00')")
    return [1]


def _made(
    chance: random.Random, start: int, end: int
) -> Iterator[tuple[int, str, str, int | None, int]]:
    for number in range(start + 1, end + 1):
        # Word n is met about n times less often than word 0, as in a language.
        count = chance.randint(_LEAST, _MOST)
        picked = (int(VOCABULARY ** chance.random()) - 1 for _ in range(count))
        prompt = " ".join(f"word{n}" for n in picked)
        provider = chance.choice(("openai", "runware"))
        rating = chance.choice((None, None, None, 1, 2, 3, 4, 5))
        yield number, prompt, provider, rating, chance.randint(4_000_000, 200_000_000)


def _insert(
    db: sqlite3.Connection,
    blob: int,
    number: int,
    prompt: str,
    provider: str,
    rating: int | None,
    nano: int,
) -> None:
    db.execute(
        "INSERT INTO asset (id, uuid, kind, blob, provider, model, quality, format, width, height, "
        "size_bytes, prompt, rating, cost_nano, cost_unit, cost_source, created_at) VALUES "
        "(?, ?, 'made', ?, ?, 'gpt-image-2', 'low', 'png', 1024, 1024, 1, ?, ?, ?, 'usd', "
        "'reported', ?)",
        (number, uuid7(), blob, provider, prompt, rating, nano, clock.now_us()),
    )
    entry = words.index_entry(
        prompt=prompt, provider=provider, model="gpt-image-2", quality="low", format="png",
        width=1024, height=1024, rating=rating, flags=("root",),
    )  # fmt: skip
    words.add(db, number, entry)


def _colour(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def main() -> None:
    """Make the catalog that the command line names."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("path", type=Path, help="the file to make; it must not be there")
    options.add_argument("--rows", type=int, default=100_000)
    told = options.parse_args()
    if told.path.exists():
        options.error(f"{told.path} is there already; name another file")
    catalog = open_catalog(told.path, "sandbox")
    fill(catalog, told.rows, PICTURES)
    catalog.close()
    print(f"{told.rows:,} assets in {told.path}, {told.path.stat().st_size / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
