"""WebDataset shards: tar files in which the picture, caption and row of an image are neighbours.

Their names share what stands before the first dot, which a uuid has none of. Readers want
one type of picture in a set of shards, so where there are several each has a folder of its own.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from imagelab.export.folder import Folder
from imagelab.export.imagefolder import parts_of
from imagelab.export.item import Format, Item, Plan
from imagelab.export.record import as_json, typed

_MOST_BYTES, _MOST_IMAGES = 500_000_000, 10_000  # of a shard


class _Shard:
    """A tar file being written: names and contents alone, so that equal ones are equal bytes."""

    def __init__(self, folder: Folder, name: str) -> None:
        self._folder, self._name = folder, name
        self._file = folder.begun(name)
        self._bytes = self._images = 0

    @property
    def is_full(self) -> bool:
        return self._bytes >= _MOST_BYTES or self._images >= _MOST_IMAGES

    def add(self, item: Item) -> None:
        key, _, suffix = item.file.rpartition(".")
        row = as_json(typed(item.record)).encode()
        for ending, data in (
            (suffix, item.data),
            ("txt", item.record["text"].encode()),
            ("json", row),
        ):
            member = tarfile.TarInfo(f"{key}.{ending}")
            member.size = len(data)
            self._file.write(member.tobuf(tarfile.USTAR_FORMAT))
            self._file.write(data)
            self._file.write(bytes(-len(data) % tarfile.BLOCKSIZE))
            self._bytes += len(data)
        self._images += 1

    def close(self) -> None:
        self._file.write(bytes(2 * tarfile.BLOCKSIZE))  # by which a tar file ends
        self._folder.ended(self._name, self._file)


class _Shards:
    """The shard that is open of each set, followed by the next when it is full."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._open: dict[str, _Shard] = {}
        self._begun: dict[str, int] = {}

    def of(self, prefix: str) -> _Shard:
        shard = self._open.get(prefix)
        if shard is None or shard.is_full:
            if shard:
                self._open.pop(prefix).close()
            number = self._begun.get(prefix, 0)
            self._begun[prefix] = number + 1
            shard = self._open[prefix] = _Shard(self._folder, f"{prefix}-{number:06d}.tar")
        return shard

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for shard in self._open.values():
            shard.close()


def _write(folder: Folder, items: Iterator[Item], plan: Plan) -> None:
    with _Shards(folder) as shards:
        for item in items:
            kind = f"{item.file.rpartition('.')[2]}/" if len(plan.formats) > 1 else ""
            shards.of(f"{kind}{item.split}").add(item)


def _card(plan: Plan) -> str:
    return parts_of(plan, "{}-*.tar") if len(plan.formats) == 1 else ""


WEBDATASET = Format(_write, card=_card)
