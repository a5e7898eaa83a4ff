"""The trash as a user holds it: what waits for deletion, and the one way to delete it."""

from __future__ import annotations

from imagelab.catalog import asides, trash
from imagelab.catalog.catalog import Catalog
from imagelab.domain.text import counted, file_size
from imagelab.handles.assets import Assets
from imagelab.handles.backing import Backing


class Trash:
    """Rejected assets as they waited when it was looked into; nothing is deleted by looking.

    `count` and `size_bytes` are what emptying it deletes and gives back. `undo()` takes a
    rejection back for as long as it was not emptied.
    """

    def __init__(self, catalog: Catalog, backing: Backing) -> None:
        self._catalog, self._backing = catalog, backing
        self._found = trash.waiting(catalog)

    @property
    def count(self) -> int:
        """How many assets would give their originals up."""
        return len(self._found.assets)

    @property
    def size_bytes(self) -> int:
        """What space that would give back."""
        return self._found.size_bytes

    @property
    def assets(self) -> Assets:
        """The assets that wait."""
        return Assets(self._backing, numbers=self._found.assets)

    @property
    def kept(self) -> Assets:
        """Rejected assets whose originals stay, since they are in use elsewhere."""
        return Assets(self._backing, numbers=self._found.kept)

    def empty(self, count: int) -> str:
        """Delete the originals and small pictures of all that waits, for good; what was done.

        `count` is how many you saw: RequestError if it is not so any more. Rows stay, with
        prompt, cost, hash and lineage, and say that the original was emptied.
        """
        done = trash.empty(self._catalog, count)
        size = file_size(done.size_bytes)
        told = f"emptied {counted(len(done.assets), 'asset')}, {size} are free again"
        if done.stored:
            told += (
                f"; {counted(done.stored, 'original')} in a store stay there until you delete them"
            )
        return told

    def __len__(self) -> int:
        return self.count

    def __str__(self) -> str:
        return asides.said(self._found)

    def __repr__(self) -> str:
        advice = f"; lab.trash().empty({self.count}) deletes their originals" if self.count else ""
        return f"Trash({self}{advice})"
