"""One good line for each thing a user holds: in a terminal, a log, a notebook without pictures.

What others wrote — prompts, captions, queries — is cut short and cannot steer a terminal.
"""

from __future__ import annotations

from collections.abc import Sequence

from imagelab.domain.cost_words import money, price
from imagelab.domain.money import Spend
from imagelab.domain.query_asked import asks_of_requests
from imagelab.domain.records import FINAL, AssetRow, GenerationRow
from imagelab.domain.text import counted, one_line

_PROMPT_CHARACTERS, _OFFER_CHARACTERS = 48, 60


def asset_line(row: AssetRow) -> str:
    """An image: number, pixels, what was said of it, who made it, what it cost."""
    facts = [f"#{row.id} {row.width}×{row.height} {row.format}"]
    facts += ["damaged"] if row.damaged else []
    facts += ["emptied"] if row.emptied_at else ["rejected"] if row.rejected else []
    facts += [f"★{row.rating}"] if row.rating else []
    facts += [offer_name(row.provider, row.model), money(row.cost)] if row.model else ["imported"]
    said = row.caption or row.prompt
    facts += [quoted(said)] if said else []
    return f"Asset({', '.join(facts)})"


def generation_line(row: GenerationRow, seconds: float | None) -> str:
    """A request, while it runs and after."""
    why = f" {row.error_kind}" if row.error_kind and row.status in ("failed", "partial") else ""
    facts = [
        f"g{row.id} {row.status}{why} {row.arrived}/{row.n}{_time(row, seconds)}",
        offer_name(row.provider, row.model),
        price(row),
        quoted(row.prompt),
    ]
    return f"Generation({', '.join(facts)})"


def assets_line(
    numbers: Sequence[int], cost: Spend | None, query: str, *, whole: bool = True
) -> str:
    """A set of images; an empty answer says what to do, a part of one does not."""
    count = counted(len(numbers), "asset")
    asked = f", {quoted(query)}" if query else ""
    worth = f", {cost}" if cost and numbers else ""
    hint = f"; {empty_advice(query)}" if whole and not numbers else ""
    return f"Assets({count}{worth}{asked}{hint})"


def empty_advice(query: str) -> str:
    """What to do about an answer that is empty."""
    if asks_of_requests(query):
        return f"a request that brought no image is found by lab.generations({query!r})"
    if query:
        return "lab.search() shows all that is not rejected"
    return 'lab.generate("a prompt") makes the first'


def offer_name(provider: str | None, model: str | None) -> str:
    """Who made it; in a catalog of somebody else's these are any words as well."""
    return one_line(f"{provider}/{model}", _OFFER_CHARACTERS)


def quoted(text: str) -> str:
    """The beginning of a text in quotes."""
    return f'"{one_line(text, _PROMPT_CHARACTERS)}"'


def _time(row: GenerationRow, seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f" in {seconds:.1f} s" if row.status in FINAL else f" for {seconds:.0f} s"
