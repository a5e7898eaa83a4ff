"""What is sent: the exact bytes for the wire, and a record of them that is fit to keep.

Input images stand in the record by their hash, so that a record is small and says
what was sent; the hash of the bytes proves that a repeat is the same. Of an address a record
has nothing that would open it, but for addresses that a vendor gave us for our own uploads:
those a repeat has to name again.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any, Protocol

import httpx

from imagelab.domain.frozen import frozen
from imagelab.domain.redaction import fit_to_keep
from imagelab.domain.request import Input, canonical

_UPLOADED = re.compile(r"sha256:([0-9a-f]{64}) at (\S+)")


class Body(Protocol):
    """The content of one HTTP request."""

    def content(self) -> tuple[str, bytes]:
        """The media type and the bytes to send; the same at every call."""
        ...

    def record(self) -> str:
        """Canonical JSON of the same content, with images as hashes."""
        ...


@frozen
class DataUri:
    """Stands in a JSON document where an image goes as a data URI."""

    image: Input

    def spelled(self) -> str:
        coded = base64.b64encode(self.image.data).decode("ascii")
        return f"data:image/{self.image.format};base64,{coded}"

    def kept(self) -> str:
        return f"sha256:{self.image.sha256}"


@frozen
class Uploaded:
    """Stands in a JSON document where an image goes as the address it was uploaded to."""

    image: Input
    url: str

    def spelled(self) -> str:
        return self.url

    def kept(self) -> str:
        return f"sha256:{self.image.sha256} at {self.url}"


@frozen
class JsonBody:
    """A JSON document; images in it become text when it is sent."""

    document: Any

    def content(self) -> tuple[str, bytes]:
        spelled = _replace(self.document, lambda stand: stand.spelled(), str)
        return "application/json", canonical(spelled).encode()

    def record(self) -> str:
        return canonical(_replace(self.document, lambda stand: stand.kept(), fit_to_keep))


@frozen
class FormBody:
    """A multipart form: text fields and image files, each file under its field's name."""

    fields: Mapping[str, str]
    files: tuple[tuple[str, Input], ...] = field(default=())

    def content(self) -> tuple[str, bytes]:
        # The boundary comes from the content, so that a repeat has the same bytes.
        boundary = hashlib.sha256(self.record().encode()).hexdigest()[:32]
        media_type = f"multipart/form-data; boundary={boundary}"
        files = [
            (name, (f"{image.sha256[:12]}.{image.format}", image.data, f"image/{image.format}"))
            for name, image in self.files
        ]
        request = httpx.Request(
            "POST",
            "https://form.invalid",
            headers={"content-type": media_type},
            data=dict(self.fields),
            files=files,
        )
        return media_type, request.read()

    def record(self) -> str:
        images = [[name, f"sha256:{image.sha256}"] for name, image in self.files]
        return canonical({"fields": fit_to_keep(self.fields), "files": images})


def uploads(record: str) -> Mapping[str, str]:
    """The addresses of uploads that a record names, by the hash of the image.

    >>> uploads('{"images":["sha256:%s at https://files.example/u/7.png?s=1"]}' % ("a" * 64))
    {'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa': 'https://files.example/u/7.png?s=1'}
    """
    found: dict[str, str] = {}

    def look(text: str) -> str:
        if match := _UPLOADED.fullmatch(text):
            found[match[1]] = match[2]
        return text

    _replace(json.loads(record or "null"), None, look)
    return found


def _replace(value: Any, spell: Any, write: Callable[[str], str]) -> Any:  # noqa: ANN401 - a JSON document has any shape
    match value:
        case DataUri() | Uploaded():
            return spell(value)
        case str():
            return write(value)
        case dict():
            return {key: _replace(item, spell, write) for key, item in value.items()}
        case list() | tuple():
            return [_replace(item, spell, write) for item in value]
        case _:
            return value
