"""What became of an export: where it is, how much is in it, and what was left out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from imagelab.domain.frozen import frozen
from imagelab.domain.text import counted


@frozen
class Exported(os.PathLike[str]):
    """An export that is on disk; it can be given wherever a path can.

    `parts` counts the images of each split, `left_out` those that are not in it, by why.
    """

    path: Path
    format: str
    count: int
    parts: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)

    def __fspath__(self) -> str:
        return str(self.path)

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {count:,}" for name, count in self.parts.items())
        split = f" ({parts})" if len(self.parts) > 1 else ""
        left = "".join(
            f"; {counted(n, 'image')} left out: {why}" for why, n in self.left_out.items()
        )
        place = path_from_here(self.path)
        return f"{counted(self.count, 'image')}{split} as {self.format} in {place}{left}"

    def __repr__(self) -> str:
        return f"Exported({self})"


def path_from_here(path: Path) -> str:
    """The path as short as it stays true: from the working folder, or from home."""
    for start, prefix in ((Path.cwd(), ""), (Path.home(), "~/")):
        if path.resolve().is_relative_to(start.resolve()):
            return prefix + str(path.resolve().relative_to(start.resolve()))
    return str(path)
