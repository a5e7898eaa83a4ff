"""Skies: light, sun and moon, stars, clouds, northern lights."""

from __future__ import annotations

import math
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from imagelab.sandbox.canvas import Glow, Point
from imagelab.sandbox.colour import RGB, mix, tone
from imagelab.sandbox.stage import Stage

_AURORA_SIZE = 160  # pixels of its longer side; it is all softness
_CURTAINS = ((5.1, 0.46), (7.3, 0.66), (6.2, 0.84))  # how they bend, how far down they hang
_OVERCAST = ("rain", "rainy", "storm", "stormy", "fog", "foggy", "mist", "misty", "overcast")


def paint_sky(stage: Stage, horizon: float) -> Point:
    """Fill the canvas with a sky lightest at the horizon; returns where its light stands."""
    colours, rng = stage.palette, stage.rng
    side = rng.choice((0.2, 0.32, 0.68, 0.8))
    x = stage.width * (side + rng.uniform(-0.06, 0.06))
    y = horizon * rng.uniform(0.24, 0.62)
    if stage.says("aurora", "northern", "borealis"):
        _aurora(stage, horizon)
    else:
        _light(stage, horizon, (x, y))
    if colours.night:
        stars(stage, horizon * 0.95)
    if not stage.says(*_OVERCAST):
        _sun_or_moon(stage, (x, y))
    if not colours.night or stage.says("cloud", "storm"):
        clouds(stage, horizon)
    return x, y


def stars(stage: Stage, down_to: float, *, many: int = 70) -> None:
    """Small stars, fewer towards the horizon, a few of them with rays."""
    rng, canvas = stage.rng, stage.canvas
    for index in range(round(many * stage.width / 1000)):
        x, y = rng.uniform(0, stage.width), down_to * rng.random() ** 1.5
        fill = mix(stage.palette.light, stage.palette.high, rng.uniform(0.0, 0.55))
        canvas.disc(x, y, rng.uniform(0.9, 2.6), fill)
        if index % 16 == 0:
            spark(stage, x, y, rng.uniform(9, 17), stage.palette.light)


def spark(stage: Stage, x: float, y: float, size: float, fill: RGB) -> None:
    """A star of four points."""
    corners = [(size if i % 2 == 0 else size * 0.2, i * math.pi / 4) for i in range(8)]
    stage.canvas.polygon([(x + r * math.cos(a), y + r * math.sin(a)) for r, a in corners], fill)


def clouds(stage: Stage, horizon: float) -> None:
    """A few flat-bottomed clouds, paler than the sky."""
    rng, colours = stage.rng, stage.palette
    for _ in range(rng.randint(2, 4)):
        y = horizon * rng.uniform(0.12, 0.72)
        back = mix(colours.high, colours.low, y / max(horizon, 1))
        fill = mix(back, colours.paper, rng.uniform(0.35, 0.6) * (0.4 if colours.night else 1))
        cloud(stage, rng.uniform(0, stage.width), y, rng.uniform(90, 210), fill)


def cloud(stage: Stage, x: float, y: float, size: float, fill: RGB) -> None:
    """One cloud: a flat pill with puffs on it."""
    rng, high = stage.rng, size * 0.17
    stage.canvas.slab(x - size, y - high, size * 2, high, fill, round_by=high / 2)
    for place in (-0.52, -0.1, 0.34, 0.62):
        puff = size * rng.uniform(0.16, 0.3) * (1.15 - abs(place) * 0.6)
        across = x + (place + rng.uniform(-0.08, 0.08)) * size
        stage.canvas.slab(
            across - puff, y - puff * 1.45, puff * 2, puff * 1.45, fill, round_by=puff * 0.7
        )


def birds(stage: Stage, x: float, y: float) -> None:
    """A few birds far away."""
    rng = stage.rng
    fill = mix(stage.palette.ink, stage.palette.high, 0.25)
    for _ in range(rng.randint(3, 6)):
        left, top, span = x + rng.uniform(-110, 110), y + rng.uniform(-55, 55), rng.uniform(9, 17)
        wing = [(left - span, top - span * 0.42), (left, top), (left + span, top - span * 0.42)]
        bend = [(left - span * 0.5, top - span * 0.5), (left + span * 0.5, top - span * 0.5)]
        stage.canvas.curve([wing[0], bend[0], wing[1], bend[1], wing[2]], fill, 2.6)


def _light(stage: Stage, horizon: float, at: Point) -> None:
    colours = stage.palette
    reach = max(stage.width, stage.height)
    glow: RGB = colours.light if not colours.night else mix(colours.low, colours.light, 0.45)
    glows: list[Glow] = [
        (*at, reach * 0.52, glow, 0.5),
        (stage.width - at[0], horizon, reach * 0.6, tone(colours.accent, 0.8), 0.22),
    ]
    share = horizon / stage.height
    middle = mix(colours.high, colours.low, 0.45)
    stops = _stops((colours.high, middle, colours.low), share)
    stage.canvas.backdrop(stops, glows)


def _stops(down: tuple[RGB, RGB, RGB], share: float) -> list[RGB]:
    """Twelve stops: from the first colour to the last at the horizon, and on in the last."""
    first, middle, last = down
    stops = []
    for step in range(12):
        part = min(1.0, step / 11 / max(share, 0.1))
        stops.append(
            mix(first, middle, part * 2) if part < 0.5 else mix(middle, last, part * 2 - 1)
        )
    return stops


def _sun_or_moon(stage: Stage, at: Point) -> None:
    colours, canvas, rng = stage.palette, stage.canvas, stage.rng
    size = rng.uniform(44, 92)
    if not colours.night:
        canvas.veil(*at, size * 1.32, colours.light, 0.35)
        canvas.disc(*at, size, colours.light)
        return
    moon(stage, *at, size * 0.85)


def moon(stage: Stage, x: float, y: float, size: float) -> None:
    """A full moon with soft craters."""
    canvas, light = stage.canvas, stage.palette.light
    canvas.veil(x, y, size * 1.5, light, 0.1)
    canvas.veil(x, y, size * 1.22, light, 0.16)
    canvas.disc(x, y, size, light)
    shadow = mix(light, stage.palette.low, 0.28)
    for right, down, part in ((-0.3, -0.25, 0.24), (0.34, 0.1, 0.17), (-0.1, 0.42, 0.14)):
        canvas.disc(x + right * size, y + down * size, part * size, shadow)


def _aurora(stage: Stage, horizon: float) -> None:
    """Three curtains of light that fade upwards, painted small and enlarged."""
    colours, rng = stage.palette, stage.rng
    scale = _AURORA_SIZE / max(stage.width, stage.height)
    size = (round(stage.width * scale), round(stage.height * scale))
    deep = tone(colours.high, 0.23)
    small = Image.new("RGB", size, deep)
    small.paste(tone(colours.low, 0.42), (0, round(horizon * scale * 0.8), *size))
    small = small.filter(ImageFilter.GaussianBlur(18))
    for index in range(3):
        fill = tone(colours.hue((1, 0, 2)[index]), 0.84, vivid=1.3)
        curtain = _curtain(size, horizon * scale, _CURTAINS[index], rng)
        small.paste(fill, (0, 0), curtain.filter(ImageFilter.GaussianBlur(1.6)))
    stage.canvas.wash(small)


def _curtain(
    size: tuple[int, int], ground: float, shape: tuple[float, float], rng: Random
) -> Image.Image:
    mask = Image.new("L", size, 0)
    draw = ImageDraw.Draw(mask)
    (bends, down), phase, slope = shape, rng.uniform(0, 6.3), rng.uniform(-0.3, 0.3)
    for x in range(size[0]):
        across = x / size[0]
        bend = math.sin(across * bends + phase) * 0.12 + slope * (across - 0.5)
        foot = ground * (down + bend)
        ray = 0.78 + 0.22 * math.sin(x * 0.62 + phase * 3) * math.sin(x * 0.19 + phase)
        for step in range(14):
            top = foot - ground * 0.05 * step * (0.5 + ray)
            level = round(245 * ray * (1 - step / 14) ** 1.3)
            draw.line((x, top, x, top + ground * 0.07), fill=level)
    return mask
