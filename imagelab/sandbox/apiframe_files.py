"""Apiframe's uploads: pictures that lie at an address of the vendor's for an hour."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any, Final

from imagelab import clock
from imagelab.sandbox.apiframe_rules import refused
from imagelab.sandbox.book import Book, Task
from imagelab.sandbox.encode import CONTENT_TYPES, Format, decoded

FILES: Final = "cdn2.apiframe.ai"
_FOLDER: Final = f"https://{FILES}/uploads/"
_UPLOADS: Final = "apiframe/uploads"  # a provider of its own in the book
_LARGEST: Final = 25 * 2**20
_LIVES_S: Final = 3600.0
_FORMATS: Final[dict[str, Format]] = {"PNG": "png", "JPEG": "jpeg", "WEBP": "webp"}


class Files:
    """What was uploaded, kept in a book."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def taken(self, data: bytes) -> dict[str, Any]:
        """Take a picture in, under a name of its own each time."""
        if len(data) > _LARGEST:
            raise refused(413, "File is larger than 25 MB")
        try:
            form = _FORMATS[decoded(data).format or ""]
        except (KeyError, OSError, ValueError) as error:
            raise refused(400, "File is not an image of a supported type") from error
        digest = hashlib.sha256(data).hexdigest()
        body = {"format": form}
        turn = 0
        while not (task := self._accepted(f"{digest}/{turn}", body, digest, data)):
            turn += 1
        expires = clock.from_us(task.at_us + int(_LIVES_S * 1e6))
        return {
            "id": task.id,
            "url": f"{_FOLDER}{task.id}.{form}",
            "kind": "image",
            "contentType": CONTENT_TYPES[form],
            "byteSize": len(data),
            "expiresAt": expires.isoformat(),
        }

    def upload(self, address: str) -> tuple[bytes, str] | None:
        """The bytes at an address and their media type; None where there are none any more."""
        name, _, ending = address.removeprefix(_FOLDER).partition(".")
        task = self._book.task(name) if address.startswith(_FOLDER) else None
        if task is None or task.provider != _UPLOADS or ending != task.body["format"]:
            return None
        if (clock.now_us() - task.at_us) / 1e6 > _LIVES_S:
            return None
        return self._book.inputs(task)[0], CONTENT_TYPES[task.body["format"]]

    def _accepted(self, told: str, body: dict[str, Any], digest: str, data: bytes) -> Task | None:
        name = uuid.UUID(bytes=hashlib.sha256(told.encode()).digest()[:16], version=4)
        task = Task(str(name), _UPLOADS, body, images=0)
        return self._book.accept(task, digest=digest, nano=0, charged=0, inputs=[data])
