"""What finds and shows what is in the catalog: a part of the lab's verbs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from imagelab.catalog import statements
from imagelab.catalog.statements import Parameters
from imagelab.errors import RequestError
from imagelab.export.exported import Exported
from imagelab.export.frame import table_frame
from imagelab.handles.asset import Asset
from imagelab.handles.assets import Assets
from imagelab.handles.generation import Generation
from imagelab.handles.spelled import spelled
from imagelab.lab import generations
from imagelab.lab.finding import asset_named, check_text, generation_named
from imagelab.lab.generations import Generations
from imagelab.lab.keeping import Keeping
from imagelab.lab.searches import Searches

if TYPE_CHECKING:  # heavy, and only needed by frames and views
    import pandas as pd

    from imagelab.widgets.compare import Compare
    from imagelab.widgets.gallery import Gallery
    from imagelab.widgets.studio import Studio


class Looking(Keeping):
    """The verbs that look; none of them asks for an image."""

    def asset(self, id: int | str | None = None, uuid: str | None = None) -> Asset:  # noqa: A002 - the contract's name
        """One asset by its number, `"#206"`, or the beginning of its uuid, which wins.

        >>> lab.asset(1) == lab.asset("#1") == lab.asset(fox.uuid)
        True
        """
        return Asset(self._shelf, asset_named(self._engine.catalog, self._shelf, id, uuid))

    def generation(self, id: int | str) -> Generation:  # noqa: A002 - the contract's name
        """One generation by its number, `"g57"`, or the beginning of its uuid.

        >>> lab.generation("g1").prompt
        'a fox'
        """
        return Generation(self._shelf, generation_named(self._engine.catalog, self._shelf, id))

    @spelled("fields stand in the query, as in lab.search('{word}:{value}')")
    def search(self, query: str = "", *, sort: str | None = None) -> Assets:
        """The assets a query finds, newest first unless it is sorted.

        QueryError says where the query cannot be read.

        >>> fox in lab.search("fox -snow cost:<1", sort="-cost")
        True
        """
        check_text(query, sort or "")
        found = Assets(self._shelf, query, sort)
        len(found)  # an unreadable query is told here, and the answer is what it is now
        return found

    def generations(self, query: str = "") -> Generations:
        """The requests a query finds, newest first, also those that brought no image.

        `lab.generations("status:failed fox")`: the words, and the fields that a request has.
        QueryError says where the query cannot be read.

        >>> lab.generations("status:failed")
        Generations(0 generations, "status:failed"; lab.generations() shows all)
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

        >>> gallery = lab.gallery("fox")
        >>> gallery.selected_ids = [1]
        >>> gallery.selection.ids
        [1]
        """
        check_text(query)
        return self._shelf.gallery(query)

    def studio(self) -> Studio[Assets]:
        """A form that writes a request, says its price while it is written, and sends it.

        >>> studio = lab.studio()             # and at the end of a cell it is shown
        """
        return self._shelf.studio()

    def compare(self, *assets: Asset | int | str) -> Compare:
        """A view of two to four assets, or their numbers: zoomed together, with what differs.

        >>> view = lab.compare(fox, "#2")
        """
        if any(isinstance(each, list | tuple | Assets) for each in assets):
            raise RequestError(
                "compare() takes assets one by one; put a star before several, "
                "as in lab.compare(*assets)"
            )
        found = [self.asset(uuid=a.uuid) if isinstance(a, Asset) else self.asset(a) for a in assets]
        return self._shelf.kinship.compare([asset.id for asset in found])

    def to_pandas(self, query: str = "", *, thumbnails: bool = False) -> pd.DataFrame:
        """A DataFrame of the assets a query finds, as `Assets.to_pandas` says.

        >>> lab.to_pandas("fox")["format"].unique().tolist()
        ['png']
        """
        return self.search(query).to_pandas(thumbnails=thumbnails)

    def to_arrow(self, query: str = "") -> Any:  # noqa: ANN401 - pyarrow has no types
        """An Arrow table of the assets a query finds, as `Assets.to_arrow` says.

        >>> lab.to_arrow("fox").column("format").unique().to_pylist()
        ['png']
        """
        return self.search(query).to_arrow()

    def export(self, dest: Path | str, query: str = "", **options: Any) -> Exported:  # noqa: ANN401 - as `Assets.export` takes them
        """Write what a query finds as a dataset or a page, as `Assets.export` says.

        >>> lab.export("foxes", "fox", split=0.5).format
        'imagefolder'
        """
        return self.search(query).export(dest, **options)

    def sql(self, sql: str, params: Parameters = (), timeout: float = 10) -> pd.DataFrame:
        """One SELECT over the views assets, generations, edges and spend; read-only.

        SqlError for anything else, and after `timeout` seconds.

        >>> lab.sql("select prompt from assets where id = ?", [1])["prompt"].tolist()
        ['a fox']
        """
        return table_frame(*statements.run(self._engine.catalog, sql, params, timeout))
