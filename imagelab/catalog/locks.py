"""The flock that stands around every touch of the catalog, and the gate before it.

SQLite's own locks are POSIX locks, and those of a whole process end when any part of it
closes any descriptor of the file: one plain `open(path).read()` in a notebook cell was
measured to lose acknowledged commits of other processes. A flock on a file of its own
does not have that flaw. Readers share it, a writer has it alone. Readers would starve
writers, so a waiting writer holds the gate, and every reader passes through the gate.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Literal

from imagelab import clock
from imagelab.catalog import interrupts
from imagelab.errors import CatalogBusyError, CatalogError

PATIENCE_SECONDS = 30.0
# Polled, never blocking, so that an interrupt is seen; short at first, since a lock is
# held for a millisecond or two.
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.0002, 0.01


class Locks:
    """The two lock files of one catalog, opened once a thread.

    A thread that already has the lock does not take it again: reading inside a write
    is part of the write. With `looking` no file is made, and where there is none to share a
    read goes without: see `looking`.
    """

    def __init__(
        self, catalog: Path, patience: float = PATIENCE_SECONDS, *, looking: bool = False
    ) -> None:
        self._lock, self._gate = beside(catalog, "lock"), beside(catalog, "gate")
        self._catalog, self._patience, self._looking = catalog, patience, looking
        self._mine = threading.local()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold the catalog still for a read."""
        with self._held("shared"):
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Have the catalog alone for a write."""
        assert getattr(self._mine, "held", None) != "shared", "a read cannot turn into a write"
        with self._held("alone"):
            yield

    @property
    def alone(self) -> bool:
        """Whether this thread is inside a write."""
        return getattr(self._mine, "held", None) == "alone"

    @contextmanager
    def _held(self, mode: Literal["shared", "alone"]) -> Iterator[None]:
        found = self._descriptors()
        if found is None or self._mine.held:
            yield
            return
        lock, gate = found
        deferred = None
        try:
            self._enter(lock, gate, mode)
            deferred = interrupts.put_off()
            self._mine.held = mode
            yield
        finally:
            self._mine.held = None
            fcntl.flock(lock, fcntl.LOCK_UN)
            if deferred:
                deferred.end()

    def _enter(self, lock: int, gate: int, mode: Literal["shared", "alone"]) -> None:
        flag = fcntl.LOCK_SH if mode == "shared" else fcntl.LOCK_EX
        deadline = clock.monotonic() + self._patience
        try:
            self._take(gate, flag, deadline)
            self._take(lock, flag, deadline)
        finally:
            fcntl.flock(gate, fcntl.LOCK_UN)
        if mode == "alone":
            _sign(lock)

    def _take(self, descriptor: int, flag: int, deadline: float) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, flag | fcntl.LOCK_NB)
            except BlockingIOError:
                if clock.monotonic() > deadline:
                    raise CatalogBusyError(self._busy()) from None
                clock.sleep(pause)
                pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)
            else:
                return

    def _busy(self) -> str:
        return (
            f"the catalog {self._catalog.name} was busy for {self._patience:.0f} s; it is held by "
            f"{_signature(self._lock)}. Nothing was changed; close that kernel or wait, then repeat "
            "the last step"
        )

    def _descriptors(self) -> tuple[int, int] | None:
        """This thread's own open files: a flock belongs to the opening, not to the process."""
        if getattr(self._mine, "pid", None) != os.getpid():
            try:
                self._mine.files = _Files(self._lock, self._gate, self._looking)
            except OSError as error:
                if self._looking:
                    return None
                if error.errno in {errno.EMFILE, errno.ENFILE}:
                    raise CatalogError(
                        f"the catalog {self._catalog.name} cannot be locked: {error.strerror}; "
                        "nothing in it was changed. Close what this process has open, then repeat "
                        "the last step"
                    ) from error
                raise
            self._mine.pid = os.getpid()
            self._mine.held = None
        files: _Files = self._mine.files
        return files.lock, files.gate


class _Files:
    """Two descriptors that close with the thread they belong to."""

    def __init__(self, lock: Path, gate: Path, looking: bool) -> None:  # noqa: FBT001 - as `Locks` is told
        flags = os.O_CLOEXEC | (os.O_RDONLY if looking else os.O_RDWR | os.O_CREAT)
        self.lock = os.open(lock, flags, 0o600)
        self.gate = os.open(gate, flags, 0o600)

    def __del__(self) -> None:
        for opened in vars(self).values():  # fewer than two where opening failed
            os.close(opened)


def beside(catalog: Path, kind: str) -> Path:
    """A file that belongs to the catalog and lies next to it."""
    return catalog.with_name(f"{catalog.name}.{kind}")


def _sign(descriptor: int) -> None:
    """Leave word of who holds the lock, for the message another process may have to print."""
    with suppress(OSError):  # a full disk takes no word, and the lock holds without it
        os.pwrite(descriptor, _word(os.getpid()), 0)


@cache
def _word(pid: int) -> bytes:
    return json.dumps({"pid": pid, "host": socket.gethostname()}).encode().ljust(200)


def _signature(lock: Path) -> str:
    try:
        who = json.loads(lock.read_bytes() or b"{}")
    except ValueError:
        who = {}
    return f"process {who['pid']} on {who['host']}" if who else "another process"
