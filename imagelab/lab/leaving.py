"""Leaving: an interpreter that ends closes its labs while threads still run."""

from __future__ import annotations

import logging
import threading

from imagelab.lab.engine import Engine

# Held, not only known: a lab that nobody can reach any more may still have calls in flight.
_open: set[Engine] = set()
_hooked = threading.Event()
_log = logging.getLogger(__name__)


def close_at_exit(engine: Engine) -> None:
    """Have this engine closed when the interpreter ends, if nobody did before."""
    _open.difference_update([known for known in list(_open) if known.closed])
    _open.add(engine)
    if not _hooked.is_set():
        _hooked.set()
        # atexit is too late: by then the thread pools that a call in flight needs are shut.
        # The standard library's own pools hook themselves here; later hooks run first.
        threading._register_atexit(_close_all)  # type: ignore[attr-defined] # noqa: SLF001 - see above


def _close_all() -> None:
    for engine in list(_open):
        try:
            engine.close()
        except Exception:  # noqa: BLE001 - the other labs are to be closed all the same
            _log.exception("%s could not be closed", engine.catalog.path.name)
