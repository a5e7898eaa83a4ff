"""The pieces a PNG, JPEG or WebP file is made of, found without decoding any of it.

A PNG is a row of chunks (PNG, third edition, §5), a JPEG of segments up to its first scan
(ITU-T T.81, B.1.1), a WebP of RIFF chunks (RFC 9649, §2.3).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence

from imagelab.domain.frozen import frozen
from imagelab.errors import DamagedImageError
from imagelab.imaging.sniff import Format

PNG_HEAD, JPEG_HEAD = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
_MOST = 100_000  # pieces of a file; a PNG of 90 megapixels in chunks of 8 kB has a third of it
_SCAN, _END = 0xDA, 0xD9
_ALONE = {0x01, *range(0xD0, 0xD9)}


@frozen
class Piece:
    """A piece by its kind: `start` to `end` with its framing, `data` from `inside` on."""

    kind: bytes
    start: int
    inside: int
    length: int
    end: int

    def of(self, data: bytes) -> bytes:
        """What it holds."""
        return data[self.inside : self.inside + self.length]


def pieces(data: bytes, format_: Format) -> list[Piece]:
    """Every piece in order; DamagedImageError where the file ends too soon or makes no sense.

    The picture of a JPEG is one piece of kind `b"scan"`, to the file's end.
    """
    walk = {"png": _png, "jpeg": _jpeg, "webp": _webp}[format_]
    found: list[Piece] = []
    for piece in walk(data):
        if piece.end > len(data) or len(found) == _MOST:
            raise DamagedImageError(f"the file is cut off or broken ({len(data):,} bytes)")
        found.append(piece)
    if not found or not _whole(data, found, format_):
        raise DamagedImageError(f"the file is cut off ({len(data):,} bytes)")
    return found


def joined(data: bytes, kept: Sequence[Piece | bytes], format_: Format) -> bytes:
    """A file of these pieces, in this order; what is bytes stands as it is."""
    body = b"".join(p if isinstance(p, bytes) else data[p.start : p.end] for p in kept)
    if format_ == "png":
        return PNG_HEAD + body
    if format_ == "jpeg":
        return JPEG_HEAD + body
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def png_chunk(kind: bytes, inside: bytes) -> bytes:
    """A chunk of a PNG."""
    return (
        struct.pack(">I", len(inside))
        + kind
        + inside
        + struct.pack(">I", zlib.crc32(kind + inside))
    )


def jpeg_segment(marker: int, inside: bytes) -> bytes:
    """A segment of a JPEG; at most 65,533 bytes fit in."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(inside) + 2) + inside


def webp_chunk(kind: bytes, inside: bytes) -> bytes:
    """A chunk of a WebP, padded to an even length."""
    return kind + struct.pack("<I", len(inside)) + inside + bytes(len(inside) % 2)


def _png(data: bytes) -> Iterator[Piece]:
    at = len(PNG_HEAD)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind = data[at + 4 : at + 8]
        yield Piece(kind, at, at + 8, length, at + 12 + length)
        at += 12 + length
        if kind == b"IEND":
            return


def _jpeg(data: bytes) -> Iterator[Piece]:
    at = len(JPEG_HEAD)
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in (_SCAN, _END):
            yield Piece(b"scan", at, at, len(data) - at, len(data))
            return
        if marker in _ALONE:
            yield Piece(bytes((marker,)), at, at + 2, 0, at + 2)
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        yield Piece(bytes((marker,)), at, at + 4, max(length - 2, 0), at + 2 + max(length, 2))
        at += 2 + max(length, 2)


def _webp(data: bytes) -> Iterator[Piece]:
    end = min(len(data), struct.unpack_from("<I", data, 4)[0] + 8)
    at = 12
    while at + 8 <= end:
        (length,) = struct.unpack_from("<I", data, at + 4)
        yield Piece(data[at : at + 4], at, at + 8, length, at + 8 + length + length % 2)
        at += 8 + length + length % 2


def _whole(data: bytes, found: Sequence[Piece], format_: Format) -> bool:
    """Whether the file has its end; some writers leave off a last padding byte."""
    if format_ == "png":
        return found[-1].kind == b"IEND"
    if format_ == "jpeg":
        return found[-1].kind == b"scan" and b"\xff\xd9" in data[-65_536:]
    return int.from_bytes(data[4:8], "little") + 8 <= len(data) + 1
