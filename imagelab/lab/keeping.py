"""What keeps a catalog whole, and takes back what was said of images: a part of the lab's verbs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from imagelab.catalog.backup import Backup
from imagelab.catalog.merge import Merged
from imagelab.catalog.repair import Repairs
from imagelab.domain.checkup import Checkup
from imagelab.lab import adding, backing_up, offloading, taking_in, upkeep
from imagelab.lab.added import Added
from imagelab.lab.annotating import Annotated, annotate
from imagelab.lab.engine import Engine
from imagelab.lab.offloading import Offloaded
from imagelab.lab.shelf import Shelf
from imagelab.lab.trashing import Trash
from imagelab.lab.undoing import Undone, exchange


class Keeping:
    """The verbs that look after what is there; none of them asks for an image."""

    _engine: Engine
    _shelf: Shelf

    def verify(self, deep: bool = False) -> Checkup:  # noqa: FBT001, FBT002 - the contract's form
        """Look whether the catalog is whole; never writes.

        `deep` hashes every original again, about a second a gigabyte.

        >>> lab.verify(deep=True).ok
        True
        """
        return upkeep.verify(self._engine, deep=deep)

    def repair(self, *, dry_run: bool = True, source: Path | str | None = None) -> Repairs:
        """Put right what a deep `verify` finds; unless told, only says what would be done.

        `source` is a backup to take lost bytes from. Nothing is deleted: what was found in
        an original's place goes to `quarantine/` beside the catalog.

        >>> repairs = lab.repair()            # says what it would do
        """
        return upkeep.repair(self._engine, source, dry_run=dry_run)

    def backup(self, dest: Path | str | None = None, *, every: str | None = None) -> Backup | None:
        """Copy the catalog safely while it is in use; again, it copies only what is new.

        `dest` is a file or a folder, and may be left out once a backup is kept up. `every`,
        such as `"7d"` or `"12h"`, has `il.open` keep it up from now on; `"never"` ends that,
        and where no `dest` is named copies nothing and returns None.

        >>> lab.backup("copies/").path.name
        'sandbox.db'
        """
        return backing_up.make(self._engine.catalog, dest, every)

    def merge(self, other: Path | str) -> Merged:
        """Take in another catalog: images, requests, prices, edits, and what was said of them.

        What is here stays as it is, so the same again changes nothing; of two ratings,
        captions, notes, tags or values of `annotate` the later stands, which is told. The file is opened as a
        stranger's and never written; what is not good in it is left out and told. What is under
        way there is unknown here. Its ledger counts in `spend()` and in a budget as the own does.

        CatalogModeError where one is real and the other a sandbox, CatalogVersionError where a
        newer imagelab wrote it, CatalogError or RequestError where it is no catalog to take in.

        >>> lab.export("for_ada.db", "fox").format
        'catalog'
        >>> lab.merge("for_ada.db").assets    # all of it is here already
        0
        """
        return taking_in.take_in(self._engine, other)

    def offload(self, url: Path | str | None) -> Offloaded:
        """Move originals into a folder or an object store, and with None take them back.

        `url` is a folder or `"s3://bucket/prefix"`, which needs the extra `store`; credentials
        come from the environment and are never kept. Rows and small pictures stay, and
        `asset.read()` fetches an original, held against its hash. Masks, and inputs that may
        have to be sent again, stay here. Each original is read back from where it went before it
        is deleted here; what was begun goes on by the same call. What is taken back stays in
        the store too, since a backup may look for it there.

        OffloadedError where a store cannot be reached; then nothing is lost.

        >>> away = lab.offload("originals")
        >>> fox.read()[1:4]                   # from there, held against its hash
        b'PNG'
        >>> back = lab.offload(None)
        """
        return offloading.offload(self._engine, url)

    def add(self, source: object, *, recursive: bool = True, copy: bool = True) -> Added:
        """Take in pictures from elsewhere, with what their files say of them.

        `source` is a path, a folder, a glob, bytes, a PIL image, or a list of these. Read are
        our own exports in every format, recipes in copies, what AUTOMATIC1111, ComfyUI,
        InvokeAI and NovelAI write, captions in `.txt` beside a picture, tables and datasets
        of others. What is here already, by content, is that asset; the rest is `is:imported`.
        With `copy=False` files stay where they lie: the catalog keeps their hash, size and place
        and a small picture, every read is held against the hash, and nothing here ever changes
        or deletes them. One that was moved is found again by adding where it is now; adding
        it with a copy takes it in, and so does editing it. What lies inside another file, such
        as a tar, is copied.

        No link is followed. Broken files are listed in what is returned, which is the images
        as Assets. The same again goes on where it was ended. It is no step of `undo`:
        `.new.reject()` is one.

        RequestError where nothing is there, InputImageError for a single file that is no image.

        >>> added = lab.add(fox.save("shared/fox.png"))
        >>> len(added.new), len(added.known)
        (0, 1)
        """
        return adding.add(self._engine, self._shelf, source, recursive=recursive, copy=copy)

    def annotate(
        self,
        df: Any = None,  # noqa: ANN401 - any library's frame
        *,
        drop: Sequence[str] = (),
    ) -> Annotated:
        """Join the columns of a DataFrame to the assets, by a column or index `uuid` (or `id`).

        They are columns of every frame from now on, and of the formats parquet, csv and jsonl, in
        every row of a dataset as the JSON text `annotations`, and found by `col.name:`, such as
        `col.aesthetic:>5`, `col.label:fox` or `col.seen:7d`. Numbers, text, booleans and aware
        moments keep their kind. Values given again replace those of the same assets, and a
        missing one takes it away; other assets keep theirs. `drop` takes whole columns away.
        It is no step of `undo`.

        AssetNotFoundError for a uuid that is not here, RequestError for a name or value that
        cannot be kept, and then nothing was changed.

        >>> found = lab.to_pandas("is:root")[["uuid", "width"]].rename(columns={"width": "across"})
        >>> annotated = lab.annotate(found)
        >>> len(lab.search("col.across:>5000"))
        0
        """
        return annotate(self._engine.catalog, df, drop)

    def undo(self, steps: int = 1) -> Undone:
        """Take back what was said of images last, whoever said it and however long ago.

        A rating, rejection, tag, caption or note is one step, over any number of images. An
        original that was emptied from the trash does not come back.

        >>> fox.rate(1).rating
        1
        >>> undone = lab.undo()
        >>> fox.rating is None
        True
        """
        return exchange(self._engine.catalog, steps, again=False)

    def redo(self, steps: int = 1) -> Undone:
        """Do again what was taken back, as long as nothing was said since.

        >>> fox.tag("hero").tags, lab.undo().ids, fox.tags
        (('hero',), (1,), ())
        >>> lab.redo().ids, fox.tags, lab.undo().ids
        ((1,), ('hero',), (1,))
        """
        return exchange(self._engine.catalog, steps, again=True)

    def trash(self) -> Trash:
        """What waits for deletion: rejected images, and the space their originals take.

        Nothing is deleted before `lab.trash().empty(count)`.

        >>> lab.trash()
        Trash(...)
        """
        return Trash(self._engine.catalog, self._shelf)
