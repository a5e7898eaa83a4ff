"""What a user asks of an export, checked before anything is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from imagelab.domain.frozen import frozen
from imagelab.errors import RequestError
from imagelab.export.captions import captioner
from imagelab.export.copies import Copying
from imagelab.export.formats import CATALOG, PAGE, format_for
from imagelab.export.item import PLAIN_PRESET
from imagelab.export.pairs import PRESETS
from imagelab.export.splits import Split, shares

DUPLICATES = ("keep", "group", "drop")
_FOR_PAIRS = ("preset",)
_COPIES = ("size", "convert", "metadata")
# A page shows what it always shows; the words of a pair are those that were sent, and its
# pictures have the size of its mask.
_NOT_FOR: Mapping[str, Sequence[str]] = {
    PAGE: ("caption", "split", "money", "duplicates", *_COPIES, *_FOR_PAIRS),
    "csv": (*_COPIES, *_FOR_PAIRS),
    "jsonl": (*_COPIES, *_FOR_PAIRS),
    "pairs": ("caption", "money", "size"),
    "preferences": ("caption", "money", *_FOR_PAIRS),
    CATALOG: ("caption", "split", "duplicates", *_COPIES, *_FOR_PAIRS),
}


@frozen
class Options:
    """`format` None is what the destination's ending says; see `Assets.export` for the others."""

    format: str | None = None
    overwrite: bool = False
    caption: str = "caption"
    split: Split = None
    seed: int = 0
    duplicates: str = "keep"
    money: bool = False
    preset: str = PLAIN_PRESET
    title: str | None = None
    size: int | None = None
    convert: str | None = None
    metadata: str | None = None

    @property
    def copying(self) -> Copying:
        """How the pictures are copied."""
        return Copying(self.size, self.convert, self.metadata)

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
        for name in _NOT_FOR.get(named, _FOR_PAIRS):
            if getattr(self, name) != _PLAIN[name]:
                raise RequestError(f"format={named!r} takes no {name}={getattr(self, name)!r}")
        if self.preset not in list(PRESETS):
            raise RequestError(f"preset={self.preset!r} is not one of {', '.join(PRESETS)}")
        self.copying.check()
        return named, shares(self.split)

    def noted(self) -> Mapping[str, Any]:
        """What the marker keeps of them."""
        return {
            "caption": self.caption,
            "split": shares(self.split),
            "seed": self.seed,
            "duplicates": self.duplicates,
            "money": self.money,
            "preset": self.preset,
            **{name: getattr(self, name) for name in _COPIES if getattr(self, name) is not None},
        }


_PLAIN = {field.name: field.default for field in fields(Options)}
