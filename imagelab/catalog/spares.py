"""Where the bytes of a lost original may still be had: a copy of the catalog, and staged replies."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from imagelab.catalog import blobs, staging
from imagelab.catalog.catalog import Catalog
from imagelab.catalog.reading import Reader
from imagelab.errors import CatalogError

# A reply carries an image as base64, in a JSON string with slashes that may be escaped.
_CODED = re.compile(rb"[A-Za-z0-9+/]{64,}={0,2}")


class Spares:
    """What was looked through for bytes; every one of them is known by its hash alone."""

    def __init__(self, source: Reader | None, folder: Path) -> None:
        self._source, self._folder = source, folder
        self._staged = {
            sha256: call
            for call in staging.all_staged(folder)
            for sha256, _ in _images_in(folder, call)
        }

    def where(self, sha256: str) -> str | None:
        """What has these bytes, in words; None if nothing has."""
        if self._source is not None and self._from_source(sha256) is not None:
            return self._source.path.name
        return f"the staged reply {self._staged[sha256]}" if sha256 in self._staged else None

    def bytes_of(self, sha256: str) -> bytes | None:
        """The bytes with this hash."""
        found = self._from_source(sha256)
        if found is None and sha256 in self._staged:
            images = _images_in(self._folder, self._staged[sha256])
            found = next((data for known, data in images if known == sha256), None)
        return found

    def by_user(self, catalog: Catalog, blob: int) -> tuple[bytes, str] | None:
        """The bytes of an original whose row is gone, by an asset or input that is made of it."""
        if self._source is None:
            return None
        with catalog.reading() as db:
            assets = db.execute("SELECT uuid FROM asset WHERE blob = ?", (blob,)).fetchall()
            inputs = db.execute(
                "SELECT g.uuid, i.position FROM input i JOIN generation g ON g.id = i.generation "
                "WHERE i.blob = ?",
                (blob,),
            ).fetchall()
        with self._source.reading() as db:
            found = [
                db.execute(
                    "SELECT b.sha256 FROM asset a JOIN blob b ON b.id = a.blob WHERE a.uuid = ?",
                    tuple(asset),
                ).fetchone()
                for asset in assets
            ]
            found += [
                db.execute(
                    "SELECT b.sha256 FROM input i JOIN generation g ON g.id = i.generation "
                    "JOIN blob b ON b.id = i.blob WHERE g.uuid = ? AND i.position = ?",
                    tuple(one),
                ).fetchone()
                for one in inputs
            ]
        sha256 = next((row[0] for row in found if row), None)
        data = self._from_source(sha256) if sha256 else None
        return (data, self._source.path.name) if data is not None else None

    def _from_source(self, sha256: str) -> bytes | None:
        if self._source is None:
            return None
        try:
            with self._source.reading() as db:
                return blobs.read(db, sha256)  # which hashes what it gives
        except CatalogError:
            return None


def _images_in(folder: Path, call: str) -> Iterator[tuple[str, bytes]]:
    """What a staged reply holds in base64, each with its hash; the body itself first."""
    reply = staging.staged(folder, call)
    if reply is None:
        return
    yield hashlib.sha256(reply.body).hexdigest(), reply.body
    for coded in _CODED.findall(reply.body.replace(b"\\/", b"/")):
        try:
            data = base64.b64decode(coded, validate=True)
        except binascii.Error:
            continue
        yield hashlib.sha256(data).hexdigest(), data
