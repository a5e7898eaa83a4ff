"""Saved searches as a user holds them: queries by name, kept in the catalog."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from imagelab.catalog import searches
from imagelab.catalog.catalog import Catalog
from imagelab.domain.text import one_line
from imagelab.errors import RequestError, SearchNotFoundError


class Searches(Mapping[str, str]):
    """Queries by name, as they are now: `lab.gallery(lab.searches["heroes"])`."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def save(self, name: str, query: str) -> None:
        """Keep a query under a name, in place of what went by it before.

        QueryError for a query that cannot be read, RequestError for a name that is none.
        """
        for given in (name, query):
            if not isinstance(given, str):
                raise RequestError(f"{given!r} is not text; give a name and a query")
        with self._catalog.writing() as db:
            searches.save(db, name, query)

    def delete(self, name: str) -> None:
        """Forget a saved search; RequestError where none goes by that name."""
        with self._catalog.writing() as db:
            searches.delete(db, str(name))

    def __getitem__(self, name: str) -> str:
        known = self._all()
        if name not in known:
            raise SearchNotFoundError(searches.unnamed(name, known))
        return known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        told = [f"{one_line(name)}: {one_line(query, 60)}" for name, query in self._all().items()]
        return f"Searches({'; '.join(told)})"

    def _all(self) -> dict[str, str]:
        with self._catalog.reading() as db:
            return {one.name: one.query for one in searches.all_of(db)}
