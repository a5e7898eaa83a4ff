"""A catalog with originals a test chose, and hands that alter its file as a bad disk would."""

from __future__ import annotations

import hashlib
import io
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from PIL import Image

from imagelab.catalog.blobs import Blob
from imagelab.catalog.catalog import Catalog, open_catalog
from imagelab.catalog.imports import keep_import
from tests.finished import new_catalog

SIDE = 24


def picture(number: int, side: int = SIDE) -> Blob:
    """A noisy picture, unlike every other."""
    noise = random.Random(number).randbytes(side * side * 3)
    file = io.BytesIO()
    Image.frombytes("RGB", (side, side), noise).save(file, "PNG")
    return Blob.of(file.getvalue(), "png", side, side)


def made(path: Path, blobs: list[Blob]) -> None:
    """A catalog with these originals as imported assets, closed again."""
    with opened(path) as catalog, catalog.writing() as db:
        for blob in blobs:
            keep_import(db, blob)


@contextmanager
def opened(path: Path) -> Iterator[Catalog]:
    catalog = open_catalog(path, "sandbox") if path.exists() else new_catalog(path)
    try:
        yield catalog
    finally:
        catalog.close()


def flip(path: Path, blob: Blob, chance: random.Random) -> None:
    """One bit of an original, in the file itself; nobody may have it open."""
    content = bytearray(path.read_bytes())
    while True:  # an original that fills more than a page is not in one piece
        start = chance.randrange(len(blob.data))
        piece = blob.data[start : start + 40]
        if len(piece) == 40 and content.count(piece) == 1:
            break
    content[content.index(piece) + chance.randrange(40)] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def alter(path: Path, *statements: str) -> None:
    """What no part of the house would do to a catalog; nobody may have it open."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file of a folder with the hash of its content, but those that locks leave behind."""
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.suffix not in (".lock", ".gate", ".copying")
    }


def flip_any(path: Path, copy: Path) -> None:
    """One bit of the first original, as a copy of the catalog knows it; nobody has it open."""
    with closing(sqlite3.connect(copy)) as db:
        data, sha256 = db.execute("SELECT data, sha256 FROM blob ORDER BY id").fetchone()
    flip(path, Blob(data, "png", 0, 0, sha256), random.Random(0))
