"""Images that come by way of a page: dropped and pasted files, and assets that were dragged."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from imagelab.catalog.blobs import Blob
from imagelab.catalog.imports import keep_import
from imagelab.domain.text import one_line
from imagelab.errors import InputImageError, RequestError
from imagelab.handles.backing import Backing
from imagelab.imaging.accept import MOST_BYTES, check_image
from imagelab.imaging.sniff import sniff
from imagelab.lab.engine import Engine

_MOST_OPEN = 8  # files on their way at once; the oldest go
_NAME_CHARACTERS = 60


class Receiver:
    """Takes files in pieces, since a page's messages may not be large, and keeps them as assets."""

    def __init__(self, engine: Engine, backing: Backing) -> None:
        self._engine, self._backing = engine, backing
        self._parts: dict[str, list[bytes]] = {}

    def take(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """One piece of a file; with the last one the number of the asset that it is.

        InputImageError for what is no image, RequestError for what is no piece of one.
        """
        match given:
            case {"file": str(key), "name": str(name), "data": str(data), "last": bool(last)}:
                parts = self._parts.setdefault(key, [])
            case _:
                raise RequestError(f"{sorted(given)!r:.80} is no piece of a file")
        called = one_line(name, _NAME_CHARACTERS) or "the file"
        try:
            parts.append(base64.b64decode(data, validate=True))
        except binascii.Error as error:
            raise RequestError(f"{called} did not arrive whole: {error}; drop it again") from error
        if sum(map(len, parts)) > MOST_BYTES:
            del self._parts[key]
            raise InputImageError(
                f"{called} is larger than the {MOST_BYTES:,} bytes that are taken"
            )
        for old in list(self._parts)[:-_MOST_OPEN]:
            del self._parts[old]
        return {"asset": self.keep(b"".join(self._parts.pop(key)), called)} if last else {}

    def keep(self, data: bytes, called: str) -> int:
        """The asset that these bytes are, imported if there was none."""
        check_image(data, called)
        header = sniff(data, called=called)
        blob = Blob.of(data, header.format, header.width, header.height)
        with self._engine.catalog.writing() as db:
            uuid = keep_import(db, blob)
        self._engine.looker.look_later(blob.sha256)
        with self._engine.catalog.reading() as db:
            found = db.execute("SELECT id FROM asset WHERE uuid = ?", (uuid,)).fetchone()
        return int(found[0])

    def dragged(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The number of an asset that was dragged here as its code says it."""
        match given:
            case {"id": int(number), "uuid": str(uuid)} if not isinstance(number, bool):
                row = self._backing.asset_row(number)
            case _:
                raise RequestError(f"{sorted(given)!r:.80} does not name an asset")
        if not row.uuid.startswith(uuid):
            raise InputImageError(f"asset #{number} is another one here: it was of another catalog")
        return {"asset": row.id}
