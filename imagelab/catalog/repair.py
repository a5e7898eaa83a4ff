"""Puts right what a check found, as far as bytes for it are there; deletes nothing.

What was found instead of an original goes to `quarantine/` beside the catalog, named by its
own hash, before anything takes its place.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from imagelab.catalog import blobs, folders, imports, indexing, offloads, thumbnails
from imagelab.catalog.blobs import Blob
from imagelab.catalog.catalog import Catalog
from imagelab.catalog.spares import Spares
from imagelab.domain.checkup import Checkup, Flaw
from imagelab.domain.frozen import frozen
from imagelab.domain.markup import report
from imagelab.domain.text import counted
from imagelab.errors import CatalogError, DamagedImageError
from imagelab.imaging.sniff import sniff

Act = Callable[[], None]


@frozen
class Repairs:
    """What a repair did, or would do on a dry run, and what it leaves as it is."""

    catalog: str
    dry_run: bool
    steps: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As a person reads it: a line for each step."""
        if not self.steps and not self.left:
            return f"{self.catalog}: nothing to repair"
        tense = "would be done" if self.dry_run else "done"
        lines = [f"{self.catalog}: {counted(len(self.steps), 'repair')} {tense}"]
        lines += [f"  {step}" for step in self.steps]
        lines += [f"  left as it is: {one}" for one in self.left]
        if self.dry_run and self.steps:
            lines.append("  lab.repair(dry_run=False) does it, with the same source=")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"Repairs({self})"

    def _repr_html_(self) -> str:
        return report(str(self))


@dataclass(slots=True)
class _Plan:
    steps: list[tuple[str, Act]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def repair(catalog: Catalog, found: Checkup, spares: Spares, *, dry_run: bool) -> Repairs:
    """Carry out, or only tell, what can be done about the findings of a deep check.

    CatalogError where the file's structure is damaged: what is written into it then may be
    lost with it.
    """
    if found.structure:
        raise CatalogError(
            f"the structure of {catalog.path.name} is damaged ({found.structure[0]}), and writing "
            "into it could do more harm; nothing was changed. Restore it from a backup"
        )
    plan = _Plan()
    for flaw in (*found.missing, *found.mismatched):
        _plan_original(catalog, flaw, spares, plan)
    for flaw in found.orphaned:
        _plan_orphan(catalog, flaw, plan)
    if found.unlisted:
        said = f"let {counted(len(found.unlisted), 'asset')} be found again by a search"
        plan.steps.append((said, lambda: _list_again(catalog, found.unlisted)))
    plan.left += [str(flaw) for flaw in found.undecodable]
    plan.left += [f"the staged reply {stray}" for stray in found.strays]
    plan.left += found.sums
    if not dry_run:
        for _, act in plan.steps:
            act()
    steps = tuple(said for said, _ in plan.steps)
    return Repairs(catalog.path.name, dry_run, steps, tuple(plan.left))


def _plan_original(catalog: Catalog, flaw: Flaw, spares: Spares, plan: _Plan) -> None:
    if not flaw.sha256:
        _plan_gone(catalog, flaw, spares, plan)
        return
    bytes_there = _bytes_there(catalog, flaw)
    if bytes_there and hashlib.sha256(bytes_there).hexdigest() == flaw.sha256:
        plan.steps.append(
            (f"put the row of {_name(flaw)} right: {flaw.why}", lambda: _describe(catalog, flaw))
        )
        return
    where = spares.where(flaw.sha256)
    aside = "; what is there goes to quarantine/" if bytes_there else ""
    if where is not None:
        said = f"put the bytes of {_name(flaw)} back from {where}{aside}"
        plan.steps.append((said, lambda: _put_back(catalog, flaw, spares)))
    elif _marked(catalog, flaw):
        plan.left.append(f"{flaw}; it is marked as damaged, and source= may name a backup with it")
    else:
        said = f"mark {_name(flaw)} as damaged, since its bytes are nowhere to be had{aside}"
        plan.steps.append((said, lambda: _mark(catalog, flaw)))


def _plan_gone(catalog: Catalog, flaw: Flaw, spares: Spares, plan: _Plan) -> None:
    """Its hash went with its row; a copy of this catalog knows it by the asset or the input."""
    found = spares.by_user(catalog, flaw.blob)
    if found is None:
        plan.left.append(f"{flaw}; source= may name a backup with it")
        return
    said = f"put {_name(flaw)} back from {found[1]}"
    plan.steps.append((said, lambda: _put_new(catalog, flaw, found[0])))


def _plan_orphan(catalog: Catalog, flaw: Flaw, plan: _Plan) -> None:
    try:
        blob = _described(_bytes_there(catalog, flaw))
    except DamagedImageError as error:
        plan.left.append(f"{flaw}; {error}")
        return
    if blob.sha256 != flaw.sha256:  # told as mismatched
        return
    said = (
        f"take {_name(flaw)} in as an imported asset: {blob.format} of {blob.width}×{blob.height}"
    )
    plan.steps.append((said, lambda: _adopt(catalog, blob)))


def _put_back(catalog: Catalog, flaw: Flaw, spares: Spares) -> None:
    data = spares.bytes_of(flaw.sha256)
    if data is None:
        raise CatalogError(
            f"the bytes of {_name(flaw)} were to be had a moment ago and are gone; nothing of it "
            "was changed. Repair again, it goes on from here"
        )
    _quarantine(catalog, flaw)
    blob = _described(data)
    with catalog.writing() as db:
        db.execute(
            "UPDATE blob SET format = ?, width = ?, height = ?, size_bytes = ?, data = ? "
            "WHERE id = ? AND sha256 = ?",
            (*_facts(blob), data, flaw.blob, flaw.sha256),
        )
        offloads.forget(db, flaw.blob)
        _describe_assets(db, flaw.blob, blob)
        # Looked at anew: what was said of the altered bytes does not hold for these.
        db.execute("DELETE FROM thumbnail WHERE blob = ? AND damaged IS NOT NULL", (flaw.blob,))


def _put_new(catalog: Catalog, flaw: Flaw, data: bytes) -> None:
    blob = _described(data)
    with catalog.writing() as db:
        number = blobs.keep(db, blob)
        db.execute("UPDATE asset SET blob = ? WHERE blob = ?", (number, flaw.blob))
        db.execute("UPDATE input SET blob = ? WHERE blob = ?", (number, flaw.blob))


def _mark(catalog: Catalog, flaw: Flaw) -> None:
    _quarantine(catalog, flaw)
    with catalog.writing() as db:
        thumbnails.mark_damaged(db, flaw.blob, flaw.why)


def _describe(catalog: Catalog, flaw: Flaw) -> None:
    blob = _described(_bytes_there(catalog, flaw))
    with catalog.writing() as db:
        db.execute(
            "UPDATE blob SET format = ?, width = ?, height = ?, size_bytes = ? WHERE id = ?",
            (*_facts(blob), flaw.blob),
        )
        _describe_assets(db, flaw.blob, blob)


def _describe_assets(db: sqlite3.Connection, number: int, blob: Blob) -> None:
    """Have the assets say of their original what is so; found by it, too."""
    for asset in _assets_otherwise(db, number, blob):
        with indexing.reindexed(db, asset):
            db.execute(
                "UPDATE asset SET format = ?, width = ?, height = ?, size_bytes = ? WHERE id = ?",
                (*_facts(blob), asset),
            )


def _assets_otherwise(db: sqlite3.Connection, number: int, blob: Blob) -> Iterator[int]:
    found = db.execute(
        "SELECT id FROM asset WHERE blob = ? "
        "AND (format, width, height, size_bytes) IS NOT (?, ?, ?, ?)",
        (number, *_facts(blob)),
    ).fetchall()
    return (row[0] for row in found)


def _adopt(catalog: Catalog, blob: Blob) -> None:
    with catalog.writing() as db:
        imports.keep_import(db, blob)


def _list_again(catalog: Catalog, assets: tuple[int, ...]) -> None:
    for asset in assets:
        with catalog.writing() as db:
            listed = "SELECT 1 FROM text_index_docsize WHERE id = ?"
            if not db.execute(listed, (asset,)).fetchone():
                indexing.add(db, asset)


def _quarantine(catalog: Catalog, flaw: Flaw) -> None:
    """Keep what was found in an original's place, durably, under the hash that it has."""
    found = _bytes_there(catalog, flaw)
    folder = catalog.path.with_name("quarantine")
    name = hashlib.sha256(found).hexdigest()
    if found and not (folder / name).exists():
        folders.put(folders.aside(folder, name, found), name)


def _bytes_there(catalog: Catalog, flaw: Flaw) -> bytes:
    """What stands in an original's place; nothing where its pages cannot be read."""
    try:
        with catalog.reading() as db:
            found = db.execute("SELECT data FROM blob WHERE id = ?", (flaw.blob,)).fetchone()
    except CatalogError:
        return b""
    return bytes(found[0]) if found else b""


def _marked(catalog: Catalog, flaw: Flaw) -> bool:
    with catalog.reading() as db:
        found = db.execute("SELECT damaged FROM thumbnail WHERE blob = ?", (flaw.blob,)).fetchone()
    return bool(found and found[0] == flaw.why)


def _described(data: bytes) -> Blob:
    header = sniff(data)
    return Blob.of(data, header.format, header.width, header.height)


def _facts(blob: Blob) -> tuple[str, int, int, int]:
    return blob.format, blob.width, blob.height, len(blob.data)


def _name(flaw: Flaw) -> str:
    """The assets, and the original they are made of."""
    return str(Flaw(flaw.blob, flaw.sha256, "", flaw.assets)).removesuffix(": ")
