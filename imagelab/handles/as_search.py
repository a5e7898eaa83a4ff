"""A set of assets written as the search that finds them."""

from __future__ import annotations

from collections.abc import Sequence

from imagelab.domain.query import MAX_TERMS
from imagelab.domain.text import counted
from imagelab.errors import RequestError


def as_search(
    query: str,
    sort: str | None,
    numbers: Sequence[int],
    whole: bool,  # noqa: FBT001 - a fact of the set
    most: int | None = MAX_TERMS,
) -> str:
    """The search that finds these; numbers in a row are written as a range."""
    if whole:
        return f"{query} sort:{sort}".strip() if sort else query
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    if most is not None and not 0 < len(spans) <= most:
        raise RequestError(
            f"these {counted(len(numbers), 'asset')} cannot be written as one search, which takes "
            f"1 to {most} numbers or ranges; tag them, and open lab.gallery('tag:…')"
        )
    return "id:" + ",".join(str(a) if a == b else f"{a}..{b}" for a, b in spans)
