"""Every catalog that was opened on this machine, and a search through all of them."""

from __future__ import annotations

import html
import logging
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, overload

from imagelab.catalog import known, rows, search
from imagelab.catalog.catalog import Mode
from imagelab.catalog.known import KnownCatalog
from imagelab.catalog.reading import open_to_read
from imagelab.domain.frozen import frozen
from imagelab.domain.markup import PLAIN
from imagelab.domain.query import Query, parse
from imagelab.domain.records import AssetRow
from imagelab.domain.text import file_size
from imagelab.errors import AssetNotFoundError, CatalogError

MOST_COUNTED = 1_000
_HEAD = ("catalog", "mode", "opened", "size")
_log = logging.getLogger(__name__)


class Catalogs(Sequence[KnownCatalog]):
    """The catalogs, the one opened last first; a table when shown."""

    def __init__(self, found: Sequence[KnownCatalog]) -> None:
        self._found = tuple(found)

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, index: int) -> KnownCatalog: ...

    @overload
    def __getitem__(self, index: slice) -> Catalogs: ...

    def __getitem__(self, index: int | slice) -> KnownCatalog | Catalogs:
        return Catalogs(self._found[index]) if isinstance(index, slice) else self._found[index]

    def __repr__(self) -> str:
        if not self._found:
            return "Catalogs(none was opened on this machine; il.open() makes one)"
        table = [_HEAD, *map(_line, self._found)]
        widths = [max(len(row[column]) for row in table) for column in range(len(_HEAD))]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in table
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        told = "".join(_row("td", _line(one)) for one in self._found)
        table = f"<table {PLAIN}><thead>{_row('th', _HEAD)}</thead><tbody>{told}</tbody></table>"
        return {"text/plain": repr(self), **({"text/html": table} if self._found else {})}


@frozen
class FoundThere:
    """What a search found in one catalog: its first hits, and how many there are, up to a limit.

    `trouble` says why the catalog could not be read; empty where it could.
    """

    path: Path
    hits: tuple[AssetRow, ...] = ()
    count: int = 0
    trouble: str = ""


def catalogs() -> Catalogs:
    """The catalogs that were opened on this machine, also those that are not there any more.

    >>> "sandbox.db" in [each.path.name for each in il.catalogs()]
    True
    """
    try:
        return Catalogs(known.known(known.data_folder()))
    except RuntimeError:  # there is no home folder
        return Catalogs(())


def remember(path: Path, mode: Mode) -> None:
    """Note that a catalog is opened; where that cannot be noted, nothing else is lost."""
    try:
        known.remember(known.data_folder(), path, mode)
    except (OSError, RuntimeError) as error:
        _log.debug("%s is not noted as opened: %s", path.name, error)


def search_everywhere(
    query: str, limit: int, *, sandbox: bool | None = None
) -> Iterator[FoundThere]:
    """What a query finds in each catalog that is there, the one opened last first.

    QueryError before any is opened. A catalog that cannot be read says why, and the others
    are looked through all the same.
    """
    asked = parse(query)
    there = [one for one in catalogs() if one.there]
    return (
        _found(one.path, asked, limit) for one in there if sandbox in (None, one.mode == "sandbox")
    )


def _found(path: Path, query: Query, limit: int) -> FoundThere:
    try:
        with closing(open_to_read(path)) as reader:
            with reader.reading() as db:
                hits = rows.assets(db, search.ids(db, query, limit=limit).ids)
            with reader.reading() as db:
                count = search.count(db, query, MOST_COUNTED + 1)
    except (CatalogError, AssetNotFoundError) as error:
        return FoundThere(path, trouble=str(error))
    return FoundThere(path, tuple(hits), count)


def _line(one: KnownCatalog) -> tuple[str, ...]:
    opened = one.opened_at.astimezone().strftime("%Y-%m-%d %H:%M")
    size = one.size_bytes
    return str(one.path), one.mode, opened, "not there" if size is None else file_size(size)


def _row(tag: str, cells: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{html.escape(cell)}</{tag}>' for cell in cells)}</tr>"
