"""The desk: where the routes hand in what is to be read, apart from the server's own thread.

Nothing of the catalog's code is loaded when the server starts; the first question does that.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeVar

IDLE_SECONDS = 60.0
_THREADS = 4

T = TypeVar("T")


class NotServedError(Exception):
    """Nothing here can read what the pointer leads to; the view asks its kernel instead."""


class Room(Protocol):
    """The catalogs that are read here, as `reading_room.ReadingRoom` keeps them."""

    @property
    def has_open(self) -> bool:
        """Whether any catalog is open."""
        ...

    def answer(self, pointer: str, name: str, asked: Mapping[str, Any]) -> bytes:
        """The parcel that answers a question."""
        ...

    def close_idle(self, seconds: float) -> None:
        """Close what nobody asked about for so long."""
        ...

    def path(self, pointer: str) -> Path:
        """The catalog that a pointer leads to."""
        ...

    def catalogs(self, notebook: str) -> list[dict[str, Any]]:
        """The catalogs that a sidebar beside this notebook may show."""
        ...


class Desk:
    """What the handlers share: the room, and the threads that read in it.

    SQLite's connections are one a thread, so the threads are few and of their own.
    """

    def __init__(self, opened: Callable[[], Room], idle_seconds: float = IDLE_SECONDS) -> None:
        self._opened = opened
        self._room: Room | None = None
        self._opening = threading.Lock()
        self.polls = 0
        self._idle_seconds = idle_seconds
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="imagelab-read")
        self._tidies = False
        self._reads = 0  # under way: what one of them opens is idle one day

    def read(self, work: Callable[[Room], T]) -> asyncio.Future[T]:
        """Have something read on a thread; what still waits there can be cancelled."""
        if not self._tidies:
            self._tidy()
        threads = self._threads
        read = asyncio.get_running_loop().run_in_executor(threads, lambda: work(self._entered()))
        self._reads += 1
        read.add_done_callback(self._read)
        return read

    def _read(self, _: object) -> None:
        self._reads -= 1

    def _entered(self) -> Room:
        with self._opening:
            if self._room is None:
                self._room = self._opened()
            return self._room

    def _tidy(self) -> None:
        """Come back for what is idle by then, for as long as anything is open."""
        self._tidies = True
        asyncio.get_running_loop().call_later(self._idle_seconds, self._tidied)

    def _tidied(self) -> None:
        self._tidies = False
        if self._room is not None:
            self._threads.submit(self._room.close_idle, self._idle_seconds)
        if self._reads or (self._room is not None and self._room.has_open):
            self._tidy()
