"""Each thing a search can say of an asset, as a search of the text index or as SQL.

Users' text is bound, or folded to letters and digits and put in quotes.
"""

from __future__ import annotations

import json
import re
from itertools import combinations

from imagelab.catalog import words
from imagelab.catalog.annotated import annotated
from imagelab.catalog.folding import folded_value
from imagelab.catalog.judging import PREFIX, pattern_text
from imagelab.catalog.ordering import STARS
from imagelab.catalog.parts import Found, Part, Where, either
from imagelab.catalog.schema_gallery import BANDS
from imagelab.domain.near import MAX_DISTANCE
from imagelab.domain.query_tree import (
    And,
    Choice,
    Column,
    From,
    Is,
    Leaf,
    Like,
    Node,
    Not,
    Number,
    Or,
    Param,
    Pattern,
    Phrase,
    Span,
    Stack,
    Word,
)

MAX_LIKE_PIECES = 4  # LIKE takes time by the power of its stars
_STATUS = "(SELECT status FROM generation WHERE id = a.generation)"
_OF_STATUS = "a.generation IN (SELECT id FROM generation WHERE status = ?)"
_IS = {"edit": "a.edit", "root": "NOT a.edit"}
_COLUMNS = {
    "model": "a.model",
    "provider": "a.provider",
    "quality": "a.quality",
    "format": "a.format",
    "status": _STATUS,
    "cost": "a.cost_nano",
    "width": "a.width",
    "height": "a.height",
    "seed": "a.seed",
    "id": "a.id",
    "date": "a.created_at",
    "n": "(SELECT n FROM generation WHERE id = a.generation)",
}
# Mostly there is no other text, and the words need not be looked for again. CASE, since in
# a negation SQLite works out both sides of an OR.
_IN_PROMPT = f"""CASE WHEN a.caption IS NULL AND a.note IS NULL
    AND NOT EXISTS (SELECT 1 FROM tag WHERE asset = a.id) THEN 1
    ELSE {PREFIX}holds(a.prompt, ?) END"""  # noqa: S608 - a constant
_FITS = f"{PREFIX}fits({{}}, ?)"
_FITS_TAG = f"a.id IN (SELECT asset FROM tag WHERE {PREFIX}fits(name, ?))"  # noqa: S608 - a constant
_FITS_SIZE = f"""({PREFIX}fits(a.width || 'x' || a.height, ?) OR {PREFIX}fits(
    CASE WHEN a.width = a.height THEN 'square'
    WHEN a.width > a.height THEN 'landscape' ELSE 'portrait' END, ?))"""
_FAMILY = """a.id IN (
    WITH RECURSIVE family (id) AS (
        SELECT ? UNION
        SELECT child.id FROM family
        JOIN input ON input.asset = family.id
        JOIN asset AS child ON child.generation = input.generation
    )
    SELECT id FROM family
)"""
# Of two hashes at most 8 bits apart, one of four quarters is at most 2 apart: each quarter is
# looked for as it is, and with each bit and each two of its bits turned. x XOR y is (x|y) - (x&y).
_BITS = [1 << bit for bit in range(16)]
_TURNED = json.dumps([0, *_BITS, *(one | other for one, other in combinations(_BITS, 2))])
_ALIKE_BY = f"""
    SELECT alike.id FROM this CROSS JOIN json_each('{_TURNED}') AS turn
    CROSS JOIN thumbnail AS other
    CROSS JOIN asset AS alike ON alike.blob = other.blob
    WHERE {{theirs}} = (({{mine}}) | turn.value) - (({{mine}}) & turn.value)
    AND other.likeness IS NOT NULL
    AND {PREFIX}distance(this.likeness, other.likeness) <= {MAX_DISTANCE}
"""  # noqa: S608 - constants
_BY_QUARTERS = " UNION ".join(
    _ALIKE_BY.format(
        mine=band.replace("likeness", "this.likeness"),
        theirs=band.replace("likeness", "other.likeness"),
    )
    for band in BANDS
)
_ALIKE = f"""a.id IN (
    WITH this (likeness) AS MATERIALIZED (
        SELECT t.likeness FROM asset JOIN thumbnail t ON t.blob = asset.blob
        WHERE asset.id = ? AND t.likeness IS NOT NULL
    )
    SELECT ? UNION {_BY_QUARTERS}
)"""  # noqa: S608 - constants
_ROLLS = """a.id IN (
    SELECT ? UNION
    SELECT other.id FROM asset AS this JOIN asset AS other ON other.stack = this.stack
    WHERE this.id = ?
)"""
# A catalog can be foreign, and JSON that is none would end the whole search.
_JSON_TEXT = """CASE WHEN json_valid(a.params) THEN
    CASE json_type(a.params, ?) WHEN 'true' THEN 'true' WHEN 'false' THEN 'false'
    ELSE CAST(json_extract(a.params, ?) AS TEXT) END
END"""
_JSON_NUMBER = """CASE WHEN json_valid(a.params) AND
    json_type(a.params, ?) IN ('integer', 'real') THEN json_extract(a.params, ?)
END"""


def condition(leaf: Leaf) -> Part | None:
    """What a leaf of the tree says; None where it has no letter to look for."""
    parts: list[Part | None] = []
    match leaf:
        case Word(text, prefix):
            parts = [_found(words.word_match(text, prefix=prefix))]
        case Phrase(said):
            parts = [_found(words.exact_match(" ".join(said)))]
        case Choice(field, patterns):
            parts = [_choice(field, pattern) for pattern in patterns]
        case Number("rating", spans):
            parts = [_stars(span) for span in spans]
        case Number(field, spans):
            parts = [_number(field, span) for span in spans]
        case Is(flags):
            parts = [_flag(flag) for flag in flags]
        case From(ids) | Like(ids) | Stack(ids):
            parts = [_related(leaf, number) for number in ids]
        case Param(name, tests):
            parts = [_param(name, test) for test in tests]
        case Column():
            parts = [annotated(leaf)]
    return either(parts)


def stars_of(node: Node) -> frozenset[int]:
    """The stars that what it finds can have, 0 for the unrated."""
    match node:
        case Number("rating", spans):
            return frozenset(star for star in STARS if any(_holds(span, star) for span in spans))
        case Is(("unrated",)):
            return frozenset({0})
        case And(nodes):
            return frozenset(STARS).intersection(*map(stars_of, nodes))
        case Or(nodes):
            return frozenset().union(*map(stars_of, nodes))
        case Not(Number("rating") | Is(("unrated",)) as inner):
            return frozenset(STARS) - stars_of(inner)
        case _:
            return frozenset(STARS)


def inside(field: str, part: Word | Phrase) -> list[Part]:
    """Words in one text: the index finds them in any of the asset's, then this one is read."""
    text = part.text if isinstance(part, Word) else " ".join(part.words)
    prefix = isinstance(part, Word) and part.prefix
    match, needle = words.exact_match(text, prefix=prefix), words.needle(text, prefix=prefix)
    if match is None or needle is None:
        return []
    holds = _IN_PROMPT if field == "prompt" else f"{PREFIX}holds(a.{field}, ?)"
    return [Found(match), Where(holds, (needle,))]


def _related(leaf: From | Like | Stack, number: int) -> Where:
    match leaf:
        case From():
            return Where(_FAMILY, (number,), listable=True)
        case Like():
            return Where(_ALIKE, (number, number), listable=True)
        case Stack():
            return Where(_ROLLS, (number, number), listable=True)


def _found(match: str | None) -> Found | None:
    return Found(match) if match else None


def _choice(field: str, pattern: Pattern) -> Part:
    first, *rest = pattern.pieces
    short = len(folded_value(first).encode()) <= words.MAX_VALUE_BYTES
    if field != "status" and (not rest or (rest == [""] and first and short)):
        return Found(
            words.facet_match(field, first, prefix=bool(rest)), also=_in_row(field, pattern)
        )
    value = pattern_text(pattern.pieces)
    if field == "status" and not rest:
        return _status(folded_value(first))
    match field:
        case "tag":
            return Where(_FITS_TAG, (value,))
        case "size":
            return Where(_FITS_SIZE, (value, value))
        case _:
            return _fits(_COLUMNS[field], pattern, value)


def _in_row(field: str, pattern: Pattern) -> Where | None:
    if field not in ("provider", "model", "quality", "format"):
        return None
    return Where(_FITS.format(_COLUMNS[field]), (pattern_text(pattern.pieces),))


def _fits(column: str, pattern: Pattern, value: str) -> Where:
    """SQL's own LIKE where it is as good: it knows the case of ASCII, and is ten times faster."""
    folded = [folded_value(piece) for piece in pattern.pieces]
    if len(folded) > MAX_LIKE_PIECES or not "".join(folded).isascii():
        return Where(_FITS.format(column), (value,))
    pieces = [re.sub(r"[\\%_]", r"\\\g<0>", piece) for piece in folded]
    return Where(f"{column} LIKE ? ESCAPE '\\'", ("%".join(pieces),))


def _status(word: str) -> Where:
    """Nearly all succeeded, so those are asked one by one, and the others listed."""
    if word == "succeeded":
        return Where(f"{_STATUS} = 'succeeded'")
    return Where(_OF_STATUS, (word,), listable=True, walked=f"+{_OF_STATUS}")


def _stars(span: Span) -> Part:
    """Stars are facets: `>=4` is 4 or 5, and what nobody rated has 0."""
    within = [star for star in STARS if _holds(span, star)]
    found = either(
        Found(
            words.facet_match("rating", str(star)), also=Where("coalesce(a.rating, 0) = ?", (star,))
        )
        for star in within
    )
    return found or Where("0")


def _holds(span: Span, number: int) -> bool:
    return (span.low is None or number >= span.low) and (span.high is None or number <= span.high)


def _number(field: str, span: Span) -> Where:
    sql, values = _between(_COLUMNS[field], span)
    if field == "cost":  # credits are no dollars
        return Where(f"a.cost_unit = 'usd' AND {sql}", values, listable=True, wider=sql)
    return Where(sql, values, listable=field in ("date", "id", "seed"))


def _flag(flag: str) -> Part:
    if flag == "unrated":
        return _stars(Span(0, 0))
    if flag == "failed":
        return _status("failed")
    also = Where(_IS[flag]) if flag in _IS else None
    return Found(words.facet_match("is", flag), also=also)


def _param(name: str, test: Pattern | Span) -> Where:
    path = "$" + "".join(f'."{key}"' for key in name.split(".") if key)
    if isinstance(test, Pattern):
        return Where(_FITS.format(_JSON_TEXT), (path, path, pattern_text(test.pieces)))
    return Where(*_between(_JSON_NUMBER, test, (path, path)))


def _between(
    value: str, span: Span, inner: tuple[object, ...] = ()
) -> tuple[str, tuple[object, ...]]:
    """The condition of lying in a span, for a value that itself binds the inner ones."""
    ends = [(">=", span.low), ("<=", span.high)]
    told = [(sign, end) for sign, end in ends if end is not None]
    sql = " AND ".join(f"{value} {sign} ?" for sign, _ in told)
    return sql, tuple(bound for _, end in told for bound in (*inner, end))
