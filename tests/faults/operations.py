"""What is done to a disk, and who is told of it: before each operation, and after.

SQLite's operations come from `vfs`, our own from `calls`; both tell the same watcher. What the
sandbox's vendors remember is not ours, and is neither failed nor recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

Kind = Literal["create", "write", "truncate", "sync", "delete", "rename", "mkdir", "sync_folder"]


@dataclass(frozen=True)
class Operation:
    """One operation; `path` is the file or folder, `target` the new name of what is renamed."""

    kind: Kind
    path: str
    offset: int = 0  # of a write; the new length of a truncated file
    data: bytes = b""
    target: str = ""


class Watcher(Protocol):
    """Who sees every operation below one folder."""

    root: Path

    def ask(self, operation: Operation) -> int:
        """Before it: 0 to let it happen, else the errno it is to fail with."""
        ...

    def done(self, operation: Operation) -> None:
        """After it has happened."""
        ...


def watched(watcher: Watcher, path: str) -> bool:
    """Whether a file is the lab's: below the root, and not the vendors' own memory."""
    below = path.startswith(f"{watcher.root}/")
    return below and not Path(path).name.startswith("sandbox.book")
