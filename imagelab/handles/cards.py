"""How assets and generations look in a cell: a picture, its facts, and plain text beside it.

HTML that reads well with its styling stripped; every foreign word is escaped.
"""

from __future__ import annotations

import base64
import html

from imagelab.domain.money import Cost
from imagelab.domain.records import AssetRow, GenerationRow
from imagelab.domain.text import file_size, one_line

Picture = tuple[bytes, str]  # bytes and media type

_QUIET = "color:var(--jp-ui-font-color2,#616161);font-size:13px;line-height:1.5"
_SMALL = "max-width:160px;max-height:160px;border-radius:4px"
_LARGE = "max-width:320px;max-height:320px;border-radius:4px;display:block;margin-bottom:6px"
_ROW = "display:flex;flex-wrap:wrap;gap:6px;margin:6px 0"
_MOST_SHOWN = 24


def asset_line(row: AssetRow) -> str:
    """One good line for a terminal."""
    facts = [f"#{row.id} {row.width}×{row.height} {row.format}"]
    facts += [f"★{row.rating}"] if row.rating else []
    facts += ["rejected"] if row.rejected else []
    facts += [f"{row.provider}/{row.model}"] if row.model else ["imported"]
    facts += [money(row.cost)] if row.model else []
    return f"Asset({', '.join(facts)}, {quoted(row.caption or row.prompt)})"


def generation_line(row: GenerationRow, seconds: float | None) -> str:
    """One good line for a terminal, while it runs and after."""
    price = f"≈ {row.quote_likely}" if row.status in ("queued", "running") else money(row.cost)
    took = f" in {seconds:.1f} s" if seconds is not None else ""
    return (
        f"Generation(g{row.id} {row.status} {row.arrived}/{row.n}{took}, "
        f"{row.provider}/{row.model}, {price}, {quoted(row.prompt)})"
    )


def asset_card(row: AssetRow, picture: Picture | None) -> str:
    """An image with its facts."""
    who = f"{row.provider}/{row.model}" if row.model else "imported"
    facts = [
        f"#{row.id}",
        "★" * row.rating if row.rating else "",
        f"{row.width}×{row.height} {row.format.upper()}, {file_size(row.size_bytes)}",
        who,
        money(row.cost) if row.model else "",
        ", ".join(row.tags),
    ]
    said = one_line(row.caption or row.prompt, 240)
    return (
        f"<div>{picture_tag(picture, said, _LARGE, row.damaged)}"
        f"<div>{html.escape(said)}</div>"
        f'<div style="{_QUIET}">{html.escape(" · ".join(f for f in facts if f))}</div></div>'
    )


def generation_card(
    row: GenerationRow, assets: list[tuple[AssetRow, Picture | None]], seconds: float | None
) -> str:
    """What was asked, what arrived, what it cost."""
    took = f"{seconds:.1f} s" if seconds is not None else ""
    price = money(row.cost) if row.cost or row.status not in ("queued", "running") else ""
    facts = [f"g{row.id}", f"{row.status} {row.arrived} of {row.n}", took, price]
    facts.append(f"{row.provider}/{row.model}")
    error = f"<div>{html.escape(one_line(row.error, 400))}</div>" if row.error else ""
    return (
        f"<div><div>{html.escape(one_line(row.prompt, 240))}</div>"
        f"{contact_sheet(assets)}{error}"
        f'<div style="{_QUIET}">{html.escape(" · ".join(f for f in facts if f))}</div></div>'
    )


def assets_card(line: str, assets: list[tuple[AssetRow, Picture | None]], total: int) -> str:
    """A static contact sheet: the first two dozen, and how many more there are."""
    more = total - len(assets)
    rest = f'<div style="{_QUIET}">and {more:,} more</div>' if more > 0 else ""
    return f"<div><div>{html.escape(line)}</div>{contact_sheet(assets)}{rest}</div>"


def contact_sheet(assets: list[tuple[AssetRow, Picture | None]]) -> str:
    """Small pictures side by side, each with its number."""
    tiles = "".join(
        f'<figure style="margin:0">{picture_tag(picture, one_line(row.prompt), _SMALL, row.damaged)}'
        f'<figcaption style="{_QUIET}">#{row.id}</figcaption></figure>'
        for row, picture in assets[:_MOST_SHOWN]
    )
    return f'<div style="{_ROW}">{tiles}</div>' if tiles else ""


def picture_tag(picture: Picture | None, said: str, style: str, damaged: str | None) -> str:
    """The thumbnail inline, or a word on why there is none."""
    if picture is None:
        return f"<div>[{html.escape(damaged or 'no picture yet')}]</div>"
    data, media_type = picture
    coded = base64.b64encode(data).decode("ascii")
    return (
        f'<img src="data:{html.escape(media_type)};base64,{coded}" '
        f'alt="{html.escape(said)}" style="{style}">'
    )


def money(cost: Cost | None) -> str:
    """A cost with how it is known, or that it is not."""
    if cost is None:
        return "cost unknown"
    return str(cost) if cost.source == "reported" else f"{cost} {cost.source}"


def quoted(text: str) -> str:
    """The beginning of a prompt in quotes."""
    return f'"{one_line(text, 48)}"'
