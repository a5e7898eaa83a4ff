"""What stands beside a grid: the terms of its search, saved searches, what can be undone, the trash."""

from __future__ import annotations

import sqlite3
from typing import Any

from imagelab.catalog import searches, trash, undo
from imagelab.catalog.slices import Reads
from imagelab.domain.query import parse
from imagelab.domain.query_chips import Chip, chips
from imagelab.domain.text import counted, file_size
from imagelab.errors import QueryError, as_words


def parsed(text: str) -> dict[str, Any]:
    """The terms of a search with their places, and what is said against it."""
    told: dict[str, Any] = {"chips": [], "error": None}
    try:
        told["chips"] = [_chip(chip) for chip in chips(text)]
        parse(text)
    except QueryError as error:
        told["error"] = as_words(error)
    return told


def saved(db: sqlite3.Connection) -> dict[str, Any]:
    """The saved searches, by name."""
    return {"searches": [{"name": one.name, "query": one.query} for one in searches.all_of(db)]}


def history(db: sqlite3.Connection) -> dict[str, Any]:
    """What the next undo would take back, and the next redo do again; None where there is nothing."""
    back, again = (undo.upcoming(db, again=again) for again in (False, True))
    return {"undo": str(back) if back else None, "redo": str(again) if again else None}


def waiting(reads: Reads) -> dict[str, Any]:
    """What waits in the trash, in numbers and in words."""
    found = trash.waiting(reads)
    return {
        "count": len(found.assets),
        "size_bytes": found.size_bytes,
        "kept": len(found.kept),
        "parents": found.parents,
        "said": said(found),
    }


def said(found: trash.Waiting) -> str:
    """The trash in one line."""
    if not found.assets:
        kept = f"; {_kept(found)}" if found.kept else ""
        return f"the trash is empty{kept}"
    told = [f"{counted(len(found.assets), 'rejected asset')}, {file_size(found.size_bytes)}"]
    if found.parents:
        others = "others were made from" if found.parents > 1 else "others were made from it"
        told.append(f"from {found.parents:,} of them {others.removesuffix(' from')}")
    told += [_kept(found)] if found.kept else []
    return "; ".join(told)


def _kept(found: trash.Waiting) -> str:
    verb = "is" if len(found.kept) == 1 else "are"
    return f"{len(found.kept):,} more {verb} kept, as their originals are in use"


def _chip(chip: Chip) -> dict[str, Any]:
    return {
        "from": chip.start,
        "to": chip.end,
        "text": chip.text,
        "field": chip.field,
        "label": chip.label,
        "negated": chip.negated,
        "without": chip.without,
    }
