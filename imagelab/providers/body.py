"""What is sent: the exact bytes for the wire, and a record of them that is fit to keep.

Input images stand in the record by their hash, so that a record is small and says
what was sent, and addresses without what would open them; the hash of the bytes proves that
a repeat is the same.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from imagelab.domain.redaction import fit_to_keep
from imagelab.domain.request import Input, canonical


class Body(Protocol):
    """The content of one HTTP request."""

    def content(self) -> tuple[str, bytes]:
        """The media type and the bytes to send; the same at every call."""
        ...

    def record(self) -> str:
        """Canonical JSON of the same content, with images as hashes."""
        ...


@dataclass(frozen=True, slots=True)
class DataUri:
    """Stands in a JSON document where an image goes as a data URI."""

    image: Input

    def spelled(self) -> str:
        coded = base64.b64encode(self.image.data).decode("ascii")
        return f"data:image/{self.image.format};base64,{coded}"


@dataclass(frozen=True, slots=True)
class JsonBody:
    """A JSON document; `DataUri` values in it become text when it is sent."""

    document: Any

    def content(self) -> tuple[str, bytes]:
        return "application/json", canonical(_replace(self.document, DataUri.spelled)).encode()

    def record(self) -> str:
        named = _replace(self.document, lambda uri: f"sha256:{uri.image.sha256}")
        return canonical(fit_to_keep(named))


@dataclass(frozen=True, slots=True)
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


def _replace(value: Any, spell: Any) -> Any:  # noqa: ANN401 - a JSON document has any shape
    match value:
        case DataUri():
            return spell(value)
        case dict():
            return {key: _replace(item, spell) for key, item in value.items()}
        case list() | tuple():
            return [_replace(item, spell) for item in value]
        case _:
            return value
