"""What the lineage view, the comparison and the mask painter leave in a saved notebook."""

from __future__ import annotations

import html
from collections.abc import Sequence

from imagelab.domain.family_layout import laid_out
from imagelab.domain.family_outline import outline
from imagelab.domain.family_view import view_of
from imagelab.domain.lineage import Family
from imagelab.domain.text import counted
from imagelab.handles.backing import Backing
from imagelab.handles.family_lines import family_list
from imagelab.handles.pictures import data_uri
from imagelab.imaging.family_picture import family_picture
from imagelab.lab.stills import some_still
from imagelab.widgets.options import OPTIONS
from imagelab.widgets.still import Still

_JPEG_BYTES = 36_000  # twice, once with base64's third more, it stays under 100 kB
_ADVICE = "run this cell to work with it"


def lineage_still(backing: Backing, family: Family) -> Still | None:
    """The family as a picture, and as a nested list that reads well without styling."""
    if OPTIONS.static_preview is False:
        return None
    view = view_of(family)
    rows = {row.id: row for row in backing.asset_rows(view.shown)}
    small = {number: backing.small(row.sha256) for number, row in rows.items()}
    entries = outline(family, view.shown)
    ways = [
        (parent, entry.number) for entry in entries for parent, _ in entry.parents if parent in rows
    ]
    thumbnails = {number: picture[0] for number, picture in small.items() if picture}
    drawn = family_picture(
        laid_out(family, view.shown),
        thumbnails,
        ways,
        focus=family.focus,
        most_bytes=_JPEG_BYTES,
    )
    told = OPTIONS.static_preview == "all"
    count = counted(len(family.members), "asset")
    head = f"lineage of #{family.focus} · {count}{'' if family.whole else ' and more'}"
    head += f" · {family.cost}" if told and family.whole else ""
    picture = f'<img src="{data_uri((drawn, "image/jpeg"))}" alt="{head}">' if drawn else ""
    nested = family_list(entries, rows, view, told=told)
    said = f"<small>{html.escape(f'{head} · {_ADVICE}')}</small>"
    return Still(f"{picture}{nested}{said}", drawn, f"imagelab {head}")


def compare_still(backing: Backing, numbers: Sequence[int]) -> Still | None:
    """The pictures side by side."""
    named = ", ".join(f"#{number}" for number in numbers)
    return some_still(backing, f"compare {named}", numbers)


def painter_still(backing: Backing, number: int) -> Still | None:
    """The picture that was to be painted on; what was painted is the kernel's."""
    return some_still(backing, f"mask painter of #{number}", [number])
