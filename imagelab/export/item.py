"""One image on its way into a dataset, and what is known of the whole before the first is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from imagelab.domain.columns import Kind
from imagelab.domain.frozen import frozen
from imagelab.domain.origin import Origin
from imagelab.domain.preference import Preference
from imagelab.domain.records import AssetRow
from imagelab.export.folder import Folder
from imagelab.export.record import Record, file_name, sound

PLAIN_PRESET = "neutral"  # of the names of columns in pairs


@frozen
class Item:
    """An image's row and bytes; `data` is empty for formats that hold no pictures.

    `sha256` is the hash of `data` where that was just held against it.
    """

    row: AssetRow
    origin: Origin
    record: Record
    data: bytes = field(repr=False, default=b"")
    sha256: str | None = None

    @property
    def split(self) -> str:
        """Which part of the dataset it is in."""
        return str(self.record["split"])

    @property
    def file(self) -> str:
        """The name of its file, whatever folder it is put into."""
        return file_name(self.row)

    def joined(self, columns: Iterable[str]) -> Record:
        """What the columns from outside say of it, each in a column of its own."""
        return {name: sound(self.origin.annotations.get(name)) for name in columns}


@frozen
class Plan:
    """What is going to be written: how many images in each part, their bytes, and of which formats.

    `asset` and `original` give any other of the catalog's images, by number and by hash, and
    `copy` its row and bytes as they are written out;
    `families` the name of each image's line, `edits` what each of it is an edit of;
    `preferences` which image was liked better than which, `joined` the columns from outside
    and what each holds.
    """

    parts: Mapping[str, int]
    sizes: Mapping[str, int]
    formats: frozenset[str]
    money: bool
    preset: str = PLAIN_PRESET
    asset: Callable[[int], AssetRow] = field(kw_only=True)
    original: Callable[[str], bytes] = field(kw_only=True)
    copy: Callable[[int], tuple[AssetRow, bytes]] = field(kw_only=True)
    families: Mapping[int, str] = field(default_factory=dict)
    edits: Mapping[int, Sequence[int]] = field(default_factory=dict)
    preferences: Sequence[Preference] = ()
    joined: Mapping[str, Kind] = field(default_factory=dict)


@frozen
class Format:
    """How a dataset is laid out; `file` is the one file it is, where it is no folder.

    `pairs` are of an image and what it was made from: one made from none is left out. `plain`
    has pictures in the formats that every trainer reads. `preferences` are of two images of one
    prompt of which one was liked better.
    """

    write: Callable[[Folder, Iterator[Item], Plan], None]
    pictures: bool = True
    pairs: bool = False
    plain: bool = False
    preferences: bool = False
    file: str | None = None
    card: Callable[[Plan], str] | None = None  # lines of the card's front matter
    check: Callable[[], None] = lambda: None  # RequestError where it cannot be written here
