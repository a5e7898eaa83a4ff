"""Where an asset is from, beyond its own row: what an export says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Origin:
    """Its generation and parents by uuid, the same in every catalog; how it looks, in 64 bits.

    `parents` are the images it was made from, in the order they were given, without masks;
    `mask` is the hash of the bytes of its mask.
    """

    generation: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    parents: tuple[int, ...] = ()
    parent_uuids: tuple[str, ...] = ()
    mask: str | None = None
    likeness: int | None = None
