"""A static gallery: one HTML file that shows assets with their prompts and costs, anywhere.

Self-contained: no script, nothing is loaded from elsewhere, and the page forbids itself to.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from imagelab.domain.money import Spend
from imagelab.domain.records import AssetRow
from imagelab.domain.text import one_line

Picture = tuple[bytes, str]  # bytes and media type

_STYLE = """
:root { color-scheme: light dark; --ground: #fafaf8; --card: #fff; --ink: #1d1d1b;
  --quiet: #6b6b66; --line: #e3e2dd; --accent: #b25b1e; }
@media (prefers-color-scheme: dark) { :root { --ground: #151514; --card: #1f1f1d;
  --ink: #ecebe6; --quiet: #9c9b94; --line: #34342f; --accent: #e39a5c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 1240px; margin: 0 auto; padding: 24px 20px 0; }
h1 { font-size: 26px; margin: 0 0 4px; letter-spacing: -0.01em; }
header p, footer p { color: var(--quiet); margin: 0; }
footer { padding-bottom: 40px; }
main { display: grid; gap: 20px; grid-template-columns: repeat(auto-fill, minmax(270px, 1fr)); }
article { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  overflow: hidden; display: flex; flex-direction: column; }
.frame { display: block; height: 250px; background-color: #d9d8d2; background-image:
  repeating-conic-gradient(#cfcec8 0 25%, #e2e1dc 0 50%); background-size: 18px 18px; }
.frame img { width: 100%; height: 100%; object-fit: contain; display: block; }
.frame.opaque { background: var(--line); }
.none { display: grid; place-items: center; height: 100%; color: #55544f; }
.facts { padding: 12px 14px 14px; display: flex; flex-direction: column; gap: 6px; flex: 1; }
.top { display: flex; justify-content: space-between; gap: 10px; }
.number { font-weight: 600; }
.stars { color: var(--accent); letter-spacing: 1px; }
.prompt { margin: 0; display: -webkit-box; -webkit-line-clamp: 4; -webkit-box-orient: vertical;
  overflow: hidden; overflow-wrap: anywhere; }
.from { color: var(--quiet); font-size: 13px; }
.from a { color: inherit; }
.tags { display: flex; flex-wrap: wrap; gap: 5px; }
.tag { border: 1px solid var(--line); border-radius: 99px; padding: 0 9px; font-size: 13px; }
dl { margin: auto 0 0; padding-top: 8px; border-top: 1px solid var(--line); display: grid;
  grid-template-columns: auto 1fr; gap: 1px 12px; font-size: 13px; }
dt { color: var(--quiet); }
dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
:target { outline: 2px solid var(--accent); outline-offset: 2px; }
"""
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class Shown:
    """One asset with its picture and the numbers of what it was made from."""

    row: AssetRow
    picture: Picture | None
    parents: Sequence[int] = ()


def write_page(path: Path, title: str, shown: Sequence[Shown], subtitle: str = "") -> Path:
    """Write the page in one move: a reader finds the old one or the new one, whole."""
    aside = path.with_name(f"{path.name}.part")
    aside.write_text(page(title, shown, subtitle), encoding="utf-8")
    return aside.replace(path)


def page(title: str, shown: Sequence[Shown], subtitle: str = "") -> str:
    """The page as text; every foreign word in it is escaped."""
    spend = Spend.of(item.row.cost for item in shown if item.row.model)
    count = "1 image" if len(shown) == 1 else f"{len(shown):,} images"
    here = frozenset(item.row.id for item in shown)
    cards = "\n".join(_card(item, here) for item in shown)
    return (
        "<!doctype html>\n"
        '<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_safe(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><header><h1>{_safe(title)}</h1>"
        f"<p>{count} · {_safe(str(spend))}{' · ' + _safe(subtitle) if subtitle else ''}</p>"
        f"</header>\n<main>\n{cards}\n</main>\n"
        "<footer><p>Made with imagelab; the originals are in the catalog.</p></footer>"
        "</body></html>\n"
    )


def _card(item: Shown, here: frozenset[int]) -> str:
    row = item.row
    stars = "★" * (row.rating or 0)
    tags = "".join(f'<span class="tag">{_safe(tag)}</span>' for tag in row.tags)
    said = row.caption or row.prompt
    return (
        f'<article id="a{row.id}">{_frame(item)}<div class="facts">'
        f'<div class="top"><span class="number">#{row.id}</span>'
        f'<span class="stars" aria-label="{row.rating or 0} stars">{stars}</span></div>'
        f'<p class="prompt" title="{_safe(one_line(said, 2000))}">{_safe(one_line(said, 600))}</p>'
        f"{_origin(item, here)}"
        f"{f'<div class=tags>{tags}</div>' if tags else ''}"
        f"<dl>{_facts(row)}</dl></div></article>"
    )


def _frame(item: Shown) -> str:
    if item.picture is None:
        why = _safe(item.row.damaged or "no picture")
        return f'<div class="frame opaque"><div class="none">{why}</div></div>'
    data, media_type = item.picture
    coded = base64.b64encode(data).decode("ascii")
    opaque = "" if media_type == "image/webp" else " opaque"
    said = _safe(one_line(item.row.caption or item.row.prompt, 120))
    return (
        f'<div class="frame{opaque}"><img loading="lazy" alt="{said}" '
        f'src="data:{_safe(media_type)};base64,{coded}"></div>'
    )


def _origin(item: Shown, here: frozenset[int]) -> str:
    if not item.parents:
        return ""
    links = ", ".join(
        f'<a href="#a{number}">#{number}</a>' if number in here else f"#{number}"
        for number in item.parents
    )
    return f'<div class="from">edited from {links}</div>'


def _facts(row: AssetRow) -> str:
    cost = f"{row.cost} ({row.cost.source})" if row.cost else "unknown"
    pairs = [
        ("offer", f"{row.provider}/{row.model}" if row.model else "imported"),
        ("size", f"{row.width}×{row.height} {row.format.upper()}"),
    ]
    pairs += [("quality", str(row.params["quality"]))] if "quality" in row.params else []
    pairs += [("cost", cost)] if row.model else []
    return "".join(f"<dt>{name}</dt><dd>{_safe(value)}</dd>" for name, value in pairs)


def _safe(text: str) -> str:
    return html.escape(text, quote=True)
