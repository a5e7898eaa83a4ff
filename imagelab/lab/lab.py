"""The lab: catalog, providers and keys behind one door; every verb is a line or two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from imagelab.catalog import spending
from imagelab.catalog.budget import Budget
from imagelab.domain.money import Cost
from imagelab.domain.quote import Quote
from imagelab.domain.text import counted
from imagelab.errors import CatalogError, RequestError
from imagelab.export.frame import table_frame
from imagelab.handles.batch import Batch
from imagelab.handles.caller import warn
from imagelab.handles.generation import Generation
from imagelab.handles.spelled import spelled
from imagelab.handles.sweep import Sweep
from imagelab.lab.balances import balance_of
from imagelab.lab.batching import Batcher
from imagelab.lab.budgeting import budgeted
from imagelab.lab.engine import Engine
from imagelab.lab.limits import KEEP, Limit
from imagelab.lab.looking import Looking
from imagelab.lab.making import Maker
from imagelab.lab.models import Models
from imagelab.lab.pending import Pending
from imagelab.lab.recovered import Recovered
from imagelab.lab.recovering import Recovery
from imagelab.lab.shelf import Shelf
from imagelab.lab.sweeping import Sweeper

if TYPE_CHECKING:  # heavy, and only needed by frames
    import pandas as pd


class Lab(Looking):
    """A lab notebook for AI images: one catalog, and everyone who can add to it.

    Opened with `il.open()`; closed with `close()` or at the end of a `with` block.

    >>> lab = il.open("foxes.db", sandbox=True)
    imagelab: foxes.db, new; sandbox: nothing is sent, nothing is paid...
    >>> lab.generate("a fox", quality="low")[0].edit("at night", quality="low")[0].parents[0].id
    1
    >>> lab.close()
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

        >>> lab.models()[0].name
        'openai/gpt-image-2'
        """
        if not isinstance(refresh, bool):
            raise RequestError(f"refresh={refresh!r} is not True or False; models() lists them all")
        if refresh:
            self._engine.offering.refresh(warn)
        return Models(self._engine.offering.all(), self._engine.accounts.usable())

    def quote(self, prompt: str = "", **params: Any) -> Quote:  # noqa: ANN401 - as `generate` takes them
        """What it would cost; sends nothing and fetches nothing.

        RequestError and BudgetError as `generate` would raise them.

        >>> quote = lab.quote("a fox", quality="low", n=2)
        >>> quote.n, quote.offer, quote.high.unit
        (2, 'openai/gpt-image-2', 'usd')
        """
        return self._maker.quote(self._shelf, prompt, params)

    @spelled("what only a provider knows goes into extra={{'{word}': …}}")
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

        >>> g = lab.generate("a koi in a pond", quality="low", n=2)
        >>> g.status, [asset.width for asset in g]
        ('succeeded', [1024, 1024])
        """
        given = {k: v for k, v in locals().items() if k not in ("self", "prompt")}
        return self.submit(prompt, **given).wait()

    def submit(self, prompt: str = "", **params: Any) -> Generation:  # noqa: ANN401 - as `generate` takes them
        """The same as `generate`, and returns at once.

        >>> g = lab.submit("a koi in the rain", quality="low")
        >>> len(g.wait())
        1
        """
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

        >>> boats = lab.batch([{"prompt": "a red boat"}, {"prompt": "a blue boat", "n": 2}], quality="low")
        batch b...: 2 generations, ≈ $0.0...
        >>> boats.wait().to_pandas()["status"].tolist(), len(boats.assets), boats.cancel()
        (['succeeded', 'succeeded'], 3, 0)
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

        >>> grid = lab.sweep("a wild {animal}", animal=["owl", "fox"], quality="low")
        sweep: 2 animal, 2 cells
        batch b...: 2 generations, ≈ $0.0...
        >>> grid.cell(animal="owl").status, len(grid.rate(4, animal="owl"))
        ('succeeded', 1)
        """
        sweep = self._sweeper.sweep(self._shelf, template, axes, n=n, confirm=confirm, reuse=reuse)
        return sweep.wait() if wait else sweep

    def spend(self, by: str = "provider") -> pd.DataFrame:
        """The ledger added up by provider, model, quality, day, tag, root, notebook or generation.

        Rejected images and calls that were billed and gave none are in it. Dollars are
        exact decimals; unknown amounts are counted, never taken for nothing. `"root"` is the
        image a line of edits began from.

        >>> lab.spend()["provider"].tolist()
        ['openai']
        """
        found = spending.spending(self._engine.catalog, by)
        return table_frame((by, *spending.COLUMNS), found)

    @spelled()
    def budget(
        self,
        *,
        total: Decimal | float | Limit = KEEP,
        per_day: Decimal | float | Limit = KEEP,
        credits: Mapping[str, Decimal | float | Limit] | None = None,  # noqa: A002 - the contract's name
    ) -> Budget:
        """Read the limits; set those that are named. `il.NO_LIMIT` lifts one.

        `credits` says what a credit of a provider costs in dollars, for those who bill in them.

        >>> lab.budget(total=20, per_day=5).total
        Decimal('20')
        >>> lab.budget(total=il.NO_LIMIT, per_day=il.NO_LIMIT).total is None
        True
        """
        return budgeted(self._engine.catalog, total, per_day, credits or {})

    def balance(self, provider: str) -> Cost:
        """What is left at a provider, asked of it now; RequestError where it does not tell.

        >>> lab.balance("apiframe").unit
        'credits'
        """
        return balance_of(self._engine, provider)

    def pending(self) -> Pending:
        """The generations that are not settled: when, where, for how much, and what can be done.

        >>> lab.pending()
        Pending(nothing: every generation is settled)
        """
        return self._recovery.pending()

    def recover(self) -> Recovered:
        """Settle now what can be settled, and report it.

        What a closed kernel left is gone on with, and vendors that can be asked are asked
        again for what is unknown; one that knows a request by our own id may be sent it once
        more, which it does not bill twice.

        >>> lab.recover()
        nothing to recover: every generation is settled
        """
        return self._recovery.recover()

    def close(self) -> None:
        """Wait for what cannot be taken up again, then close; closing twice is no matter.

        >>> other = il.open("other.db", sandbox=True)
        imagelab: other.db...
        >>> other.close(); other.close()
        """
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
