"""Words hidden in the lowest bits of a picture's transparency, as NovelAI and others hide them.

The bits are read column by column: a signature, a length in bits, gzipped text
(sd-parsers, `extractors/_png_stenographic_alpha.py`). Whether a signature is there is seen
in the first column, whose bytes every filter of PNG makes from the column alone.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

from PIL import Image

from imagelab.imaging.pieces import Piece

_SIGNATURES = (b"stealth_pngcomp", b"stealth_pnginfo")
_BITS = 8 * len(_SIGNATURES[0])
_RGBA8, _PLAIN = b"\x08\x06", 0
_MOST_BYTES = 4_000_000


def may_hide(data: bytes, found: Sequence[Piece]) -> bool:
    """Whether a PNG's first column begins with the signature; little of it is inflated."""
    header = found[0].of(data)
    width, height = struct.unpack_from(">II", header)
    if header[8:10] != _RGBA8 or header[12] != _PLAIN or height < _BITS:
        return False
    row = 1 + 4 * width
    rows = _inflated(data, found, row * _BITS)
    if len(rows) < row * _BITS:
        return False
    bits, above = [], 0
    for start in range(0, row * _BITS, row):
        kind, raw = rows[start], rows[start + 4]
        above = (raw + (0, 0, above, above // 2, above)[kind % 5]) % 256
        bits.append(above & 1)
    return _bytes(bits) in _SIGNATURES


def hidden(image: Image.Image) -> bytes | None:
    """What is hidden in the transparency of a decoded picture, as it was before it was packed."""
    if image.mode != "RGBA":
        return None
    alpha = image.getchannel("A").transpose(Image.Transpose.TRANSPOSE).tobytes()
    head = [value & 1 for value in alpha[: _BITS + 32]]
    length = int.from_bytes(_bytes(head[_BITS:]), "big")
    if _bytes(head[:_BITS]) not in _SIGNATURES or not 0 < length <= 8 * _MOST_BYTES:
        return None
    body = _bytes([value & 1 for value in alpha[_BITS + 32 : _BITS + 32 + length]])
    if _bytes(head[:_BITS]) == _SIGNATURES[1]:
        return body
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, _MOST_BYTES)
    except zlib.error:
        return None


def unhidden(image: Image.Image) -> Image.Image:
    """The same picture to the eye, with nothing in the lowest bits of its transparency."""
    alpha = image.getchannel("A").point(lambda value: value | 1 if value else 0)
    clean = image.copy()
    clean.putalpha(alpha)
    return clean


def _inflated(data: bytes, found: Sequence[Piece], most: int) -> bytes:
    inflate, rows = zlib.decompressobj(), b""
    try:
        for piece in found:
            if piece.kind == b"IDAT":
                rows += inflate.decompress(piece.of(data), most - len(rows))
                if len(rows) >= most:
                    break
    except zlib.error:
        return b""
    return rows


def _bytes(bits: Sequence[int]) -> bytes:
    text = "".join(map(str, bits))
    return int(text, 2).to_bytes(-(-len(text) // 8), "big") if text else b""
