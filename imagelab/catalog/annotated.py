"""What a search says of a column from outside, as SQL; each test is for the kinds it can be said of."""

from __future__ import annotations

from collections.abc import Iterator

from imagelab.catalog import words
from imagelab.catalog.judging import PREFIX, pattern_text
from imagelab.catalog.parts import Part, Where, either
from imagelab.domain.query_tree import Column, Pattern, Span

# By the index of values where few are meant, and by the asset where all rows are gone through.
_LISTED = """a.id IN (SELECT n.asset FROM annotated AS f CROSS JOIN annotation AS n ON n.field = f.id
    WHERE f.name = ? AND {})"""
_ASKED = """EXISTS (SELECT 1 FROM annotated AS f CROSS JOIN annotation AS n
    ON n.field = f.id AND n.asset = a.id WHERE f.name = ? AND {})"""
_WHOLE, _REAL, _MOMENT = "f.kind IN ('whole', 'flag')", "f.kind = 'real'", "f.kind = 'moment'"
_TEXT = """CASE f.kind WHEN 'text' THEN n.value WHEN 'flag' THEN iif(n.value, 'true', 'false')
    ELSE CAST(n.value AS TEXT) END"""


def annotated(leaf: Column) -> Part | None:
    """Any of the tests holds of the column's value."""
    return either(
        [
            *(_within(leaf.name, _WHOLE, span) for span in leaf.wholes),
            *(_within(leaf.name, _REAL, span) for span in leaf.reals),
            *(_within(leaf.name, _MOMENT, span) for span in leaf.moments),
            *(part for pattern in leaf.patterns for part in _worded(leaf.name, pattern)),
        ]
    )


def _within(name: str, kinds: str, span: Span) -> Where:
    ends = [(">=", span.low), ("<=", span.high)]
    told = [(sign, end) for sign, end in ends if end is not None]
    tests = " AND ".join([kinds, *(f"n.value {sign} ?" for sign, _ in told)])
    return _where(name, tests, *(end for _, end in told))


def _worded(name: str, pattern: Pattern) -> Iterator[Where]:
    """The whole value, or words in a text."""
    yield _where(name, f"{PREFIX}fits({_TEXT}, ?)", pattern_text(pattern.pieces))
    first, *rest = pattern.pieces
    needle = words.needle(first, prefix=bool(rest)) if rest in ([], [""]) else None
    if needle is not None:
        yield _where(name, f"f.kind = 'text' AND {PREFIX}holds(n.value, ?)", needle)


def _where(name: str, tests: str, *values: object) -> Where:
    return Where(_LISTED.format(tests), (name, *values), listable=True, walked=_ASKED.format(tests))
