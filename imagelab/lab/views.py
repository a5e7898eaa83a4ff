"""The lab's views: what a gallery and a studio are given, so that they open nothing themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from imagelab.catalog import queue, search
from imagelab.catalog.answer import Answer
from imagelab.catalog.pages import Pages
from imagelab.domain.offer import Offer
from imagelab.domain.query import parse
from imagelab.errors import RequestError
from imagelab.handles.asset import Asset
from imagelab.handles.assets import Assets
from imagelab.handles.backing import Backing
from imagelab.lab.batching import Batcher
from imagelab.lab.blind_views import BlindViews
from imagelab.lab.composing import Composer
from imagelab.lab.engine import Engine
from imagelab.lab.family_views import FamilyViews
from imagelab.lab.making import Maker
from imagelab.lab.numbers import number_of
from imagelab.lab.queueing import stopped
from imagelab.lab.recalling import Recaller
from imagelab.lab.receiving import Receiver
from imagelab.lab.remaking import Remaking
from imagelab.lab.stills import MOST_PICTURES, gallery_still, studio_still
from imagelab.lab.sweep_views import SweepViews
from imagelab.lab.sweeping import Sweeper
from imagelab.lab.underway import underway
from imagelab.lab.view_verbs import ViewVerbs
from imagelab.lab.watching import Watch
from imagelab.providers.choosing import choose
from imagelab.widgets.draft import MOST_IMAGES
from imagelab.widgets.gallery import Gallery
from imagelab.widgets.still import Still
from imagelab.widgets.studio import Studio


class Views:
    """Makes the views of one lab, and keeps them told of what changes."""

    def __init__(self, engine: Engine, backing: Backing, maker: Maker) -> None:
        self._engine, self._backing, self._maker = engine, backing, maker
        self._remaking = Remaking(engine, backing, maker)
        sweeper = Sweeper(engine, maker, Batcher(engine, maker), lambda: self.sweeps)
        self._receiver = Receiver(engine, backing)
        self._recaller = Recaller(engine, backing, self._receiver.keep)
        self._galleries: list[Gallery[Assets]] = []  # ipywidgets holds them too, until they close
        self._composer = Composer(engine, backing, maker, sweeper)
        self._pages = Pages(engine.catalog, engine.catalog.path)
        self._verbs = ViewVerbs(engine.catalog, backing)
        self._watch = Watch(self._pages.stamp)
        engine.at_close(self._watch.close)
        self.families = FamilyViews(
            engine,
            backing,
            self._pages,
            self._watch,
            self._verbs.act,
            partial(self.studio, fresh=True),
        )
        self.blinds = BlindViews(engine, self._pages)
        self.sweeps = SweepViews(engine, self._pages, self._watch, self._verbs.act)

    def gallery(self, query: str) -> Gallery[Assets]:
        """A gallery of what a query finds; QueryError where it cannot be read."""
        self._engine.catalog.check_open()
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
        self._galleries = [*(view for view in self._galleries if view.is_open), made]
        return made

    def studio(self, *, fresh: bool = False) -> Studio[Assets]:
        """A studio that asks and submits as the lab does; it begins with what was sent last."""
        self._engine.catalog.check_open()
        offers = self._offers()
        last = {} if fresh else _begun(self._recaller.last(), offers)
        made: Studio[Assets] = Studio(
            offers=offers,
            usable=self._engine.accounts.usable(),
            default=self._maker.default,
            quote=self._composer.quote,
            doubt=self._composer.doubt,
            submit=self._composer.submit,
            answer=self._answer,
            act=self._studio_act,
            pick=self._assets,
            queue=self._queue,
            number=self._number,
            painter=self.families.painter,
            keep=lambda png: self._receiver.keep(png, "the mask"),
            pointer=self._engine.pointer(),
            recalled=self._recaller,
            **last,
            still=lambda: studio_still(self._backing, made.model, self._newest("")),
        )
        self._watch.tell(made)
        return made

    def _offers(self) -> list[Offer]:
        """Every offer, and what the lab itself asks for where that is of another server."""
        accounts = self._engine.accounts
        offers = list(self._engine.offering.all())
        with suppress(RequestError):
            own = choose(offers, model=self._maker.default, opened=accounts.opened())
            offers += [] if own in offers else [own]
        return offers

    def _assets(self, numbers: Sequence[int]) -> Assets:
        return Assets(self._backing, numbers=numbers)

    def _answer(self, name: str, asked: Mapping[str, Any]) -> Answer:
        """A question of a view: prices and what is under way the lab says, the rest the catalog."""
        match name:
            case "price":
                return self._remaking.price(asked)
            case "underway":
                return underway(self._engine.runner, asked)
            case _:
                return self._pages.answer(name, asked)

    def _act(self, name: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """A verb of a gallery: one that pays, or one of those every view has."""
        return self._remaking.send(given) if name == "remake" else self._verbs.act(name, given)

    def _studio_act(self, name: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """A verb of a studio's board: those of a gallery, and stopping what is under way."""
        match name:
            case "cancel":
                return stopped(self._backing, given)
            case "take":
                return self._receiver.take(given)
            case "dragged":
                return self._receiver.dragged(given)
            case "selected":
                return {"ids": self._selected()}
            case _:
                return self._act(name, given)

    def _selected(self) -> list[int]:
        """What is selected in the gallery that was opened last, of those where anything is."""
        chosen = [view.selected_ids for view in self._galleries if view.is_open]
        return list(next((ids for ids in reversed(chosen) if ids), ()))

    def _number(self, given: object) -> int | None:
        """The number of what is an asset of this catalog; None for any other image."""
        match given:
            case Asset():
                rows = self._backing.asset_rows([given.id])
                return next((row.id for row in rows if row.uuid == given.uuid), None)
            case str() if given.startswith("#"):
                return number_of(given)
            case _:
                return given if type(given) is int else None

    def _gallery_still(self, query: str) -> Still | None:
        numbers = self._newest(query)
        total = len(numbers) if len(numbers) < MOST_PICTURES else None  # more are not counted
        return gallery_still(self._backing, query, numbers, total)

    def _newest(self, query: str) -> tuple[int, ...]:
        with self._engine.catalog.reading() as db:
            return search.ids(db, parse(query), limit=MOST_PICTURES).ids

    def _queue(self) -> list[int]:
        """The queue as the catalog has it, the same for every studio."""
        with self._engine.catalog.reading() as db:
            return queue.standing(db)


def _begun(last: Mapping[str, Any], offers: Sequence[Offer]) -> dict[str, Any]:
    """What was sent last as a form begins with it; nothing where that cannot be asked any more."""
    match last:
        case {"prompt": str(), "model": str(model), "n": int(n), "params": dict()} if any(
            offer.name == model for offer in offers
        ):
            return {**last, "n": min(max(1, int(n)), MOST_IMAGES)}
    return {}
