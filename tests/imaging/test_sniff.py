"""Formats and sizes are read from headers, and what is no image is named."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image

from imagelab.errors import DamagedImageError
from imagelab.imaging.sniff import MOST_PIXELS, Header, sniff


def encoded(image: Image.Image, kind: str, **how: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def png_header(width: int, height: int) -> bytes:
    """The signature, IHDR and IEND: a whole PNG but for its pixels, in 58 bytes with a dot."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("PNG", {}),
        ("JPEG", {}),
        ("JPEG", {"progressive": True, "exif": b"Exif\0\0" + bytes(900)}),
        ("WEBP", {"lossless": False}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"exif": b"Exif\0\0II*\0\x08\0\0\0\0\0"}),
    ],
)
@given(width=st.integers(1, 400), height=st.integers(1, 400))
@settings(deadline=None, max_examples=25)
def test_format_and_size_are_those_of_the_image(
    kind: str, how: dict[str, object], width: int, height: int
) -> None:
    data = encoded(Image.new("RGB", (width, height)), kind, **how)

    header = sniff(data)

    assert (header.format.upper(), header.width, header.height) == (kind, width, height)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><title>502</title>", "HTML, not an image"),
        (b"\xef\xbb\xbf\n <!-- hi --><html>", "HTML, not an image"),
        (b'<?xml version="1.0"?><svg xmlns=""/>', "an SVG"),
        (b"<svg width='1' height='1'/>", "an SVG"),
        (b"<?xml version='1.0'?><Error/>", "XML, not an image"),
        (b'{"error": {"code": "quota"}}', "JSON, not an image"),
        (b"sk-not-a-real-key\n", "text, not an image"),
        ("grüße".encode(), "text, not an image"),
        ("grüße".encode("utf-16"), "text, not an image"),
        (b"%PDF-1.7 ...", "a PDF, not an image"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "PostScript, not an image"),
        (b"SQLite format 3\0", "an SQLite database, not an image"),
        (b"PK\3\4\0\0", "a ZIP archive, not an image"),
        (b"\0\0\0\x1cftypavif\0\0\0\0", "an AVIF"),
        (b"\0\0\0\x1cftypisom\0\0\0\0", "a video, not an image"),
        (encoded(Image.new("P", (9, 9)), "GIF"), "a GIF"),
        (encoded(Image.new("RGB", (9, 9)), "BMP"), "a BMP"),
        (encoded(Image.new("RGB", (9, 9)), "TIFF"), "a TIFF"),
        (b"\x7fELF\0\0", "no image of a known kind"),
    ],
)
def test_what_is_not_taken_is_named(data: bytes, kind: str) -> None:
    with pytest.raises(
        DamagedImageError, match=r"^this is .*PNG, JPEG and WebP are taken$"
    ) as said:
        sniff(data)

    assert f"this is {kind} ({len(data):,} bytes);" in str(said.value)


def test_a_message_begins_with_what_the_caller_calls_it_and_shows_no_contents() -> None:
    with pytest.raises(DamagedImageError, match=r"^image 3 is text, not an image") as said:
        sniff(b"a secret", called="image 3")

    assert "secret" not in str(said.value)


def test_a_header_of_60000_squared_in_58_bytes_is_refused_by_its_claim() -> None:
    with pytest.raises(DamagedImageError, match="claims 60000×60000 pixels; at most 89,478,485"):
        sniff(png_header(60_000, 60_000))


def test_a_webp_canvas_of_16_million_squared_is_refused_by_its_claim() -> None:
    data = b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\xff" * 6

    with pytest.raises(DamagedImageError, match="claims 16777216×16777216 pixels"):
        sniff(data)


def test_the_limit_is_on_the_pixels_and_admits_its_own_value() -> None:
    assert sniff(png_header(5, MOST_PIXELS // 5)) == Header("png", 5, MOST_PIXELS // 5)

    with pytest.raises(DamagedImageError, match="at most"):
        sniff(png_header(5, MOST_PIXELS // 5 + 1))


def test_4k_passes() -> None:
    assert sniff(png_header(3840, 2160)) == Header("png", 3840, 2160)


@pytest.mark.parametrize("size", [(0, 5), (5, 0)])
def test_a_side_of_nothing_is_a_broken_header(size: tuple[int, int]) -> None:
    with pytest.raises(DamagedImageError, match="a PNG whose header is cut off or broken"):
        sniff(png_header(*size))


def test_html_behind_the_signature_of_a_png_is_a_broken_png() -> None:
    with pytest.raises(DamagedImageError, match="a PNG whose header is cut off or broken"):
        sniff(b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script></html>")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_header_cut_anywhere_is_refused_or_read_right(kind: str) -> None:
    data = encoded(Image.new("RGB", (40, 30)), kind)
    answers = {outcome(data[:length]) for length in range(len(data))}

    assert answers == {"refused", sniff(data)}


def test_segments_without_end_are_given_up() -> None:
    with pytest.raises(DamagedImageError, match="a JPEG whose header is cut off or broken"):
        sniff(b"\xff\xd8" + b"\xff\xe0\0\2" * 1_000_000)


@given(
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF1234WEBPVP8"]), st.binary()
)
@settings(deadline=None, max_examples=300)
def test_no_bytes_raise_anything_else(start: bytes, rest: bytes) -> None:
    assert outcome(start + rest)


def outcome(data: bytes) -> Header | str:
    try:
        return sniff(data)
    except DamagedImageError:
        return "refused"
