"""Where an original lies that is not in the catalog's file."""

from __future__ import annotations

from typing import Literal
from urllib.parse import unquote, urlsplit

from imagelab.domain.frozen import frozen

_MOST_CHARACTERS = 4_000

StoreKind = Literal["moved", "left", "told"]


@frozen
class Left:
    """Where a file is left: the address of a folder, and the file's name in it, with slashes."""

    url: str
    name: str


@frozen
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


def is_store(url: object, name: object) -> bool:
    """Whether an address and a name are what we write as such, whoever wrote these.

    >>> is_store("s3://bucket/lab", "9f/9f86d081.png"), is_store("file:///home", "../key")
    (True, False)
    """
    if type(url) is not str or type(name) is not str or len(url) + len(name) > _MOST_CHARACTERS:
        return False
    parts = urlsplit(url)
    known = parts.scheme == "file" if not parts.netloc else parts.scheme == "s3"
    plain = url.isprintable() and name.isprintable() and not (parts.query or parts.fragment)
    inside = (
        name and not name.startswith("/") and ".." not in (*name.split("/"), *parts.path.split("/"))
    )
    return bool(known and plain and inside and "@" not in parts.netloc)
