from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from imagelab.catalog import listing
from imagelab.catalog.catalog import Catalog
from imagelab.catalog.listing import Listings
from imagelab.domain.money import Spend
from imagelab.domain.query import parse
from tests.catalog.searchable import keep
from tests.finished import new_catalog

FOX, ALL = parse("fox"), parse("")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = new_catalog(tmp_path / "c.db")
    yield opened
    opened.close()


@pytest.fixture
def listings(catalog: Catalog) -> Listings:
    return Listings(catalog, catalog.path)


def kept(catalog: Catalog, *prompts: str, **columns: object) -> None:
    with catalog.writing() as db:
        for prompt in prompts:
            keep(db, prompt, **columns)


def test_a_listing_is_kept_until_something_is_committed(
    catalog: Catalog, listings: Listings
) -> None:
    kept(catalog, "fox", "hen", "fox")

    first = listings.fresh(FOX)

    assert first.ids.tolist() == [3, 1]
    assert listings.fresh(FOX) is first is listings.kept(FOX)


def test_what_was_counted_stays_as_it_was_beside_the_newest(
    catalog: Catalog, listings: Listings
) -> None:
    kept(catalog, "fox")
    old = listings.fresh(FOX)
    kept(catalog, "fox")

    new = listings.fresh(FOX)

    assert listings.kept(FOX) is new
    assert listings.kept(FOX, old.stamp) is old
    assert (old.ids.tolist(), new.ids.tolist()) == ([1], [2, 1])


def test_a_state_that_was_never_counted_is_not_kept(catalog: Catalog, listings: Listings) -> None:
    kept(catalog, "fox")
    listings.fresh(FOX)

    assert listings.kept(FOX, "another") is None
    assert listings.kept(ALL) is None


def test_only_the_last_states_of_a_query_are_kept(catalog: Catalog, listings: Listings) -> None:
    first = listings.fresh(FOX)

    for _ in range(listing.MAX_STATES):
        kept(catalog, "fox")
        listings.fresh(FOX)

    assert listings.kept(FOX, first.stamp) is None


def test_the_query_that_nobody_asked_for_longest_goes(listings: Listings) -> None:
    queries = [parse(f"word{number}") for number in range(listing.MAX_QUERIES)]
    for query in queries:
        listings.fresh(query)
    listings.kept(queries[0])

    listings.fresh(FOX)

    assert listings.kept(queries[0])
    assert listings.kept(queries[1]) is None


def test_the_newest_is_kept_even_where_it_is_too_long_for_others(
    catalog: Catalog, listings: Listings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MAX_NUMBERS", 1)
    kept(catalog, "fox", "fox")

    listings.fresh(ALL)
    listings.fresh(FOX)

    assert listings.kept(ALL) is None
    assert listings.kept(FOX)


def test_threads_that_ask_at_once_share_one_listing(catalog: Catalog, listings: Listings) -> None:
    kept(catalog, *["fox"] * 50)
    together = threading.Barrier(8)

    def ask(_: int) -> object:
        together.wait()
        return listings.fresh(FOX)

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(ask, range(8)))

    assert len(set(map(id, found))) == 1


def test_costs_are_added_up_with_what_is_unknown(catalog: Catalog, listings: Listings) -> None:
    kept(catalog, "fox", "fox", model="m", cost_nano=40_000_000, cost_unit="usd")
    kept(catalog, "fox", model="m", cost_nano=3 * 10**9, cost_unit="credits")
    kept(catalog, "fox", model="m")

    assert str(listings.fresh(FOX).cost) == "$0.08 + 3 credits + 1 unknown"


def test_imported_images_cost_nothing_and_are_not_unknown(
    catalog: Catalog, listings: Listings
) -> None:
    kept(catalog, "fox", kind="imported")
    alone = listings.fresh(parse("is:imported"))
    kept(catalog, "fox", model="m", cost_nano=0, cost_unit="usd")

    assert alone.cost is None
    assert listings.fresh(parse("is:imported OR fox")).cost == Spend()


def test_of_very_many_no_cost_is_said(
    catalog: Catalog, listings: Listings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MAX_ADDED", 1)
    kept(catalog, "fox", "fox", model="m", cost_nano=1, cost_unit="usd")

    assert listings.fresh(FOX).cost is None
