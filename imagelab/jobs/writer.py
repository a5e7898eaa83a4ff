"""The writer: one thread through which everything about calls in flight becomes durable.

Disk is never touched on the loop, and steps are written in the order they were handed in.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from imagelab import clock
from imagelab.catalog.catalog import Catalog
from imagelab.errors import CatalogError

T = TypeVar("T")
Work = tuple["concurrent.futures.Future[Any]", Callable[[], Any]]
# How long something paid for is held in memory while the disk does not take it.
PATIENCE_SECONDS = 600.0
_PAUSE_SECONDS = 1.0
_log = logging.getLogger(__name__)


class Writer:
    """A queue of work for one thread, over one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="imagelab-writer", daemon=True)
        self._lock = threading.Lock()
        self._closed = False
        self._thread.start()

    def do(self, work: Callable[[], T]) -> concurrent.futures.Future[T]:
        """Hand in any work with the disk; done in turn."""
        future: concurrent.futures.Future[T] = concurrent.futures.Future()
        with self._lock:  # nothing is handed in behind the end of the queue, where nobody reads
            if self._closed:
                raise CatalogError(f"{self._name()} was closed; open it again")
            self._queue.put((future, work))
        return future

    def write(self, step: Callable[[sqlite3.Connection], T]) -> concurrent.futures.Future[T]:
        """Hand in one transaction. The future is done when it is durable."""
        return self.do(lambda: self.transaction(step))

    async def writing(self, step: Callable[[sqlite3.Connection], T]) -> T:
        """The same, awaited on a loop."""
        return await asyncio.wrap_future(self.write(step))

    async def doing(self, work: Callable[[], T]) -> T:
        """Any work with the disk, awaited on a loop."""
        return await asyncio.wrap_future(self.do(work))

    async def insisting(self, work: Callable[[], T]) -> T:
        """The same for what was paid for: tried again while the disk is full or the catalog busy.

        After ten minutes the error is raised. Only work that may be repeated is handed in.
        """
        deadline = clock.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return await self.doing(work)
            except (OSError, CatalogError) as error:
                if self._closed or clock.monotonic() > deadline:
                    raise CatalogError(
                        f"{self._name()} did not take what had arrived, so it stays open: {error}"
                    ) from error
                _log.warning(
                    "%s: what has arrived is held in memory and tried again until the disk takes "
                    "it: %s",
                    self._name(),
                    error,
                )
            await asyncio.sleep(_PAUSE_SECONDS)

    async def insist_writing(self, step: Callable[[sqlite3.Connection], T]) -> T:
        """One transaction, insisted on."""
        return await self.insisting(lambda: self.transaction(step))

    def transaction(self, step: Callable[[sqlite3.Connection], T]) -> T:
        """One transaction here and now, for work that is in the writer's hands already."""
        with self._catalog.writing() as db:
            return step(db)

    def close(self) -> None:
        """Finish what was handed in and stop."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join(timeout=60)

    def _name(self) -> str:
        return f"the catalog {self._catalog.path.name}"

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            future, work = item
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001 - whoever waits is told, whatever it was
                future.set_exception(error)
            # Nothing of the last piece of work may live on while the thread sleeps.
            del item, future, work
