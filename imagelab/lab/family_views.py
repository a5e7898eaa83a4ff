"""The views of families: what lineage, comparison and mask painter are given by the lab."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from imagelab.catalog.family import family
from imagelab.catalog.pages import Pages
from imagelab.domain.text import counted
from imagelab.errors import ImagelabError, RequestError
from imagelab.handles.assets import Assets
from imagelab.handles.backing import Backing
from imagelab.lab.engine import Engine
from imagelab.lab.family_stills import compare_still, lineage_still, painter_still
from imagelab.lab.watching import Watch
from imagelab.widgets.channel import Act
from imagelab.widgets.compare import Compare
from imagelab.widgets.lineage import LineageView
from imagelab.widgets.mask import MaskPainter
from imagelab.widgets.still import Still
from imagelab.widgets.studio import Studio

MOST_COMPARED = 4
MOST_IN_A_STILL = 200
_UNDER_WAY = "under way; each step waits for the one before"
_log = logging.getLogger(__name__)


class FamilyViews:
    """Makes them, and answers what their pages ask to be done."""

    def __init__(
        self,
        engine: Engine,
        backing: Backing,
        pages: Pages,
        watch: Watch,
        act: Act,
        studio: Callable[[], Studio[Assets]],
    ) -> None:
        self._engine, self._backing, self._pages = engine, backing, pages
        self._watch, self._act, self._studio = watch, act, studio

    def lineage(self, number: int) -> LineageView[Assets]:
        """The family of an asset, followed as it grows."""
        made: LineageView[Assets] = LineageView(
            number,
            answer=self._pages.answer,
            act=lambda name, given: self._acted(made, name, given),
            pick=lambda numbers: Assets(self._backing, numbers=numbers),
            branch=self._branch,
            offers=self._replayable(),
            pointer=self._engine.pointer(),
            still=partial(self._still, number),
        )
        self._watch.tell(made.graph)
        return made

    def compare(self, numbers: Sequence[int]) -> Compare:
        """Two to four assets beside each other; RequestError for fewer or more."""
        if not 2 <= len(numbers) <= MOST_COMPARED:
            raise RequestError(
                f"{counted(len(numbers), 'asset')} cannot be compared; give two to {MOST_COMPARED}, as "
                "in lab.compare(a, b)"
            )
        return Compare(
            numbers,
            answer=self._pages.answer,
            act=self._act,
            pointer=self._engine.pointer(),
            still=partial(compare_still, self._backing, tuple(numbers)),
        )

    def painter(self, number: int) -> MaskPainter:
        """A view to paint a mask of an asset's size on it."""
        row = self._backing.asset_row(number)
        return MaskPainter(
            row.id,
            row.width,
            row.height,
            answer=self._pages.answer,
            act=self._act,
            pointer=self._engine.pointer(),
            still=partial(painter_still, self._backing, number),
        )

    def _still(self, number: int) -> Still | None:
        """Of the nearest alone: a still shows no more, and a large family takes its time."""
        return lineage_still(self._backing, family(self._engine.catalog, number, MOST_IN_A_STILL))

    def _branch(self, number: int) -> Studio[Assets]:
        """A studio that starts from an asset, at the offer and the quality that made it."""
        row = self._backing.asset_row(number)
        studio = self._studio()
        if row.model:
            studio.model = f"{row.provider}/{row.model}"
        quality = row.params.get("quality")
        studio.params = {"images": [number], **({"quality": quality} if quality else {})}
        return studio

    def _replayable(self) -> list[str]:
        usable = self._engine.accounts.usable()
        return [
            offer.name
            for offer in self._engine.offering.all()
            if offer.provider in usable and offer.inputs_max
        ]

    def _acted(
        self, view: LineageView[Assets], name: str, given: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """What a page asks for; it is as foreign as anything from one."""
        kinship = self._backing.kinship
        match name, given:
            case "code", {"id": int(number)}:
                return {"code": kinship.code(kinship.family(number))}
            case "drawing", {"id": int(number), "path": bool(path)}:
                found = kinship.family(number)
                return {"svg": kinship.drawing(found, path=path, whole=view.unfolded)}
            case "path price", {"id": int(number), "model": str(model)}:
                return {"price": self._price(number, model)}
            case "replay", {"id": int(number), "model": str(model), "price": str(price)}:
                self._replay(view, number, model, price)
                return {"said": _UNDER_WAY}
            case _:
                return self._act(name, given)

    def _price(self, number: int, model: str) -> str:
        kinship = self._backing.kinship
        return kinship.quote(kinship.family(number), _at(model)).about

    def _replay(self, view: LineageView[Assets], number: int, model: str, price: str) -> None:
        """Sent at the price that was seen; it goes on behind the page's back, which is told."""
        if any(thread.name == _thread_name(view) for thread in threading.enumerate()):
            raise RequestError("a path is being made again from here; wait for it")
        now = self._price(number, model)
        if now != price:
            raise RequestError(f"the price had changed: {now}; press again to send it")
        work = partial(self._replayed, view, number, model)
        threading.Thread(target=work, name=_thread_name(view), daemon=True).start()

    def _replayed(self, view: LineageView[Assets], number: int, model: str) -> None:
        kinship = self._backing.kinship
        try:
            last = kinship.replay(kinship.family(number), _at(model))
            view.graph.replayed = f"the path was made again: #{last.id}"
        except ImagelabError as error:
            _log.debug("a path could not be made again", exc_info=True)
            view.graph.replayed = str(error)


def _thread_name(view: LineageView[Assets]) -> str:
    return f"imagelab-replay-{view.model_id}"


def _at(model: str) -> dict[str, Any]:
    return {"model": model} if model else {}
