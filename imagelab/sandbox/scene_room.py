"""Interiors: a glass dome with its instruments, and a room with a window."""

from __future__ import annotations

import math

from imagelab.sandbox.canvas import Point
from imagelab.sandbox.colour import RGB, lightness, mix, tone
from imagelab.sandbox.objects import draw_object
from imagelab.sandbox.plants import leaf, orchid, round_tree
from imagelab.sandbox.sky import moon, paint_sky, stars
from imagelab.sandbox.stage import Spot, Stage


def paint_observatory(stage: Stage) -> Spot:
    """Under a glass dome at night: ribs, the moon and the sea beyond, an orrery in the middle."""
    canvas, colours, rng = stage.canvas, stage.palette, stage.rng
    wide, high = stage.width, stage.height
    horizon = high * 0.6
    x = wide * rng.uniform(0.47, 0.53)
    moon_x = x + rng.choice((-1, 1)) * wide * rng.uniform(0.14, 0.24)
    glow = mix(colours.low, colours.light, 0.4)
    canvas.backdrop(
        (colours.high, mix(colours.high, colours.low, 0.6), colours.low, tone(colours.mid, 0.6)),
        [
            (moon_x, high * 0.24, wide * 0.42, glow, 0.6),
            (x, horizon, wide * 0.45, colours.accent, 0.5),
        ],
    )
    stars(stage, horizon * 0.9, many=90)
    moon(stage, moon_x, high * rng.uniform(0.2, 0.28), rng.uniform(56, 78))
    sea = tone(colours.mid, max(0.4, lightness(colours.mid)))
    canvas.shade(
        [(0, horizon - 40), (wide, horizon - 40), (wide, horizon + 60), (0, horizon + 60)],
        mix(sea, colours.low, 0.5),
        sea,
    )
    for step in range(9):
        y, half = horizon - 34 + step * 7, 12 + 9 * step * rng.uniform(0.5, 1)
        canvas.slab(moon_x - half, y, 2 * half, 3, mix(colours.light, sea, 0.25), round_by=1.5)
    frame = tone(mix(colours.ink, colours.near, 0.5), 0.25)
    _ribs(stage, x, horizon, frame)
    _floor(stage, horizon, x)
    _shelves(stage, horizon)
    _orrery(stage, x, high * 0.88, high * 0.5)
    for side in (-1, 1):
        _thicket(stage, side)
    for index in range(5):
        _lantern(stage, x + (index - 2) * wide * 0.17, high * (0.1 + 0.05 * ((index * 2) % 3)))
    return Spot(x + wide * 0.27, high * 0.9, 250)


def paint_room(stage: Stage) -> Spot:
    """A wall with a window on a landscape, a lamp, a plant, pictures, a rug."""
    canvas, colours, rng = stage.canvas, stage.palette, stage.rng
    wide, high = stage.width, stage.height
    foot = high * rng.uniform(0.7, 0.76)
    paint_sky(stage, foot * 0.8)
    left = wide * rng.uniform(0.1, 0.5)
    across, tall = wide * 0.38, foot * 0.62
    top = foot * 0.14
    _view(stage, (left, top, across, tall))
    wall = tone(colours.far, 0.8 if not colours.night else 0.4, vivid=0.8)
    for x, y, broad, deep in (
        (0.0, 0.0, wide, top),
        (0.0, top, left, tall),
        (left + across, top, wide, tall),
        (0.0, top + tall, wide, foot),
    ):
        canvas.slab(x, y, broad, deep, wall)
    _window(stage, (left, top, across, tall), mix(colours.paper, wall, 0.12))
    canvas.shade(
        [(0, foot), (wide, foot), (wide, high), (0, high)],
        colours.mid,
        tone(colours.mid, lightness(colours.mid) - 0.1),
    )
    canvas.slab(0, foot - 16, wide, 16, mix(colours.paper, wall, 0.3))
    canvas.oval(
        wide / 2, high * 0.9, wide * 0.36, high * 0.075, mix(colours.accent, colours.paper, 0.15)
    )
    canvas.ring(wide / 2, high * 0.9, wide * 0.33, high * 0.065, colours.paper, 5)
    if not colours.night:
        beam: list[Point] = [
            (left + 20, foot),
            (left + across - 20, foot),
            (left + across + 150, high),
            (left + 120, high),
        ]
        canvas.glaze(beam, colours.light, 0.22)
    spare = left + across if left < wide * 0.3 else 0.0
    middle = spare + (wide - across - (left if spare else wide - left - across)) / 2
    _pictures(stage, middle, foot * 0.32)
    draw_object(canvas.at(middle - 110, foot + 40, 290), "lamp", colours, colours.hue(1))
    draw_object(canvas.at(middle + 120, foot + 50, 220), "plant", colours, colours.hue(0))
    return Spot(wide / 2, high * 0.93, 400)


def _ribs(stage: Stage, x: float, horizon: float, frame: RGB) -> None:
    canvas, wide = stage.canvas, stage.width
    top = -stage.height * 0.08
    pale = mix(frame, stage.palette.accent, 0.35)
    for index in range(-4, 5):
        reach = index / 4 * wide * 0.62
        rib = [
            (
                x + reach * math.sin(a / 10 * math.pi / 2),
                top + (horizon + 30 - top) * (1 - math.cos(a / 10 * math.pi / 2)),
            )
            for a in range(11)
        ]
        canvas.line(rib, frame, 13 - 1.6 * abs(index))
        canvas.line([(a - 2, b) for a, b in rib], pale, 2.5)
    for hoop in (0.3, 0.58, 0.84):
        y = top + (horizon + 30 - top) * hoop
        half = wide * 0.62 * math.sin(math.acos(1 - hoop))
        sag = 22 * (1 - hoop)
        canvas.curve(
            [
                (x - half, y),
                (x - half / 2, y + sag),
                (x, y + sag * 1.3),
                (x + half / 2, y + sag),
                (x + half, y),
            ],
            frame,
            6,
        )
    canvas.slab(0, horizon + 14, wide, 24, frame)
    canvas.slab(0, horizon + 18, wide, 5, stage.palette.accent)


def _floor(stage: Stage, horizon: float, x: float) -> None:
    canvas, colours = stage.canvas, stage.palette
    wide, high = stage.width, stage.height
    deep = tone(colours.near, 0.27)
    canvas.shade(
        [(0, horizon + 38), (wide, horizon + 38), (wide, high), (0, high)],
        mix(deep, tone(colours.mid, 0.55), 0.8),
        deep,
    )
    for ring, size in enumerate((0.52, 0.4, 0.27, 0.15)):
        fill = mix(deep, (colours.hue(0), colours.hue(1))[ring % 2], 0.4 + 0.1 * ring)
        canvas.oval(x, high * 0.87, wide * size, high * size * 0.27, fill)
    canvas.ring(x, high * 0.87, wide * 0.33, high * 0.09, mix(colours.accent, deep, 0.35), 4)


def _shelves(stage: Stage, horizon: float) -> None:
    """Jars on two shelves at either side."""
    rng, canvas, colours = stage.rng, stage.canvas, stage.palette
    wood = tone(colours.ink, 0.2)
    for side in (0, 1):
        left = stage.width * (0.0 if side == 0 else 0.8)
        for row in range(2):
            y = horizon + 8 - row * 112
            canvas.slab(left - 4, y, stage.width * 0.2 + 8, 9, wood)
            x = left + 14
            while x < left + stage.width * 0.2 - 34:
                tall, broad = rng.uniform(38, 78), rng.uniform(20, 34)
                fill = tone(colours.hue(rng.randrange(4)), rng.uniform(0.55, 0.78))
                canvas.slab(x, y - tall, broad, tall, fill, round_by=7)
                canvas.slab(x + 3, y - tall - 8, broad - 6, 10, wood, round_by=3)
                canvas.slab(x + 4, y - tall * 0.55, broad - 8, tall * 0.26, colours.paper)
                x += broad + rng.uniform(5, 16)


def _orrery(stage: Stage, x: float, foot: float, size: float) -> None:
    pen = stage.canvas.at(x, foot, size)
    colours = stage.palette
    brass: RGB = (232, 184, 92)
    dark = tone(brass, 0.5)
    pen.polygon([(-20, 0), (20, 0), (8, -9), (-8, -9)], dark)
    pen.slab(-2, -24, 4, 18, brass)
    stage.canvas.veil(x, foot - 0.62 * size, size * 0.3, colours.light, 0.16)
    for wide, high, width in ((50, 15, 2.2), (36, 34, 1.8), (20, 40, 1.8)):
        pen.ring(0, -62, wide, high, dark, width + 1.2)
        pen.ring(0, -62.6, wide, high, brass, width)
    pen.disc(0, -62, 9.5, mix(colours.light, (255, 214, 120), 0.5))
    for index in range(5):
        angle = stage.rng.uniform(0, 2 * math.pi)
        reach = (50, 36, 20, 50, 36)[index]
        down = (15, 34, 40, 15, 34)[index]
        px, py = reach * math.cos(angle), -62 + down * math.sin(angle)
        fill = colours.hue(index)
        pen.disc(px, py, 4.6 - 0.4 * index, tone(fill, max(0.62, lightness(fill))))


def _thicket(stage: Stage, side: int) -> None:
    """Leaves and night flowers reaching in from a lower corner."""
    rng, colours, canvas = stage.rng, stage.palette, stage.canvas
    edge = stage.width / 2 + side * stage.width * 0.52
    for index in range(13):
        angle = -math.pi / 2 - side * rng.uniform(0.0, 1.15)
        root = (edge - side * rng.uniform(0, 130), stage.height + 20)
        fill = tone(mix(colours.mid, colours.hue(index), 0.35), rng.uniform(0.3, 0.5))
        leaf(canvas, root, angle, rng.uniform(130, 290), fill, wide=0.14)
    for index in range(5):
        x, y = edge - side * rng.uniform(10, 210), stage.height - rng.uniform(40, 240)
        fill = tone(colours.hue(index), 0.74, vivid=1.1)
        canvas.veil(x, y, 62, fill, 0.18)
        orchid(canvas, x, y, rng.uniform(26, 42), fill, colours.light)


def _lantern(stage: Stage, x: float, y: float) -> None:
    canvas, colours = stage.canvas, stage.palette
    warm = mix(colours.accent, (255, 214, 130), 0.45)
    canvas.line([(x, -4), (x, y)], tone(colours.ink, 0.18), 2.4)
    canvas.veil(x, y + 22, 62, warm, 0.16)
    canvas.veil(x, y + 22, 36, warm, 0.22)
    canvas.slab(x - 11, y, 22, 40, mix(warm, (255, 250, 230), 0.5), round_by=9)
    canvas.slab(x - 13, y - 3, 26, 7, tone(colours.ink, 0.22), round_by=3)
    canvas.slab(x - 13, y + 37, 26, 6, tone(colours.ink, 0.22), round_by=3)


def _view(stage: Stage, box: tuple[float, float, float, float]) -> None:
    left, top, wide, high = box
    colours, canvas = stage.palette, stage.canvas
    for row in range(3):
        fill = stage.hazy(colours.ground(0.2 + 0.25 * row), 0.4 - 0.15 * row)
        y = top + high * (0.56 + 0.15 * row)
        canvas.oval(left + wide * (0.25 + 0.3 * row), y + high * 0.4, wide * 0.7, high * 0.4, fill)
    round_tree(
        canvas,
        left + wide * stage.between(0.2, 0.8),
        top + high * 0.96,
        high * 0.5,
        tone(colours.mid, 0.5),
        tone(colours.ink, 0.3),
    )


def _window(stage: Stage, box: tuple[float, float, float, float], fill: RGB) -> None:
    left, top, wide, high = box
    canvas = stage.canvas
    for x in (left - 9, left + wide / 2 - 5, left + wide - 9):
        canvas.slab(x, top - 9, 18 if x != left + wide / 2 - 5 else 10, high + 18, fill)
    for y in (top - 9, top + high * 0.42, top + high - 9):
        canvas.slab(left - 9, y, wide + 18, 18 if y != top + high * 0.42 else 9, fill)
    canvas.slab(left - 34, top + high + 2, wide + 68, 20, fill, round_by=5)
    for side in (0, 1):
        x = left - 60 if side == 0 else left + wide + 60
        drape = tone(stage.palette.accent, 0.68)
        inward = 96 if side == 0 else -96
        canvas.blob(
            [
                (x - inward * 0.3, top - 34),
                (x + inward, top - 34),
                (x + inward * 0.66, top + high * 0.5),
                (x + inward * 0.5, top + high + 60),
                (x - inward * 0.3, top + high + 60),
            ],
            drape,
        )
    canvas.slab(left - 120, top - 44, wide + 240, 12, tone(stage.palette.ink, 0.3), round_by=6)


def _pictures(stage: Stage, x: float, y: float) -> None:
    canvas, colours = stage.canvas, stage.palette
    for index, (right, down, size) in enumerate(((-92, 0, 120), (46, -26, 92), (52, 88, 80))):
        left, top = x + right, y + down
        canvas.slab(left, top, size, size * 1.2, colours.paper, round_by=4)
        canvas.slab(left + 11, top + 11, size - 22, size * 1.2 - 22, tone(colours.hue(index), 0.78))
        canvas.disc(
            left + size / 2, top + size * 0.56, size * 0.22, tone(colours.hue(index + 1), 0.6)
        )
