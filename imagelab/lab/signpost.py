"""The signpost: tells Jupyter's server where a lab's catalog is, for as long as the lab is open."""

from __future__ import annotations

import logging
import os
import sys
import threading
from pathlib import Path

from imagelab.catalog import pointer
from imagelab.jobs.owner import may_live, this_process

_log = logging.getLogger(__name__)


class Signpost:
    """The pointer to one catalog: made when first asked for, gone when closed."""

    def __init__(self, catalog: Path) -> None:
        self._catalog = catalog
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._folder: Path | None = None
        self._pointer = ""
        self._closed = False

    def pointer(self) -> str:
        """What a view is given to ask the server with; empty where there is no server to ask."""
        if os.getpid() != self._pid:
            return ""
        with self._lock:
            if not self._pointer and not self._closed:
                self._point()
            return self._pointer

    def close(self) -> None:
        """Take the pointer away; in a forked child it stays, for it is the parent's."""
        if os.getpid() != self._pid:
            return
        with self._lock:
            self._closed = True
            if self._folder is not None and self._pointer:
                pointer.remove(self._folder, self._pointer)
            self._pointer = ""

    def _point(self) -> None:
        connection = _connection_file()
        if connection is None:
            return
        self._folder = connection.parent / pointer.FOLDER
        kernel = connection.stem.removeprefix("kernel-")
        try:
            pointer.sweep(self._folder, may_live)
            self._pointer = pointer.write(self._folder, self._catalog, this_process(), kernel)
        except OSError as error:  # the views ask the kernel then
            _log.warning("Jupyter's server cannot be told of %s: %s", self._catalog.name, error)


def _connection_file() -> Path | None:
    """The kernel's connection file, in the runtime folder of the server that started it.

    None outside of a kernel. Its name has the kernel's id, whatever the kernel's own settings.
    """
    module = sys.modules.get("ipykernel.kernelapp")
    if module is None or not module.IPKernelApp.initialized():
        return None
    return Path(module.IPKernelApp.instance().abs_connection_file)
