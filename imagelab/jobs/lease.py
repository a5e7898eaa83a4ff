"""Who is still there: a process is judged by its boot, its start, and the lease it renews.

Where its number can be looked up, a process that is gone is gone at once, and one that was
stopped loses its lease when it has not renewed it for a minute of the machine's own clock.
Where it cannot, as in another container or on another machine that shares the disk, only
the lease tells: it must have stood still for as long as this process has watched.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from imagelab import clock
from imagelab.domain.life import Lease, Owner
from imagelab.jobs.owner import alive, boot_id, this_process

LEASE_SECONDS = 60.0
_MICRO = 1_000_000


@dataclass(slots=True)
class Watched:
    """What was last heard of processes whose clock is not ours: their beats, and since when."""

    heard: dict[Owner, tuple[int, float]] = field(default_factory=dict)

    def silent(self, lease: Lease) -> bool:
        """Whether a lease has stood still for its whole length under our eyes."""
        now = clock.monotonic()
        beats, since = self.heard.get(lease.owner, (-1, now))
        if beats != lease.beats:
            self.heard[lease.owner] = (lease.beats, now)
            return False
        return now - since > LEASE_SECONDS


def this_lease() -> Lease:
    """This process's word, good for a minute from now."""
    return Lease(this_process(), _host(), _space(), now_us() + int(LEASE_SECONDS * _MICRO))


def now_us() -> int:
    """The monotonic clock in microseconds."""
    return int(clock.monotonic() * _MICRO)


def lives(owner: Owner, lease: Lease | None, watched: Watched) -> bool:
    """Whether a process still works on what it owns."""
    if lease is None:
        return alive(owner)
    if owner.boot != boot_id():
        # The same machine was started anew; another one is heard of, or not.
        return lease.host != _host() and not watched.silent(lease)
    if lease.space == _space() and not alive(owner):
        return False
    return now_us() <= lease.until_us


@cache
def _host() -> str:
    return socket.gethostname()


def _space() -> str:
    """The namespace that process numbers count in; empty where there is only one."""
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""
