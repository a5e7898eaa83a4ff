"""The one list of moments at which a process may be killed on purpose.

`IMAGELAB_KILL_AT=staged` ends the process with SIGKILL at its first visit to that
point, `staged:3` at its third. A test holds that every point here is reached.
"""

from __future__ import annotations

import os
import signal
import threading

POINTS = (
    "reserved",  # a batch and its rows are durable; nothing of it was sent
    "intent",  # the intent is durable; nothing was sent
    "sent",  # `sent` is durable; the first byte has not left
    "posted",  # the whole reply is in memory; nothing of it is on disk
    "part",  # the reply is written aside, not yet renamed
    "staged",  # the reply is durable beside the catalog
    "accepted",  # the provider's ids are durable
    "keeping",  # inside the transaction that keeps an image
    "kept",  # an image and its row are durable
    "settling",  # inside the transaction that writes cost and status
    "done",  # the generation is settled; its staging is not yet removed
)

_target, _, _count = os.environ.get("IMAGELAB_KILL_AT", "").partition(":")
_left = int(_count or 1)
_lock = threading.Lock()


def reach(point: str) -> None:
    """Pass a named point; the process ends here if it was told to."""
    assert point in POINTS, point
    if point != _target:
        return
    global _left  # noqa: PLW0603 - one counter for the process is what is meant
    with _lock:
        _left -= 1
        if _left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
