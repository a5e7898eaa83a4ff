"""Edits: the input stays the base; the prompt's colours and things come over it."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from PIL import Image, ImageDraw, ImageOps

from imagelab.sandbox.canvas import Canvas
from imagelab.sandbox.colour import mix, tone
from imagelab.sandbox.finish import framed, treated
from imagelab.sandbox.palette import Palette
from imagelab.sandbox.plan import plan_of
from imagelab.sandbox.plants import leaf, orchid
from imagelab.sandbox.scenes import paint_subject
from imagelab.sandbox.sky import moon, spark, stars
from imagelab.sandbox.stage import Spot, Stage
from imagelab.sandbox.weather import WEATHER, paint_weather

MAX_CARDS = 4
_GRADE = 0.12  # share of the prompt's palette in the middle of a graded picture
_EDGE_GRADE = 0.56


def fitted(source: Image.Image, size: tuple[int, int], *, clear: bool) -> Image.Image:
    """An input at the size asked for, its middle kept, on white unless `clear`."""
    picture = ImageOps.fit(source.convert("RGBA"), size, Image.Resampling.LANCZOS)
    if clear:
        return picture
    ground = Image.new("RGB", size, (255, 255, 255))
    ground.paste(picture, (0, 0), picture)
    return ground


def masked_area(mask: Image.Image, source: tuple[int, int], size: tuple[int, int]) -> Image.Image:
    """255 where the mask's alpha is 0, cut and scaled as the input was."""
    alpha = mask.convert("RGBA").getchannel("A").resize(source, Image.Resampling.NEAREST)
    alpha = ImageOps.fit(alpha, size, Image.Resampling.NEAREST)
    return alpha.point([255, *[0] * 255])


def edited(base: Image.Image, words: Sequence[str], palette: Palette, rng: Random) -> Image.Image:
    """The input in the prompt's light, with what the prompt adds."""
    alpha = base.getchannel("A") if base.mode == "RGBA" else None
    size = base.size
    canvas = Canvas.over(_graded(base.convert("RGB"), palette))
    stage = Stage(canvas, palette, rng, frozenset(words))
    _additions(stage, words)
    picture = framed(
        treated(canvas.finished(*size), palette, stage.words, rng), palette, stage.words
    )
    if alpha:
        picture.putalpha(alpha)
    return picture


def inset(picture: Image.Image, others: Sequence[Image.Image], palette: Palette) -> Image.Image:
    """Further inputs as small cards down the right side."""
    side = round(min(picture.size) * 0.2)
    gap = max(1, side // 7)
    for index, other in enumerate(others[:MAX_CARDS]):
        rim = max(1, side // 22)
        card = Image.new("RGB", (side, side), palette.paper)
        inner = max(1, side - 2 * rim)
        card.paste(fitted(other, (inner, inner), clear=False), (rim, rim))
        corner = Image.new("L", (side * 2, side * 2))
        ImageDraw.Draw(corner).rounded_rectangle(
            (0, 0, side * 2 - 1, side * 2 - 1), side // 5, fill=255
        )
        shape = corner.reduce(2)
        left, top = picture.width - side - gap, gap + index * (side + gap)
        shade = shape.point([round(level * 0.3) for level in range(256)])
        picture.paste((20, 20, 30), (left + rim, top + rim), shade)
        picture.paste(card, (left, top), shape)
    return picture


def _graded(base: Image.Image, palette: Palette) -> Image.Image:
    """Shadows, middle tones and lights drawn towards the palette, most of all at the edges."""
    grey = base.convert("L")
    main = palette.named[0] if palette.named else palette.mid
    dark, light = tone(palette.near, 0.2), mix(palette.low, palette.paper, 0.5)
    print_ = ImageOps.colorize(grey, dark, light, mid=main)
    levels = [round(255 * min(_EDGE_GRADE, _GRADE + level / 255 * 0.6)) for level in range(256)]
    fade = Image.radial_gradient("L").point(levels)
    return Image.composite(print_, base, fade.resize(base.size, Image.Resampling.BILINEAR))


def _additions(stage: Stage, words: Sequence[str]) -> None:
    """What the prompt names, over the picture; leaves and blossoms in a corner if nothing else."""
    plan = plan_of(words, stage.rng)
    side = stage.rng.choice((-1, 1))
    x = stage.width * (0.5 + side * 0.27)
    added = (
        paint_subject(stage, plan, Spot(x, stage.height * 0.94, 330))
        if plan.animal or plan.figure
        else False
    )
    if stage.says("moon", "moonlit", "moonlight"):
        moon(stage, stage.width * (0.5 - side * 0.3), stage.height * 0.17, 62)
        added = True
    if stage.says("star", "starry", "night"):
        stars(stage, stage.height * 0.45, many=50)
        added = True
    if not stage.words.isdisjoint(WEATHER):
        paint_weather(stage)
        added = True
    if not added:
        _garland(stage, side)


def _garland(stage: Stage, side: int) -> None:
    rng, colours, canvas = stage.rng, stage.palette, stage.canvas
    edge = stage.width / 2 + side * stage.width * 0.52
    for index in range(11):
        angle = -1.57 - side * rng.uniform(0.0, 1.3)
        fill = tone(mix(colours.mid, colours.hue(index), 0.4), rng.uniform(0.34, 0.56))
        leaf(
            canvas,
            (edge - side * rng.uniform(0, 110), stage.height + 16),
            angle,
            rng.uniform(110, 250),
            fill,
            wide=0.15,
        )
    for index in range(4):
        fill = tone(colours.hue(index), 0.74, vivid=1.1)
        x, y = edge - side * rng.uniform(24, 190), stage.height - rng.uniform(40, 200)
        orchid(canvas, x, y, rng.uniform(30, 46), fill, colours.light)
    for _ in range(7):
        spark(
            stage,
            rng.uniform(0, stage.width),
            rng.uniform(0, stage.height * 0.4),
            rng.uniform(8, 16),
            colours.light,
        )
