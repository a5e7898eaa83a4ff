"""Exports from the lab's side: what is chosen, what is left out, and in which part each image is."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from imagelab.catalog import annotation, origins, rows
from imagelab.catalog.catalog import Catalog
from imagelab.domain.columns import Kind
from imagelab.domain.dataset_columns import can_be_column
from imagelab.domain.frozen import frozen
from imagelab.domain.origin import Origin
from imagelab.domain.preference import Preference
from imagelab.domain.records import AssetRow
from imagelab.errors import CatalogError, DamagedImageError, OffloadedError
from imagelab.export.captions import captioner
from imagelab.export.copies import Copying
from imagelab.export.dataset import check, write_dataset
from imagelab.export.exported import Exported
from imagelab.export.formats import CATALOG, FORMATS, PAGE
from imagelab.export.item import Format, Item, Plan
from imagelab.export.marker import Whose
from imagelab.export.options import Options
from imagelab.export.page import Shown, write_page
from imagelab.export.record import Record, record
from imagelab.export.splits import assigned
from imagelab.imaging.xmp import MADE, MIXED
from imagelab.jobs.progress import Sight, progress
from imagelab.lab.chosen import Chosen, distinct, families, preferred
from imagelab.lab.parting import export_catalog

_AT_ONCE = 500  # rows in one read
_EMPTIED = "the original was emptied from the trash"
_DAMAGED = "it does not decode"
_ALTERED = "the original is not as it came; lab.verify(deep=True) says more"
_LOST = "its store does not have the original as it was"
_ALONE = "it is no edit of another image"


class Pictures(Protocol):
    """What the shelf is asked for."""

    def asset_row(self, number: int) -> AssetRow: ...
    def asset_rows(self, numbers: Sequence[int]) -> list[AssetRow]: ...
    def relatives(self, number: int) -> tuple[list[int], list[int]]: ...
    def original(self, sha256: str) -> bytes: ...
    def small(self, sha256: str) -> tuple[bytes, str] | None: ...


def export(
    catalog: Catalog,
    shelf: Pictures,
    numbers: Sequence[int],
    dest: Path,
    query: str,
    options: Options,
) -> Exported:
    """Write these assets out; RequestError before anything is written, if it cannot be."""
    dest = dest.expanduser().absolute()
    named, shares = options.settled(dest)
    whose = Whose(_uuid(catalog), query, named)
    if named == PAGE:
        return _page(shelf, numbers, dest, whose, options)
    if named == CATALOG:
        return export_catalog(catalog, shelf.original, numbers, dest, whose, options)
    FORMATS[named].check()
    check(dest, whose, options)
    left_out: Counter[str] = Counter()
    copying = replace(options.copying, plain=FORMATS[named].plain)
    source = _Source(catalog, shelf, left_out, copying, FORMATS[named])
    chosen = source.chosen(numbers)
    if options.duplicates == "drop":
        chosen = distinct(chosen, left_out)
    liked: Sequence[Preference] = ()
    if FORMATS[named].preferences:
        chosen, liked = preferred(catalog, chosen, left_out)
    parents: Mapping[int, Sequence[origins.Parent]] = {}
    lines = {one.id: "" for one in chosen}
    if len(shares) > 1 or FORMATS[named].pairs:
        parents = origins.parents(catalog, [one.id for one in chosen])
        alike = options.duplicates == "group"
        lines = families(catalog, chosen, parents, liked, alike=alike)
    placed = assigned(list(lines.values()), shares, options.seed)
    splits = {number: placed[family] for number, family in lines.items()}
    counts = Counter(splits.values())
    sizes: Counter[str] = Counter()
    for one in chosen:
        sizes[splits[one.id]] += one.size_bytes
    plan = Plan(
        {name: counts[name] for name in shares},
        {name: sizes[name] for name in shares},
        frozenset(copying.format_of(one.format) for one in chosen),
        options.money,
        options.preset,
        asset=shelf.asset_row,
        original=shelf.original,
        copy=lambda number: source.copy(number, options),
        families=lines,
        preferences=liked,
        edits={
            child: [p for p, role in found if role == "input"] for child, found in parents.items()
        },
        joined=_joined(catalog),
    )
    items = source.items(named, splits, options)
    return write_dataset(dest, whose, options, plan, items, left_out)


@frozen
class _Source:
    """The catalog as an export reads it: so many rows at a time, one original at a time."""

    catalog: Catalog
    shelf: Pictures
    left_out: Counter[str]
    copying: Copying
    format: Format

    def chosen(self, numbers: Sequence[int]) -> list[Chosen]:
        """Those that can be exported; the others are counted by why they cannot."""
        found = []
        for row, origin in self._rows(numbers, looked_at=True):
            why = self._why_not(row, origin)
            if why:
                self.left_out[why] += 1
            else:
                found.append(self._chosen(row, origin))
        return found

    def _chosen(self, row: AssetRow, origin: Origin) -> Chosen:
        asked = (row.prompt, *origin.parent_uuids) if self.format.preferences else ()
        facts = (row.id, row.uuid, origin.likeness, row.rating or 0, row.format, row.size_bytes)
        return Chosen(*facts, asked)

    def items(self, named: str, splits: Mapping[int, str], options: Options) -> Iterator[Item]:
        """Each with its row as it is now, and with its bytes where they are wanted."""
        text, pictures = captioner(options.caption), FORMATS[named].pictures
        done, numbers = 0, list(splits)
        with closing(progress()) as shown:
            for row, origin in self._rows(numbers):
                done += 1
                shown.show(lambda done=done: _sight(named, done, len(numbers)))  # type: ignore[misc]  # mypy cannot tell a default of a lambda
                said = record(row, origin, text(row), splits[row.id], money=options.money)
                if not pictures:
                    yield Item(row, origin, said)
                elif (item := self._item(row, origin, said)) is not None:
                    yield item

    def _item(self, row: AssetRow, origin: Origin, said: Record) -> Item | None:
        """The image as it is written out; None where it cannot be, which is counted."""
        data = self._bytes(row)
        if data is None:
            return None
        try:
            written, copy, told = self._copied(data, row, origin, said)
        except DamagedImageError:
            self.left_out[_DAMAGED] += 1
            return None
        # An original was held against its hash when it was read.
        return Item(copy, origin, told, written, row.sha256 if written is data else None)

    def copy(self, number: int, options: Options) -> tuple[AssetRow, bytes]:
        """Any image of the catalog as it is written out; CatalogError where it cannot be read."""
        [row], where = self._read([number])
        said = record(row, where[number], row.prompt, "", money=options.money)
        data, copy, _ = self._copied(self.shelf.original(row.sha256), row, where[number], said)
        return copy, data

    def _copied(
        self, data: bytes, row: AssetRow, origin: Origin, said: Record
    ) -> tuple[bytes, AssetRow, Record]:
        return self.copying.copied(data, row, said, self._source_type(row, origin))

    def _source_type(self, row: AssetRow, origin: Origin) -> str | None:
        """What IPTC calls it; of a picture from who knows where nothing is claimed."""
        if self.copying.metadata != "recipe" or (row.kind == "imported" and not row.model):
            return None
        before = self.shelf.asset_row(origin.source) if origin.source else None
        foreign = before is not None and before.kind == "imported" and not before.model
        return MIXED if foreign else MADE

    def _rows(
        self, numbers: Sequence[int], *, looked_at: bool = False
    ) -> Iterator[tuple[AssetRow, Origin]]:
        for start in range(0, len(numbers), _AT_ONCE):
            part = numbers[start : start + _AT_ONCE]
            read, where = self._read(part)
            unseen = [r for r in read if where[r.id].likeness is None and not r.emptied_at]
            if looked_at and unseen:  # small pictures follow their originals: they are waited for
                for row in unseen:
                    self.shelf.small(row.sha256)
                read, where = self._read(part)
            yield from ((row, where[row.id]) for row in read)

    def _read(self, part: Sequence[int]) -> tuple[list[AssetRow], dict[int, Origin]]:
        with self.catalog.reading() as db:
            return rows.assets(db, part), origins.origins(db, part)

    def _why_not(self, row: AssetRow, origin: Origin) -> str | None:
        if row.emptied_at:
            return _EMPTIED
        if row.damaged:
            return _DAMAGED
        if self.format.pairs:
            return self._why_no_pair(origin)
        return None

    def _why_no_pair(self, origin: Origin) -> str | None:
        if origin.source is None:
            return _ALONE
        source = self.shelf.asset_row(origin.source)
        if source.emptied_at:
            return "the original of what it was made from was emptied from the trash"
        return "what it was made from does not decode" if source.damaged else None

    def _bytes(self, row: AssetRow) -> bytes | None:
        try:
            return self.shelf.original(row.sha256)
        except CatalogError as error:
            if isinstance(error, OffloadedError) and not error.lost:  # the others are no nearer
                raise
            self.left_out[_LOST if isinstance(error, OffloadedError) else _ALTERED] += 1
            return None


def _page(
    shelf: Pictures, numbers: Sequence[int], dest: Path, whose: Whose, options: Options
) -> Exported:
    shown = [
        Shown(row, shelf.small(row.sha256), shelf.relatives(row.id)[0])
        for row in shelf.asset_rows(numbers)
    ]
    title = options.title or "imagelab"
    path = write_page(dest, title, shown, whose=whose, overwrite=options.overwrite)
    return Exported(path, PAGE, len(shown))


def _joined(catalog: Catalog) -> Mapping[str, Kind]:
    """The columns from outside, and what each holds."""
    with catalog.reading() as db:
        found = annotation.columns(db)
    return {one.name: annotation.KINDS[one.kind] for one in found if can_be_column(one.name)}


def _uuid(catalog: Catalog) -> str:
    with catalog.reading() as db:
        return str(db.execute("SELECT value FROM about WHERE name = 'uuid'").fetchone()[0])


def _sight(named: str, done: int, count: int) -> Sight:
    line = f"{named}: {done:,} of {count:,} images"
    return Sight(line, html.escape(line))
