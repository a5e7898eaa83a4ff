"""Watching a catalog for what anybody commits to it, for views that no server keeps told."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from typing import Protocol

PERIOD_SECONDS = 0.5


class Told(Protocol):
    """Somebody who wants to know."""

    def changed(self, stamp: str) -> None:
        """Something in the catalog changed; called on the watching thread."""
        ...


class Watch:
    """Looks at the catalog's stamp while anybody is told of it; views that are gone are forgotten."""

    def __init__(self, stamp: Callable[[], str]) -> None:
        self._stamp = stamp
        self._told: weakref.WeakSet[Told] = weakref.WeakSet()
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def tell(self, view: Told) -> None:
        """Tell this view from now on, for as long as somebody holds it."""
        with self._lock:
            self._told.add(view)
            if self._thread is None and not self._ends.is_set():
                self._thread = threading.Thread(
                    target=self._watch, name="imagelab-watch", daemon=True
                )
                self._thread.start()

    def close(self) -> None:
        """Look no more."""
        self._ends.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        seen = self._stamp()
        while not self._ends.wait(PERIOD_SECONDS):
            now = self._stamp()
            if now != seen:
                seen = now
                for view in self._views():
                    view.changed(now)

    def _views(self) -> list[Told]:
        with self._lock:
            return list(self._told)
