"""All that is shown when nothing is asked for, told from the bits of the facets.

Every asset was made from nothing or is an edit, so those two are all there are; a million
numbers come from some hundred rows of bits.
"""

from __future__ import annotations

from collections import defaultdict

from imagelab.catalog import words
from imagelab.catalog.facet_bits import CHUNK, unpacked
from imagelab.catalog.newest import Newest
from imagelab.catalog.slices import Reads, rows

_ALL = ("root", "edit")
_VALUES = ", ".join(f"'{value}'" for value in (*_ALL, *words.HIDING))
_BITS = f"""
    WITH RECURSIVE part (chunk) AS (
        SELECT 0 UNION ALL
        SELECT chunk + 1 FROM part WHERE chunk < (SELECT max(id) FROM asset) / {CHUNK}
    )
    SELECT f.chunk, f.value, f.bits FROM part CROSS JOIN facet f
    ON f.chunk = part.chunk AND f.field = 'is' AND f.value IN ({_VALUES})
"""  # noqa: S608 - the constants above


def shown(reads: Reads) -> Newest:
    """The numbers of every asset that no search has to ask for, the newest first."""
    with reads.reading() as db:
        found = rows(db, _BITS)
    there: defaultdict[int, int] = defaultdict(int)
    hidden: defaultdict[int, int] = defaultdict(int)
    for chunk, value, bits in found:
        (there if value in _ALL else hidden)[chunk] |= unpacked(bits)
    return Newest({chunk: bits & ~hidden[chunk] for chunk, bits in there.items()})
