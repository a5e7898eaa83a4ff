"""Which process this is, in a way that another can check after a crash, and what it carries."""

from __future__ import annotations

import os
import threading
from functools import cache
from pathlib import Path

from imagelab.domain.life import Owner

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

_carried: set[str] = set()
_lock = threading.Lock()


def this_process() -> Owner:
    """The owner that this process writes into what it intends."""
    return _owner(os.getpid())


def alive(owner: Owner) -> bool:
    """Whether the process that owned something still runs, here and since the same boot.

    A number that was given to another process since does not count: the start differs.
    """
    if owner.boot != boot_id():
        return False
    return process_start(owner.pid) == owner.start


def may_live(owner: Owner) -> bool:
    """The same, but another machine's may: a folder can be that of several, and only here is known."""
    return owner.boot != boot_id() or alive(owner)


def carry(generation: str) -> bool:
    """Put a generation, by its uuid, into the hands of this process; False if it is there."""
    with _lock:
        new = generation not in _carried
        _carried.add(generation)
        return new


def put_down(generation: str) -> None:
    """Nothing in this process works on it any more, settled or not."""
    with _lock:
        _carried.discard(generation)


def carried(generation: str) -> bool:
    """Whether this process works on a generation."""
    with _lock:
        return generation in _carried


def abandoned(owner: Owner, held: str) -> bool:
    """Whether nobody holds what has no lease of its own, such as a batch: its process is gone.

    Of this process what was put down counts as abandoned.
    """
    return not carried(held) if owner == this_process() else not alive(owner)


@cache
def boot_id() -> str:
    """One name for the time since this machine was started; empty where there is none."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return ""


def process_start(pid: int) -> int | None:
    """When a process began, in clock ticks since boot; None when there is none such.

    Where the system has no /proc, a process that exists counts as begun at 0.
    """
    try:
        # The second field is the command in brackets and may hold spaces; after it, field 22
        # of proc_pid_stat(5) is the 20th.
        text = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return None if _BOOT_ID.exists() else _exists(pid)
    except ProcessLookupError:
        return None
    fields = text.rpartition(")")[2].split()
    return None if fields[0] in ("Z", "X") else int(fields[19])


@cache
def _owner(pid: int) -> Owner:
    return Owner(boot_id(), pid, process_start(pid) or 0)


def _exists(pid: int) -> int | None:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        return 0
    return 0
