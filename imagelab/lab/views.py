"""The lab's views: what a gallery and a studio are given, so that they open nothing themselves."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from imagelab.catalog import rows, search
from imagelab.catalog.answer import Answer
from imagelab.catalog.pages import Pages
from imagelab.domain.offer import Offer
from imagelab.domain.query import parse
from imagelab.errors import RequestError
from imagelab.handles.assets import Assets
from imagelab.handles.backing import Backing
from imagelab.lab.blind_views import BlindViews
from imagelab.lab.engine import Engine
from imagelab.lab.family_views import FamilyViews
from imagelab.lab.making import Maker
from imagelab.lab.remaking import Remaking
from imagelab.lab.stills import MOST_PICTURES, gallery_still, studio_still
from imagelab.lab.sweep_views import SweepViews
from imagelab.lab.view_verbs import ViewVerbs
from imagelab.lab.watching import Watch
from imagelab.providers.choosing import choose
from imagelab.widgets.gallery import Gallery
from imagelab.widgets.still import Still
from imagelab.widgets.studio import Studio

_MOST_OPEN = 20
_log = logging.getLogger(__name__)


class Views:
    """Makes the views of one lab, and keeps them told of what changes."""

    def __init__(self, engine: Engine, backing: Backing, maker: Maker) -> None:
        self._engine, self._backing, self._maker = engine, backing, maker
        self._remaking = Remaking(engine, backing, maker)
        self._pages = Pages(engine.catalog, engine.catalog.path)
        self._verbs = ViewVerbs(engine.catalog, backing)
        self._watch = Watch(self._pages.stamp)
        engine.at_close(self._watch.close)
        self.families = FamilyViews(
            engine, backing, self._pages, self._watch, self._verbs.act, self.studio
        )
        self.blinds = BlindViews(engine, self._pages)
        self.sweeps = SweepViews(engine, self._pages, self._watch, self._verbs.act)

    def gallery(self, query: str) -> Gallery[Assets]:
        """A gallery of what a query finds; QueryError where it cannot be read."""
        parse(query)
        made: Gallery[Assets] = Gallery(
            answer=self._answer,
            act=self._act,
            pick=self._assets,
            pointer=self._engine.pointer(),
            still=lambda: self._gallery_still(made.query),
            query=query,
        )
        self._watch.tell(made)
        return made

    def studio(self) -> Studio[Assets]:
        """A studio that asks and submits as the lab does."""
        made: Studio[Assets] = Studio(
            offers=self._offers(),
            usable=self._engine.accounts.usable(),
            default=self._maker.default,
            quote=partial(self._maker.quote, self._backing),
            submit=self._submitted,
            answer=self._pages.answer,
            act=self._verbs.act,
            pick=self._assets,
            open_ids=self._open,
            pointer=self._engine.pointer(),
            still=lambda: studio_still(self._backing, made.model, self._newest("")),
        )
        self._watch.tell(made.board)
        return made

    def _offers(self) -> list[Offer]:
        """Every offer, and what the lab itself asks for where that is of another server."""
        accounts = self._engine.accounts
        offers = list(self._engine.offering.all())
        with suppress(RequestError):
            own = choose(offers, model=self._maker.default, opened=accounts.opened())
            offers += [] if own in offers else [own]
        return offers

    def _submitted(self, prompt: str, given: Mapping[str, Any]) -> int:
        """A press is deliberate: it sends anew, also where the notebook's cells reuse.

        Its card is in sight, so an equal one before needs no line.
        """
        anew = {**given, "reuse": False}
        return self._maker.submit(self._backing, prompt, anew, say=_log.debug).id

    def _assets(self, numbers: Sequence[int]) -> Assets:
        return Assets(self._backing, numbers=numbers)

    def _answer(self, name: str, asked: Mapping[str, Any]) -> Answer:
        """A question of a gallery: prices are the lab's to say, the rest is the catalog's."""
        return self._remaking.price(asked) if name == "price" else self._pages.answer(name, asked)

    def _act(self, name: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """A verb of a gallery: one that pays, or one of those every view has."""
        return self._remaking.send(given) if name == "remake" else self._verbs.act(name, given)

    def _gallery_still(self, query: str) -> Still | None:
        numbers = self._newest(query)
        total = len(numbers) if len(numbers) < MOST_PICTURES else None  # more are not counted
        return gallery_still(self._backing, query, numbers, total)

    def _newest(self, query: str) -> tuple[int, ...]:
        with self._engine.catalog.reading() as db:
            return search.ids(db, parse(query), limit=MOST_PICTURES).ids

    def _open(self) -> list[int]:
        """What is under way, whoever asked for it: a new studio takes up looking at it."""
        with self._engine.catalog.reading() as db:
            return rows.open_generations(db, _MOST_OPEN)
