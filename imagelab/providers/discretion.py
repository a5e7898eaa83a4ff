"""Keeping our own exchanges out of the logs of httpx and httpcore, and nobody else's.

httpx logs whole addresses, signatures included, and httpcore the headers of replies.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_quiet: ContextVar[bool] = ContextVar("quiet", default=False)


def hush() -> None:
    """From now on those logs leave out what is done `quietly`."""
    for name in ("httpx", *(f"httpcore.{part}" for part in ("connection", "http11", "proxy"))):
        logging.getLogger(name).addFilter(_unquiet)


@contextmanager
def quietly() -> Iterator[None]:
    """An exchange of ours."""
    quiet = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(quiet)


def _unquiet(_: logging.LogRecord) -> bool:
    return not _quiet.get()
