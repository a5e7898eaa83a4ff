"""The lab's side of lineage: what handles ask about families, over the catalog."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from imagelab.catalog import family
from imagelab.domain.diffs import in_words, param_diff, word_diff
from imagelab.domain.family_layout import laid_out
from imagelab.domain.family_outline import outline, parents_of
from imagelab.domain.family_view import View, view_of
from imagelab.domain.lineage import Family
from imagelab.domain.quote import Quote, whole
from imagelab.domain.records import AssetRow
from imagelab.export.family_svg import Card, family_svg
from imagelab.export.frame import table_frame
from imagelab.handles.asset import Asset
from imagelab.handles.assets import Assets
from imagelab.handles.backing import Backing
from imagelab.handles.family_lines import family_lines
from imagelab.lab import replaying
from imagelab.lab.engine import Engine
from imagelab.lab.making import Maker

if TYPE_CHECKING:  # heavy, and only needed by frames and views
    import pandas as pd

    from imagelab.lab.family_views import FamilyViews
    from imagelab.widgets.compare import Compare
    from imagelab.widgets.lineage import LineageView
    from imagelab.widgets.mask import MaskPainter

_COLUMNS = ("parent", "child", "role", "prompt", "diff", "cost", "unit", "seconds")
_LEFT_OUT = "left to the vendor"


class Families:
    """What `handles.Kinship` asks for."""

    def __init__(
        self, engine: Engine, backing: Backing, maker: Maker, views: Callable[[], FamilyViews]
    ) -> None:
        self._engine, self._backing, self._maker = engine, backing, maker
        self._views = views

    def ancestors(self, number: int) -> list[int]:
        return family.ancestors(self._engine.catalog, number)

    def descendants(self, number: int) -> list[int]:
        return family.descendants(self._engine.catalog, number)

    def root(self, number: int) -> int:
        return family.root(self._engine.catalog, number)

    def family(self, number: int) -> Family:
        return family.family(self._engine.catalog, number)

    def assets(self, numbers: Sequence[int]) -> Assets:
        return Assets(self._backing, numbers=numbers)

    def frame(self, found: Family) -> pd.DataFrame:
        rows = self._rows(tuple(found.kin))
        seconds = family.seconds(self._engine.catalog, {edge.generation for edge in found.edges})
        lines: list[tuple[Any, ...]] = []
        for edge in found.edges:
            before, after = rows[edge.parent], rows[edge.child]
            cost = after.cost
            amount, unit = (cost.amount, cost.unit) if cost else (None, None)
            diff = _difference(before, after)
            taken = seconds.get(edge.generation)
            pair = (edge.parent, edge.child, edge.role)
            lines.append((*pair, after.prompt, diff, amount, unit, taken))
        return table_frame(_COLUMNS, lines)

    def outline(self, found: Family) -> str:
        view = view_of(found)
        return family_lines(outline(found, view.shown), self._rows(view.shown), view)

    def drawing(self, found: Family, *, path: bool, whole: bool) -> str:
        view = view_of(found, path=path, whole=whole)
        cards = {number: self._card(row) for number, row in self._rows(view.shown).items()}
        return family_svg(laid_out(found, view.shown), cards, _ways(found, view), found.focus)

    def code(self, found: Family) -> str:
        return replaying.code(self._engine.catalog, found)

    def quote(self, found: Family, given: dict[str, Any]) -> Quote:
        return whole(
            replaying.quotes(self._engine.catalog, self._backing, self._maker, found, given)
        )

    def replay(self, found: Family, given: dict[str, Any]) -> Asset:
        return replaying.replay(self._engine.catalog, self._backing, self._maker, found, given)

    def view(self, number: int) -> LineageView[Assets]:
        return self._views().lineage(number)

    def compare(self, numbers: Sequence[int]) -> Compare:
        return self._views().compare(numbers)

    def painter(self, number: int) -> MaskPainter:
        return self._views().painter(number)

    def _rows(self, numbers: Sequence[int]) -> dict[int, AssetRow]:
        return {row.id: row for row in self._backing.asset_rows(numbers)}

    def _card(self, row: AssetRow) -> Card:
        cost = "imported" if row.kind == "imported" else str(row.cost or "cost unknown")
        said = row.caption or row.prompt
        return Card(row.id, cost, said, row.rejected, self._backing.small(row.sha256))


def _ways(found: Family, view: View) -> list[tuple[int, int, str]]:
    drawn = set(view.shown)
    return [
        (parent, child, word)
        for child, parents in parents_of(found, drawn).items()
        for parent, word in parents
        if parent in drawn
    ]


def _difference(before: AssetRow, after: AssetRow) -> str:
    """What was changed on the way, in one line."""
    said = (
        [] if before.prompt == after.prompt else [in_words(word_diff(before.prompt, after.prompt))]
    )
    models = ({"model": before.model}, {"model": after.model}) if before.model else ({}, {})
    changes = param_diff({**models[0], **before.params}, {**models[1], **after.params})
    said += [
        f"{change.name}: {_word(change.before)} → {_word(change.after)}"
        for change in changes
        if not change.same
    ]
    return "; ".join(said)


def _word(value: object) -> str:
    return _LEFT_OUT if value is None else str(value)
