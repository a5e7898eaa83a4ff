"""Five hundred hostile strings, and a catalog that has one of them in every place that takes words."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import imagelab as il
from imagelab.catalog import curation
from imagelab.catalog.catalog import open_catalog
from tests.benchmarks import synthetic

RUN = "window.executed=1"
_MARKUP = [
    f"<img src=x onerror='{RUN}'>",
    f"<script>{RUN}</script>",
    f"<svg onload='{RUN}'><circle r=9></svg>",
    "</textarea></td></div><iframe srcdoc='<script>parent.executed=1</script>'></iframe>",
    f"<details open ontoggle='{RUN}'><summary>x</summary></details>",
    f"<input autofocus onfocus='{RUN}'>",
    f"<video><source onerror='{RUN}'></video>",
    f"<a href='javascript:{RUN}'>x</a>",
    f"<math><mtext><script>{RUN}</script></mtext></math>",
    "<style>@import 'http://hostile.invalid/x.css'; * { background: url(http://hostile.invalid/y) }</style>",
    "<img src='http://hostile.invalid/pixel.png'>",
    "<link rel=stylesheet href='http://hostile.invalid/x.css'>",
    f"<object data='javascript:{RUN}'></object>",
    f"<form action='javascript:{RUN}'><button autofocus>x</button></form>",
    "<base href='http://hostile.invalid/'><img src=y>",
]
_CODE = [
    f"javascript:{RUN}//[x](javascript:{RUN})",
    "![x](http://hostile.invalid/z.png)",
    f"${{{RUN}}} {{{{{RUN}}}}} $$\\href{{javascript:{RUN}}}{{x}}$$",
    f"'; {RUN}; //",
    f'"; {RUN}; //',
    f"`${{{RUN}}}`",
    "__proto__",
    "constructor",
    "'; DROP TABLE asset; --",
    "*/ } body { display: none } /*",
]
_UNSEEN = [
    "\x1b[31mred\x1b]8;;http://hostile.invalid/\x07link\x1b]8;;\x07",
    "\u202eevitcerid\u2066 \u200bzero\u200b width",
    "\x00\x01\x08\x7f\x9b2J",
    "\ufeff\u2028\u2029line",
    "e" + "\u0301" * 200,
]
_AROUND = ["{}", "fox {} harbour", '">{}', "'>{}", "-->{}", "]]>{}", "&lt;{}&gt;", "\n\n{}\n", "\u202e{}", "{}{}"]  # fmt: skip
BOARD = 12  # generations
LONG = "<b>long</b> " * 87_000  # a megabyte


def _strings() -> Iterator[str]:
    for around, hostile in itertools.product(_AROUND, [*_MARKUP, *_CODE, *_UNSEEN]):
        yield around.replace("{}", hostile)
    for depth, hostile in itertools.product(range(1, 21), _MARKUP[:9]):
        yield f"{'<b>' * depth}{hostile}{hostile.upper()}"
    for number in range(19):
        yield "".join(chr(point) for point in range(0x20 + 64 * number, 0x60 + 64 * number))
    yield LONG


STRINGS = [*_strings()]


def hostile_catalog(path: Path) -> dict[str, int]:
    """Makes it; which asset has which string as its prompt, caption, note, tag, model and provider.

    So have the generations, and as their error. The newest asset is a harmless one.
    """
    catalog = open_catalog(path, "sandbox")
    synthetic.fill(catalog, len(STRINGS) + 100, 12)
    catalog.close()
    with il.open(path, sandbox=True) as lab:
        numbers = sorted(asset.id for asset in lab.search())
        lab.generate("A fox", quality="low")
    told = dict(zip(itertools.chain(STRINGS, STRINGS), numbers, strict=False))
    catalog = open_catalog(path, "sandbox")
    with catalog.writing() as db:
        curation.tag(db, numbers, STRINGS[:12])  # so many that they are among the facets
        for number, text in zip(numbers, itertools.cycle(STRINGS), strict=False):
            curation.tag(
                db, [number], [text]
            )  # first: it takes the row's old words out of the index
            db.execute(
                "UPDATE asset SET prompt = ?1, caption = ?1, note = ?1, model = ?1, provider = ?1, "
                "quality = ?1 WHERE id = ?2",
                (text, number),
            )
        for number, text in enumerate(STRINGS[:BOARD], 1):
            db.execute(
                "UPDATE generation SET prompt = ?1, model = ?1, error = ?1, status = 'failed' "
                "WHERE id = ?2",
                (text, number),
            )
        for text in STRINGS[:60]:
            db.execute("INSERT OR IGNORE INTO saved_search VALUES (?1, ?1, 0)", (text,))
    catalog.close()
    return told
