from __future__ import annotations

import io
import json
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from imagelab.errors import DamagedImageError
from imagelab.imaging.inscriptions import inscriptions
from imagelab.imaging.pieces import pieces, png_chunk
from imagelab.imaging.sniff import sniff
from imagelab.imaging.stamp import Stamp, stamped, unstamped
from imagelab.imaging.strip import stripped
from imagelab.imaging.xmp import MADE, packet

STAMP = Stamp(
    {"id": "x", "prompt": "é狐 " * 30_000}, "a 狐\nSeed: 1", packet(MADE, "a <狐>\0", "m")
)
IPTC = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
KINDS = ("png", "jpeg", "webp", "clear png", "clear webp", "lossless webp", "clear lossless webp")


def picture(kind: str, **options: object) -> bytes:
    colour = (9, 90, 200, 40) if "clear" in kind else (9, 90, 200)
    file = io.BytesIO()
    image = Image.new("RGBA" if "clear" in kind else "RGB", (70, 50), colour)
    image.save(file, kind.rsplit(maxsplit=1)[-1], lossless="lossless" in kind, **options)
    return file.getvalue()


def words(data: bytes) -> dict[str, str]:
    format_ = sniff(data).format
    return inscriptions(data, format_, pieces(data, format_))


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_a_stamp_leaves_the_pixels_alone_and_comes_off_to_the_byte(kind: str) -> None:
    original = picture(kind)

    copy = stamped(original, STAMP)

    assert pixels(copy) == pixels(original)
    assert unstamped(copy, original.__eq__) == original
    assert json.loads(words(copy)["imagelab"]) == STAMP.recipe


@pytest.mark.parametrize("kind", KINDS)
def test_pillow_reads_the_packet_and_the_words(kind: str) -> None:
    with Image.open(io.BytesIO(stamped(picture(kind), STAMP))) as image:
        found = image.info.get("xmp") or image.info["XML:com.adobe.xmp"]
        shown = image.info.get("parameters") or image.getexif().get_ifd(0x8769)[0x9286][8:].decode(
            "utf-16-be"
        )

    told = {node.tag: node.text for node in ET.fromstring(found).iter()}  # noqa: S314 - our own
    assert told[f"{IPTC}DigitalSourceType"] == MADE
    assert told[f"{IPTC}AIPromptInformation"] == "a <狐> "
    assert shown == STAMP.shown


@pytest.mark.parametrize("kind", KINDS)
def test_a_stamp_takes_the_place_of_the_last_one(kind: str) -> None:
    once = stamped(picture(kind), STAMP)

    assert stamped(once, STAMP) == once


def test_content_credentials_are_of_the_original_and_not_of_a_copy() -> None:
    original = picture("png")
    signed = original[:33] + png_chunk(b"caBX", b"a manifest") + original[33:]

    assert b"caBX" not in stamped(signed, STAMP)
    assert b"caBX" not in stripped(signed)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stripped_copy_has_the_pixels_and_not_a_word(kind: str) -> None:
    copy = stripped(stamped(picture(kind), STAMP))

    assert (pixels(copy), words(copy)) == (pixels(picture(kind)), {})


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_which_way_is_up_is_all_that_is_left_of_a_cameras_words(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A maker"

    copy = stripped(picture(kind, exif=exif))

    with Image.open(io.BytesIO(copy)) as image:
        assert dict(image.getexif()) == {0x0112: 6}


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_file_that_is_cut_off_is_told(kind: str) -> None:
    whole = picture(kind)

    with pytest.raises(DamagedImageError, match="cut off"):
        pieces(whole[: len(whole) * 2 // 3], sniff(whole).format)


def test_a_text_that_would_inflate_to_gigabytes_is_cut(png: Callable[..., bytes]) -> None:
    import zlib

    bomb = zlib.compress(bytes(50_000_000))
    data = png()[:33] + png_chunk(b"zTXt", b"parameters\0\0" + bomb) + png()[33:]

    assert len(words(data)["parameters"]) <= 2_000_000
