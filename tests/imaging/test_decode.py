"""Whole images decode; everything else is one error, whatever Pillow made of it."""

from __future__ import annotations

import io
import struct
import warnings
import zlib

import pytest
from hypothesis import given, settings, strategies as st
from PIL import ExifTags, Image

from imagelab.errors import DamagedImageError
from imagelab.imaging.decode import decode, on_screen

KINDS = ["PNG", "JPEG", "WEBP"]
BROKEN_EXIF = b"Exif\0\0II*\0\xff\xff\xff\x7f" + bytes(20)


def encoded(image: Image.Image, kind: str, **how: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def picture() -> Image.Image:
    return Image.merge(
        "RGB", [Image.linear_gradient("L"), Image.radial_gradient("L"), Image.new("L", (256, 256))]
    ).resize((48, 32))


def chunk(name: bytes, body: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(name + body))
    return struct.pack(">I", len(body)) + name + body + checksum


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_keeps_its_pixels(mode: str) -> None:
    image = Image.linear_gradient("L").resize((24, 24)).convert(mode)

    decoded = decode(encoded(image, "PNG"))

    assert (decoded.mode, decoded.tobytes()) == (mode, image.tobytes())


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_mode_of_jpeg_decodes(mode: str) -> None:
    decoded = decode(encoded(picture().convert(mode), "JPEG"))

    assert (decoded.mode, decoded.size) == (mode, (48, 32))


@pytest.mark.parametrize("kind", KINDS)
def test_a_cut_file_is_damaged_wherever_it_is_cut(kind: str) -> None:
    data = encoded(picture(), kind)
    # The four bytes that end a PNG are the checksum of nothing, and are not read.
    whole = len(data) - 4 if kind == "PNG" else len(data)

    assert {decodes(data[:length]) for length in range(whole)} == {False}


def test_a_flipped_bit_anywhere_in_a_png_before_its_end_is_damage() -> None:
    data = encoded(picture(), "PNG")
    end = len(data) - 12
    flipped = [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in range(end)]

    assert not any(map(decodes, flipped))


@pytest.mark.parametrize("kind", KINDS)
@given(at=st.integers(0), value=st.integers(0, 255))
@settings(deadline=None, max_examples=200)
def test_a_changed_byte_gives_an_image_or_the_one_error(kind: str, at: int, value: int) -> None:
    data = bytearray(encoded(picture(), kind))
    data[at % len(data)] = value

    assert decodes(bytes(data)) in {True, False}


def test_the_error_says_what_it_was_and_keeps_the_cause() -> None:
    data = encoded(picture(), "PNG")[:-40]

    with pytest.raises(
        DamagedImageError, match=r"^image 2 is a damaged PNG \([\d,]+ bytes\): "
    ) as said:
        decode(data, called="image 2")

    assert said.value.__cause__ is not None


def test_a_text_chunk_that_inflates_without_end_is_damage() -> None:
    data = encoded(picture(), "PNG")
    bomb = chunk(b"zTXt", b"note\0\0" + zlib.compress(bytes(20_000_000)))

    with pytest.raises(DamagedImageError, match=r"a damaged PNG .*[Dd]ecompressed"):
        decode(data[:33] + bomb + data[33:])


def test_pixels_that_inflate_beyond_the_claimed_size_do_not_grow_the_image() -> None:
    header = struct.pack(">IIBBBBB", 4, 4, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(10_000_000))
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels)

    assert decode(data + chunk(b"IEND", b"")).size == (4, 4)


def test_a_second_header_with_another_size_is_damage() -> None:
    data = encoded(picture(), "PNG")
    second = chunk(b"IHDR", struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0))

    with pytest.raises(
        DamagedImageError, match=r"says \(48, 32\) and its contents \(50000, 50000\)"
    ):
        decode(data[:33] + second + data[33:])


def test_a_large_image_raises_no_warning_in_the_users_session() -> None:
    data = encoded(Image.new("1", (9_000, 9_900)), "PNG")

    with warnings.catch_warnings(record=True) as heard:
        decode(data)

    assert heard == []


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_an_animation_of_300_frames_is_its_first_frame(kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), (frame % 256, 0, 99)) for frame in range(300)]
    data = encoded(frames[9], kind, save_all=True, append_images=frames, lossless=True)

    decoded = decode(data)

    assert decoded.convert("RGB").getpixel((3, 3)) == (9, 0, 99)


def test_a_phone_jpeg_of_several_pictures_is_its_first() -> None:
    file = io.BytesIO()
    second = Image.new("RGB", (8, 8))
    picture().save(file, "MPO", save_all=True, append_images=[second])

    assert decode(file.getvalue()).size == (48, 32)


@pytest.mark.parametrize("kind", KINDS)
def test_what_follows_the_end_of_an_image_is_left_alone(kind: str) -> None:
    data = encoded(picture(), kind) + b"<html><script>alert(1)</script>"

    assert decode(data).size == (48, 32)


@pytest.mark.parametrize("kind", KINDS)
def test_the_turn_that_exif_asks_for_is_made(kind: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6

    decoded = decode(encoded(picture(), kind, exif=exif))

    assert decoded.size == (32, 48)


def test_broken_exif_costs_the_turn_and_not_the_image() -> None:
    data = encoded(picture(), "PNG", exif=BROKEN_EXIF)

    assert decode(data).size == (48, 32)


def test_broken_exif_in_a_jpeg_is_no_more_than_a_warning_of_pillow() -> None:
    data = encoded(picture(), "JPEG", exif=BROKEN_EXIF)

    with pytest.warns(UserWarning, match="Corrupt EXIF"):
        decoded = decode(data)

    assert decoded.size == (48, 32)


def test_sixteen_bits_are_scaled_to_the_screen_and_not_clipped() -> None:
    image = decode(encoded(Image.new("I;16", (4, 4), 0x8000), "PNG"))

    assert (on_screen(image).mode, on_screen(image).getpixel((0, 0))) == ("L", 128)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_what_fits_the_screen_is_not_copied(mode: str) -> None:
    image = Image.new(mode, (4, 4))

    assert on_screen(image) is image


@pytest.mark.parametrize(
    ("mode", "seen"), [("1", "RGB"), ("P", "RGB"), ("CMYK", "RGB"), ("LA", "RGBA"), ("PA", "RGBA")]
)
def test_other_modes_become_colour(mode: str, seen: str) -> None:
    assert on_screen(Image.new(mode, (4, 4))).mode == seen


def decodes(data: bytes) -> bool:
    try:
        decode(data)
    except DamagedImageError:
        return False
    return True
