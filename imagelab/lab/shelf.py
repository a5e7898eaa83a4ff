"""The shelf: the lab's side of every handle, over the catalog and the jobs."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imagelab.catalog import (
    brought,
    costs,
    curation,
    hits,
    journal,
    ledger,
    requests,
    rows,
    thumbnails,
)
from imagelab.domain.blind import Contestant
from imagelab.domain.cost_words import price
from imagelab.domain.money import Cost, Spend
from imagelab.domain.query import parse
from imagelab.domain.records import FINAL, AssetRow, GenerationRow
from imagelab.domain.request import Role
from imagelab.errors import AssetNotFoundError, GenerationNotFoundError, RequestError
from imagelab.export.arrow import assets_table
from imagelab.export.exported import Exported
from imagelab.export.frame import assets_frame
from imagelab.export.options import Options
from imagelab.handles.assets import Assets
from imagelab.handles.generation import Generation
from imagelab.handles.pictures import Picture
from imagelab.jobs.job import Job
from imagelab.jobs.progress import progress
from imagelab.jobs.waiting import Work, job_settled, wait, waiting
from imagelab.lab.asking import clean_tags, write_code
from imagelab.lab.cancelling import cancel
from imagelab.lab.elsewhere import Elsewhere
from imagelab.lab.engine import Engine
from imagelab.lab.exporting import export
from imagelab.lab.inputs import Parent
from imagelab.lab.kinship import Families
from imagelab.lab.making import Maker
from imagelab.lab.recipes import Recipe, edited, repeated
from imagelab.lab.sights import preview_of, sight
from imagelab.lab.stores import original
from imagelab.lab.telling import told
from imagelab.providers.registry import provider_named

if TYPE_CHECKING:  # heavy, and only needed by frames and views
    import pandas as pd

    from imagelab.lab.views import Views
    from imagelab.widgets.blind import Blind
    from imagelab.widgets.gallery import Gallery
    from imagelab.widgets.studio import Studio

_AT_ONCE = 500  # rows in one read


class Shelf:
    """What `handles.Backing` asks for."""

    def __init__(self, engine: Engine, maker: Maker) -> None:
        self._engine, self._maker = engine, maker
        self._made_views: Views | None = None
        self.kinship = Families(engine, self, maker, lambda: self.views.families)

    def asset_row(self, number: int) -> AssetRow:
        found = self.asset_rows([number])
        if not found:
            raise AssetNotFoundError(f"no asset #{number} in this catalog; lab.search() shows all")
        return found[0]

    def asset_rows(self, numbers: Sequence[int]) -> list[AssetRow]:
        found: list[AssetRow] = []
        for start in range(0, len(numbers), _AT_ONCE):  # so that no read holds a writer up
            with self._engine.catalog.reading() as db:
                found += rows.assets(db, numbers[start : start + _AT_ONCE])
        return found

    def spent_on(self, numbers: Sequence[int]) -> Spend:
        return costs.spent_on(self._engine.catalog, array("q", numbers)) or Spend()

    def generation_row(self, number: int) -> GenerationRow:
        with self._engine.catalog.reading() as db:
            found = rows.generation(db, number)
        if found is None:
            raise GenerationNotFoundError(
                f"no generation g{number} in this catalog; lab.generations() lists those that are"
            )
        return found

    def generation_rows(self, numbers: Sequence[int]) -> list[GenerationRow]:
        found: list[GenerationRow] = []
        for start in range(0, len(numbers), _AT_ONCE):
            with self._engine.catalog.reading() as db:
                found += rows.generations(db, numbers[start : start + _AT_ONCE])
        return found

    def arrived(self, generation: int) -> list[AssetRow]:
        with self._engine.catalog.reading() as db:
            return rows.assets_of(db, generation)

    def relatives(self, number: int) -> tuple[list[int], list[int]]:
        with self._engine.catalog.reading() as db:
            return rows.lineage_of(db, number)

    def found(self, query: str, sort: str | None) -> Sequence[int]:
        asked = parse(query).sorted_by(sort) if sort else parse(query)
        return hits.answer(self._engine.catalog, asked)

    def original(self, sha256: str) -> bytes:
        return original(self._engine.catalog, sha256)

    def small(self, sha256: str) -> tuple[bytes, str] | None:
        with self._engine.catalog.reading() as db:
            seen = thumbnails.read(db, sha256)
            awaited = seen is None and thumbnails.is_missing(db, sha256)
        if awaited:
            self._engine.looker.wait_for(sha256)
            with self._engine.catalog.reading() as db:
                seen = thumbnails.read(db, sha256)
        return seen

    def story(self, number: int) -> Mapping[str, Any] | None:
        with self._engine.catalog.reading() as db:
            return brought.story(db, number)

    def rate(self, numbers: Sequence[int], stars: int) -> None:
        if isinstance(stars, bool) or stars not in range(6):
            raise RequestError(f"rating {stars!r} is not 1 to 5 stars, or 0 for none")
        self._say(numbers, lambda db, part, act: curation.rate(db, part, stars or None, act=act))

    def reject(self, numbers: Sequence[int], *, rejected: bool) -> None:
        self._say(
            numbers, lambda db, part, act: curation.reject(db, part, rejected=rejected, act=act)
        )

    def tag(self, numbers: Sequence[int], names: Sequence[str]) -> None:
        words = clean_tags(names)
        self._say(numbers, lambda db, part, act: curation.tag(db, part, words, act=act))

    def untag(self, numbers: Sequence[int], names: Sequence[str]) -> None:
        words = clean_tags(names)
        self._say(numbers, lambda db, part, act: curation.untag(db, part, words, act=act))

    def caption(self, numbers: Sequence[int], text: str | None) -> None:
        self._say(numbers, lambda db, part, act: curation.caption(db, part, text, act=act))

    def note(self, numbers: Sequence[int], text: str | None) -> None:
        self._say(numbers, lambda db, part, act: curation.note(db, part, text, act=act))

    def generation(self, number: int) -> Generation:
        return Generation(self, number)

    def edit(
        self, number: int, prompt: str, params: dict[str, Any], role: Role = "input"
    ) -> Generation:
        """The parent's own offer and quality, unless others are named; waits as `generate` does."""
        return self._submit(edited(self.asset_row(number), prompt, params, role)).wait()

    def regenerate(self, number: int, params: dict[str, Any]) -> Generation:
        generation = self.asset_row(number).generation
        assert generation is not None, "what was imported is refused before"
        return self._again(generation, params, Parent(number, "reroll")).wait()

    def resend(self, generation: int) -> Generation:
        row = self.generation_row(generation)
        if row.status != "unknown":
            raise RequestError(
                f"g{row.id} is {row.status}, not unknown; lab.generate asks for more images"
            )
        return self._again(generation, {"reuse": False})

    def settle(self, generation: int, cost: Cost | None) -> None:
        row = self.generation_row(generation)
        with self._engine.catalog.writing() as db:
            unit = ledger.unit_of(db, row.id)
            if cost and unit not in (None, cost.unit):
                raise RequestError(
                    f"charged={str(cost)!r} is not in {unit}, in which the rest of g{row.id} was "
                    f"billed; units never add, so give il.Cost(Decimal('…'), {unit!r})"
                )
            settled = journal.settle_unknown(db, row.id, cost)
        if not settled:
            raise RequestError(
                f"g{row.id} is {row.status}; nothing of it is unknown, so there is nothing to settle"
            )

    def _say(self, numbers: Sequence[int], change: curation.Change) -> None:
        curation.in_parts(self._engine.catalog, numbers, change)

    def _again(self, generation: int, params: dict[str, Any], *parents: Parent) -> Generation:
        row = self.generation_row(generation)
        with self._engine.catalog.reading() as db:
            recipe = repeated(db, row, params, *parents)
        return self._submit(recipe)

    def _submit(self, recipe: Recipe) -> Generation:
        return self._maker.submit(self, *recipe)

    def wait(self, generation: int, timeout: float | None) -> None:
        work = self._work(generation)
        if work is not None:
            wait(work, timeout, progress())

    async def waiting(self, generation: int) -> None:
        work = self._work(generation)
        if work is not None:
            await waiting(work, progress(awaited=True))

    def cancel(self, generation: int) -> bool:
        row = self.generation_row(generation)
        if row.status in FINAL:
            return row.status == "cancelled"
        return cancel(self._engine, row.id, row.provider, self._job(generation))

    def seconds(self, generation: int) -> float | None:
        job = self._job(generation)
        return job.seconds if job else None

    def preview(self, generation: int) -> Picture | None:
        return preview_of(self._job(generation))

    def code(self, generation: int, style: str) -> str:
        with self._engine.catalog.reading() as db:
            request = requests.request_of(db, generation, data=requests.MASKS)
        provider = provider_named(request.provider)
        return write_code(provider, self._engine.accounts.base(provider), request, style)

    def export(self, numbers: Sequence[int], dest: Path, query: str, options: Options) -> Exported:
        return export(self._engine.catalog, self, numbers, dest, query, options)

    def gallery(self, query: str) -> Gallery[Assets]:
        return self.views.gallery(query)

    def studio(self) -> Studio[Assets]:
        return self.views.studio()

    def blind(
        self, contestants: Sequence[Contestant], about: str, *, seed: int, pairs: int
    ) -> Blind:
        return self.views.blinds.blind(contestants, about, seed=seed, most=pairs)

    def frame(self, numbers: Sequence[int], *, thumbnails: bool) -> pd.DataFrame:
        small = self.small if thumbnails else None
        return told(self._engine.catalog, numbers, lambda told: assets_frame(told, small))

    def arrow(self, numbers: Sequence[int]) -> Any:  # noqa: ANN401 - pyarrow has no types
        return told(self._engine.catalog, numbers, assets_table)

    @property
    def views(self) -> Views:
        """The makers of views, and with them ipywidgets, once the first is wanted."""
        if self._made_views is None:
            from imagelab.lab.views import Views  # noqa: PLC0415 - see above

            self._made_views = Views(self._engine, self, self._maker)
        return self._made_views

    def _job(self, generation: int) -> Job | None:
        jobs = self._engine.runner.open_jobs()
        return next((job for job in jobs if job.generation == generation), None)

    def _work(self, generation: int) -> Work | None:
        """What is to be waited for; None if it is settled."""
        job, row = self._job(generation), self.generation_row(generation)
        if job is None and row.status in FINAL:
            return None
        elsewhere = Elsewhere(self._engine, row, lambda: self._job(generation))
        return Work(
            name=f"g{generation}",
            settled=partial(job_settled, job) if job else elsewhere.settled,
            seen=lambda: sight(row, self._job(generation)),
            left=lambda: self._left(generation),
        )

    def _left(self, generation: int) -> str:
        """What an interrupt leaves, and how to take it up or drop it."""
        row = self.generation_row(generation)
        if row.status in FINAL:
            return f"stopped waiting; g{generation} has ended meanwhile: {row.status}"
        others = [j for j in self._engine.runner.open_jobs() if j.generation != generation]
        more = f", and {len(others)} more in flight" if others else ""
        here = f"lab.generation({generation})"
        return (
            f"stopped waiting; g{generation} is still {row.status} ({price(row)}){more}: its "
            f"images are kept when they arrive. {here}.wait() waits again, {here}.cancel() drops "
            "what was not sent"
        )
