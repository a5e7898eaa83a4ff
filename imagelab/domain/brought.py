"""What is known of an image that comes from elsewhere, ready to be kept with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from imagelab.domain.frozen import frozen
from imagelab.domain.money import Cost
from imagelab.domain.request import Role

Ancestor = tuple[str, Role]  # by what it is called where it was made


@frozen
class Brought:
    """An image's own story, as far as the file or what lay beside it tells it.

    `tool` is who wrote the words, `words` are those as they came. `name` is what the image
    is called there: a uuid of ours, or a file's name. `whole` says that these bytes are the
    very ones it was recorded with, so that it may keep its uuid; `copy` that they are a copy
    of it as it was written out, and no work of somebody else. `parents` are named the same way.
    """

    tool: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    name: str | None = None
    whole: bool = False
    copy: bool = False
    parents: tuple[Ancestor, ...] = ()
    prompt: str = ""
    caption: str | None = None
    note: str | None = None
    provider: str | None = None
    model: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    reported: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    cost: Cost | None = None
    rating: int | None = None
    tags: tuple[str, ...] = ()
    edit: bool = False
    created_at: datetime | None = None
