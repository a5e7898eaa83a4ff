"""What a user gives as an image, in any of the forms one has it in, as bytes that are one.

Everything is decoded whole before it is accepted, so that a text or a key file picked by
mistake never leaves this machine.
"""

from __future__ import annotations

import base64
import errno
import io
import os
import re
import stat
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from PIL import Image

from imagelab.errors import DamagedImageError, InputImageError, RequestError
from imagelab.imaging.decode import decode
from imagelab.imaging.sniff import MOST_PIXELS

MOST_BYTES = 50_000_000

_OTHER_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_DATA_URI = re.compile(r"data:image/[\w.+-]+;base64,", re.IGNORECASE | re.ASCII)
_NATIVE = {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}  # modes that PNG keeps as they are
_NEAREST = {"PA": "RGBA", "La": "LA", "RGBa": "RGBA"} | dict.fromkeys(
    ("RGBX", "CMYK", "YCbCr", "LAB", "HSV"), "RGB"
)
# By type, the shapes that may follow height and width.
_ARRAYS: dict[str, set[tuple[int, ...]]] = {"|u1": {(), (2,), (3,), (4,)}, "|b1": {()}}
_PNG_EFFORT = 1  # of 9; more made noisy pictures larger, and took twice to four times as long


@runtime_checkable
class _Grid(Protocol):
    """An array as NumPy and its relatives show it to others."""

    @property
    def __array_interface__(self) -> dict[str, Any]: ...


def read_image(source: object) -> bytes:
    """The bytes of a PNG, JPEG or WebP that decodes whole, at most 50 MB.

    `source`: bytes; a path, also as a str; a `data:image/…;base64,` URI; a PIL image, or an
    array of uint8 or bool (height × width, or with 2, 3 or 4 channels last), which become a
    lossless PNG. Files and bytes come back untouched. A str is never guessed to be base64.

    Raises InputImageError, or RequestError for an address: those go through the lab.
    """
    data, called = _bytes_of(source)
    check_image(data, called)
    return data


def check_image(data: bytes, called: str) -> None:
    """Check the bytes of a file, whose name begins the sentence of an InputImageError."""
    if len(data) > MOST_BYTES:
        raise _too_large(called, len(data))
    try:
        decode(data, called=called)
    except DamagedImageError as error:
        raise InputImageError(str(error)) from error


def _bytes_of(source: object) -> tuple[bytes, str]:
    """The bytes, and what to call them in a message."""
    match source:
        case bytes() | bytearray() | memoryview():
            return bytes(source), "what was given as bytes"
        case Image.Image():
            return _encoded(source), "the PIL image"
        case str():
            return _from_text(source)
        case os.PathLike():
            return _from_file(Path(os.fsdecode(source)))
        case _Grid():
            return _encoded(_from_array(source)), "the array"
        case _:
            raise InputImageError(
                f"{type(source).__name__} is not an image; a path, bytes, a PIL image, an array "
                "or a data URI is taken"
            )


def _from_text(text: str) -> tuple[bytes, str]:
    scheme = text[:8].lower()
    if scheme.startswith(("http://", "https://")):
        address = text.partition("?")[0]  # what follows may be a signature that opens it
        raise RequestError(
            f"{_short(address)} is an address, which is fetched only by the lab: give it as "
            "images= of a call, or download it and give the path"
        )
    if scheme.startswith("data:"):
        return _from_data_uri(text), "what the data URI holds"
    if _OTHER_ADDRESS.match(text):
        address = text.partition("?")[0]
        raise InputImageError(
            f"{_short(address)} is neither a path nor an https address; download it and give the path"
        )
    return _from_file(Path(text))


def _from_data_uri(uri: str) -> bytes:
    """Base64 only, and strictly: what another reader may take otherwise is refused."""
    start = _DATA_URI.match(uri)
    if start is None:
        raise InputImageError(
            f"{_short(uri)} is not a data URI of an image; data:image/png;base64,… is taken"
        )
    coded = uri[start.end() :]
    if len(coded) > MOST_BYTES * 4 // 3 + 4:
        raise _too_large("what the data URI holds", len(coded) * 3 // 4)
    try:
        return base64.b64decode(coded, validate=True)
    except ValueError as error:
        raise InputImageError(f"{_short(uri)} does not hold valid base64: {error}") from error


def _from_file(path: Path) -> tuple[bytes, str]:
    called = _short(path.name or str(path))
    try:
        found = path.expanduser().resolve(strict=True)
        _regular(found.stat(), called)  # before it is opened: opening a device can act on it
        return _contents(found, called), called
    except InputImageError:
        raise
    except (OSError, RuntimeError, ValueError) as error:
        if getattr(error, "errno", None) in {errno.ENOENT, errno.ENAMETOOLONG}:
            raise InputImageError(
                f"there is no file {_short(str(path))}; a str is a path or a data URI, never "
                "bare base64"
            ) from error
        raise _unreadable(called, error) from error


def _contents(found: Path, called: str) -> bytes:
    """Read without ever waiting, though the file be exchanged for a pipe or a link just now."""
    with open(found, "rb", opener=_at_once) as file:
        _regular(os.fstat(file.fileno()), called)
        return file.read(MOST_BYTES + 1) or b""


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY)


def _regular(found: os.stat_result, called: str) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise InputImageError(f"{called} is a folder; give the path of one image")
    if not stat.S_ISREG(found.st_mode):
        raise InputImageError(f"{called} is a pipe, socket or device; give the path of a file")
    if found.st_size > MOST_BYTES:
        raise _too_large(called, found.st_size)


def _from_array(array: _Grid) -> Image.Image:
    shape, kind = array.__array_interface__["shape"], array.__array_interface__["typestr"]
    if len(shape) < 2 or 0 in shape or shape[2:] not in _ARRAYS.get(kind, ()):
        raise InputImageError(
            f"an array of shape {shape} and type {kind!r} is not an image; uint8 or bool of "
            "(height, width) is taken, or uint8 with 2, 3 or 4 channels last"
        )
    return Image.fromarray(array)


def _encoded(image: Image.Image) -> bytes:
    """A PNG of the pixels as they are; only modes that PNG lacks are converted."""
    width, height = image.size
    if not 0 < width * height <= MOST_PIXELS:
        raise InputImageError(
            f"an image of {width}×{height} pixels is not taken; 1 to {MOST_PIXELS:,} pixels are"
        )
    if image.mode not in _NATIVE | _NEAREST.keys():
        raise InputImageError(
            f"an image in mode {image.mode!r} does not say what is white; convert it to 'L' or 'RGB'"
        )
    file = io.BytesIO()
    try:
        kept = image.convert(_NEAREST[image.mode]) if image.mode in _NEAREST else image
        kept.save(file, "PNG", compress_level=_PNG_EFFORT)
    except Exception as error:  # a lazily opened image is read only now, and raises anything
        raise _unreadable("the PIL image", error) from error
    return file.getvalue()


def _too_large(called: str, size: int) -> InputImageError:
    return InputImageError(f"{called} has {size:,} bytes; at most {MOST_BYTES:,} are taken")


def _unreadable(called: str, error: Exception) -> InputImageError:
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return InputImageError(f"{called} cannot be read: {reason}")


def _short(text: str) -> str:
    """Quoted, and cut in the middle: what was meant as base64 may be megabytes."""
    return repr(text if len(text) <= 80 else f"{text[:24]}…{text[-55:]}")
