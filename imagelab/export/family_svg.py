"""A family as an SVG that needs nothing else: pictures inline, no script, nothing loaded.

Foreign words are escaped and cut short; they are text and never anything else.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from html import escape

from imagelab.domain.family_layout import Layout
from imagelab.domain.frozen import frozen
from imagelab.domain.text import one_line

Picture = tuple[bytes, str]  # bytes and media type

_CARD_WIDTH, _CARD_HEIGHT, _SIDE = 112, 142, 100
_COLUMN, _ROW, _MARGIN = 208, 158, 16
_CHARACTERS = 17
_STYLE = """
svg{background:#fff;font:11px system-ui,sans-serif;color:#1d1d1d}
.card{fill:#fff;stroke:#c8c8c8}.focus .card{stroke:#1976d2;stroke-width:2.5}
.number{font-weight:600;font-size:12px}.quiet{fill:#616161}.way{fill:none;stroke:#8fa3ad;stroke-width:1.4}
.way.dashed{stroke-dasharray:4 3}.rejected{opacity:.4}.empty{fill:#eee}
"""
_DASHED = ("reference", "regenerate", "mask")


@frozen
class Card:
    """One member as it is drawn; `picture` is None where there is none to show."""

    number: int
    cost: str
    said: str
    rejected: bool
    picture: Picture | None


def family_svg(
    layout: Layout, cards: Mapping[int, Card], ways: Iterable[tuple[int, int, str]], focus: int
) -> str:
    """The members in their columns, and the way from each to what came of it."""
    width = layout.width * _COLUMN - (_COLUMN - _CARD_WIDTH) + 2 * _MARGIN
    height = layout.height * _ROW - (_ROW - _CARD_HEIGHT) + 2 * _MARGIN
    drawn = [_way(layout, *way, faded=cards[way[1]].rejected) for way in ways]
    drawn += [_card(layout, card, focused=card.number == focus) for card in cards.values()]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img"><title>Lineage of #{focus}</title>'
        f"<style>{_STYLE}</style>{''.join(drawn)}</svg>\n"
    )


def _place(layout: Layout, number: int) -> tuple[float, float]:
    x = _MARGIN + layout.columns[number] * _COLUMN
    return x, round(_MARGIN + layout.rows[number] * _ROW, 1)


def _card(layout: Layout, card: Card, *, focused: bool) -> str:
    x, y = _place(layout, card.number)
    kinds = " ".join(word for word, so in (("focus", focused), ("rejected", card.rejected)) if so)
    said = one_line(card.said, _CHARACTERS)
    return (
        f'<g transform="translate({x} {y})" class="{kinds}">'
        f'<rect class="card" width="{_CARD_WIDTH}" height="{_CARD_HEIGHT}" rx="5"/>'
        f"{_picture(card.picture)}"
        f'<text class="number" x="8" y="120">#{card.number}</text>'
        f'<text class="quiet" x="{_CARD_WIDTH - 8}" y="120" text-anchor="end">{escape(one_line(card.cost, 16))}</text>'
        f'<text class="quiet" x="8" y="135">{escape(said)}</text></g>'
    )


def _picture(picture: Picture | None) -> str:
    box = f'x="6" y="6" width="{_SIDE}" height="{_SIDE}"'
    if picture is None:
        return f'<rect class="empty" {box}/>'
    data, kind = picture
    source = f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
    return f'<image {box} href="{escape(source)}" preserveAspectRatio="xMidYMid slice"/>'


def _way(layout: Layout, parent: int, child: int, word: str, *, faded: bool) -> str:
    x, y = _place(layout, parent)
    x, y = x + _CARD_WIDTH, y + _CARD_HEIGHT / 2
    to_x, to_y = _place(layout, child)
    to_y += _CARD_HEIGHT / 2
    bend = max((to_x - x) / 2, 40)
    kinds = f"way{' dashed' if word in _DASHED else ''}{' rejected' if faded else ''}"
    path = f"M{x} {y}C{x + bend} {y} {to_x - bend} {to_y} {to_x} {to_y}"
    middle = f'x="{(x + to_x) / 2}" y="{(y + to_y) / 2 - 4}" text-anchor="middle"'
    return f'<path class="{kinds}" d="{path}"/><text class="quiet" {middle}>{escape(word)}</text>'
