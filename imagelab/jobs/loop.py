"""The background loop: one daemon thread where all calls in flight live.

A notebook has a running loop of its own, which a waiting cell would block; ours goes on
whatever the kernel does. (The idea is fsspec's.)
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
_PATIENCE_SECONDS = 10.0


class BackgroundLoop:
    """An event loop on a thread of its own, started at first use."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._submitted: set[asyncio.Task[Any]] = set()

    def submit(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Run a coroutine there; its result can be waited for on any thread."""
        return asyncio.run_coroutine_threadsafe(self._noted(work), self._running())

    def cancel(self) -> None:
        """Cancel what was submitted, and let it end; TimeoutError if it does not."""
        if self._loop is not None:
            work = self._cancelled()
            asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE_SECONDS)

    def close(self) -> None:
        """Cancel what is left, and stop the thread."""
        try:
            self.cancel()
        finally:
            with self._lock:
                loop, thread = self._loop, self._thread
                self._loop = self._thread = None
            if loop is not None and thread is not None:
                loop.call_soon_threadsafe(loop.stop)
                thread.join(_PATIENCE_SECONDS)
                if not thread.is_alive():
                    loop.close()

    async def _noted(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.current_task()
        assert task is not None
        self._submitted.add(task)
        try:
            return await work
        finally:
            self._submitted.discard(task)

    async def _cancelled(self) -> None:
        # Not what that has begun of its own: a paid reply on its way to the disk gets there.
        tasks = list(self._submitted)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._loop.run_forever, name="imagelab-loop", daemon=True
                )
                self._thread.start()
            return self._loop
