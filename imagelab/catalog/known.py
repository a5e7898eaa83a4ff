"""The catalogs that were opened on this machine: a small list in the user's data folder.

A file each, so that kernels that open at once do not wait for one another.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from imagelab import clock
from imagelab.catalog import private_files
from imagelab.catalog.catalog import Mode
from imagelab.domain.frozen import frozen

VARIABLE = "IMAGELAB_DATA"
MOST = 200  # kept: those that are gone are forgotten first, then those not opened for longest
_TOO_MANY = 1.25  # times as many are there before all of them are read for that


@frozen
class KnownCatalog:
    """A catalog that was opened here; it may have been moved or deleted since."""

    path: Path
    mode: Mode
    opened_at: datetime

    @property
    def there(self) -> bool:
        """Whether its file is still where it was."""
        try:
            return self.path.is_file()
        except (OSError, ValueError):  # a disk that is away, or a name no file can have
            return False

    @property
    def size_bytes(self) -> int | None:
        """How large its file is; None where it is not there."""
        try:
            return self.path.stat().st_size
        except (OSError, ValueError):
            return None


def data_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where this user's programs keep what they know, for us."""
    if environ.get(VARIABLE):
        return Path(environ[VARIABLE])
    if environ.get("XDG_DATA_HOME"):
        return Path(environ["XDG_DATA_HOME"]) / "imagelab"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "imagelab"
    return Path.home() / ".local" / "share" / "imagelab"


def remember(folder: Path, path: Path, mode: Mode) -> None:
    """Note that a catalog was opened now; OSError where the folder does not take it."""
    listed = folder / "catalogs"
    name = hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()[:32]
    told = {"path": str(path), "mode": mode, "opened_at": clock.now_us()}
    private_files.write(listed, f"{name}.json", told)
    _forget(listed)


def known(folder: Path) -> list[KnownCatalog]:
    """The catalogs that were opened, the latest first; what is not plainly one of ours is left out."""
    found = [one for _, one in _listed(folder / "catalogs")]
    return sorted(found, key=lambda one: one.opened_at, reverse=True)


def _listed(listed: Path) -> list[tuple[Path, KnownCatalog]]:
    try:
        files = sorted(listed.glob("*.json"))
    except OSError:
        return []
    found = [(file, _known(private_files.read(file))) for file in files]
    return [(file, one) for file, one in found if one is not None]


def _known(told: Mapping[str, object]) -> KnownCatalog | None:
    match told:
        case {"path": str(path), "mode": ("real" | "sandbox") as mode, "opened_at": int(moment)}:
            with contextlib.suppress(OverflowError, ValueError):
                return KnownCatalog(Path(path), mode, clock.from_us(moment))
    return None


def _forget(listed: Path) -> None:
    """Come down to the most that are kept, now and then: opening a catalog reads no other's file."""
    if sum(1 for _ in listed.glob("*.json")) <= MOST * _TOO_MANY:
        return
    found = sorted(_listed(listed), key=lambda pair: (pair[1].there, pair[1].opened_at))
    for file, _ in found[: max(0, len(found) - MOST)]:
        with contextlib.suppress(OSError):  # another process forgets too
            file.unlink()
