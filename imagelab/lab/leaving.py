"""Leaving: an interpreter that ends closes its labs while threads still run."""

from __future__ import annotations

import threading
import weakref

from imagelab.lab.engine import Engine

_open: weakref.WeakSet[Engine] = weakref.WeakSet()
_hooked = threading.Event()


def close_at_exit(engine: Engine) -> None:
    """Have this engine closed when the interpreter ends, if nobody did before."""
    _open.add(engine)
    if not _hooked.is_set():
        _hooked.set()
        # atexit is too late: by then the thread pools that a call in flight needs are shut.
        # The standard library's own pools hook themselves here; later hooks run first.
        threading._register_atexit(_close_all)  # type: ignore[attr-defined] # noqa: SLF001 - see above


def _close_all() -> None:
    for engine in list(_open):
        engine.close()
