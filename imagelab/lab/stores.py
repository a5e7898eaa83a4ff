"""Stores by their addresses, and an original from one of them, held against its hash.

An address is a folder or `s3://bucket/prefix`. What opens a store is never in an address and
never in the catalog: obstore reads it from the environment.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from imagelab.catalog import blobs
from imagelab.catalog.slices import Reads
from imagelab.domain.place import Place
from imagelab.domain.redaction import redacted
from imagelab.errors import OffloadedError, RequestError
from imagelab.lab.bucket import Bucket
from imagelab.lab.folder_store import FolderStore


class Store(Protocol):
    """A place for bytes by name; OffloadedError says what it did not do, and why."""

    def put(self, name: str, data: bytes) -> None:
        """Have these bytes be there under this name, durably, whatever was there before."""
        ...

    def get(self, name: str, size: int) -> bytes:
        """What is there under a name, if it has so many bytes."""
        ...


def address(given: object) -> str:
    """The address as it is kept: RequestError for what names no store, or would open one."""
    if not isinstance(given, str | os.PathLike) or not os.fspath(given):
        raise RequestError(
            f"{given!r} is no place for originals; name a folder, or s3://bucket/prefix"
        )
    text = os.fsdecode(given)
    if "://" not in text:
        return Path(text).expanduser().absolute().as_uri()
    parts = urlsplit(text)
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise RequestError(
            f"{redacted(text)!r} says more than where originals go; put credentials into the "
            "environment, such as AWS_ACCESS_KEY_ID, for none is kept in a catalog"
        )
    if parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc:
        return Path(unquote(parts.path)).as_uri()
    if parts.scheme != "s3" or not parts.netloc or ".." in parts.path.split("/"):
        raise RequestError(
            f"{text!r} is no place for originals; name a folder, or s3://bucket/prefix"
        )
    return text.rstrip("/")


def store_at(url: str) -> Store:
    """The store at an address; RequestError where obstore is needed and not installed."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return FolderStore(Path(unquote(parts.path)))
    told = frozenset((name, value) for name, value in os.environ.items() if name.startswith("AWS_"))
    return _bucket(url, os.getpid(), hash(told))


@lru_cache(maxsize=8)
def _bucket(url: str, _pid: int, _environment: int) -> Bucket:
    """The same for as long as its credentials are, and with it its connections."""
    return Bucket(url)


def name_of(sha256: str, image_format: str) -> str:
    """What an original that is moved is called in its store.

    >>> name_of("9f86d081…", "jpeg")
    '9f/9f86d081….jpg'
    """
    suffix = {"jpeg": "jpg"}.get(image_format, image_format)
    return f"{sha256[:2]}/{sha256}.{suffix}"


def fetched(place: Place) -> bytes:
    """An original from its store, its very bytes; OffloadedError where they are not to be had."""
    if place.kind == "told":
        raise OffloadedError(
            f"the image {place.sha256[:12]}… lies in {place.store}, as the catalog says from which "
            f"it was merged; if that store is yours, lab.offload({place.store.strip(chr(39))!r}) says so, and "
            "lab.add(…, copy=False) finds files that were added where they lie",
            place,
        )
    if place.kind == "left":
        return _where_it_lies(place)
    data = store_at(place.url).get(place.name, place.size_bytes)
    if hashlib.sha256(data).hexdigest() != place.sha256:
        raise OffloadedError(
            f"{place.name!r} in {place.store} was altered: it is not the image "
            f"{place.sha256[:12]}… any more; put the file back that was there",
            place,
            lost=True,
        )
    return data


def _where_it_lies(place: Place) -> bytes:
    """The bytes of a file that was added without a copy; what became of it is its owner's to say."""
    altered, again = True, "lab.add(…, copy=False) of where it is now"
    try:
        data = store_at(place.url).get(place.name, place.size_bytes)
    except OffloadedError as error:
        if not error.lost:
            raise OffloadedError(f"{error}; if it was moved, {again} finds it", place) from error
        why, altered = error.why, error.altered
    else:
        if hashlib.sha256(data).hexdigest() == place.sha256:
            return data
        why = "was changed since it was added"
    raise OffloadedError(
        f"{place.name!r} in {place.store} {why}; it was added with copy=False, as {place.size_bytes:,} "
        f"bytes with the hash {place.sha256[:12]}…: put that file back, or {again} finds it",
        place,
        lost=True,
        altered=altered,
    )


def original(reads: Reads, sha256: str) -> bytes:
    """The bytes of an original wherever it lies; a store is asked when no lock is held."""
    try:
        with reads.reading() as db:
            return blobs.read(db, sha256)
    except OffloadedError as away:
        place = away.place
    return fetched(place)
