"""Watching a catalog for what anybody commits to it, for views that no server keeps told."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable
from typing import Protocol

from imagelab.errors import ImagelabError

PERIOD_SECONDS = 0.5
_log = logging.getLogger(__name__)


class Told(Protocol):
    """Somebody who wants to know, for as long as it is open."""

    @property
    def is_open(self) -> bool:
        """Whether anybody can see it still."""
        ...

    def changed(self, stamp: str) -> None:
        """Something in the catalog changed; called on the watching thread."""
        ...


class Watch:
    """Looks at the catalog's stamp while anybody is told of it; views that were closed are forgotten.

    ipywidgets holds every widget until it is closed, so one whose cell ran again is told too.
    """

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
        seen = self._now()
        while not self._ends.wait(PERIOD_SECONDS):
            now = self._now()
            if now not in (seen, None):
                seen = now
                for view in self._views():
                    self._say(view, str(now))

    def _now(self) -> str | None:
        """The stamp; None while the file is away, which may be for a moment."""
        try:
            return self._stamp()
        except ImagelabError:
            return None

    def _say(self, view: Told, stamp: str) -> None:
        try:
            view.changed(stamp)
        except Exception:  # noqa: BLE001 - a page's trouble is its own; the others are told all the same
            _log.debug("a view could not be told", exc_info=True)

    def _views(self) -> list[Told]:
        with self._lock:
            for view in [view for view in self._told if not view.is_open]:
                self._told.discard(view)
            return list(self._told)
