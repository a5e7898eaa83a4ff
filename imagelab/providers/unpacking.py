"""The body of an answer as it was meant: unpacked in small pieces, and a bomb is given up early.

We ask for answers that are not packed, and some servers pack them all the same. httpx unpacks
whatever came in one go, and what was packed several times over several times: a kilobyte then
takes gigabytes before anybody can count them.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

import httpx

PIECE_BYTES = 262_144  # unpacked at one go
RATIO = 200  # times its packed size; JSON of pictures in base64 has about 1.3
FREE_BYTES = 1_000_000  # unpacked before anybody looks at the ratio

Unpack = Callable[[bytes], Iterator[bytes]]


class BombError(Exception):
    """What came unfolds to far more than any answer does."""


def unpacker(coding: str) -> Unpack:
    """How the pieces of a body are unpacked whose Content-Encoding is this.

    What is packed in a way that nobody asked for, or several times, stays as it came: it is
    kept, and whoever reads it finds that it is no answer. Pieces raise httpx.DecodingError where
    they are not packed as they say, and BombError.

    >>> [*unpacker("identity")(b"pixels")]
    [b'pixels']
    """
    match coding.strip().lower():
        case "gzip" | "x-gzip":
            return _Unpacking(zlib.decompressobj(wbits=31))
        case "deflate":
            return _Unpacking(zlib.decompressobj())
        case _:
            return _as_it_came


def _as_it_came(piece: bytes) -> Iterator[bytes]:
    yield piece


class _Unpacking:
    def __init__(self, unfolding: zlib._Decompress) -> None:
        self._unfolding = unfolding
        self._packed = self._unpacked = 0

    def __call__(self, piece: bytes) -> Iterator[bytes]:
        self._packed += len(piece)
        while piece and not self._unfolding.eof:
            part = self._unfolded(piece)
            self._unpacked += len(part)
            if self._unpacked > max(FREE_BYTES, RATIO * self._packed):
                raise BombError(f"it unfolds to more than {RATIO} times what came")
            if part:
                yield part
            piece = self._unfolding.unconsumed_tail

    def _unfolded(self, piece: bytes) -> bytes:
        try:
            return self._unfolding.decompress(piece, PIECE_BYTES)
        except zlib.error as error:
            raise httpx.DecodingError(str(error)) from error
