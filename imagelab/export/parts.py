"""A file a split, each begun when its first line comes."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from imagelab.export.folder import Folder, Noting


class Parts:
    """Files named by a pattern with braces for the split; all are closed at the end of the block."""

    def __init__(self, folder: Folder, pattern: str) -> None:
        self._folder, self._pattern = folder, pattern
        self._open: dict[str, Noting] = {}

    def of(self, split: str) -> Noting:
        """The file of this split."""
        name = self._pattern.format(split)
        if name not in self._open:
            self._open[name] = self._folder.begun(name)
        return self._open[name]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for name, file in self._open.items():
            self._folder.ended(name, file)
