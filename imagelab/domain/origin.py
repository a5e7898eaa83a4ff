"""Where an asset is from, beyond its own row: what an export says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from imagelab.domain.frozen import frozen


@frozen
class Origin:
    """Its generation and parents by uuid, the same in every catalog; how it looks, in 64 bits.

    `parent_uuids` are the images it was made from, in the order they were given, without masks.
    `source` is the one that was edited, `references` are those that
    were only looked at; where it is the same request again, it is neither. `mask` is a hash.
    `annotations` are the columns that were joined to it.
    """

    generation: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    parent_uuids: tuple[str, ...] = ()
    source: int | None = None
    references: tuple[int, ...] = ()
    mask: str | None = None
    likeness: int | None = None
    annotations: Mapping[str, Any] = field(default_factory=dict)
