"""Files of other people, opened so that nothing waits, nothing is followed, and nothing is executed."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO


def opened(path: Path) -> BinaryIO:
    """A regular file to be read; OSError for a link, a pipe, a socket or a device.

    It is looked at again once it is open, for it may have been exchanged just now.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC
    if not stat.S_ISREG(path.lstat().st_mode):  # before: opening a device can act on it
        raise OSError(_NO_FILE)
    descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(_NO_FILE)
    return os.fdopen(descriptor, "rb")


def beginning(path: Path, most: int) -> bytes:
    """At most so many bytes of a file; OSError as `opened`."""
    with opened(path) as file:
        # Asked for more than there is, Python sets aside all that was asked for.
        return file.read(min(most, os.fstat(file.fileno()).st_size))


def why(error: OSError) -> str:
    """What the system says was wrong."""
    return error.strerror or str(error)


_NO_FILE = "it is a link, pipe, socket or device, and none is followed"
