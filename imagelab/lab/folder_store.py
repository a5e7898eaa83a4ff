"""A folder that originals lie in, on a disk of this machine or one that is mounted.

By our own code and not obstore's, whose writes to a folder are not made durable: an original
is deleted here only once it is safe there.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from imagelab.catalog import folders
from imagelab.domain.frozen import frozen
from imagelab.errors import OffloadedError


@frozen
class FolderStore:
    """The files of a folder by their paths in it."""

    root: Path

    def put(self, name: str, data: bytes) -> None:
        """Write a file aside, sync it, and give it its name, which is synced too."""
        path = self.root / name
        try:
            # Two processes may write the same at once, each beside the other.
            folders.put(folders.aside(path.parent, f"{path.name}.{os.getpid()}", data), path.name)
        except OSError as error:
            raise OffloadedError(
                f"{name!r} could not be written in {str(self.root)!r} ({error.strerror}); see to that "
                "disk, then repeat it: what was not moved is still in the catalog"
            ) from error

    def get(self, name: str, size: int) -> bytes:
        """The bytes of a file that lies in the folder itself, not behind a link."""
        if not self.root.is_dir():
            raise OffloadedError(
                f"the folder {str(self.root)!r}, in which originals lie, is not there; have its disk "
                "mounted or put it back, then repeat it"
            )
        path = self.root / name
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise self._lost(name, "leads out of it")
        try:
            return self._read(path, name, size)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise self._lost(name, "is not there any more") from error
        except OSError as error:
            raise OffloadedError(
                f"{name!r} in {str(self.root)!r} cannot be read ({error.strerror}); see to that disk, "
                "then repeat it"
            ) from error

    def _read(self, path: Path, name: str, size: int) -> bytes:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:  # noqa: PTH123 - it is a descriptor
            there = os.fstat(descriptor)
            if not stat.S_ISREG(there.st_mode) or there.st_size != size:
                raise self._lost(
                    name, f"has {there.st_size:,} bytes and had {size:,}", altered=True
                )
            return file.read(size + 1)

    def _lost(self, name: str, why: str, *, altered: bool = False) -> OffloadedError:
        said = f"{name!r} in {str(self.root)!r} {why}; put the file back that was there"
        return OffloadedError(said, lost=True, altered=altered, why=why)
