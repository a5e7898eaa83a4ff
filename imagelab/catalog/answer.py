"""An answer to a view: a header of plain JSON, and bytes."""

from __future__ import annotations

import json
from dataclasses import field
from typing import Any

from imagelab.domain.frozen import frozen


@frozen
class Answer:
    """A header of plain JSON, and the bytes it speaks of by their place in all of them joined."""

    header: dict[str, Any]
    blobs: tuple[bytes, ...] = field(default=(), repr=False)

    def packed(self) -> bytes:
        """The length of the header in four bytes, the smallest first; the header; the bytes."""
        header = json.dumps(self.header, allow_nan=False, separators=(",", ":")).encode()
        return b"".join((len(header).to_bytes(4, "little"), header, *self.blobs))
