"""A picture's recipe, written into a copy of its file: the pixels are not touched, pieces are added.

A PNG gets `iTXt` chunks behind its header, a JPEG segments and a WebP chunks: the whole
recipe as JSON, the text that most viewers show (`infotext`), and an XMP packet. Taking the
pieces out again gives the file as it was, to the byte. Content credentials (C2PA) are of
the file as it was and would be called forged, so that a copy goes without.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PIL import ExifTags, Image

from imagelab.domain.frozen import frozen
from imagelab.imaging.inscriptions import (
    APP1,
    COMMENT,
    EXIF_HEAD,
    KEY,
    MARK,
    SLOT,
    XMP_HEAD,
    XMP_KEY,
)
from imagelab.imaging.pieces import (
    Piece,
    joined,
    jpeg_segment,
    pieces,
    png_chunk,
    webp_chunk,
)
from imagelab.imaging.sniff import sniff
from imagelab.imaging.xmp import TOOLKIT

_SOFTWARE = b"imagelab\0"
_SEGMENT_BYTES = 65_000  # of at most 65,533
_CREDENTIALS = (b"caBX", b"\xeb", b"C2PA")  # by C2PA 2.1, A.3: PNG, JPEG (APP11), WebP
_APP0 = b"\xe0"
_EXIF_FLAG, _XMP_FLAG, _ALPHA_FLAG = 0x08, 0x04, 0x10  # of VP8X (RFC 9649, §2.7.1)

Part = Piece | bytes


@frozen
class Stamp:
    """What is written: the recipe whole, what viewers show of it, and an XMP packet."""

    recipe: Mapping[str, Any]
    shown: str
    xmp: bytes


def stamped(data: bytes, stamp: Stamp) -> bytes:
    """A copy with the stamp; one that was there is replaced. DamagedImageError as `pieces`."""
    header = sniff(data)
    found = pieces(data, header.format)
    kept = [
        p for p in found if p.kind not in _CREDENTIALS and not _is_stamp(data, p, replaced=True)
    ]
    # In ASCII, so that it may be cut anywhere.
    text = json.dumps(stamp.recipe, sort_keys=True).encode()
    write = {"png": _png, "jpeg": _jpeg, "webp": _webp}[header.format]
    size = (header.width, header.height)
    return joined(data, write(data, kept, text, stamp, size), header.format)


def unstamped(data: bytes, is_it: Callable[[bytes], bool]) -> bytes | None:
    """The file as it was before it was stamped, where `is_it` says that this is it; else None."""
    format_ = sniff(data).format
    found = pieces(data, format_)
    kept = [piece for piece in found if not _is_stamp(data, piece, replaced=False)]
    tries: list[Sequence[Part]] = [kept]
    if format_ == "webp" and kept[0].kind == b"VP8X":
        flags = kept[0].of(data)
        for ours in (_XMP_FLAG, _EXIF_FLAG | _XMP_FLAG):
            cleared = bytes((flags[0] & ~ours,)) + flags[1:]
            tries.append([webp_chunk(b"VP8X", cleared), *kept[1:]])
        tries.append(kept[1:])
    ends = max(piece.end for piece in found)
    for parts in tries:
        # What follows the end of an image was carried along neither way.
        for tail in (b"", data[ends:]):
            before = joined(data, parts, format_) + tail
            if is_it(before):
                return before
    return None


def _png(
    _data: bytes, kept: Sequence[Piece], recipe: bytes, stamp: Stamp, _: tuple[int, int]
) -> list[Part]:
    texts = ((KEY, recipe), ("parameters", stamp.shown.encode()), (XMP_KEY, stamp.xmp))
    chunks = [png_chunk(b"iTXt", key.encode() + bytes(5) + text) for key, text in texts]
    return [kept[0], *chunks, *kept[1:]]


def _jpeg(
    data: bytes, kept: Sequence[Piece], recipe: bytes, stamp: Stamp, _: tuple[int, int]
) -> list[Part]:
    """Behind the segments that have to be first; an EXIF block of its own stays as it is."""
    first = next((n for n, piece in enumerate(kept) if piece.kind != _APP0), len(kept))
    own = any(p.kind == APP1 and p.of(data).startswith(EXIF_HEAD) for p in kept)
    exif = [] if own else [jpeg_segment(APP1[0], EXIF_HEAD + _exif(stamp.shown))]
    parts = [recipe[at : at + _SEGMENT_BYTES] for at in range(0, len(recipe), _SEGMENT_BYTES)]
    comments = [jpeg_segment(COMMENT[0], MARK + part) for part in parts]
    xmp = jpeg_segment(APP1[0], XMP_HEAD + stamp.xmp)
    return [*kept[:first], *exif, xmp, *comments, *kept[first:]]


def _webp(
    data: bytes, kept: Sequence[Piece], recipe: bytes, stamp: Stamp, size: tuple[int, int]
) -> list[Part]:
    """Only the extended form has room beside the picture."""
    own = any(piece.kind == b"EXIF" for piece in kept)
    flags = _XMP_FLAG | (0 if own else _EXIF_FLAG)
    exif = [] if own else [webp_chunk(b"EXIF", _exif(stamp.shown))]
    if kept[0].kind == b"VP8X":
        inside = kept[0].of(data)
        head, rest = webp_chunk(b"VP8X", bytes((inside[0] | flags,)) + inside[1:]), kept[1:]
    else:
        sides = b"".join(struct.pack("<I", side - 1)[:3] for side in size)
        clear = kept[0].kind == b"VP8L" and data[kept[0].inside + 4] & _ALPHA_FLAG
        flags |= _ALPHA_FLAG if clear else 0
        head, rest = webp_chunk(b"VP8X", bytes((flags, 0, 0, 0)) + sides), kept
    return [head, *rest, *exif, webp_chunk(b"XMP ", stamp.xmp), webp_chunk(SLOT, recipe)]


def _is_stamp(data: bytes, piece: Piece, *, replaced: bool) -> bool:
    """Whether a piece is of a stamp; `replaced` also what others have where ours would stand."""
    inside = piece.of(data) if piece.length < 20_000_000 else b""
    if piece.kind in (b"iTXt", b"tEXt", b"zTXt"):
        key = inside.partition(b"\0")[0]
        ours = key in (KEY.encode(), b"parameters")
        return ours or (key == XMP_KEY.encode() and (replaced or TOOLKIT.encode() in inside))
    if piece.kind == COMMENT:
        return inside.startswith(MARK)
    if piece.kind == APP1 and inside.startswith(XMP_HEAD):
        return replaced or TOOLKIT.encode() in inside
    if piece.kind in (APP1, b"EXIF"):
        return _SOFTWARE in inside[:200] and b"UNICODE\0" in inside[:200]
    return piece.kind == SLOT or (
        piece.kind == b"XMP " and (replaced or TOOLKIT.encode() in inside)
    )


def _exif(shown: str) -> bytes:
    """What viewers show, where EXIF has it; the letters in the order of the file, as it must be."""
    exif = Image.Exif()
    exif.endian = ">"
    exif[ExifTags.Base.Software] = _SOFTWARE[:-1].decode()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = b"UNICODE\0" + shown.encode(
        "utf-16-be", "replace"
    )
    return exif.tobytes().removeprefix(EXIF_HEAD)
