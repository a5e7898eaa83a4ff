"""The writer: one thread through which everything about calls in flight becomes durable.

Disk is never touched on the loop, and steps are written in the order they were handed in.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import queue
import sqlite3
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from imagelab.catalog.catalog import Catalog
from imagelab.errors import CatalogError

T = TypeVar("T")
Work = tuple["concurrent.futures.Future[Any]", Callable[[], Any]]


class Writer:
    """A queue of work for one thread, over one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="imagelab-writer", daemon=True)
        self._thread.start()
        self._closed = False

    def do(self, work: Callable[[], T]) -> concurrent.futures.Future[T]:
        """Hand in any work with the disk; done in turn."""
        if self._closed:
            raise CatalogError(f"the catalog {self._catalog.path.name} was closed; open it again")
        future: concurrent.futures.Future[T] = concurrent.futures.Future()
        self._queue.put((future, work))
        return future

    def write(self, step: Callable[[sqlite3.Connection], T]) -> concurrent.futures.Future[T]:
        """Hand in one transaction. The future is done when it is durable."""
        return self.do(lambda: self._transaction(step))

    async def writing(self, step: Callable[[sqlite3.Connection], T]) -> T:
        """The same, awaited on a loop."""
        return await asyncio.wrap_future(self.write(step))

    async def doing(self, work: Callable[[], T]) -> T:
        """Any work with the disk, awaited on a loop."""
        return await asyncio.wrap_future(self.do(work))

    def close(self) -> None:
        """Finish what was handed in and stop."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join(timeout=60)

    def _transaction(self, step: Callable[[sqlite3.Connection], T]) -> T:
        with self._catalog.writing() as db:
            return step(db)

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
