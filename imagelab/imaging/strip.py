"""A copy of an image file without anything but the picture: no words, no place, no maker.

What decides how the pixels look stays: palette, transparency, colour profile, resolution,
animation, and which way is up.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import ExifTags, Image

from imagelab.imaging.convert import converted
from imagelab.imaging.decode import decode
from imagelab.imaging.inscriptions import APP1, EXIF_HEAD
from imagelab.imaging.pieces import Piece, joined, jpeg_segment, pieces, png_chunk, webp_chunk
from imagelab.imaging.sniff import sniff
from imagelab.imaging.stealth import may_hide, unhidden

_PNG = {
    *(b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT"),
    *(b"cICP", b"mDCV", b"cLLI", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT"),
}
_WEBP = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_ICC, _ADOBE, _JFIF = b"ICC_PROFILE\0", b"Adobe", b"JFIF\0"
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04


def stripped(data: bytes) -> bytes:
    """The copy; what hides in the transparency of a PNG goes too. DamagedImageError as `pieces`."""
    format_ = sniff(data).format
    found = pieces(data, format_)
    if format_ == "png" and may_hide(data, found):
        return converted(unhidden(decode(data)), "png")
    kept = {"png": _png, "jpeg": _jpeg, "webp": _webp}[format_](data, found)
    return joined(data, kept, format_)


def _png(data: bytes, found: Sequence[Piece]) -> list[Piece | bytes]:
    turned = next((_turn(p.of(data)) for p in found if p.kind == b"eXIf"), b"")
    kept: list[Piece | bytes] = [piece for piece in found if piece.kind in _PNG]
    return [kept[0], png_chunk(b"eXIf", turned), *kept[1:]] if turned else kept


def _jpeg(data: bytes, found: Sequence[Piece]) -> list[Piece | bytes]:
    kept: list[Piece | bytes] = []
    for piece in found:
        inside = piece.of(data) if piece.kind != b"scan" else b""
        number = piece.kind[0]
        if piece.kind == APP1 and inside.startswith(EXIF_HEAD):
            turned = _turn(inside[len(EXIF_HEAD) :])
            kept += [jpeg_segment(APP1[0], EXIF_HEAD + turned)] if turned else []
        elif piece.kind == b"scan":
            kept.append(data[piece.start : data.rfind(b"\xff\xd9") + 2])
        elif not (0xE0 <= number <= 0xEF or number == 0xFE) or inside.startswith(
            (_ICC, _ADOBE, _JFIF)
        ):
            kept.append(piece)
    return kept


def _webp(data: bytes, found: Sequence[Piece]) -> list[Piece | bytes]:
    turned = next(
        (_turn(p.of(data).removeprefix(EXIF_HEAD)) for p in found if p.kind == b"EXIF"), b""
    )
    kept: list[Piece | bytes] = [piece for piece in found if piece.kind in _WEBP]
    if found[0].kind == b"VP8X":
        flags = found[0].of(data)
        left = flags[0] & ~(_XMP_FLAG | (0 if turned else _EXIF_FLAG))
        kept[0] = webp_chunk(b"VP8X", bytes((left,)) + flags[1:])
    return [*kept, webp_chunk(b"EXIF", turned)] if turned else kept


def _turn(block: bytes) -> bytes:
    """An EXIF block with the orientation alone; nothing where the picture stands upright."""
    try:
        exif = Image.Exif()
        exif.load(block)
        turn = exif.get(ExifTags.Base.Orientation, 1)
    except Exception:  # noqa: BLE001 - broken EXIF raises anything, and says nothing then
        return b""
    if turn not in range(2, 9):
        return b""
    only = Image.Exif()
    only[ExifTags.Base.Orientation] = turn
    return only.tobytes().removeprefix(EXIF_HEAD)
