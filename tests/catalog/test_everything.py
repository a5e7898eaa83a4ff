from __future__ import annotations

from itertools import product
from pathlib import Path

from imagelab.catalog import everything, facet_bits
from tests.catalog.searchable import found, keep, searchable
from tests.catalog.test_hits import Held


def test_everything_is_what_a_search_for_nothing_finds(tmp_path: Path) -> None:
    with searchable(tmp_path) as db:
        for rejected, edit, trashed, kind in product((0, 1), (0, 1), (0, 1), ("made", "imported")):
            keep(db, rejected=rejected, edit=edit, trashed=trashed, kind=kind)
        assert list(everything.shown(Held(db))) == found(db, "") != []


def test_numbers_far_apart_are_all_there(tmp_path: Path) -> None:
    with searchable(tmp_path) as db:
        far = [1, facet_bits.CHUNK - 1, facet_bits.CHUNK, 3 * facet_bits.CHUNK + 1]
        for number in far:
            keep(db, id=number, edit=number % 2)
        assert list(everything.shown(Held(db))) == far[::-1]


def test_an_empty_catalog_shows_nothing(tmp_path: Path) -> None:
    with searchable(tmp_path) as db:
        assert list(everything.shown(Held(db))) == []
