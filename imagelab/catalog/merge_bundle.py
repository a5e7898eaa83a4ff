"""What is taken in at a time, as values: rows that are good, and what is worked out of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from imagelab.catalog.merge_values import Event, Row
from imagelab.catalog.words import Texts, texts
from imagelab.domain.frozen import frozen
from imagelab.domain.request import canonical, fingerprint, recipe


@frozen
class Original:
    """An original and its small picture.

    `data` is None where it was emptied, with the moment, or where it lies in a store: `url` and
    `name` are what the other catalog says of that.
    """

    sha256: str
    format: str
    width: int
    height: int
    size_bytes: int
    data: bytes | None = field(repr=False)
    emptied_at: int | None = None
    likeness: int | None = None
    transparent: int = 0
    media_type: str | None = None
    small: bytes | None = field(default=None, repr=False)
    url: str | None = None
    name: str = ""


@dataclass(slots=True)
class Bundle:
    """Rows that are good, by what they are; their numbers are the other catalog's.

    All that can be worked out of them is, before anybody has to wait for their being written.
    """

    generations: list[Row] = field(default_factory=list)
    calls: list[Row] = field(default_factory=list)
    assets: list[Row] = field(default_factory=list)
    inputs: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    tags: dict[int, list[str]] = field(default_factory=dict)
    texts: dict[int, Texts] = field(default_factory=dict)
    originals: dict[str, Original] = field(default_factory=dict)

    @property
    def hashes(self) -> set[str]:
        """The originals that assets and inputs name."""
        return {row["sha256"] for row in (*self.assets, *self.inputs)}

    def without_money(self) -> None:
        """Leave out every price."""
        nothing: dict[str, Any] = {"cost_nano": None, "cost_unit": None, "cost_source": None}
        quotes = {"quote_low": None, "quote_likely": None, "quote_high": None, "quote_basis": ""}
        for row in self.generations:
            row.update(nothing | quotes)
        for row in self.calls:
            row.update(nothing | {"cost_raw": None})
        for row in self.assets:
            row.update(nothing | {"reported": _unpriced(row["reported"])})
        self.lines.clear()

    def work_out(self) -> None:
        """What takes time and needs nothing of ours: hashes of requests, words to be found by."""
        self._recognise()
        self.texts = {
            row["id"]: texts(
                row["prompt"], row["caption"], row["note"], set(self.tags.get(row["id"], ()))
            )
            for row in self.assets
        }

    def _recognise(self) -> None:
        """Have generations be known again by what they asked: a hash of theirs is not believed."""
        given: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
        for row in self.inputs:
            given[row["generation"]].append((row["role"], row["sha256"]))
        for row in self.generations:
            asked = (row["provider"], row["native"], row["prompt"])
            parsed = (json.loads(row["resolved"]), row["n"], json.loads(row["extra"]))
            inputs: Sequence[tuple[str, str]] = given.get(row["id"], ())
            row["fingerprint"] = fingerprint(*asked, *parsed, inputs)
            row["recipe"] = recipe(*asked, row["resolved"], row["extra"], inputs)


def _unpriced(reported: str) -> str:
    """What a vendor reported, without what it says of money."""
    told = json.loads(reported)
    kept = {name: value for name, value in told.items() if "cost" not in name and name != "usage"}
    return canonical(kept)
