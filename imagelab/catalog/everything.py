"""All that is shown when nothing is asked for, told from the bits of the facets.

Every asset was made from nothing or is an edit, so those two are all there are; a million
numbers come from some hundred rows of bits.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from itertools import compress

from imagelab.catalog import words
from imagelab.catalog.facet_bits import CHUNK, unpacked
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
_TO_TRUTH = bytes.maketrans(b"01", b"\0\1")


def shown(reads: Reads) -> array[int]:
    """The numbers of every asset that no search has to ask for, the smallest first."""
    with reads.reading() as db:
        found = rows(db, _BITS)
    there: defaultdict[int, int] = defaultdict(int)
    hidden: defaultdict[int, int] = defaultdict(int)
    for chunk, value, bits in found:
        (there if value in _ALL else hidden)[chunk] |= unpacked(bits)
    numbers = array("q")
    for chunk in sorted(there):
        numbers.extend(_numbers(chunk, there[chunk] & ~hidden[chunk]))
    return numbers


def _numbers(chunk: int, bits: int) -> compress[int]:
    lowest_first = f"{bits:b}"[::-1].encode().translate(_TO_TRUTH)
    return compress(range(chunk * CHUNK, (chunk + 1) * CHUNK), lowest_first)
