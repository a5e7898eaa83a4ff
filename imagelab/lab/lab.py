"""The lab: catalog, providers and keys behind one door; every verb is a line or two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from imagelab.catalog import spending, statements
from imagelab.catalog.budget import Budget
from imagelab.catalog.statements import Parameters
from imagelab.domain.money import Cost
from imagelab.domain.quote import Quote
from imagelab.domain.text import counted
from imagelab.errors import CatalogError
from imagelab.export.exported import Exported
from imagelab.export.frame import table_frame
from imagelab.handles.asset import Asset
from imagelab.handles.assets import Assets
from imagelab.handles.batch import Batch
from imagelab.handles.caller import warn
from imagelab.handles.generation import Generation
from imagelab.handles.sweep import Sweep
from imagelab.lab import generations
from imagelab.lab.balances import balance_of
from imagelab.lab.batching import Batcher
from imagelab.lab.budgeting import budgeted
from imagelab.lab.engine import Engine
from imagelab.lab.finding import asset_named, check_text, generation_named
from imagelab.lab.generations import Generations
from imagelab.lab.keeping import Keeping
from imagelab.lab.limits import KEEP, Limit
from imagelab.lab.making import Maker
from imagelab.lab.models import Models
from imagelab.lab.pending import Pending
from imagelab.lab.recovered import Recovered
from imagelab.lab.recovering import Recovery
from imagelab.lab.searches import Searches
from imagelab.lab.shelf import Shelf
from imagelab.lab.sweeping import Sweeper

if TYPE_CHECKING:  # heavy, and only needed by frames and views
    import pandas as pd

    from imagelab.widgets.compare import Compare
    from imagelab.widgets.gallery import Gallery
    from imagelab.widgets.studio import Studio


class Lab(Keeping):
    """A lab notebook for AI images: one catalog, and everyone who can add to it.

    Opened with `il.open()`; closed with `close()` or at the end of a `with` block.
    """

    def __init__(self, engine: Engine, *, model: str | None = None, reuse: bool = False) -> None:
        self._engine = engine
        self._maker = Maker(engine, model=model, reuse=reuse)
        self._shelf = Shelf(engine, self._maker)
        self._recovery = Recovery(engine, self._shelf.generation)
        self._batcher = Batcher(engine, self._maker)
        self._sweeper = Sweeper(
            engine, self._maker, self._batcher, lambda: self._shelf.views.sweeps
        )

    def models(self, refresh: bool = False) -> Models:  # noqa: FBT001, FBT002 - the contract's form
        """Every offer: provider, model, what it takes, its limits and its price.

        `refresh` asks those that tell theirs, and keeps it; a warning names one that does not.
        """
        if refresh:
            self._engine.offering.refresh(warn)
        return Models(self._engine.offering.all(), self._engine.accounts.usable())

    def quote(self, prompt: str = "", **params: Any) -> Quote:  # noqa: ANN401 - as `generate` takes them
        """What it would cost; sends nothing and fetches nothing.

        RequestError and BudgetError as `generate` would raise them.
        """
        return self._maker.quote(self._shelf, prompt, params)

    def generate(
        self,
        prompt: str = "",
        *,
        provider: str | None = None,
        model: str | None = None,
        n: int = 1,
        size: str | None = None,
        quality: str | None = None,
        background: str | None = None,
        format: str | None = None,  # noqa: A002 - the word everyone uses for it
        compression: int | None = None,
        style: str | None = None,
        moderation: str | None = None,
        input_fidelity: str | None = None,
        previews: int | None = None,
        images: object = None,
        mask: object = None,
        tags: Sequence[str] = (),
        reuse: bool | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Generation:
        """Ask for images and wait for them; `previews` are shown meanwhile, and not kept.

        RequestError and BudgetError before anything is sent; a ProviderError when no image
        came of it. An interrupt stops the waiting, not the job.
        """
        given = {k: v for k, v in locals().items() if k not in ("self", "prompt")}
        return self.submit(prompt, **given).wait()

    def submit(self, prompt: str = "", **params: Any) -> Generation:  # noqa: ANN401 - as `generate` takes them
        """The same as `generate`, and returns at once."""
        return self._maker.submit(self._shelf, prompt, params)

    def batch(
        self,
        rows: pd.DataFrame | Iterable[object],
        *,
        wait: bool = True,
        reuse: bool | None = None,
        **common: Any,  # noqa: ANN401 - as `generate` takes them
    ) -> Batch:
        """Ask for many at once, a generation a row, and wait for them; `common` is for all rows.

        `rows` is a DataFrame, dicts, or prompts, in `generate`'s words. Reserved as a whole:
        RequestError and BudgetError before anything is sent. Equal rows go on where they were
        left, without paying again for what is here; `reuse=False` begins anew.
        """
        batch = self._batcher.batch(self._shelf, rows, common, reuse=reuse)
        return batch.wait() if wait else batch

    def sweep(
        self,
        template: str,
        *,
        n: int = 1,
        confirm: bool = False,
        wait: bool = True,
        reuse: bool = True,
        **axes: Any,  # noqa: ANN401 - a name in the template, or as `generate` takes them
    ) -> Sweep:
        """Ask for a grid over the template's `{names}` and over parameters, and wait for it.

        A list is an axis; `{{` is a brace. The whole is priced first: RequestError and BudgetError
        before anything is sent, also above $5, 50 images or at an unknown price without `confirm`.
        A cell that its offer cannot take is not offered, and free. One that is here already is
        taken as it is; `reuse=False` begins anew, and `rerun()` of the sweep pays for some anew.
        """
        sweep = self._sweeper.sweep(self._shelf, template, axes, n=n, confirm=confirm, reuse=reuse)
        return sweep.wait() if wait else sweep

    def asset(self, id: int | str | None = None, uuid: str | None = None) -> Asset:  # noqa: A002 - the contract's name
        """One asset by its number, `"#206"`, or the beginning of its uuid, which wins."""
        return Asset(self._shelf, asset_named(self._engine.catalog, self._shelf, id, uuid))

    def generation(self, id: int | str) -> Generation:  # noqa: A002 - the contract's name
        """One generation by its number, `"g57"`, or the beginning of its uuid."""
        return Generation(self._shelf, generation_named(self._engine.catalog, self._shelf, id))

    def search(self, query: str = "", *, sort: str | None = None) -> Assets:
        """The assets a query finds, newest first unless it is sorted.

        QueryError says where the query cannot be read.
        """
        check_text(query, sort or "")
        found = Assets(self._shelf, query, sort)
        len(found)  # an unreadable query is told here, and the answer is what it is now
        return found

    def generations(self, query: str = "") -> Generations:
        """The requests a query finds, newest first, also those that brought no image.

        `lab.generations("status:failed fox")`: the words, and the fields that a request has.
        QueryError says where the query cannot be read.
        """
        check_text(query)
        return generations.found(self._engine.catalog, self._shelf, query)

    @property
    def searches(self) -> Searches:
        """The saved searches: `save(name, query)`, `delete(name)`, and queries by name."""
        return Searches(self._engine.catalog)

    def gallery(self, query: str = "") -> Gallery[Assets]:
        """A view of everything a query finds: search, look closer, rate by key, select.

        `selection` is what is selected there, as Assets. QueryError as `search`.
        """
        check_text(query)
        return self._shelf.gallery(query)

    def studio(self) -> Studio[Assets]:
        """A form that writes a request, says its price while it is written, and sends it."""
        return self._shelf.studio()

    def compare(self, *assets: Asset | int | str) -> Compare:
        """A view of two to four assets, or their numbers: zoomed together, with what differs."""
        found = [self.asset(uuid=a.uuid) if isinstance(a, Asset) else self.asset(a) for a in assets]
        return self._shelf.kinship.compare([asset.id for asset in found])

    def to_pandas(self, query: str = "", *, thumbnails: bool = False) -> pd.DataFrame:
        """A DataFrame of the assets a query finds, as `Assets.to_pandas` says."""
        return self.search(query).to_pandas(thumbnails=thumbnails)

    def to_arrow(self, query: str = "") -> Any:  # noqa: ANN401 - pyarrow has no types
        """An Arrow table of the assets a query finds, as `Assets.to_arrow` says."""
        return self.search(query).to_arrow()

    def export(self, dest: Path | str, query: str = "", **options: Any) -> Exported:  # noqa: ANN401 - as `Assets.export` takes them
        """Write what a query finds as a dataset or a page, as `Assets.export` says."""
        return self.search(query).export(dest, **options)

    def sql(self, sql: str, params: Parameters = (), timeout: float = 10) -> pd.DataFrame:
        """One SELECT over the views assets, generations, edges and spend; read-only.

        SqlError for anything else, and after `timeout` seconds.
        """
        return table_frame(*statements.run(self._engine.catalog, sql, params, timeout))

    def spend(self, by: str = "provider") -> pd.DataFrame:
        """The ledger added up by provider, model, quality, day, tag, root, notebook or generation.

        Rejected images and calls that were billed and gave none are in it. Dollars are
        exact decimals; unknown amounts are counted, never taken for nothing. `"root"` is the
        image a line of edits began from.
        """
        found = spending.spending(self._engine.catalog, by)
        return table_frame((by, *spending.COLUMNS), found)

    def budget(
        self,
        *,
        total: Decimal | float | Limit = KEEP,
        per_day: Decimal | float | Limit = KEEP,
        credits: Mapping[str, Decimal | float | Limit] | None = None,  # noqa: A002 - the contract's name
    ) -> Budget:
        """Read the limits; set those that are named. `il.NO_LIMIT` lifts one.

        `credits` says what a credit of a provider costs in dollars, for those who bill in them.
        """
        return budgeted(self._engine.catalog, total, per_day, credits or {})

    def balance(self, provider: str) -> Cost:
        """What is left at a provider, asked of it now; RequestError where it does not tell."""
        return balance_of(self._engine, provider)

    def pending(self) -> Pending:
        """The generations that are not settled: when, where, for how much, and what can be done."""
        return self._recovery.pending()

    def recover(self) -> Recovered:
        """Settle now what can be settled, and report it.

        What a closed kernel left is gone on with, and vendors that can be asked are asked
        again for what is unknown; one that knows a request by our own id may be sent it once
        more, which it does not bill twice.
        """
        return self._recovery.recover()

    def close(self) -> None:
        """Wait for what cannot be taken up again, then close; closing twice is no matter."""
        self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        try:
            with (catalog := self._engine.catalog).reading() as db:
                count = db.execute("SELECT count(*) FROM asset").fetchone()[0]
        except CatalogError:  # it was closed, or another process holds it: that is worth a line too
            return f"Lab({catalog.path.name}, {catalog.mode}, cannot be read now)"
        return f"Lab({catalog.path.name}, {catalog.mode}, {counted(count, 'asset')})"
