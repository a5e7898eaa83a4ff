"""Where an original lies that is not in the catalog's file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

StoreKind = Literal["moved", "left", "told"]


@dataclass(frozen=True, slots=True)
class Place:
    """An original in a store: what it should be, and what it is called there.

    `kind` says why it is there: `"moved"` by `offload`, `"left"` where it was when it was added,
    or only `"told"` by another catalog.
    """

    sha256: str
    size_bytes: int
    kind: StoreKind
    url: str
    name: str

    @property
    def store(self) -> str:
        """The store as a person knows it."""
        return shown(self.url)


def shown(url: str) -> str:
    """A folder by its path, anything else by its address.

    >>> shown("file:///mnt/old%20disk"), shown("s3://bucket/lab")
    ("'/mnt/old disk'", 's3://bucket/lab')
    """
    parts = urlsplit(url)
    return repr(unquote(parts.path)) if parts.scheme == "file" else url
