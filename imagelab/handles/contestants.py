"""Who takes part in a blind comparison: images, and what each stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from imagelab.domain.blind import Contestant
from imagelab.domain.records import AssetRow
from imagelab.domain.text import one_line
from imagelab.errors import RequestError
from imagelab.handles.backing import Backing

MOST_CONTESTANTS = 2000
MOST_PAIRS = 60  # a sitting of a few minutes, unless told
_LABEL_CHARACTERS = 120


def of_cells(backing: Backing, stands: Mapping[int, Mapping[str, str]]) -> list[Contestant]:
    """Images by their numbers, each with where its cell stands on the axes of its sweep."""
    return _entered(_rows(backing, list(stands)), stands)


def of_assets(backing: Backing, numbers: Sequence[int]) -> list[Contestant]:
    """Any images, by what was asked for: prompt, provider, model and parameters, where they vary."""
    rows = _rows(backing, numbers)
    asked = {row.id: _asked(row) for row in rows}
    names = dict.fromkeys(name for words in asked.values() for name in words)
    vary = [name for name in names if len({words.get(name) for words in asked.values()}) > 1]
    stands = {
        number: {name: words.get(name, "default") for name in vary}
        for number, words in asked.items()
    }
    return _entered(rows, stands)


def _rows(backing: Backing, numbers: Sequence[int]) -> list[AssetRow]:
    """Those that can be shown to anybody: whole, here, and not flagged."""
    if len(numbers) > MOST_CONTESTANTS:
        raise RequestError(
            f"{len(numbers):,} images are more than the {MOST_CONTESTANTS:,} that can be compared "
            "blind; take a part of them, such as assets[:100].blind()"
        )
    rows = backing.asset_rows(numbers)
    shown = [row for row in rows if not (row.damaged or row.emptied or row.flagged)]
    if len(shown) < 2:
        raise RequestError(
            f"{len(shown)} of these {len(rows)} images can be compared; a blind comparison takes "
            "two or more that are whole and not flagged"
        )
    return shown


def _entered(rows: Sequence[AssetRow], stands: Mapping[int, Mapping[str, str]]) -> list[Contestant]:
    return [Contestant(row.id, stands[row.id], row.cost) for row in rows]


def _asked(row: AssetRow) -> dict[str, str]:
    words = {"prompt": row.prompt, "provider": row.provider, "model": row.model, **row.params}
    said = {name: value for name, value in words.items() if value is not None}
    return {name: one_line(str(value), _LABEL_CHARACTERS) for name, value in said.items()}
