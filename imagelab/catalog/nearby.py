"""What to say where nothing was found and something near would be: half a value was asked for."""

from __future__ import annotations

from collections.abc import Iterator

from imagelab.domain.frozen import frozen
from imagelab.domain.query import Query
from imagelab.domain.query_asked import asks_of_requests
from imagelab.domain.query_chips import written
from imagelab.domain.query_hints import Values
from imagelab.domain.query_tokens import Token, tokens
from imagelab.domain.text import one_line

_QUERY_CHARACTERS = 120
_FIELDS = ("model", "provider", "quality", "format", "tag")


@frozen
class Hint:
    """A sentence, and the search that it proposes, if one of pictures would find anything."""

    sentence: str
    query: str | None = None


def hint(query: Query, values: Values) -> Hint | None:
    """The first value in a search that nothing has while others begin so; None without one.

    `values(field, prefix)` gives the values of a field that begin so.
    """
    for token, text, end in _wholes(query.text):
        field = token.text.lower()
        found = values(field, text)
        if found and all(value.lower() != text.lower() for value in found):
            named = f"{field}:{one_line(text, 40)}"
            sentence = f"nothing has {named}; {named}* finds {one_line(found[0], 40)}"
            more = f" and {len(found) - 1} more" if len(found) > 1 else ""
            return Hint(sentence + more, f"{query.text[:end]}*{query.text[end:]}")
    if asks_of_requests(query.text):
        shown = one_line(repr(query.text), _QUERY_CHARACTERS)
        return Hint(f"a request that brought no image is found by lab.generations({shown})")
    return None


def _wholes(text: str) -> Iterator[tuple[Token, str, int]]:
    """The values that were asked for without a star, each with where it ends."""
    for token in tokens(text):
        if token.kind == "field" and token.text.lower() in _FIELDS:
            for item in token.items:
                if not item.quoted and "*" not in item.text and written(item.text) == item.text:
                    yield token, item.text, item.start + item.length
