"""A static gallery: one HTML file that shows assets with their prompts and costs, anywhere.

Self-contained: nothing is loaded from elsewhere, and the page forbids itself to, and any script
but the one that finds.
"""

from __future__ import annotations

import base64
import hashlib
import html
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from imagelab.domain.frozen import frozen
from imagelab.domain.money import Cost, Source, Spend
from imagelab.domain.records import AssetRow
from imagelab.domain.text import one_line
from imagelab.errors import RequestError
from imagelab.export.marker import Whose
from imagelab.export.page_search import ALLOWED, BOX, SCRIPT
from imagelab.export.page_style import STYLE
from imagelab.export.swap import put

Picture = tuple[bytes, str]  # bytes and media type

_POLICY = (
    f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; {ALLOWED}; "
    "base-uri 'none'; form-action 'none'"
)
_OURS = '<meta name="generator" content="imagelab">'
_SIGNED = '<meta name="imagelab-export" content="'
_HEAD_BYTES = 4_096  # in which a page of ours says that it is one
_SHORT = 140  # characters of a prompt that need no folding
_MOST_SAID = 4_000  # characters of a prompt; the catalog has all of it
_MOST_OF_A_NAME = 60  # characters of a tag, a model or a setting
_KNOWN: dict[Source, str] = {
    "reported": "reported by the vendor",
    "computed": "computed from reported usage",
    "estimated": "estimated from a price list",
}


@frozen
class Shown:
    """One asset with its picture and the numbers of what it was made from."""

    row: AssetRow
    picture: Picture | None
    parents: Sequence[int] = ()


def write_page(
    path: Path,
    title: str,
    shown: Sequence[Shown],
    subtitle: str = "",
    *,
    whose: Whose | None = None,
    overwrite: bool = False,
) -> Path:
    """Write the page in one move: a reader finds the old one or the new one, whole.

    A page of ours is replaced, but only with `overwrite` one that was `whose` other; RequestError
    for that, for a folder, and for a file of somebody else's.
    """
    sign = _sign(whose) if whose else ""
    _check_place(path, None if overwrite else sign)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with aside.open("w", encoding="utf-8") as file:
            file.write(page(title, shown, subtitle, sign))
            file.flush()
            os.fsync(file.fileno())
        put(aside, path)
    finally:
        aside.unlink(missing_ok=True)
    return path


def page(title: str, shown: Sequence[Shown], subtitle: str = "", sign: str = "") -> str:
    """The page as text; every foreign word in it is escaped. `sign` is a mark of ours."""
    said = f"<p>{_safe(subtitle)}</p>" if subtitle else ""
    return (
        "<!doctype html>\n"
        '<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">{_OURS}{sign}'
        '<meta name="referrer" content="no-referrer">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_safe(title)}</title><style>{STYLE}</style></head>\n"
        f"<body><header><h1>{_safe(title)}</h1>{said}{_sums(shown)}</header>\n{_body(shown)}\n"
        "<footer>Small copies, made with imagelab; the originals are in its catalog.</footer>"
        "</body></html>\n"
    )


def _sign(whose: Whose) -> str:
    """By which a page is known to be of the same catalog and query; it tells neither."""
    said = f"{whose.catalog} {whose.query}".encode("utf-8", "replace")
    return f'{_SIGNED}{hashlib.sha256(said).hexdigest()}">'


def _check_place(path: Path, sign: str | None) -> None:
    """A page without a sign is of an earlier version, or of a caller that has none."""
    if path.is_dir():
        raise RequestError(
            f"{str(path)!r} is a folder; name a file in it, such as {str(path / 'gallery.html')!r}"
        )
    if path.exists() and _OURS.encode() not in _head(path):
        raise RequestError(
            f"{str(path)!r} is there already and was not written by imagelab; name another file"
        )
    head = _head(path) if sign and path.exists() else b""
    if sign and _SIGNED.encode() in head and sign.encode() not in head:
        raise RequestError(
            f"{str(path)!r} is a page of another query; name another file, or pass "
            "overwrite=True to replace it"
        )


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)


def _sums(shown: Sequence[Shown]) -> str:
    """How many images, and what they cost by how that is known; the unknown is counted."""
    costs = [item.row.cost for item in shown if item.row.model]
    lines = [(f"{len(shown):,}", "image" if len(shown) == 1 else "images")]
    lines += _known(cost for cost in costs if cost)
    unknown = sum(cost is None for cost in costs)
    lines += [(f"{unknown:,}", "of unknown cost")] if unknown else []
    items = "".join(f"<li><b>{number}</b> {word}</li>" for number, word in lines)
    return f'<ul class="sums">{items}</ul>'


def _known(costs: Iterable[Cost]) -> list[tuple[str, str]]:
    known = list(costs)
    by_source = {
        source: [cost for cost in known if cost.source == source]
        for source in _KNOWN
        if any(cost.source == source for cost in known)
    }
    lines = [(str(Spend.of(known)), "in all")] if len(by_source) > 1 else []
    return lines + [(str(Spend.of(some)), _KNOWN[source]) for source, some in by_source.items()]


def _body(shown: Sequence[Shown]) -> str:
    if not shown:
        return '<p class="nothing">No images here: the query found none.</p>'
    here = frozenset(item.row.id for item in shown)
    cards = "\n".join(_card(item, here) for item in shown)
    return f"{BOX}<main>\n{cards}\n</main>{SCRIPT}"


def _card(item: Shown, here: frozenset[int]) -> str:
    row = item.row
    return (
        f'<article id="a{row.id}">{_frame(item)}<div class="facts">'
        f'<div class="top"><h2><a href="#a{row.id}">#{row.id}</a></h2>{_judged(row)}</div>'
        f"{_said(row)}{_origin(item, here)}{_tags(row)}<dl>{_facts(row)}</dl></div></article>"
    )


def _frame(item: Shown) -> str:
    row = item.row
    if item.picture is None:
        why = _safe(row.damaged or row.emptied or "its small copy is not made yet")
        word = "damaged" if row.damaged else "no picture"
        return f'<div class="frame"><div class="none"><b>{word}</b>{why}</div></div>'
    data, media_type = item.picture
    coded = base64.b64encode(data).decode("ascii")
    clear = ' class="clear"' if media_type == "image/webp" else ""
    alt = _safe(_words(row) or f"image #{row.id}", 160)
    # Twice its size is as large as a small picture is drawn.
    return (
        f'<div class="frame"><img{clear} alt="{alt}" loading="lazy" '
        f'width="{row.width}" height="{row.height}" style="max-width:{2 * row.width}px" '
        f'src="data:{_safe(media_type)};base64,{coded}"></div>'
    )


def _judged(row: AssetRow) -> str:
    rejected = '<span class="rejected">rejected</span>' if row.rejected else ""
    if not row.rating:
        return rejected
    stars = f'role="img" aria-label="{row.rating} of 5 stars">{"★" * row.rating}'
    return f'{rejected}<span class="stars" {stars}</span>'


def _said(row: AssetRow) -> str:
    """The caption or prompt; a long one unfolds, by mouse or key."""
    text = _words(row)
    if not text:
        return ""
    if len(text) <= _SHORT:
        return f'<p class="prompt" dir="auto">{_safe(text)}</p>'
    said = _safe(text, _MOST_SAID)
    return f'<details class="prompt"><summary dir="auto">{said}</summary></details>'


def _origin(item: Shown, here: frozenset[int]) -> str:
    if not item.parents:
        return ""
    links = ", ".join(
        f'<a href="#a{number}">#{number}</a>' if number in here else f"#{number}"
        for number in item.parents
    )
    return f'<div class="from">made from {links}</div>'


def _tags(row: AssetRow) -> str:
    tags = "".join(f"<li>{_safe(tag, _MOST_OF_A_NAME)}</li>" for tag in row.tags)
    return f'<ul class="tags">{tags}</ul>' if tags else ""


def _facts(row: AssetRow) -> str:
    quality = row.params.get("quality")
    pairs = [
        ("by", _safe(f"{row.provider}/{row.model}", _MOST_OF_A_NAME) if row.model else "imported"),
        ("size", f"{row.width} × {row.height} {_safe(row.format.upper(), 8)}"),
        ("quality", _safe(str(quality), _MOST_OF_A_NAME) if quality else ""),
        ("cost", _cost(row.cost) if row.model else ""),
        ("date", f"{row.created_at:%Y-%m-%d}"),
    ]
    return "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in pairs if value)


def _cost(cost: Cost | None) -> str:
    return f"<b>{_safe(str(cost))}</b> {cost.source}" if cost else "unknown"


def _words(row: AssetRow) -> str:
    return row.caption or row.prompt


def _safe(text: str, most: int = 400) -> str:
    """Foreign text on one line, cut, and without a meaning in HTML."""
    return html.escape(one_line(text, most), quote=True)
