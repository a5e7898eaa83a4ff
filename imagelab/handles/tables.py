"""Tables for a cell and for a terminal, of the same rows."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from imagelab.domain.markup import PLAIN

_TABLE = "font-size:12px;margin:2px 0 6px;table-layout:auto;border-collapse:collapse"
_CELL = "text-align:left;vertical-align:top;padding:4px 10px 4px 4px;"
_WHOLE, _WRAPS = "white-space:pre", "white-space:normal;min-width:{}em"


def text_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell.

    >>> print(text_table(("offer", "n"), [("openai/gpt-image-2", "1–10")]))
    offer               n
    openai/gpt-image-2  1–10
    """
    table = [head, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    )


def html_table(
    head: Sequence[str], rows: Sequence[Sequence[str]], wraps: Mapping[str, float]
) -> str:
    """The same for a cell; a column in `wraps` may break its lines from so many ems on.

    Any other has its lines as they are told.
    """
    styles = [_WRAPS.format(wraps[name]) if name in wraps else _WHOLE for name in head]
    top = _row("th", head, [_WHOLE] * len(head))
    body = "".join(_row("td", row, styles) for row in rows)
    return f'<table {PLAIN} style="{_TABLE}"><thead>{top}</thead><tbody>{body}</tbody></table>'


def _row(tag: str, cells: Sequence[str], styles: Sequence[str]) -> str:
    told = "".join(
        f'<{tag} style="{_CELL}{style}">{html.escape(cell)}</{tag}>'
        for style, cell in zip(styles, cells, strict=True)
    )
    return f"<tr>{told}</tr>"
