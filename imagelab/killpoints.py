"""The one list of moments at which a process may be killed on purpose.

`IMAGELAB_KILL_AT=staged` ends the process with SIGKILL at its first visit to that
point, `staged:3` at its third. A test holds that every point here is reached.
"""

from __future__ import annotations

import os
import signal
import threading

POINTS = (
    "migrating",  # inside the transaction that makes or upgrades the tables
    "reserved",  # a batch and its rows are durable; nothing of it was sent
    "intent",  # the intent is durable; nothing was sent
    "sent",  # `sent` is durable; the first byte has not left
    "posted",  # the whole reply is in memory; nothing of it is on disk
    "part",  # the reply is written aside, not yet renamed
    "streamed",  # events of an answer that still arrives are durable beside the catalog
    "staged",  # the reply is durable beside the catalog
    "accepted",  # the provider's ids are durable
    "keeping",  # inside the transaction that keeps an image
    "kept",  # an image and its row are durable
    "settling",  # inside the transaction that writes cost and status
    "claiming",  # inside the transaction that takes up what another process left
    "done",  # the generation is settled; its staging is not yet removed
    "backup_rows",  # the rows of a backup are copied aside; no original is
    "backup_blobs",  # some originals are durable in the copy; no row names them yet
    "backup_switch",  # inside the transaction that puts the new rows in place
    "merging",  # inside the transaction that takes in a part of another catalog
    "merged",  # such a part is durable; the others are not here
    "adding",  # inside the transaction that keeps some pictures from elsewhere
    "added",  # those are durable; others are not here
    "offloaded",  # some originals are durable in a store, and still here too
    "offloading",  # inside the transaction that lets them go here
    "bringing",  # inside the transaction that takes originals back from a store
)

_lock = threading.Lock()
_target, _left, _strikes = "", 0, signal.SIGKILL


def arm(text: str, strikes: signal.Signals = signal.SIGKILL) -> None:
    """Have this process struck at a point such as `staged:3`, once; an empty text disarms it."""
    global _target, _left, _strikes
    with _lock:
        _target, _, count = text.partition(":")
        _left, _strikes = int(count or 1), strikes


def reach(point: str) -> None:
    """Pass a named point; the process ends here if it was told to."""
    assert point in POINTS, point
    if point != _target:
        return
    global _left  # noqa: PLW0603 - one counter for the process is what is meant
    with _lock:
        _left -= 1
        if _left == 0:
            os.kill(os.getpid(), _strikes)


arm(os.environ.get("IMAGELAB_KILL_AT", ""))
