"""Assets as a user holds them: a query whose answer is frozen at first use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from imagelab.catalog.costs import MAX_ADDED
from imagelab.domain.money import Spend
from imagelab.domain.records import AssetRow
from imagelab.domain.text import counted, one_line
from imagelab.errors import CatalogError
from imagelab.export.exported import Exported
from imagelab.export.item import PLAIN_PRESET
from imagelab.export.options import Options
from imagelab.export.splits import Split
from imagelab.handles.as_search import as_search
from imagelab.handles.asset import Asset
from imagelab.handles.backing import Backing
from imagelab.handles.cards import MOST_SHOWN, assets_card
from imagelab.handles.contestants import MOST_PAIRS, of_assets
from imagelab.handles.lines import assets_line, empty_advice
from imagelab.handles.pictures import Picture

if TYPE_CHECKING:  # both are heavy; only the frame and the gallery need them
    import pandas as pd

    from imagelab.widgets.blind import Blind
    from imagelab.widgets.gallery import Gallery


class Assets:
    """The assets a query finds, in its order.

    Their numbers are looked up at first use and stay: what is said of them next falls on
    the same images, even when that changes what the query would find.

    >>> found = lab.search("fox")
    >>> fox in found, found[:2].ids == found.ids[:2], found.cost.unknown
    (True, True, 0)
    """

    def __init__(
        self,
        backing: Backing,
        query: str = "",
        sort: str | None = None,
        numbers: Sequence[int] | None = None,
    ) -> None:
        self._backing, self.query, self._sort = backing, query, sort
        self._numbers: Sequence[int] | None = None if numbers is None else list(numbers)
        self._whole = numbers is None

    @property
    def ids(self) -> list[int]:
        """The numbers of the assets, in order."""
        return list(self._frozen())

    @property
    def cost(self) -> Spend:
        """What they cost together; units and the unknown in columns of their own."""
        return self._backing.spent_on(self.ids)

    def rate(self, stars: int) -> Assets:
        """Give each 1 to 5 stars; 0 takes them away.

        >>> {asset.rating for asset in lab.search("fox").rate(4)}, len(lab.search("fox").rate(0)) > 0
        ({4}, True)
        """
        self._backing.rate(self.ids, stars)
        return self

    def reject(self) -> Assets:
        """Hide them; nothing is deleted.

        >>> found = lab.search("fox").reject()
        >>> len(lab.search("fox")), found.unreject()[0].rejected
        (0, False)
        """
        self._backing.reject(self.ids, rejected=True)
        return self

    def unreject(self) -> Assets:
        """Show them again.

        >>> lab.search("fox").unreject()[0].rejected
        False
        """
        self._backing.reject(self.ids, rejected=False)
        return self

    def tag(self, *names: str) -> Assets:
        """Put words on each.

        >>> found = lab.search("fox").tag("wild")
        >>> len(lab.search("tag:wild")) == len(found), found.untag("wild")[0].tags
        (True, ())
        """
        self._backing.tag(self.ids, names)
        return self

    def untag(self, *names: str) -> Assets:
        """Take words off each.

        >>> lab.search("fox").untag("wild")[0].tags
        ()
        """
        self._backing.untag(self.ids, names)
        return self

    def caption(self, text: str | None) -> Assets:
        """Say of each what is in the picture; None takes it away.

        >>> lab.search("id:1").caption("a fox, sitting")[0].caption
        'a fox, sitting'
        >>> lab.search("id:1").caption(None)[0].caption is None
        True
        """
        self._backing.caption(self.ids, text)
        return self

    def to_pandas(self, *, thumbnails: bool = False) -> pd.DataFrame:
        """A DataFrame, a row an asset, with the columns that `lab.annotate` brought.

        Money is `Decimal`, moments are aware UTC; `thumbnails` shows small pictures before them.

        >>> lab.search("fox").to_pandas()["provider"].unique().tolist()
        ['openai']
        """
        return self._backing.frame(self.ids, thumbnails=thumbnails)

    def to_arrow(self) -> Any:  # noqa: ANN401 - pyarrow has no types
        """The same as a `pyarrow.Table`, money as decimal128; needs the extra `arrow`.

        >>> lab.search("fox").to_arrow().column("provider").unique().to_pylist()
        ['openai']
        """
        return self._backing.arrow(self.ids)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The Arrow PyCapsule of `to_arrow()`: polars, DuckDB and others take the assets as they are."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def export(
        self,
        dest: str | Path,
        *,
        format: str | None = None,  # noqa: A002 - the contract's name
        overwrite: bool = False,
        caption: str = "caption",
        split: Split = None,
        seed: int = 0,
        duplicates: str = "keep",
        money: bool = False,
        preset: str = PLAIN_PRESET,
        title: str | None = None,
        size: int | None = None,
        convert: str | None = None,
        metadata: str | None = None,
    ) -> Exported:
        """Write them out for others: where, how many, and what was left out, is returned.

        `format` is `"imagefolder"` (also without one, unless the ending of `dest` says
        another), `"csv"`, `"jsonl"`, `"captions"`, `"webdataset"`, `"pairs"` of
        edits and what they were made from, `"preferences"` (of two images of one prompt the one
        that a blind comparison or more stars preferred), `"parquet"`, `"html"`, a self-contained page, or
        `"catalog"`, a catalog of these and all they were made from. `caption` is what the
        pictures are captioned with: `"caption"` (the prompt where there is none), `"prompt"`,
        `"note"`, or a template such as `"a photo, {tags}, {prompt}"`. `split` is a share for `test`, or names with shares:
        whole families, in an order that `seed` decides. Near `duplicates` are kept, kept in
        one split (`"group"`), or dropped but for the best rated (`"drop"`). Prices are left
        out unless `money`. `preset` names the columns of pairs as `"instructpix2pix"` or
        `"magicbrush"` does.

        Pictures are written as they came, or as copies: no side longer than `size` pixels,
        in the format `convert`, with the recipe written in for viewers and for `lab.add`
        (`metadata="recipe"`), or with nothing in but the picture (`"strip"`).

        Only our own earlier export of the same query is replaced, with `overwrite` also one
        of another; RequestError for anything else in the way.

        >>> lab.search("fox").export("to_train_on", format="captions", caption="{tags}, {prompt}").format
        'captions'
        """
        title = title or (f"imagelab: {self.query}" if self.query else "imagelab")
        asked = Options(
            *(format, overwrite, caption, split, seed, duplicates, money, preset, title),
            *(size, convert, metadata),
        )
        written = as_search(self.query, self._sort, self.ids, self._whole, most=None)
        return self._backing.export(self.ids, Path(dest), written, asked)

    def gallery(self) -> Gallery[Assets]:
        """A gallery of these: of the search, or of these numbers where it is a part of one.

        RequestError for a part so scattered that it cannot be written as a search.

        >>> gallery = lab.search("fox").gallery()
        """
        return self._backing.gallery(as_search(self.query, self._sort, self.ids, self._whole))

    def blind(self, *, seed: int = 0, pairs: int = MOST_PAIRS) -> Blind:
        """Compare them two at a time, not knowing which is which; a view that ends in a table.

        What varies among prompt, provider, model and parameters are the axes; pairs that differ
        on one alone come first, at most `pairs`. `seed` draws them and who stands left. What was
        said before of two of these counts, and is not asked again. RequestError with fewer than
        two images.

        >>> blind = lab.search("fox").blind(pairs=1)
        >>> blind.judge("left")
        """
        found = of_assets(self._backing, self.ids)
        return self._backing.blind(found, self.query, seed=seed, pairs=pairs)

    def save(self, folder: str | Path) -> list[Path]:
        """Write the originals into a folder, each named by its number.

        >>> [path.suffix for path in lab.search("id:1").save("saved")]
        ['.png']
        """
        Path(folder).mkdir(parents=True, exist_ok=True)
        called = ((one, f"{one.id}.{one.format.replace('jpeg', 'jpg')}") for one in self)
        return [asset.save(Path(folder) / name) for asset, name in called]

    def __len__(self) -> int:
        return len(self._frozen())

    def __iter__(self) -> Iterator[Asset]:
        return (Asset(self._backing, row) for row in self._backing.asset_rows(self.ids))

    @overload
    def __getitem__(self, index: int) -> Asset: ...

    @overload
    def __getitem__(self, index: slice) -> Assets: ...

    def __getitem__(self, index: int | slice) -> Asset | Assets:
        if isinstance(index, slice):
            return Assets(self._backing, self.query, self._sort, self._frozen()[index])
        numbers = self._frozen()
        try:
            number = numbers[index]
        except IndexError:
            raise IndexError(
                f"there is no asset at {index} among {counted(len(numbers), 'asset')}"
            ) from None
        return Asset(self._backing, self._backing.asset_row(number))

    def __repr__(self) -> str:
        try:
            return assets_line(self._frozen(), self._worth(), self.query, whole=self._whole)
        except CatalogError as error:  # a closed lab; whoever prints a variable wants no traceback
            return f"Assets({error})"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """A static contact sheet in a notebook, one line in a terminal."""
        line = repr(self)
        try:
            rows = self._backing.asset_rows(self._frozen()[:MOST_SHOWN])
            pictures = [(row, self._backing.small(row.sha256)) for row in rows]
        except CatalogError:
            return {"text/plain": line}
        return {"text/plain": line, "text/html": self._card(pictures)}

    def _frozen(self) -> Sequence[int]:
        if self._numbers is None:
            self._numbers = self._backing.found(self.query, self._sort)
        return self._numbers

    def _worth(self) -> Spend | None:
        """What they cost, as it is said beside their count: not of so many that it takes a while."""
        return self.cost if len(self) <= MAX_ADDED else None

    def _card(self, pictures: Sequence[tuple[AssetRow, Picture | None]]) -> str:
        count = len(self)
        head = [counted(count, "asset")]
        worth = self._worth() if count else None
        head += [str(worth)] if worth is not None else []
        head += [one_line(self.query, 120)] if self.query else []
        advice = empty_advice(self.query) if self._whole and not count else ""
        return assets_card(" · ".join(head), pictures, count, advice)
