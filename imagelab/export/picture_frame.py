"""A DataFrame whose small pictures are shown in a notebook, and whose text is never markup.

pandas escapes everything in a table or nothing, and a prompt is not to be trusted: so this frame
draws its own table, of escaped text and of pictures that are data.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable
from dataclasses import field
from typing import Any

import pandas as pd

from imagelab.domain.frozen import frozen
from imagelab.domain.markup import PLAIN
from imagelab.domain.text import file_size, one_line

_MOST_ROWS, _MOST_CHARACTERS = 50, 200
_MOST_BYTES = 600_000  # of pictures in one output
_KNOWN = re.compile(r"image/(?:png|jpeg|webp)")
_CELL = "text-align:left;vertical-align:top;padding:4px 8px"


@frozen
class Thumbnail:
    """A small picture: its bytes and media type."""

    data: bytes = field(repr=False)
    media_type: str

    def __bytes__(self) -> bytes:
        return self.data

    def __str__(self) -> str:
        return f"{self.media_type}, {file_size(len(self.data))}"


class PictureFrame(pd.DataFrame):
    """A DataFrame with thumbnails in it; what is made of it is one too."""

    @property
    def _constructor(self) -> Callable[..., PictureFrame]:
        return PictureFrame

    def _repr_html_(self) -> str:
        shown = self.head(_MOST_ROWS)
        room = _Room()
        head = "".join(f"<th>{_said(name)}</th>" for name in ("", *shown.columns))
        body = "".join(
            f"<tr><th>{_said(label)}</th>"
            + "".join(f'<td style="{_CELL}">{room.cell(value)}</td>' for value in row)
            + "</tr>"
            for label, row in zip(shown.index, shown.itertuples(index=False), strict=True)
        )
        size = f"<p>{len(self):,} rows × {len(self.columns)} columns</p>"
        return f"<table {PLAIN}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{size}"


class _Room:
    """What a saved notebook can bear of pictures; those that have no place are said in words."""

    def __init__(self) -> None:
        self._left = _MOST_BYTES

    def cell(self, value: object) -> str:
        if not isinstance(value, Thumbnail) or not _KNOWN.fullmatch(value.media_type):
            return _said(value)
        self._left -= len(value.data)
        if self._left < 0:
            return _said(value)
        data = base64.b64encode(value.data).decode("ascii")
        return f'<img alt="" style="max-width:128px" src="data:{value.media_type};base64,{data}">'


def _said(value: Any) -> str:  # noqa: ANN401 - a cell holds anything
    return html.escape(one_line(str(value), _MOST_CHARACTERS))
