"""What a view asks of a catalog, answered the same in the kernel and in Jupyter's server.

Each question has a name and arguments from a page, which are foreign; each answer is a
header of plain JSON and the bytes it speaks of.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from imagelab.catalog import (
    arguments,
    asides,
    blobs,
    nearby,
    progress,
    search,
    stamps,
    standing,
    vocabulary,
)
from imagelab.catalog.answer import Answer
from imagelab.catalog.arguments import Asked
from imagelab.catalog.columns import columns
from imagelab.catalog.facets import FIELDS, Facet, facets
from imagelab.catalog.facts import asset_row, facts
from imagelab.catalog.family_pages import FamilyPages
from imagelab.catalog.listing import Listing, Listings
from imagelab.catalog.slices import Reads, in_time
from imagelab.catalog.stacks import first_page
from imagelab.catalog.sweep_cells import SweepPages
from imagelab.catalog.tile_page import paged, places_of, shown_tiles
from imagelab.catalog.tiles import pictures
from imagelab.domain.cost_words import to_the_cent
from imagelab.domain.query import Query, parse
from imagelab.domain.query_chips import toggled
from imagelab.domain.query_hints import suggestions
from imagelab.domain.query_live import parse_live
from imagelab.errors import CatalogError, ImagelabError, RequestError

MAX_TILES = 120
MAX_CARDS = 60
MAX_BETWEEN = 100_000
QUESTIONS = (
    "page",
    "count",
    "pictures",
    "between",
    "place",
    "rows",
    "facets",
    "facts",
    "original",
    "suggest",
    "parse",
    "searches",
    "history",
    "trash",
    "generations",
    "standing",
    "stamp",
    "family",
    "members",
    "edge",
    "standings",
    "cells",
)
# A first page is read in at most so long; a listing is read in slices.
_PATIENCE_SECONDS = 0.25
# What reading a foreign or broken file may raise: its text, its JSON, its numbers and dates.
_BROKEN = (sqlite3.Error, ValueError, TypeError, AttributeError, OverflowError, RecursionError)
_SUFFIXES = {"jpeg": "jpg"}
_IMAGES = ("png", "jpeg", "webp")


class Pages:
    """Answers the questions of views about one catalog, from any thread."""

    def __init__(self, reads: Reads, path: Path) -> None:
        self._reads, self._path = reads, path
        self._listings = Listings(reads, path)
        families = FamilyPages(reads, path)
        self._family, self._members = families.family, families.members
        self._edge = families.edge
        sweeps = SweepPages(reads)
        self._standings, self._cells = sweeps.standings, sweeps.cells

    def answer(self, name: str, asked: Mapping[str, Any]) -> Answer:
        """The answer to one of `QUESTIONS`.

        Raises QueryError, AssetNotFoundError, RequestError for what cannot be asked so, and
        CatalogError for what the file does not give.
        """
        if name not in QUESTIONS:
            raise RequestError(f"{name!r:.40} is no question; a view asks {', '.join(QUESTIONS)}")
        try:
            answered: Answer = getattr(self, f"_{name}")(asked)
        except ImagelabError:
            raise
        except _BROKEN as error:
            raise CatalogError(
                f"the catalog {self._path.name} could not be read: {error}; if that stays so, restore "
                "it from a backup"
            ) from error
        return answered

    def stamp(self) -> str:
        """A word for the state of the file, which changes whenever anything was committed."""
        return stamps.stamp(self._path)

    def _page(self, asked: Asked) -> Answer:
        query = _query(asked)
        start = arguments.whole(asked, "start", 0)
        limit = arguments.whole(asked, "limit", 60, low=1, high=MAX_TILES)
        shows, stacks = arguments.flag(asked, "pictures"), arguments.flag(asked, "stacks")
        state = arguments.text(asked, "stamp")
        listing = self._listing(query, start, state, stacks=stacks)
        if listing is None:
            now = self.stamp()
            first = partial(
                _first_page, query=query, limit=limit, shows=shows, stacks=stacks, state=now
            )
            answered = in_time(self._reads, _PATIENCE_SECONDS, first)
            if answered:
                return answered
            listing = self._listings.fresh(query, stacks=stacks)  # it takes a look at all
        ids = listing.ids[start : start + limit].tolist()
        sizes = listing.sizes[start : start + limit] if listing.sizes is not None else None
        with self._reads.reading() as db:
            shown = shown_tiles(db, ids, sizes, shows=shows)
        return paged(shown, start, len(listing.ids), listing.stamp, counted=True)

    def _listing(self, query: Query, start: int, state: str, *, stacks: bool) -> Listing | None:
        """Where a page comes from; None for a first page that no listing has as it is now.

        A view names the stamp it was given with the count, and nothing jumps while it scrolls
        through what was counted. Without one, the last count stands further down.
        """
        kept, fresh = partial(self._listings.kept, stacks=stacks), self._listings.fresh
        if state:
            return kept(query, state) or fresh(query, stacks=stacks)
        if start == 0:
            return kept(query, self.stamp())
        return kept(query) or fresh(query, stacks=stacks)

    def _count(self, asked: Asked) -> Answer:
        query = _query(asked)
        listing = self._listings.fresh(query, stacks=arguments.flag(asked, "stacks"))
        cost = None if listing.cost is None else str(to_the_cent(listing.cost))
        hint = None if listing.assets else nearby.hint(query, self._values)
        return Answer(
            {
                "total": len(listing.ids),
                "assets": listing.assets,
                "counted": True,
                "stamp": listing.stamp,
                "cost": cost,
                "hint": hint.sentence if hint else None,
                "hint_query": hint.query if hint else None,
            }
        )

    def _facets(self, asked: Asked) -> Answer:
        text, fields = arguments.text(asked, "query"), arguments.words(asked, "fields", FIELDS)
        listing = self._listings.fresh(_query(asked))
        found = [_facet(facet, text) for facet in facets(self._reads, listing.ids, fields)]
        return Answer({"stamp": listing.stamp, "total": len(listing.ids), "facets": found})

    def _between(self, asked: Asked) -> Answer:
        query = _query(asked)
        state = arguments.text(asked, "stamp")
        start = arguments.whole(asked, "start", 0)
        stop = arguments.whole(asked, "stop", 0, high=start + MAX_BETWEEN)
        stacks = arguments.flag(asked, "stacks")
        listing = self._listing(query, max(start, 1), state, stacks=stacks)
        assert listing is not None
        return Answer({"ids": listing.ids[start:stop].tolist(), "stamp": listing.stamp})

    def _pictures(self, asked: Asked) -> Answer:
        with self._reads.reading() as db:
            found = pictures(db, arguments.numbers(asked, MAX_TILES))
        places = places_of(found)
        shown = [{"id": picture.id, **places[picture.id]} for picture in found]
        return Answer({"pictures": shown}, tuple(picture.data for picture in found))

    def _place(self, asked: Asked) -> Answer:
        """Where in the list an asset stands; None where the search does not find it."""
        number, state = arguments.asset(asked), arguments.text(asked, "stamp")
        listing = self._listing(_query(asked), 1, state, stacks=arguments.flag(asked, "stacks"))
        assert listing is not None
        place = listing.ids.index(number) if number in listing.ids else None
        return Answer({"place": place, "stamp": listing.stamp})

    def _rows(self, asked: Asked) -> Answer:
        with self._reads.reading() as db:
            return Answer({"rows": columns(db, arguments.numbers(asked, MAX_TILES))})

    def _facts(self, asked: Asked) -> Answer:
        with self._reads.reading() as db:
            return Answer(facts(db, arguments.asset(asked)))

    def _original(self, asked: Asked) -> Answer:
        number = arguments.asset(asked)
        with self._reads.reading() as db:
            found = asset_row(db, number)
            data = blobs.read(db, found.sha256)
        kind = found.format if found.format in _IMAGES else ""
        media_type = f"image/{kind}" if kind else "application/octet-stream"
        name = f"{number}.{_SUFFIXES.get(kind, kind or 'bin')}"
        return Answer({"id": number, "type": media_type, "name": name}, (data,))

    def _suggest(self, asked: Asked) -> Answer:
        text = arguments.text(asked, "text")
        at = arguments.whole(asked, "at", len(text), high=len(text))
        found = suggestions(text, at, self._values)
        choices = [asdict(choice) for choice in found.choices]
        return Answer({"from": found.start, "to": found.end, "choices": choices})

    def _parse(self, asked: Asked) -> Answer:
        return Answer(asides.parsed(arguments.text(asked, "text")))

    def _searches(self, _: Asked) -> Answer:
        with self._reads.reading() as db:
            return Answer(asides.saved(db))

    def _history(self, _: Asked) -> Answer:
        with self._reads.reading() as db:
            return Answer(asides.history(db))

    def _trash(self, _: Asked) -> Answer:
        return Answer(asides.waiting(self._reads))

    def _values(self, name: str, prefix: str) -> list[str]:
        with self._reads.reading() as db:
            return vocabulary.values(db, name, prefix)

    def _generations(self, asked: Asked) -> Answer:
        now = self.stamp()
        with self._reads.reading() as db:
            found = progress.cards(db, arguments.numbers(asked, MAX_CARDS))
        return Answer({"stamp": now, "cards": found})

    def _standing(self, _: Asked) -> Answer:
        return Answer({"stamp": self.stamp(), **standing.standing(self._reads)})

    def _stamp(self, _: Asked) -> Answer:
        return Answer({"stamp": self.stamp()})


def _query(asked: Asked) -> Query:
    text = arguments.text(asked, "query")
    return parse_live(text) if arguments.flag(asked, "typing") else parse(text)


def _first_page(
    db: sqlite3.Connection, *, query: Query, limit: int, shows: bool, stacks: bool, state: str
) -> Answer | None:
    """A page that waits for no count: of the rest it is only known whether there is any.

    None where its stacks can only be told from all that is found.
    """
    if stacks:
        tops = first_page(db, query, limit)
        if tops is None:
            return None
        found, more = tops
        shown = shown_tiles(db, found.ids.tolist(), found.sizes, shows=shows)
    else:
        page = search.ids(db, query, limit=limit)
        more = page.next is not None
        shown = shown_tiles(db, page.ids, None, shows=shows)
    return paged(shown, 0, len(shown.tiles) + more, state, counted=not more)


def _facet(facet: Facet, text: str) -> dict[str, Any]:
    """A facet with what a search would be after each of its values was clicked."""
    values = []
    for value in facet.values:
        query, there = toggled(text, value.term)
        told = {"value": value.value, "label": value.label, "count": value.count}
        values.append({**told, "chip": value.term, "query": query, "on": there})
    return {"field": facet.field, "values": values, "more": facet.more}
