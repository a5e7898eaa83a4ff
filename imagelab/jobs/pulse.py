"""The pulse: a thread that renews this process's lease, and looks for what others left."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from imagelab.errors import ImagelabError
from imagelab.jobs.lease import LEASE_SECONDS

BEAT_SECONDS = LEASE_SECONDS / 4  # three beats may be missed
_log = logging.getLogger(__name__)


class Pulse:
    """Beats from the first start until it is closed; a beat that fails is followed by the next."""

    def __init__(self, *acts: Callable[[], None]) -> None:
        self._acts = acts
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to beat, if it does not yet."""
        with self._lock:
            if self._thread is None and not self._ends.is_set():
                self._thread = threading.Thread(
                    target=self._run, name="imagelab-pulse", daemon=True
                )
                self._thread.start()

    def close(self) -> None:
        """Beat no more."""
        self._ends.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._ends.wait(BEAT_SECONDS):
            for act in self._acts:
                try:
                    act()
                except (ImagelabError, OSError) as error:
                    _log.debug("a beat failed: %s", error)
