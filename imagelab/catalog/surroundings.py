"""Where a catalog lies: room on its disk, and whether locks hold there between processes.

A network disk may pretend to lock. Two processes try it out: one holds a lock, and the other
must be kept from it.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

from imagelab.catalog.locks import beside

LEAST_FREE_BYTES = 200_000_000
EXPECTED_IMAGE_BYTES = 4_000_000  # a large one; four times as much is asked for

# Types of file systems that lie on another machine, as the kernel's table of mounts has them;
# those under `fuse.` by what follows.
_NETWORK = frozenset(
    [
        "9p",
        "afs",
        "ceph",
        "cifs",
        "coda",
        "gfs2",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "smb3",
        "smbfs",
        "virtiofs",
    ]
)
_FUSED = ("sshfs", "s3fs", "gcsfuse", "rclone", "davfs", "glusterfs", "curlftpfs", "goofys")
_MOUNTS = Path("/proc/self/mountinfo")
_PROBE_SECONDS = 20

_TRY = """
import fcntl, os, sys
descriptor = os.open(sys.argv[1], os.O_RDWR)
try:
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    sys.exit(3)
"""
_KEPT_OUT = 3


def network_kind(path: Path, mounts: str) -> str | None:
    """The type of the network disk that a path lies on, by a table of mounts; None if on none.

    >>> network_kind(Path("/home/a"), "36 35 0:40 / /home rw - nfs4 server:/home rw")
    'nfs4'
    """
    found, kind, asked = "/", "", f"{path}/"
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        place, fields = left.split(), right.split()
        if len(place) < 5 or not fields:
            continue
        point = place[4]
        if "\\" in point:  # a space is \\040 there
            point = point.encode().decode("unicode_escape")
        point = f"{point.rstrip('/')}/"
        if asked.startswith(point) and len(point) >= len(found):
            found, kind = point, fields[0]
    fused = kind.startswith("fuse.") and kind.removeprefix("fuse.").startswith(_FUSED)
    return kind if kind in _NETWORK or fused else None


def disk_of(catalog: Path) -> str | None:
    """The type of the network disk that a catalog lies on; None if on none, or nobody says."""
    try:
        mounts = _MOUNTS.read_text()
    except OSError:
        return None
    return network_kind(catalog.parent.resolve(), mounts)


@cache
def locks_hold(catalog: Path) -> bool:
    """Whether a lock beside this catalog keeps another process out, tried with one."""
    probe = beside(catalog, "probe")
    try:
        return keeps_out(probe, probe)
    finally:
        with suppress(OSError):
            probe.unlink()


def keeps_out(held: Path, tried: Path) -> bool:
    """Whether a process is kept from the file it tries while this one holds a lock on its own."""
    descriptor = -1
    try:
        for path in {held, tried}:
            path.touch(mode=0o600)
        descriptor = os.open(held, os.O_RDWR | os.O_CLOEXEC)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        command = [sys.executable, "-I", "-S", "-c", _TRY, str(tried)]
        ended = subprocess.run(command, timeout=_PROBE_SECONDS, check=False, capture_output=True)  # noqa: S603 - our own words
    except (OSError, subprocess.SubprocessError):
        return False
    finally:
        if descriptor >= 0:
            os.close(descriptor)
    return ended.returncode == _KEPT_OUT


def cannot_pay(catalog: Path, images: int) -> str | None:
    """Why what is paid for could not be kept here, with what to do; None if it could."""
    kind = disk_of(catalog)
    if kind and not locks_hold(catalog):
        return (
            f"the catalog {catalog.name} lies on a network disk ({kind}) where locks do not hold "
            "between processes, so that what is paid for might be lost; nothing was sent. Open "
            "one on a local disk, such as il.open('~/imagelab/catalog.db')"
        )
    needed = max(LEAST_FREE_BYTES, 4 * EXPECTED_IMAGE_BYTES * images)
    free = free_bytes(catalog.parent)
    if free < needed:
        return (
            f"the disk of {catalog.name} has {free / 1e6:.0f} MB left, and {needed / 1e6:.0f} MB "
            "are wanted before anything is paid for that could then not be kept; nothing was "
            "sent. Free some space, then ask again"
        )
    return None


def free_bytes(folder: Path) -> int:
    """Bytes that may still be written on the disk of a folder."""
    told = os.statvfs(folder)
    return told.f_bavail * told.f_frsize
