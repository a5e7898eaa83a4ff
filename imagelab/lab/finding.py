"""Finding one asset or generation by whatever a person names it with."""

from __future__ import annotations

from imagelab.catalog import rows
from imagelab.catalog.catalog import Catalog
from imagelab.domain.records import AssetRow
from imagelab.errors import AssetNotFoundError, GenerationNotFoundError, RequestError
from imagelab.handles.backing import Backing
from imagelab.lab.numbers import number_of


def asset_named(
    catalog: Catalog, backing: Backing, named: int | str | None, uuid: str | None
) -> AssetRow:
    """By its number, `"#206"`, or the beginning of its uuid, which wins.

    A beginning that several share, as those made within a minute do, goes with the number.
    """
    number = number_of(named) if uuid is None or named is not None else None
    if uuid is None and number is not None:
        return backing.asset_row(number)
    wanted = str(uuid if uuid is not None else named)
    with catalog.reading() as db:
        found = rows.asset_by_uuid(db, wanted.lower())
        if len(found) > 1 and number is not None:
            found = rows.asset_by_uuid(db, wanted.lower(), number) or found
    if len(found) != 1:
        raise AssetNotFoundError(_not_one("asset", wanted, len(found)))
    return found[0]


def generation_named(catalog: Catalog, backing: Backing, named: int | str) -> int:
    """The number of one, by its number, `"g57"`, or the beginning of its uuid."""
    number = number_of(named, mark="g")
    if number is not None:
        return backing.generation_row(number).id
    with catalog.reading() as db:
        found = rows.generation_by_uuid(db, str(named).lower())
    if len(found) != 1:
        raise GenerationNotFoundError(_not_one("generation", str(named), len(found)))
    return found[0].id


def check_text(*words: object) -> None:
    """RequestError for what is no text, where a query is wanted."""
    for word in words:
        if not isinstance(word, str):
            raise RequestError(
                f"{word!r} is not a query; a query is text, such as 'fox rating:>=4'"
            )


def _not_one(what: str, wanted: str, found: int) -> str:
    if found == 0:
        verb = "search" if what == "asset" else "generations"
        return (
            f"no {what} {wanted!r} in this catalog; {what}s go by number or uuid, and "
            f"lab.{verb}({wanted!r}) looks for words"
        )
    return f"several {what}s begin with {wanted!r}; give more of the uuid"
