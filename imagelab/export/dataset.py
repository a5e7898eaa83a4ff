"""An export from its first file to the rename: written aside, synced, and put in its place at once."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from imagelab.errors import RequestError
from imagelab.export import marker, swap
from imagelab.export.card import Tally, card
from imagelab.export.exported import Exported
from imagelab.export.folder import Folder
from imagelab.export.formats import FORMATS, file_of
from imagelab.export.item import Item, Plan
from imagelab.export.marker import Whose
from imagelab.export.options import Options


def check(dest: Path, whose: Whose, options: Options) -> None:
    """Whether the place may be taken; RequestError says what is in the way."""
    file = file_of(whose.format)
    if file and dest.is_dir():
        raise RequestError(
            f"{str(dest)!r} is a folder; name a file in it, such as {str(dest / file)!r}"
        )
    marker.check_place(dest, _marker_of(dest, whose.format), whose, overwrite=options.overwrite)


def write_dataset(
    dest: Path,
    whose: Whose,
    options: Options,
    plan: Plan,
    items: Iterator[Item],
    left_out: Counter[str],
) -> Exported:
    """Write it all; a reader, also after a kill or on a full disk, finds the old or the new.

    `left_out` may grow while the items are read. RequestError as `check`.
    """
    format_ = FORMATS[whose.format]
    tally = Tally()
    with _aside(dest) as root:
        swap.restore(dest)
        check(dest, whose, options)
        with closing(Folder(root)) as folder:
            format_.write(folder, tally.counting(items), plan)
            kept = {why: count for why, count in sorted(left_out.items()) if count}
            noted = options.noted()
            if format_.file is None:
                parts = format_.card(plan) if format_.card else ""
                title = options.title or "Images"
                said = card(title, whose.query, whose.format, noted, tally, kept, parts)
                folder.write("README.md", said.encode())
            folder.write(marker.NAME, marker.written(whose, noted, folder.files))
            folder.sync()
        check(dest, whose, options)  # it took a while, and others use the disk too
        if format_.file is None:
            swap.put(root, dest)
        else:
            (root / marker.NAME).replace(_marker_of(dest, whose.format))
            swap.put(root / format_.file, dest)
    parts_written = {name: tally.parts[name] for name in plan.parts}
    return Exported(dest, whose.format, tally.count, parts_written, kept)


def write_file(
    dest: Path,
    whose: Whose,
    options: Options,
    make: Callable[[Path], None],
    alone: Callable[[], AbstractContextManager[None]],
) -> None:
    """Write one file that is made elsewhere, whole and synced, by `make` at the path it is given.

    `alone` keeps others from what is at `dest` while that is looked at or replaced.
    """
    file = file_of(whose.format)
    assert file is not None, "a folder is written by write_dataset"
    with _aside(dest) as root:
        with alone():
            check(dest, whose, options)
        make(root / file)
        with (root / file).open("rb") as made:
            known = {file: hashlib.file_digest(made, "sha256").hexdigest()}
        (root / marker.NAME).write_bytes(marker.written(whose, options.noted(), known))
        with alone():
            check(dest, whose, options)  # it took a while, and others use the disk too
            (root / marker.NAME).replace(_marker_of(dest, whose.format))
            swap.put(root / file, dest)


def _marker_of(dest: Path, named: str) -> Path:
    """In the folder; a single file has it beside it."""
    if file_of(named) is None:
        return dest / marker.NAME
    return dest.with_name(f"{dest.name}.{marker.NAME}")


@contextmanager
def _aside(dest: Path) -> Iterator[Path]:
    """A new folder beside `dest` that goes away in the end, whatever it holds then.

    Whoever writes in it holds its lock, so that what a killed process left is told from what
    another one is at; RequestError for that.
    """
    dest.parent.mkdir(parents=True, exist_ok=True)
    root = dest.with_name(f".{dest.name}.imagelab-part")
    root.mkdir(exist_ok=True)
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        _lock(descriptor, dest)
        for left in root.iterdir():
            _remove(left)
        try:
            yield root
        finally:
            if root.is_dir() and os.path.samestat(root.stat(), os.fstat(descriptor)):
                shutil.rmtree(root)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, dest: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise RequestError(
            f"another process is exporting to {str(dest)!r}; wait for it, or name another place"
        ) from None


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
