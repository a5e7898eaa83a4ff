"""Numbers from the newest on, out of bits: a million are counted at once, and told as they are asked for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, chain, compress, islice
from typing import overload

from imagelab.catalog.facet_bits import CHUNK

_TO_TRUTH = bytes.maketrans(b"01", b"\0\1")


class Newest(Sequence[int]):
    """The numbers that bits by chunk stand for, the largest first.

    >>> found = Newest({0: 0b1011, 2: 0b1})
    >>> len(found), found[0], found[-1], found[1:3], list(found)
    (4, 8192, 0, [3, 1], [8192, 3, 1, 0])
    """

    def __init__(self, bits: Mapping[int, int]) -> None:
        self._bits = bits
        self._chunks = sorted((chunk for chunk in bits if bits[chunk]), reverse=True)
        counts = (bits[chunk].bit_count() for chunk in self._chunks)
        self._before = [0, *accumulate(counts)]  # of each chunk, how many come before it

    def __len__(self) -> int:
        return self._before[-1]

    def __iter__(self) -> Iterator[int]:
        return self._from(0)

    @overload
    def __getitem__(self, index: int) -> int: ...

    @overload
    def __getitem__(self, index: slice) -> list[int]: ...

    def __getitem__(self, index: int | slice) -> int | list[int]:
        there = range(len(self))[index]
        if isinstance(there, int):
            return next(self._from(there))
        if not there:
            return []
        low, high = min(there[0], there[-1]), max(there[0], there[-1])
        stretch = list(islice(self._from(low), high - low + 1))
        return stretch[:: there.step]

    def _from(self, place: int) -> Iterator[int]:
        """From a place on, which is there unless nothing is."""
        first = bisect_right(self._before, place) - 1
        numbers = chain.from_iterable(map(self._of, self._chunks[first:]))
        return islice(numbers, place - self._before[first], None)

    def _of(self, chunk: int) -> compress[int]:
        highest_first = f"{self._bits[chunk]:0{CHUNK}b}".encode().translate(_TO_TRUTH)
        return compress(range((chunk + 1) * CHUNK - 1, chunk * CHUNK - 1, -1), highest_first)
