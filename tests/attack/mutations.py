"""Images made wrong: small ones in every mode, altered in every way that a seed can think of.

    python -m tests.attack.mutations --count 1000000

looks at so many as a catalog would, and says what became of them.
"""

from __future__ import annotations

import argparse
import io
import random
import resource
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from PIL import Image

from imagelab.catalog.thumbnails import Look
from imagelab.errors import DamagedImageError
from imagelab.imaging.sniff import sniff
from imagelab.jobs.looker import look_at

_EXIF = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
_KINDS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    *(("PNG", mode, {}) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
    ("PNG", "RGB", {"exif": _EXIF, "icc_profile": bytes(200)}),
    ("PNG", "P", {"transparency": 3}),
    *(("JPEG", mode, {}) for mode in ("L", "RGB", "CMYK")),
    ("JPEG", "RGB", {"progressive": True, "exif": _EXIF}),
    ("WEBP", "RGB", {}),
    ("WEBP", "RGBA", {"lossless": True, "exif": _EXIF}),
)
_NUMBERS = (0, 1, 0x7F, 0x80, 0xFF)


def seeds() -> list[bytes]:
    """Whole images of some hundred bytes: every mode and format, and two that move."""
    return [
        *(_encoded(kind, mode, how) for kind, mode, how in _KINDS),
        _moving("PNG"),
        _moving("WEBP"),
    ]


def mutations(count: int, seed: int) -> Iterator[bytes]:
    """So many that are no more what they were."""
    dice, whole = random.Random(seed), seeds()
    for _ in range(count):
        data = bytearray(dice.choice(whole))
        for _ in range(dice.randrange(1, 5)):
            _alter(data, dice, whole)
        yield bytes(data)


def outcome(data: bytes) -> str:
    """What a catalog makes of bytes that arrive: refused, kept as damaged, or seen; else it raises."""
    try:
        header = sniff(data)
    except DamagedImageError:
        assert look_at(data).damaged
        return "no image"
    look: Look = look_at(data)
    if look.damaged:
        return "damaged"
    assert look.data
    assert header.width * header.height > 0
    return "seen"


def _alter(data: bytearray, dice: random.Random, whole: list[bytes]) -> None:
    at = dice.randrange(len(data) + 1)
    length = dice.choice((1, 2, 4, 8, 64))
    match dice.randrange(7):
        case 0 if at < len(data):
            data[at] ^= 1 << dice.randrange(8)
        case 1:
            data[at : at + length] = bytes(dice.choice(_NUMBERS) for _ in range(length))
        case 2:
            del data[at : at + length]
        case 3:
            del data[at:]
        case 4:
            data[at:at] = data[dice.randrange(len(data) + 1) :][:length]
        case 5:
            other = dice.choice(whole)
            data[at:] = other[dice.randrange(len(other)) :]
        case _:
            data[at : at + length] = dice.randbytes(length)


def _picture(mode: str) -> Image.Image:
    return Image.linear_gradient("L").resize((12, 9)).convert(mode)


def _encoded(kind: str, mode: str, how: dict[str, Any]) -> bytes:
    file = io.BytesIO()
    _picture(mode).save(file, kind, **how)
    return file.getvalue()


def _moving(kind: str) -> bytes:
    file, frames = (
        io.BytesIO(),
        [Image.new("RGB", (12, 9), each) for each in ("red", "teal", "navy")],
    )
    frames[0].save(file, kind, save_all=True, append_images=frames[1:])
    return file.getvalue()


def main() -> None:
    """Look at so many, and say what became of them."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=1)
    told, began = options.parse_args(), time.monotonic()
    found = Counter(outcome(data) for data in mutations(told.count, told.seed))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
    print(dict(found), f"{time.monotonic() - began:.1f} s", f"{memory} MB in all")  # noqa: T201 - a command talks


if __name__ == "__main__":
    main()
