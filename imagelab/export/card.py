"""A dataset card: `README.md` that says what is in a dataset and where it is from.

The license is left to whoever publishes. Front matter as Hugging Face reads it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from imagelab.domain.money import Spend
from imagelab.domain.text import one_line
from imagelab.export.item import Item

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_LARGEST = "1M<n<10M"
_HEAD = """\
---
# license: say yours here, such as cc-by-4.0; the providers' terms on what they made hold too
pretty_name: {name}
size_categories:
  - {size}
tags:
  - synthetic
  - imagelab
{parts}---

# {title}

{count} made with imagelab{dates}.

## Where they are from

| provider | model | images |
|---|---|---|
{makers}

"""
_TAIL = """\
## How it was made

- Query: `{query}`
- Format: `{format}`; caption: `{caption}`; near duplicates: `{duplicates}`
- Splits by lineage, seed {seed}: {splits}. An edit and what it was made from are in the same one.
{more}
Each row has the image's uuid, prompt, parameters, the SHA-256 of its bytes as they were received,
and the uuids of the images it was made from; `imagelab-export.json` lists every file with its hash.
In JSON beside pictures a column has one type throughout: no stars are 0, other missing values are
empty text, and tags, parents and parameters are JSON in a text. A seed is a whole number of 64
bits: read it as such (pandas: `dtype_backend="pyarrow"`).
"""


@dataclass
class Tally:
    """What is counted of a dataset while it is written."""

    count: int = 0
    parts: Counter[str] = field(default_factory=Counter)
    makers: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None
    spend: Spend = field(default_factory=Spend)

    def counting(self, items: Iterable[Item]) -> Iterator[Item]:
        """The same items, each counted as it passes."""
        for item in items:
            row = item.row
            self.count += 1
            self.parts[item.split] += 1
            self.makers[row.provider or "", row.model or "imported"] += 1
            self.first = min(self.first or row.created_at, row.created_at)
            self.last = max(self.last or row.created_at, row.created_at)
            self.spend += Spend.of([row.cost] if row.model else [])
            yield item


def card(
    title: str,
    query: str,
    format: str,  # noqa: A002 - the word everyone uses for it
    options: Mapping[str, object],
    tally: Tally,
    left_out: Mapping[str, int],
    parts: str,
) -> str:
    """The card; prices are in it only if the options say `money`."""
    head = _HEAD.format(
        name=json.dumps(one_line(title), ensure_ascii=False),
        size=next((name for most, name in _SIZES if tally.count < most), _LARGEST),
        parts=parts,
        title=_plain(title),
        count=f"{tally.count:,} images" if tally.count != 1 else "1 image",
        dates=f", {tally.first:%Y-%m-%d} to {tally.last:%Y-%m-%d}" if tally.first else "",
        makers="\n".join(_maker(who, count) for who, count in sorted(tally.makers.items())),
    )
    more = [f"- Cost of these images: {tally.spend}"] if options["money"] else []
    more += [f"- Left out: {count:,}, {why}" for why, count in left_out.items()]
    tail = _TAIL.format(
        query=_code(query) or " ",
        format=format,
        caption=_code(str(options["caption"])),
        duplicates=options["duplicates"],
        seed=options["seed"],
        splits=", ".join(f"{name} {count:,}" for name, count in sorted(tally.parts.items())),
        more="".join(f"{line}\n" for line in more),
    )
    return head + tail


def _maker(who: tuple[str, str], count: int) -> str:
    provider, model = who
    return f"| {_plain(provider)} | {_plain(model)} | {count:,} |"


def _code(text: str) -> str:
    """Foreign text inside backticks, where it means nothing else."""
    return one_line(text, 400).replace("`", "'")


def _plain(text: str) -> str:
    """Foreign text in Markdown: every mark that could mean something is written out."""
    return "".join(f"&#{ord(c)};" if c in "\\`*_{}[]<>()#+!|&~" else c for c in one_line(text, 200))
