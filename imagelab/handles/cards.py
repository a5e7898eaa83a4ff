"""How assets and generations look in a cell: a picture, its facts, and plain words for both.

Saved notebooks are read where styling is stripped, so the bones are tables and line breaks
with sizes as attributes; styles only make them pleasant. Colours are those of the page,
dimmed, which reads in light and dark. Every foreign word is escaped and cut short.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from imagelab.domain.cost_words import money, price
from imagelab.domain.markup import PLAIN
from imagelab.domain.records import FINAL, AssetRow, GenerationRow
from imagelab.domain.text import file_size, one_line
from imagelab.handles.lines import offer_name
from imagelab.handles.pictures import MOST_BYTES, Picture, data_uri, fitting

MOST_SHOWN = 24
_COLUMNS = 6
_LARGE_PIXELS, _MIDDLE_PIXELS, _SMALL_PIXELS = 256, 192, 120
_PROMPT_CHARACTERS, _ERROR_CHARACTERS = 300, 600

_CARD = "margin:2px 0 6px;line-height:1.5;text-align:left"
_FACT = "font-size:13px;overflow-wrap:anywhere;font-variant-numeric:tabular-nums"
_LABEL = "display:inline-block;min-width:5.2em;opacity:.66"
_QUIET = "opacity:.72;font-size:12px;font-variant-numeric:tabular-nums"
_SAID = "font-size:14px;overflow-wrap:anywhere;max-width:46em"
# Lab styles every table; where styles hold, ours is a row of tiles that wraps.
_TABLE = "display:block;margin:6px 0 0;border:0"
_BODY = "display:flex;flex-wrap:wrap;gap:8px"
_TR = "display:contents"
_TD = (
    "display:block;padding:0;border:0;text-align:left;background:none;vertical-align:top;"
    "line-height:1.5"
)
_BESIDE = "display:flex;flex-wrap:wrap;gap:8px 18px;padding:0;background:none"
# A see-through picture lies on squares that show on any ground.
_SQUARES = (
    "background:repeating-conic-gradient(rgba(128,128,128,.22) 0 25%,transparent 0 50%) "
    "0 0/16px 16px"
)
_BAR = "border-left:3px solid {};padding:1px 0 1px 10px;margin:6px 0;max-width:46em"
_BAD = _BAR.format("var(--jp-error-color1,#d32f2f)")
_DOUBT = _BAR.format("var(--jp-warn-color1,#e08600)")
_FRAME = (
    "display:inline-block;box-sizing:border-box;padding:10px;border-radius:6px;"
    "border:1px dashed rgba(128,128,128,.6);max-width:{}px"
)


def asset_card(row: AssetRow, picture: Picture | None, parents: Sequence[int] = ()) -> str:
    """An image with its facts beside it."""
    said = one_line(row.caption or row.prompt, _PROMPT_CHARACTERS)
    facts = [
        f'<div style="{_SAID};margin-bottom:6px">{html.escape(said)}</div>' if said else "",
        _fact("note", one_line(row.note or "", _PROMPT_CHARACTERS)),
        _fact("offer", _offer(row)),
        _fact(
            "image", f"{row.width}×{row.height} {row.format.upper()}, {file_size(row.size_bytes)}"
        ),
        _fact("cost", money(row.cost) if row.model else ""),
        _fact("made from", ", ".join(f"#{number}" for number in parents)),
        _fact("tags", ", ".join(row.tags)),
        _fact("", " · ".join(_marks(row))),
    ]
    (small,) = fitting([picture])
    shown = picture_tag(row, small, _LARGE_PIXELS)
    return (
        f'<div {PLAIN} style="{_CARD}"><table style="{_TABLE}"><tbody style="display:block">'
        f'<tr style="{_BESIDE}"><td style="{_TD}">{shown}</td>'
        f'<td style="{_TD};flex:1 1 220px;min-width:0">'
        f'<div style="{_QUIET}">#{row.id}{_stars(row)}</div>{"".join(facts)}</td></tr>'
        f"</tbody></table></div>"
    )


def generation_card(
    row: GenerationRow,
    assets: Sequence[tuple[AssetRow, Picture | None]],
    seconds: float | None,
    preview: Picture | None = None,
) -> str:
    """What was asked, what arrived, what it cost; while it runs, how to wait.

    Before the first image there may be a rough picture of it.
    """
    took = f"{seconds:.1f} s" if seconds is not None else ""
    facts = [f"g{row.id}", offer_name(row.provider, row.model), _count(row), took, price(row)]
    return (
        f'<div {PLAIN} style="{_CARD}"><div style="{_SAID}">'
        f"{html.escape(one_line(row.prompt, _PROMPT_CHARACTERS))}</div>"
        f"{contact_sheet(assets) or _rough(preview)}{_trouble(row)}{_facts(facts)}"
        f"{_waiting(row)}</div>"
    )


def progress_card(
    row: GenerationRow,
    arrived: int,
    seconds: float,
    fraction: float | None,
    preview: Picture | None = None,
) -> str:
    """One line that is drawn again and again while a cell waits, and what is in the making."""
    value = f' value="{fraction:.2f}"' if fraction is not None else ""
    so_far = f"{arrived} of {row.n}" if row.n > 1 else "running"
    facts = [
        f"g{row.id}",
        offer_name(row.provider, row.model),
        so_far,
        f"{seconds:.0f} s",
        price(row),
    ]
    return (
        f'<div {PLAIN} style="{_CARD}"><div style="{_SAID}">{html.escape(one_line(row.prompt, 100))}</div>'
        f'<progress max="1"{value} style="width:240px;height:6px"></progress>{_facts(facts)}'
        f"{_rough(preview)}</div>"
    )


def assets_card(
    head: str, assets: Sequence[tuple[AssetRow, Picture | None]], total: int, advice: str
) -> str:
    """A static contact sheet: the first two dozen, and how to see more."""
    shown = min(len(assets), MOST_SHOWN)
    more = f"the first {shown} of {total:,}; [{shown}:] has the rest" if total > shown else advice
    return (
        f'<div {PLAIN} style="{_CARD}"><div style="{_QUIET}">{html.escape(head)}</div>'
        f"{contact_sheet(assets)}{_facts([more])}</div>"
    )


def contact_sheet(
    assets: Sequence[tuple[AssetRow, Picture | None]],
    most_bytes: int = MOST_BYTES,
    *,
    told: bool = False,
) -> str:
    """Pictures side by side, each with its number; the fewer, the larger.

    With `told`, what was asked and what it cost stand under each.
    """
    shown = assets[:MOST_SHOWN]
    small = fitting([picture for _, picture in shown], most_bytes)
    pixels = _side(len(shown))
    tiles = [
        f'<td style="{_TD}">{picture_tag(row, picture, pixels)}'
        f'<br><small style="{_QUIET}">#{row.id}{_stars(row)}{_rejected(row)}'
        f"{_told(row) if told else ''}</small></td>"
        for (row, _), picture in zip(shown, small, strict=True)
    ]
    lines = [
        f'<tr style="{_TR}">{"".join(tiles[start : start + _COLUMNS])}</tr>'
        for start in range(0, len(tiles), _COLUMNS)
    ]
    body = f'<tbody style="{_BODY}">{"".join(lines)}</tbody>'
    return f'<table style="{_TABLE}">{body}</table>' if lines else ""


def _told(row: AssetRow) -> str:
    cost = f" · {money(row.cost)}" if row.model else ""
    return html.escape(f"{cost} · {one_line(row.caption or row.prompt, 60)}")


_NO_PICTURE = "no picture to show; .image has it"


def _side(count: int) -> int:
    if count == 1:
        return _LARGE_PIXELS
    return _MIDDLE_PIXELS if count <= 4 else _SMALL_PIXELS


def picture_tag(row: AssetRow, picture: Picture | None, pixels: int) -> str:
    """The thumbnail inline, or a sentence on why there is none."""
    said = one_line(row.caption or row.prompt, 120) or f"asset #{row.id}"
    if picture is None:
        why = html.escape(one_line(row.damaged or row.emptied or _NO_PICTURE, 200))
        return f'<div style="{_FRAME.format(pixels)}"><small>{why}</small></div>'
    width, height = _within(row, pixels)
    ground = "" if picture[1] == "image/jpeg" else f";{_SQUARES}"
    faded = ";opacity:.45" if row.rejected else ""
    return (
        f'<img src="{html.escape(data_uri(picture))}" alt="{html.escape(said)}" '
        f'title="{html.escape(said)}" width="{width}" height="{height}" '
        f'style="border-radius:6px;margin:0;object-fit:contain;vertical-align:bottom{ground}{faded}">'
    )


def _rough(preview: Picture | None) -> str:
    """A picture that is not kept, faded so that nobody takes it for the image."""
    if preview is None:
        return ""
    return (
        f'<img src="{html.escape(data_uri(preview))}" alt="a rough picture, not kept" '
        f'title="a rough picture, not kept" style="border-radius:6px;margin:6px 0 0;opacity:.8">'
    )


def _within(row: AssetRow, pixels: int) -> tuple[int, int]:
    """Its size on screen: never enlarged, and its longer side at most so long."""
    longest = max(row.width, row.height, 1)
    scale = min(pixels, longest) / longest
    return max(1, round(row.width * scale)), max(1, round(row.height * scale))


def _trouble(row: GenerationRow) -> str:
    """Why images are missing; the sentence says what to do."""
    if not row.error:
        return ""
    style = _DOUBT if row.status in ("unknown", "partial", "cancelled") else _BAD
    said = html.escape(one_line(row.error, _ERROR_CHARACTERS))
    return f'<div style="{style}"><b>{row.status}</b><br>{said}</div>'


def _waiting(row: GenerationRow) -> str:
    if row.status in FINAL:
        return ""
    return _facts([f"{row.status}; lab.generation({row.id}).wait() waits for it"])


def _count(row: GenerationRow) -> str:
    if row.arrived == row.n:
        return "1 image" if row.n == 1 else f"{row.n} images"
    return f"{row.arrived} of {row.n} images" if row.n > 1 else "no image"


def _offer(row: AssetRow) -> str:
    quality = row.params.get("quality")
    named = offer_name(row.provider, row.model) if row.model else "imported"
    return one_line(f"{named}, quality {quality}" if quality else named, 120)


def _marks(row: AssetRow) -> list[str]:
    marks = ["rejected: hidden from search and exports"] if row.rejected else []
    return marks + (["flagged by the provider"] if row.flagged else [])


def _stars(row: AssetRow) -> str:
    return " " + "★" * row.rating if row.rating else ""


def _rejected(row: AssetRow) -> str:
    return " rejected" if row.rejected else ""


def _fact(name: str, value: str) -> str:
    if not value:
        return ""
    label = f'<span style="{_LABEL}">{name}</span> ' if name else ""
    return f'<div style="{_FACT}">{label}{html.escape(value)}</div>'


def _facts(facts: Sequence[str]) -> str:
    said = " · ".join(fact for fact in facts if fact)
    return f'<div style="{_QUIET};margin-top:4px">{html.escape(said)}</div>' if said else ""
