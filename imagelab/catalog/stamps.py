"""A word for the state of a catalog's file: it changes whenever anything was committed.

The file is asked about, never opened: closing it again would end SQLite's own locks.
"""

from __future__ import annotations

import time
from pathlib import Path

from imagelab import clock
from imagelab.errors import CatalogError

# Linux writes the time of its last tick into a file, and some kernels tick only every 10 ms:
# two commits within one have the same time.
_TICK_NANOSECONDS = 12_000_000
_TRIES = 5


def stamp(path: Path) -> str:
    """The stamp of what is in the file now; right after a commit it takes some milliseconds.

    Take it before reading: what is read is then never older than its stamp.
    """
    for _ in range(_TRIES):
        settled = settled_stamp(path)
        if settled:
            return settled
        clock.sleep(_TICK_NANOSECONDS / 1e9)
    return f"{_seen(path)[0]}~"  # somebody writes without a pause: the next one will differ


def settled_stamp(path: Path) -> str | None:
    """The same at once; None while a commit is so fresh that another could look the same."""
    seen, modified_ns = _seen(path)
    fresh = 0 <= time.time_ns() - modified_ns < _TICK_NANOSECONDS
    return None if fresh else seen


def _seen(path: Path) -> tuple[str, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise CatalogError(
            f"the catalog {path.name} is not there any more: {error.strerror}; open it again"
        ) from error
    return f"{found.st_mtime_ns:x}-{found.st_size:x}", found.st_mtime_ns
