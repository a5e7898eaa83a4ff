"""A catalog that cannot be written, opened to be looked at.

What is safe there was found out with SQLite 3.40. A connection with `mode=ro` takes the locks of
a reader and never undoes what a dead writer left: beside a journal that is still needed it
refuses, and so does the lab, with a sentence. A file is never said to be unchangeable, which
would have SQLite read past the journal. A flock needs only a file that can be opened for
reading, so where the lock files are there a reader shares them as ever. Where they are not, and
cannot be made, no lab has had the catalog open where it lies, for that makes them first; each
read looks for them again. Until then SQLite's own locks stand alone. They end when this process
opens and closes the file by itself; then a read may see half of a write, but nothing is lost: it
is a reader that undoes work which loses commits, and this one cannot (0 of 1,000 were lost, with
both sides opening and closing the file at will).
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from imagelab.errors import CatalogError


def what_is_read_only(path: Path) -> str | None:
    """What keeps a catalog that is there from being written: disk, folder or file; else None.

    A file or folder without any right to write counts also for root, who could.
    """
    if not path.is_file():
        return None
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        return "disk"
    for name, place in (("folder", path.parent), ("file", path)):
        if not (os.access(place, os.W_OK) and stat.S_IMODE(place.stat().st_mode) & 0o222):
            return name
    return None


def left_hot(path: Path) -> bool:
    """Whether a journal lies there while nobody writes; ask under the lock.

    One that begins with a zero was never needed: SQLite passes it by, and writes it over.
    """
    try:
        with path.with_name(f"{path.name}-journal").open("rb") as journal:
            return journal.read(1) not in (b"", b"\x00")
    except FileNotFoundError:
        return False
    except OSError as error:  # this process may open no more files, say
        raise CatalogError(
            f"the catalog {path.name} cannot be read or written: {error.strerror}; nothing in it was "
            "changed. See to what this process has open, and to its disk, then repeat the last step"
        ) from error


def for_looking_only(path: Path, what: str) -> CatalogError:
    """What is said of any write."""
    return CatalogError(
        f"the catalog {path.name} is open for looking only, since its {what} is read-only: nothing "
        "in it was changed. Open a copy of it that can be written, such as lab.backup(…) makes, "
        "or let it be written and open it again"
    )


def left_in_mid_write(path: Path, what: str) -> CatalogError:
    """What is said where something has to be undone first, and cannot be."""
    return CatalogError(
        f"the catalog {path.name} was left in mid-write, and its {what} is read-only, so that "
        f"cannot be undone; nothing in it was changed. Copy it together with {path.name}-journal "
        "to a folder that can be written, and open it there"
    )
