from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from imagelab.catalog.tiles import MAX_PICTURE_BYTES, pictures, tiles
from tests.catalog.searchable import keep, searchable

HOSTILE = "<img src=x onerror=alert(1)>\n\x1b[31m\u202efox " * 50


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with searchable(tmp_path) as opened:
        yield opened


def look(db: sqlite3.Connection, asset: int, media_type: str | None, data: bytes | None) -> None:
    db.execute(
        "UPDATE thumbnail SET media_type = ?, data = ? "
        "WHERE blob = (SELECT blob FROM asset WHERE id = ?)",
        (media_type, data, asset),
    )


def test_tiles_come_in_the_order_asked_for_without_those_that_are_not_there(
    db: sqlite3.Connection,
) -> None:
    numbers = [keep(db, name) for name in ("one", "two", "three")]

    assert [tile.alt for tile in tiles(db, [numbers[2], 99, numbers[0]])] == ["three", "one"]
    assert tiles(db, []) == []


def test_a_tile_has_what_a_grid_shows(db: sqlite3.Connection) -> None:
    number = keep(db, "fox", width=30, height=20, rating=4, rejected=1, flagged=1, transparent=1)

    (tile,) = tiles(db, [number])

    assert (tile.id, tile.width, tile.height, tile.rating) == (number, 30, 20, 4)
    assert (tile.rejected, tile.flagged, tile.transparent, tile.damaged) == (
        True,
        True,
        True,
        False,
    )
    assert len(tile.sha) == 16


def test_what_nobody_said_anything_of_is_called_by_its_number(db: sqlite3.Connection) -> None:
    number = keep(db, "", kind="imported", damaged="it ends early")

    (tile,) = tiles(db, [number])

    assert tile.alt == f"asset #{number}"
    assert (tile.damaged, tile.rating, tile.flagged) == (True, None, False)


def test_a_caption_is_read_out_before_the_prompt(db: sqlite3.Connection) -> None:
    number, empty = keep(db, "a prompt", caption="a fox"), keep(db, "a prompt", caption="")

    assert [tile.alt for tile in tiles(db, [number, empty])] == ["a fox", "a prompt"]


def test_a_hostile_prompt_is_one_short_line_without_tricks(db: sqlite3.Connection) -> None:
    (tile,) = tiles(db, [keep(db, HOSTILE)])

    assert len(tile.alt) <= 200
    assert tile.alt.startswith("<img src=x onerror=alert(1)> [31m fox <img")


def test_pictures_come_in_the_order_asked_for(db: sqlite3.Connection) -> None:
    one, two = keep(db, "one"), keep(db, "two")
    look(db, one, "image/jpeg", b"1")
    look(db, two, "image/webp", b"22")

    found = pictures(db, [two, one, 99])

    assert [(p.id, p.type, p.data) for p in found] == [
        (two, "image/webp", b"22"),
        (one, "image/jpeg", b"1"),
    ]


@pytest.mark.parametrize(
    ("media_type", "data"),
    [
        (None, None),
        ("image/jpeg", b""),
        ("text/html", b"<script>"),
        ("image/svg+xml", b"<svg>"),
        ("image/jpeg", bytes(MAX_PICTURE_BYTES + 1)),
    ],
)
def test_what_is_no_small_picture_is_left_out(
    db: sqlite3.Connection, media_type: str | None, data: bytes | None
) -> None:
    number = keep(db, "fox")
    look(db, number, media_type, data)

    assert pictures(db, [number]) == []
