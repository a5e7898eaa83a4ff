"""The signpost: tells Jupyter's server where a lab's catalog is, for as long as the lab is open."""

from __future__ import annotations

import logging
import os
import sys
import threading
from pathlib import Path

from imagelab.catalog import pointer
from imagelab.domain.life import Owner
from imagelab.jobs.owner import alive, boot_id, this_process

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
        runtime = _runtime()
        if runtime is None:
            return
        self._folder = runtime / pointer.FOLDER
        try:
            pointer.sweep(self._folder, _may_live)
            self._pointer = pointer.write(self._folder, self._catalog, this_process())
        except OSError as error:  # the views ask the kernel then
            _log.warning("Jupyter's server cannot be told of %s: %s", self._catalog.name, error)


def _runtime() -> Path | None:
    """The runtime folder of the server that started this kernel; None outside of a kernel.

    The server has it hold the kernel's connection file, whatever the kernel's own settings are.
    """
    module = sys.modules.get("ipykernel.kernelapp")
    if module is None or not module.IPKernelApp.initialized():
        return None
    return Path(module.IPKernelApp.instance().abs_connection_file).parent


def _may_live(owner: Owner) -> bool:
    """A home folder can be that of several machines, and only this one's processes are known."""
    return owner.boot != boot_id() or alive(owner)
