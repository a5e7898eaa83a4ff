"""A disk that loses power: what of a recorded sequence of operations may be there afterwards.

What was synced is there. Of each write since, all, nothing, or any of its sectors is. What
happened to the names of a folder since it was last synced is there up to some moment, in order,
whatever became of the contents: a file may have its new name and none of its bytes.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.operations import Operation

SECTOR_BYTES = 512


@dataclass
class File:
    """Its bytes when last synced, and what was done to them since."""

    synced: bytearray = field(default_factory=bytearray)
    since: list[Operation] = field(default_factory=list)

    def sync(self) -> None:
        for operation in self.since:
            _apply(self.synced, operation)
        self.since.clear()

    def crashed(self, chance: random.Random) -> bytes:
        """Its bytes after the power is back."""
        left = bytearray(self.synced)
        for operation in self.since:
            for part in _survived(operation, chance):
                _apply(left, part)
        return bytes(left)


@dataclass
class Folder:
    """Its names when last synced, its names now, and each change between."""

    synced: dict[str, Node] = field(default_factory=dict)
    now: dict[str, Node] = field(default_factory=dict)
    since: list[dict[str, Node]] = field(default_factory=list)  # its names after each change

    def change(self, names: dict[str, Node]) -> None:
        self.now = names
        self.since.append(names)

    def sync(self) -> None:
        self.synced = self.now
        self.since.clear()

    def crashed(self, chance: random.Random) -> dict[str, Node]:
        return chance.choice([self.synced, *self.since])


Node = File | Folder


class Disk:
    """A root folder to which recorded operations are applied, one after another."""

    def __init__(self, root: Path) -> None:
        self._root, self._top = root, Folder()

    def apply(self, operation: Operation) -> None:
        """One more operation has happened."""
        folder, name = self._place(operation.path)
        match operation.kind:
            case "create":
                folder.change({**folder.now, name: File()})
            case "mkdir":
                folder.change({**folder.now, name: Folder()})
            case "delete":
                folder.change({known: n for known, n in folder.now.items() if known != name})
            case "rename":
                rest = {known: n for known, n in folder.now.items() if known != name}
                folder.change({**rest, Path(operation.target).name: folder.now[name]})
            case "sync" | "sync_folder":
                self._node(operation.path).sync()
            case "write" | "truncate":
                file = self._node(operation.path)
                assert isinstance(file, File)
                file.since.append(operation)

    def crash(self, chance: random.Random, into: Path) -> None:
        """Write what may be there after the power is back into an empty folder."""
        _write(self._top, into, chance)

    def _node(self, path: str) -> Node:
        node: Node = self._top
        for name in Path(path).relative_to(self._root).parts:
            assert isinstance(node, Folder)
            node = node.now[name]
        return node

    def _place(self, path: str) -> tuple[Folder, str]:
        if Path(path) == self._root:
            return self._top, ""
        folder = self._node(str(Path(path).parent))
        assert isinstance(folder, Folder)
        return folder, Path(path).name


def _apply(content: bytearray, operation: Operation) -> None:
    start = operation.offset
    if operation.kind == "truncate":
        del content[start:]
    content.extend(bytes(max(0, start - len(content))))
    content[start : start + len(operation.data)] = operation.data


def _survived(operation: Operation, chance: random.Random) -> list[Operation]:
    fate = chance.choice(["kept", "dropped", "torn"])
    if fate == "kept":
        return [operation]
    if fate == "dropped" or operation.kind == "truncate":
        return []
    return [sector for sector in _sectors(operation) if chance.random() < 0.5]


def _sectors(operation: Operation) -> list[Operation]:
    """The write cut where the disk's sectors begin."""
    start, end = operation.offset, operation.offset + len(operation.data)
    first = start - start % SECTOR_BYTES + SECTOR_BYTES
    cuts = [start, *range(first, end, SECTOR_BYTES), end]
    return [
        Operation("write", operation.path, a, operation.data[a - start : b - start])
        for a, b in itertools.pairwise(cuts)
    ]


def _write(folder: Folder, into: Path, chance: random.Random) -> None:
    for name, node in folder.crashed(chance).items():
        if isinstance(node, Folder):
            (into / name).mkdir()
            _write(node, into / name, chance)
        else:
            (into / name).write_bytes(node.crashed(chance))
