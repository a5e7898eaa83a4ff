"""What is written in an image file beside the picture: text chunks, comments, EXIF and XMP.

Keys are as the files have them. All of it is foreign: so
much of it is read and no more, and nothing of it is believed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

from PIL import ExifTags, Image

from imagelab.imaging.pieces import Piece
from imagelab.imaging.sniff import Format

MOST_TEXT, MOST_IN_ALL, MOST_TEXTS = 2_000_000, 4_000_000, 64
_MOST_KEY = 79  # PNG, third edition, §11.3.3
XMP_KEY, EXIF_HEAD, XMP_HEAD = "XML:com.adobe.xmp", b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"
KEY = "imagelab"  # of a recipe of ours
SLOT = b"ILAB"  # our own chunk in a WebP
MARK = b"imagelab:"  # begins our own comments in a JPEG, of which one holds no more than 64 kB
COMMENT, APP1 = b"\xfe", b"\xe1"
_JOINED = (KEY, "comment")
_EXIF_NAMES = {
    ExifTags.Base.ImageDescription: "ImageDescription",
    ExifTags.Base.Make: "Make",
    ExifTags.Base.Model: "Model",
    ExifTags.Base.Software: "Software",
    ExifTags.Base.Artist: "Artist",
}


def inscriptions(data: bytes, format_: Format, found: Sequence[Piece]) -> dict[str, str]:
    """Every text by its key: of two with one key the first, of a long one its beginning.

    EXIF fields are `exif.UserComment` and so on, the XMP packet is `xmp`, comments of a JPEG
    are joined under `comment`, and a recipe of ours is `imagelab` everywhere.
    """
    texts: dict[str, str] = {}
    room = MOST_IN_ALL
    read = {"png": _png, "jpeg": _jpeg, "webp": _webp}[format_]
    for key, text in read(data, found):
        part = text[: min(MOST_TEXT, room)].encode("utf-8", "replace").decode()
        if key in _JOINED and key in texts:
            texts[key] += part
        elif key and key not in texts and len(texts) < MOST_TEXTS:
            texts[key[:_MOST_KEY]] = part
        room -= len(part)
        if room <= 0:
            break
    return texts


def _png(data: bytes, found: Sequence[Piece]) -> Iterator[tuple[str, str]]:
    for piece in found:
        if piece.kind == b"tEXt":
            key, _, text = piece.of(data).partition(b"\0")
            yield _latin(key), _either(text)
        elif piece.kind == b"zTXt":
            key, _, rest = piece.of(data).partition(b"\0")
            yield _latin(key), _either(_inflated(rest[1:]))
        elif piece.kind == b"iTXt":
            yield _international(piece.of(data))
        elif piece.kind == b"eXIf":
            yield from _exif(piece.of(data))


def _jpeg(data: bytes, found: Sequence[Piece]) -> Iterator[tuple[str, str]]:
    for piece in found:
        inside = piece.of(data) if piece.kind in (APP1, COMMENT) else b""
        if piece.kind == COMMENT and inside.startswith(MARK):
            yield KEY, _either(inside[len(MARK) :])
        elif piece.kind == COMMENT:
            yield "comment", _either(inside)
        elif inside.startswith(EXIF_HEAD):
            yield from _exif(inside[len(EXIF_HEAD) :])
        elif inside.startswith(XMP_HEAD):
            yield "xmp", _utf8(inside[len(XMP_HEAD) :])


def _webp(data: bytes, found: Sequence[Piece]) -> Iterator[tuple[str, str]]:
    for piece in found:
        if piece.kind == b"EXIF":
            yield from _exif(piece.of(data).removeprefix(EXIF_HEAD))
        elif piece.kind == b"XMP ":
            yield "xmp", _utf8(piece.of(data))
        elif piece.kind == SLOT:
            yield KEY, _utf8(piece.of(data))


def _international(inside: bytes) -> tuple[str, str]:
    """Keyword, compression flag and method, language, translated keyword, text (§11.3.3.4)."""
    key, _, rest = inside.partition(b"\0")
    packed, rest = rest[:1] == b"\1", rest[2:]
    _, _, rest = rest.partition(b"\0")
    _, _, text = rest.partition(b"\0")
    name = _latin(key)
    return ("xmp" if name == XMP_KEY else name), _utf8(_inflated(text) if packed else text)


def _exif(block: bytes) -> Iterator[tuple[str, str]]:
    """The fields in which tools write; a broken block has none."""
    try:
        exif = Image.Exif()
        exif.load(block)
        fields = {name: exif.get(tag) for tag, name in _EXIF_NAMES.items()}
        inner = exif.get_ifd(ExifTags.IFD.Exif)
        fields["UserComment"] = _comment(inner.get(ExifTags.Base.UserComment), exif.endian)
    except Exception:  # noqa: BLE001 - broken EXIF raises anything, and the picture is good
        return
    for name, value in fields.items():
        if isinstance(value, str) and value.strip("\0 "):
            yield f"exif.{name}", value.strip("\0")


def _comment(value: object, endian: str | None) -> str | None:
    """Eight bytes say which letters follow (Exif 2.32, §4.6.5); some writers leave them out."""
    if not isinstance(value, bytes):
        return value if isinstance(value, str) else None
    head, text = value[:8], value[8 : 8 + 2 * MOST_TEXT]
    if head == b"UNICODE\0":
        # Written in the order of the file by the rules, and by some tools in the other.
        order = ["utf-16-be", "utf-16-le"] if endian == ">" else ["utf-16-le", "utf-16-be"]
        if text[:1] == b"\0" or text[1:2] == b"\0":
            order = ["utf-16-be" if text[:1] == b"\0" else "utf-16-le"]
        return text.decode(order[0], "replace")
    return _either(text if head in (b"ASCII\0\0\0", b"\0" * 8) else value)


def _inflated(packed: bytes) -> bytes:
    """At most so much of it, whatever it would come to; nothing where it is no zlib."""
    try:
        return zlib.decompressobj().decompress(packed, MOST_TEXT)
    except zlib.error:
        return b""


def _utf8(text: bytes) -> str:
    return text[: 4 * MOST_TEXT].decode("utf-8", "replace")


def _latin(text: bytes) -> str:
    return text[:_MOST_KEY].decode("latin-1")


def _either(text: bytes) -> str:
    """Latin-1 by the rules; what many tools write is UTF-8."""
    part = text[:MOST_TEXT]
    try:
        return part.decode("utf-8")
    except UnicodeDecodeError:
        return part.decode("latin-1")
