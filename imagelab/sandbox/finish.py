"""The last touches: paper and ink, borders, grain, the label."""

from __future__ import annotations

import math
import unicodedata
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

from imagelab.sandbox.colour import RGB, mix, tone
from imagelab.sandbox.palette import Palette

LABEL_WORDS = 5
_PRINTED = frozenset({"woodcut", "linocut", "engraving", "etching", "sumi", "charcoal"})
_SHORT_PROMPT = 24  # different words; in a longer one "ink" is a detail, not the manner
_LABEL_WIDTH = 16.5  # times its letters' size
_TILE = 256  # pixels of the grain that is laid side by side
_GRAIN = 3  # levels up or down, of 255


def treated(
    picture: Image.Image, palette: Palette, words: frozenset[str], rng: Random
) -> Image.Image:
    """The picture in the manner its prompt asks for."""
    if words & {"pixel", "bit", "pixelart"}:
        small = (max(1, picture.width // 12), max(1, picture.height // 12))
        return picture.resize(small, Image.Resampling.BOX).resize(
            picture.size, Image.Resampling.NEAREST
        )
    if words & _PRINTED or ("ink" in words and len(words) < _SHORT_PROMPT):
        picture = _inked(picture, palette)
    if words & {"watercolor", "watercolour", "gouache", "aquarelle"}:
        picture = _washed(picture, palette, rng)
    return picture


def framed(picture: Image.Image, palette: Palette, words: frozenset[str]) -> Image.Image:
    """With a printed border, where the words speak of a poster or a card."""
    poster = words & {
        "poster",
        "deco",
        "nouveau",
        "print",
        "card",
        "vintage",
        "advertisement",
        "postcard",
        "stamp",
    }
    return (
        _border(picture, palette, double=bool(words & {"deco", "nouveau"})) if poster else picture
    )


def grained(picture: Image.Image, rng: Random) -> Image.Image:
    """A little noise, so that soft gradients show no steps; equal in all three colours."""
    noise = Image.frombytes("L", (_TILE, _TILE), rng.randbytes(_TILE * _TILE))
    spread = 2 * _GRAIN + 1
    noise = noise.point([(level * spread // 256 - _GRAIN) % 256 for level in range(256)])
    full = Image.new("L", picture.size)
    for left in range(0, picture.width, _TILE):
        for top in range(0, picture.height, _TILE):
            full.paste(noise, (left, top))
    inside = [min(max(level, _GRAIN), 255 - _GRAIN) for level in range(256)]
    # Within these limits adding modulo 256 cannot wrap, and it is the fastest way to add.
    return ImageChops.add_modulo(picture.point(inside * 3), Image.merge("RGB", (full,) * 3))


def labelled(picture: Image.Image, prompt: str, *, covering: bool = False) -> Image.Image:
    """The word "sandbox" and the prompt's first words, in a pill at the lower left.

    `covering` hides the label that an input brings along; all labels are equally wide.
    """
    size = max(8, round(min(picture.size) * 0.0185))
    font = ImageFont.load_default(size=size)
    margin, inside = round(size * 0.9), (round(size * 0.75), round(size * 0.42))
    room: float = picture.width - 2 * margin - 2 * inside[0]
    room = min(room, size * _LABEL_WIDTH)
    text = _fitting(_label(prompt), font, room)
    wide = math.ceil(room) + 2 * inside[0]
    high = math.ceil(size * 1.2) + 2 * inside[1]
    pill = Image.new("L", (wide * 2, high * 2))
    ImageDraw.Draw(pill).rounded_rectangle(
        (0, 0, wide * 2 - 1, high * 2 - 1), high, fill=236 if covering else 150
    )
    label = Image.new("RGBA", (wide, high), (18, 20, 28, 255))
    label.putalpha(pill.reduce(2))
    ImageDraw.Draw(label).text(
        (inside[0], high / 2), text, font=font, fill=(255, 255, 255, 255), anchor="lm"
    )
    return _laid(picture, label, (margin, picture.height - margin - high))


def _inked(picture: Image.Image, palette: Palette) -> Image.Image:
    grey = ImageOps.autocontrast(picture.convert("L"))
    print_ = ImageOps.colorize(grey, tone(palette.ink, 0.2), palette.paper, mid=palette.mid)
    return Image.blend(picture, print_, 0.62)


def _washed(picture: Image.Image, palette: Palette, rng: Random) -> Image.Image:
    """Colours pooled unevenly, and the sheet left bare around a ragged edge."""
    blots = Image.frombytes("L", (24, 24), rng.randbytes(24 * 24))
    pooled = blots.resize((128, 128), Image.Resampling.BICUBIC).point(_ramp(0.3, 0))
    sheet = Image.new("L", (128, 128), 255)
    ImageDraw.Draw(sheet).rounded_rectangle((9, 9, 118, 118), 14, fill=0)
    rough = Image.frombytes("L", (128, 128), rng.randbytes(128 * 128))
    rough = rough.filter(ImageFilter.GaussianBlur(2)).point(_ramp(5, 102))
    edge = Image.blend(sheet.filter(ImageFilter.GaussianBlur(4)), rough, 0.3)
    bare = edge.resize(picture.size, Image.Resampling.BICUBIC).point(_ramp(9, 112))
    covered = ImageChops.lighter(bare, pooled.resize(picture.size, Image.Resampling.BILINEAR))
    picture.paste(Image.new("RGB", picture.size, palette.paper), (0, 0), covered)
    return picture


def _ramp(slope: float, start: int) -> list[int]:
    """A curve for `point`: `slope` levels for each level above `start`, within 0–255."""
    return [round(min(255, max(0, (level - start) * slope))) for level in range(256)]


def _border(picture: Image.Image, palette: Palette, *, double: bool) -> Image.Image:
    wide, high = picture.size
    unit = min(wide, high) / 100
    draw = ImageDraw.Draw(picture)
    line = tone(palette.accent, 0.66 if not palette.night else 0.78)

    def band(inset: float, thick: float, fill: RGB, corner: float = 0.0) -> None:
        box = (inset * unit, inset * unit, wide - 1 - inset * unit, high - 1 - inset * unit)
        draw.rounded_rectangle(box, corner * unit, outline=fill, width=max(1, round(thick * unit)))

    band(0, 3.4, palette.paper)
    band(3.4, 0.5, mix(palette.ink, line, 0.35))
    if double:
        band(4.8, 0.45, line, 3)
        for x in (5.9 * unit, wide - 5.9 * unit):
            for y in (5.9 * unit, high - 5.9 * unit):
                diamond = 1.7 * unit
                draw.polygon(
                    [(x, y - diamond), (x + diamond, y), (x, y + diamond), (x - diamond, y)],
                    fill=line,
                )
    return picture


def _label(prompt: str) -> str:
    plain = unicodedata.normalize("NFKD", prompt[:200]).encode("ascii", "ignore").decode("ascii")
    words = [word for word in "".join(c if c.isprintable() else " " for c in plain).split() if word]
    more = "…" if len(words) > LABEL_WORDS else ""
    return f"sandbox · {' '.join(words[:LABEL_WORDS])}{more}" if words else "sandbox"


def _fitting(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, room: float) -> str:
    while len(text) > 1 and font.getlength(text) > room:
        text = text[:-2].rstrip(" ·…") + "…" if len(text) > 10 else text[:-1]
    return text


def _laid(picture: Image.Image, label: Image.Image, at: tuple[int, int]) -> Image.Image:
    if picture.mode == "RGBA":
        picture.alpha_composite(label, (max(0, at[0]), max(0, at[1])))
    else:
        picture.paste(label, at, label)
    return picture
