"""The stills of the views: what a notebook shows of them when no kernel runs.

GitHub and nbconvert strip or keep styling as they like, so the HTML is the house's contact
sheet, which reads well without; the JPEG is the same pictures for places that take no HTML.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from imagelab.domain.records import AssetRow
from imagelab.domain.text import counted, one_line
from imagelab.handles.backing import Backing
from imagelab.handles.cards import contact_sheet
from imagelab.handles.lines import quoted
from imagelab.handles.pictures import Picture
from imagelab.imaging import contact
from imagelab.widgets.options import OPTIONS
from imagelab.widgets.still import Still

MOST_PICTURES = 12
_COLUMNS = 6
# With base64's third more they stay under 100 kB together, and a notebook of ten under 1 MB.
_HTML_BYTES, _JPEG_BYTES = 44_000, 24_000
_ADVICE = "run this cell to work with it"


def gallery_still(
    backing: Backing, query: str, numbers: Sequence[int], total: int | None
) -> Still | None:
    """What a gallery leaves: the first pictures it shows, and what it was asked."""
    asked = f"gallery {quoted(query)}" if query else "gallery"
    found = "" if total is None else f" · {counted(total, 'asset')}"
    return some_still(backing, f"{asked}{found}", numbers)


def studio_still(backing: Backing, model: str, numbers: Sequence[int]) -> Still | None:
    """What a studio leaves: whom it asks, and the newest pictures there were."""
    named = f"studio · {model}" if model else "studio"
    return some_still(backing, f"{named} · the newest in the catalog", numbers)


def some_still(backing: Backing, head: str, numbers: Sequence[int]) -> Still | None:
    """The first of some pictures, with a line of what view they are of."""
    if OPTIONS.static_preview is False:
        return None
    rows = backing.asset_rows(numbers[:MOST_PICTURES])
    pictures: list[tuple[AssetRow, Picture | None]] = [(r, backing.small(r.sha256)) for r in rows]
    sheet = contact_sheet(pictures, _HTML_BYTES, told=OPTIONS.static_preview == "all")
    said = f"<small>{html.escape(f'{head} · {_ADVICE}')}</small>"
    drawn = [picture[0] for _, picture in pictures if picture]
    return Still(
        sheet + said,
        contact.contact_sheet(drawn, columns=_COLUMNS, most_bytes=_JPEG_BYTES),
        one_line(f"imagelab {head}", 200),
    )
