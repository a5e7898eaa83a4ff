"""What a user asks of an export, checked before anything is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from imagelab.errors import RequestError
from imagelab.export.captions import captioner
from imagelab.export.formats import PAGE, format_for
from imagelab.export.splits import Split, shares

DUPLICATES = ("keep", "group", "drop")
_NOT_FOR_A_PAGE = ("caption", "split", "money")


@dataclass(frozen=True, slots=True)
class Options:
    """`format` None is what the destination's ending says; see `Assets.export` for the others."""

    format: str | None = None
    overwrite: bool = False
    caption: str = "caption"
    split: Split = None
    seed: int = 0
    duplicates: str = "keep"
    money: bool = False
    title: str | None = None

    def settled(self, dest: Path) -> tuple[str, dict[str, float]]:
        """The format and the shares of the splits; RequestError for what nobody could write."""
        named = format_for(self.format, dest)
        captioner(self.caption)
        if self.duplicates not in DUPLICATES:
            raise RequestError(
                f"duplicates={self.duplicates!r} is not one of {', '.join(DUPLICATES)}"
            )
        if isinstance(self.seed, bool) or not isinstance(self.seed, int):
            raise RequestError(f"seed={self.seed!r} is not a whole number")
        changed = self._changed() if named == PAGE else []
        if changed:
            raise RequestError(
                f"{changed[0]}={getattr(self, changed[0])!r} is for datasets; a page takes none"
            )
        return named, shares(self.split)

    def noted(self) -> Mapping[str, Any]:
        """What the marker keeps of them."""
        return {
            "caption": self.caption,
            "split": shares(self.split),
            "seed": self.seed,
            "duplicates": self.duplicates,
            "money": self.money,
        }

    def _changed(self) -> list[str]:
        plain = {field.name: field.default for field in fields(self)}
        return [name for name in _NOT_FOR_A_PAGE if getattr(self, name) != plain[name]]
