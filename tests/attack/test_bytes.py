"""Whatever arrives as an image is an image or a typed error, and its bytes are kept for a look."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

import imagelab as il
from imagelab.errors import ImagelabError
from imagelab.imaging.pieces import png_chunk
from tests.attack.mutations import mutations, outcome, seeds
from tests.lab.vendor import USAGE, Vendor

SHARES, EACH = 4, 5_000


@pytest.mark.fault
@pytest.mark.parametrize("share", range(SHARES))
def test_twenty_thousand_mutated_images_are_seen_or_refused(share: int) -> None:
    found = Counter(outcome(data) for data in mutations(EACH, share))

    assert found.total() == EACH
    assert min(found[each] for each in ("no image", "damaged", "seen")) > EACH / 100, found


def test_what_is_mutated_is_whole_before() -> None:
    assert {outcome(data) for data in seeds()} == {"seen"}


def png(*chunks: bytes, size: tuple[int, int] = (8, 8), kind: int = 2, depth: int = 8) -> bytes:
    head = struct.pack(">IIBBBBB", *size, depth, kind, 0, 0, 0)
    end = png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + b"".join(chunks) + end


PIXELS = png_chunk(b"IDAT", zlib.compress(bytes(8 * 25)))
BOMB = zlib.compress(bytes(100_000_000), 9)
HTML = b"<script>alert(1)</script>"
HARM: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "no image"),
    "an SVG": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "no image"),
    "an SVG after a byte order mark": ("\ufeff<?xml version='1.0'?><svg/>".encode(), "no image"),
    "a billion pixels": (png(PIXELS, size=(40_000, 40_000)), "no image"),
    "more pixels than its bytes": (png(PIXELS, size=(9_000, 9_000)), "damaged"),
    "a text that unfolds": (png(png_chunk(b"zTXt", b"a\0\0" + BOMB), PIXELS), "damaged"),
    "a profile that unfolds": (png(png_chunk(b"iCCP", b"a\0\0" + BOMB), PIXELS), "damaged"),
    "pixels that unfold": (png(png_chunk(b"IDAT", BOMB)), "seen"),
    "a palette of none": (png(PIXELS, kind=3), "damaged"),
    "HTML behind its end": (png(PIXELS) + HTML, "seen"),
    "a ZIP behind its end": (png(PIXELS) + b"PK\3\4" + bytes(99), "seen"),
    "a GIF and JavaScript": (b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)", "no image"),
    "a PDF and a JPEG": (b"%PDF-1.4\n\xff\xd8\xff\xe0", "no image"),
    "JavaScript in a JPEG": (b"\xff\xd8\xff\xe0/*" + HTML + b"*/", "no image"),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) run", "no image"),
}


@pytest.mark.parametrize("what", HARM)
def test_what_means_harm_is_seen_or_refused(what: str) -> None:
    data, expected = HARM[what]

    assert outcome(data) in {expected, "damaged"}


def test_hundreds_of_frames_are_one_picture() -> None:
    file, frame = io.BytesIO(), Image.new("L", (2, 2))
    frames = [frame.point(lambda _, n=n: n % 256) for n in range(300)]
    frame.save(file, "PNG", save_all=True, append_images=frames)

    assert outcome(file.getvalue()) == "seen"


@pytest.mark.fault
def test_a_folder_of_mutated_images_ends_nothing_and_every_one_is_told(
    lab: il.Lab, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    made = [*mutations(300, 7), *(data for data, _ in HARM.values())]
    for number, data in enumerate(made):
        (folder / f"{number}.png").write_bytes(data)

    added = lab.add(folder)
    lab._engine.looker.wait()

    assert len(added.new) + len(added.broken) > len(made) * 0.9  # some are equal
    assert {asset.read() for asset in added.new} <= set(made)
    assert lab.verify(deep=True).mismatched == ()


@pytest.mark.parametrize("what", HARM)
def test_what_a_vendor_sends_for_an_image_is_kept_as_it_came(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, _ = HARM[what]
    vendor = Vendor()
    coded = base64.b64encode(data).decode()
    vendor.answer = lambda _: (200, {"created": 1, "data": [{"b64_json": coded}], "usage": USAGE})
    monkeypatch.setenv("OPENAI_BASE_URL", f"{vendor.origin}/v1")

    with il.open(tmp_path / "kept" / "real.db", sandbox=False) as lab:
        with suppress(ImagelabError):
            lab.generate("a fox", quality="low")
        here = [asset.read() for asset in lab.search()]
    vendor.stop()

    beside = [file.read_bytes() for file in (tmp_path / "kept" / "staging").glob("*")]
    assert here == [data] or any(data in file or coded.encode() in file for file in beside)
