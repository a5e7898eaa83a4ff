"""What bytes claim to be, read from their header alone: format and size, nothing decoded.

PNG, JPEG and WebP go on; everything else is named and refused. This is asked of every
image before it is recorded, so it runs no decoder, allocates nothing by what the header
says, and takes microseconds.
"""

from __future__ import annotations

import re
import struct
from typing import Literal

from imagelab.domain.frozen import frozen
from imagelab.errors import DamagedImageError

Format = Literal["png", "jpeg", "webp"]

# Pillow's own limit: a quarter of a gibibyte at three bytes a pixel. 4K is a tenth of it.
MOST_PIXELS = 89_478_485
NAMES: dict[Format, str] = {"png": "PNG", "jpeg": "JPEG", "webp": "WebP"}
TAKEN = "PNG, JPEG and WebP are taken"

# JPEG segments before the frame header; a phone's are some dozens, ICC and depth included.
_MOST_SEGMENTS = 4_096
_MARKER = re.compile(rb"\xff([\x01-\xfe])")
_SCAN_OR_END = {b"\xda", b"\xd9"}
_STANDING_ALONE = {bytes([code]) for code in (0x01, *range(0xD0, 0xD9))}
_FRAMES = {bytes([code]) for code in range(0xC0, 0xD0)} - {b"\xc4", b"\xc8", b"\xcc"}

_KIND_BYTES = 1_024
_CONTROLS = bytes({*range(0x20), 0x7F} - set(b"\t\n\f\r"))

_BINARY = (
    (b"GIF8", "a GIF"),
    (b"BM", "a BMP"),
    (b"II*\0", "a TIFF"),
    (b"MM\0*", "a TIFF"),
    (b"\0\0\1\0", "an icon file"),
    (b"\xff\x0a", "a JPEG XL"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL"),
    (b"8BPS", "a Photoshop file"),
    (b"PK\3\4", "a ZIP archive, not an image"),
    (b"\x1f\x8b", "gzip data, not an image"),
    (b"SQLite format 3\0", "an SQLite database, not an image"),
    (b"\xff\xfe", "text, not an image"),
    (b"\xfe\xff", "text, not an image"),
)
_BRANDS = {b"avif": "an AVIF", b"avis": "an AVIF", b"heic": "a HEIC", b"mif1": "a HEIC"}
_MARKUP = (
    (b"<!doctype html", "HTML, not an image"),
    (b"<html", "HTML, not an image"),
    (b"<svg", "an SVG"),
    (b"<", "XML, not an image"),
)
_WRITTEN = (
    (b"{", "JSON, not an image"),
    (b"%pdf", "a PDF, not an image"),
    (b"%!ps", "PostScript, not an image"),
    (b"", "text, not an image"),
)


@frozen
class Header:
    """Format and size in pixels, as stored: a turn asked for by EXIF is not applied."""

    format: Format
    width: int
    height: int


def sniff(data: bytes, *, called: str = "this") -> Header:
    """The header of a PNG, JPEG or WebP of 1 to `MOST_PIXELS` pixels.

    Raises DamagedImageError, which says what the bytes are instead and shows none of them;
    `called` begins its sentence. Animations pass, whatever their length: only the first
    frame is ever decoded. So does what follows the end of an image.

    >>> sniff(b"<html><p>502 Bad Gateway", called="image 2")
    Traceback (most recent call last):
    imagelab.errors.DamagedImageError: image 2 is HTML, not an image (24 bytes); PNG, JPEG and \
WebP are taken
    """
    format_ = _format(data)
    if format_ is None:
        raise DamagedImageError(f"{called} is {_kind(data)} ({len(data):,} bytes); {TAKEN}")
    width, height = _size(format_, data)
    if width < 1 or height < 1:
        raise DamagedImageError(
            f"{called} is a {NAMES[format_]} whose header is cut off or broken "
            f"({len(data):,} bytes)"
        )
    if width * height > MOST_PIXELS:
        raise DamagedImageError(
            f"{called} claims {width}×{height} pixels; at most {MOST_PIXELS:,} are opened"
        )
    return Header(format_, width, height)


def _format(data: bytes) -> Format | None:
    """By the first bytes; a name or a media type is never believed."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    return "webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def _size(format_: Format, data: bytes) -> tuple[int, int]:
    """Width and height, (0, 0) where the header does not hold them."""
    match format_:
        case "png":
            return _png(data)
        case "jpeg":
            return _jpeg(data)
        case "webp":
            return _webp(data)


def _png(data: bytes) -> tuple[int, int]:
    """IHDR comes first and is 25 bytes long (PNG, third edition, §11.2.1)."""
    if len(data) < 33 or data[12:16] != b"IHDR":
        return 0, 0
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _jpeg(data: bytes) -> tuple[int, int]:
    """The first frame header, ahead of any scan (ITU-T T.81, B.1.1 and B.2.2)."""
    at = 2
    for _ in range(_MOST_SEGMENTS):
        marker = _MARKER.search(data, at)
        if marker is None or marker[1] in _SCAN_OR_END:
            break
        at = marker.end()
        if marker[1] in _FRAMES and at + 7 <= len(data):
            height, width = struct.unpack_from(">HH", data, at + 3)
            return width, height
        if marker[1] not in _STANDING_ALONE:
            at += int.from_bytes(data[at : at + 2], "big")
    return 0, 0


def _webp(data: bytes) -> tuple[int, int]:
    """One of three first chunks (RFC 9649, §2.5 to §2.7); VP8X gives the canvas."""
    chunk = data[12:16]
    if chunk == b"VP8L" and len(data) >= 25 and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8X" and len(data) >= 30:
        sides = data[24:27], data[27:30]
        width, height = (int.from_bytes(side, "little") + 1 for side in sides)
        return width, height
    if chunk == b"VP8 " and len(data) >= 30 and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0


def _kind(data: bytes) -> str:
    """In words, for whoever has to find out where these bytes came from."""
    head = data[:_KIND_BYTES]
    if not head:
        return "empty"
    if len(head) == len(head.translate(None, _CONTROLS)):
        return _written(head.removeprefix(b"\xef\xbb\xbf").lstrip().lower())
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "a video, not an image")
    names = (name for magic, name in _BINARY if head.startswith(magic))
    return next(names, "no image of a known kind")


def _written(text: bytes) -> str:
    if text.startswith(b"<"):
        return next(name for tag, name in _MARKUP if tag in text)
    return next(name for start, name in _WRITTEN if text.startswith(start))
