"""Streets: a skyline in layers, a neon street in the rain, an underground station."""

from __future__ import annotations

import math

from imagelab.sandbox.canvas import Point
from imagelab.sandbox.colour import RGB, lightness, mix, tone
from imagelab.sandbox.sky import paint_sky
from imagelab.sandbox.stage import Spot, Stage


def paint_city(stage: Stage) -> Spot:
    """Buildings in four rows with lit windows, over a street or a waterfront that mirrors them."""
    rng, colours, canvas = stage.rng, stage.palette, stage.canvas
    foot = stage.height * rng.uniform(0.6, 0.84)
    paint_sky(stage, foot)
    peak = rng.uniform(0.15, 0.85)
    for row in range(4):
        _row(stage, row / 3, foot, peak)
    ground = mix(colours.near, colours.ink, 0.35)
    floor: list[Point] = [
        (0, foot),
        (stage.width, foot),
        (stage.width, stage.height),
        (0, stage.height),
    ]
    canvas.shade(floor, mix(ground, colours.mid, 0.45), ground)
    _reflections(stage, foot)
    for side in (0.1, 0.9):
        _street_lamp(stage, stage.width * (side + rng.uniform(-0.04, 0.04)), foot + 30)
    return Spot(stage.width * rng.uniform(0.44, 0.56), stage.height * 0.95, 460)


def paint_station(stage: Stage) -> Spot:
    """A vaulted platform in one-point perspective with a train gliding in."""
    canvas, colours, rng = stage.canvas, stage.palette, stage.rng
    wide, high = stage.width, stage.height
    side = rng.choice((-1, 1))
    goal: Point = (wide * (0.5 + rng.uniform(-0.04, 0.17) * side), high * rng.uniform(0.42, 0.6))
    deep, pale = tone(colours.high, 0.32), mix(colours.low, colours.light, 0.5)
    canvas.backdrop((deep, colours.high, deep), [(*goal, max(wide, high) * 0.5, pale, 0.5)])
    reach = math.hypot(wide, high) * 0.66
    for ring in range(9):
        part = 1 - ring / 9
        size = reach * part**1.7 + 30
        fill = (
            mix(pale, deep, part**0.8)
            if ring % 2 == 0
            else mix(colours.hue(ring // 2), deep, 0.15 + 0.4 * part)
        )
        canvas.oval(goal[0], goal[1], size, size * 0.86, fill)
        inner = size - (9 + 26 * part if ring % 2 else 0)
        if ring % 2:
            canvas.oval(goal[0], goal[1], inner, inner * 0.86, mix(pale, deep, part**0.8))
    _platform(stage, goal, side)
    _train(stage, goal, -side)
    return Spot(wide * (0.5 + side * 0.24), high * 0.93, 300)


def _row(stage: Stage, near: float, foot: float, peak: float) -> None:
    rng, colours = stage.rng, stage.palette
    base = stage.hazy(colours.ground(0.1 + 0.85 * near), 0.5 * (1 - near))
    lit = mix(colours.light, colours.accent, 0.35)
    x = rng.uniform(-90, 0)
    while x < stage.width:
        wide = rng.uniform(56, 118) * (0.75 + 0.5 * near)
        middle = math.exp(-(((x + wide / 2) / stage.width - peak) ** 2) * 9)
        tall = foot * rng.uniform(0.3, 0.5) * (0.8 + 0.8 * middle) * (1.0 - 0.42 * near)
        fill = mix(base, colours.hue(rng.randrange(5)), 0.22)
        fill = tone(fill, lightness(base) * rng.uniform(0.94, 1.06))
        _building(stage, x, foot, (wide, tall), fill)
        if near > 0.2:
            _windows(
                stage,
                x,
                foot - tall,
                (wide, tall),
                mix(fill, lit, 0.25 + 0.6 * near if colours.night else 0.45),
            )
        if near > 0.5 and colours.night and rng.random() < 0.5:
            _sign(stage, x + wide * 0.5, foot - tall * rng.uniform(0.55, 0.8))
        x += wide * rng.uniform(0.82, 1.35)


def _building(stage: Stage, x: float, foot: float, size: tuple[float, float], fill: RGB) -> None:
    wide, tall = size
    canvas, rng = stage.canvas, stage.rng
    top = foot - tall
    dark = tone(fill, lightness(fill) * 0.87)
    kind = rng.randrange(4)
    if kind == 0:
        canvas.slab(x + wide * 0.22, top - 26, wide * 0.56, 40, fill)
        canvas.line([(x + wide / 2, top - 26), (x + wide / 2, top - 78)], fill, 3)
    elif kind == 1:
        canvas.polygon([(x, top + 2), (x + wide, top + 2), (x + wide, top - wide * 0.45)], fill)
    elif kind == 2:
        canvas.oval(x + wide / 2, top + 2, wide / 2, wide * 0.36, fill)
    canvas.slab(x, top, wide, tall + 6, fill)
    canvas.slab(x + wide * 0.74, top, wide * 0.26, tall + 6, dark)


def _windows(stage: Stage, x: float, top: float, size: tuple[float, float], lit: RGB) -> None:
    wide, tall = size
    rng, canvas = stage.rng, stage.canvas
    spark = mix(stage.palette.hue(rng.randrange(4)), lit, 0.35)
    columns = max(2, round(wide / 26))
    step = wide * 0.9 / columns
    for row in range(min(22, int((tall - 20) / 26))):
        for column in range(columns):
            if rng.random() < 0.52:
                canvas.slab(
                    x + wide * 0.05 + (column + 0.22) * step,
                    top + 16 + row * 26,
                    step * 0.56,
                    13,
                    spark if rng.random() < 0.22 else lit,
                )


def _sign(stage: Stage, x: float, y: float) -> None:
    rng, canvas = stage.rng, stage.canvas
    fill = stage.palette.hue(rng.randrange(4))
    glow = tone(fill, 0.75, vivid=1.3)
    wide, high = rng.choice(((34.0, 130.0), (120.0, 46.0), (44.0, 96.0)))
    canvas.slab(x - wide / 2 - 6, y - 6, wide + 12, high + 12, tone(fill, 0.3), round_by=8)
    canvas.slab(x - wide / 2, y, wide, high, glow, round_by=5)
    canvas.slab(x - wide / 2 + 4, y + 4, wide - 8, high - 8, tone(fill, 0.36), round_by=4)
    rows = max(1, int(high // 24))
    for row in range(rows):
        long = (wide - 18) * rng.uniform(0.45, 1)
        canvas.slab(x - long / 2, y + 12 + row * 23, long, 8, glow, round_by=4)


def _reflections(stage: Stage, foot: float) -> None:
    rng, colours, canvas = stage.rng, stage.palette, stage.canvas
    deep = stage.height - foot
    for _ in range(round(46 * stage.width / 1000)):
        x, y = rng.uniform(0, stage.width), foot + deep * rng.random() ** 1.3
        part = (y - foot) / deep
        fill = mix(colours.hue(rng.randrange(5)), colours.near, 0.25 + 0.3 * part)
        long = rng.uniform(18, 80) * (0.5 + part)
        canvas.slab(x - long / 2, y, long, 3 + 5 * part, fill, round_by=2 + 2 * part)


def _street_lamp(stage: Stage, x: float, foot: float) -> None:
    canvas, colours = stage.canvas, stage.palette
    post = tone(colours.ink, 0.2)
    canvas.line([(x, foot), (x, foot - 300)], post, 7)
    canvas.slab(x - 16, foot - 8, 32, 10, post, round_by=4)
    canvas.slab(x - 22, foot - 308, 44, 10, post, round_by=5)
    canvas.veil(x, foot - 326, 60, colours.light, 0.16)
    canvas.disc(x, foot - 326, 19, mix(colours.light, colours.accent, 0.25))


def _platform(stage: Stage, goal: Point, side: int) -> None:
    canvas, colours, rng = stage.canvas, stage.palette, stage.rng
    wide, high = stage.width, stage.height
    floor = mix(colours.near, colours.mid, 0.35)
    canvas.shade(
        [goal, (-wide * 0.7, high + 4), (wide * 1.7, high + 4)],
        mix(floor, colours.low, 0.55),
        floor,
    )
    track = [
        goal,
        (wide / 2 - side * wide * 0.95, high + 4),
        (wide / 2 - side * wide * 0.02, high + 4),
    ]
    canvas.polygon(track, tone(colours.ink, 0.2))
    edge = wide / 2 - side * wide * 0.02
    canvas.polygon([goal, (edge, high + 4), (edge + side * 38, high + 4)], colours.accent)
    for step in range(26):
        part = rng.random() ** 0.6
        x = goal[0] + (edge + side * wide * rng.uniform(0.08, 0.8) - goal[0]) * part
        y = goal[1] + (high - goal[1]) * part
        fleck = mix(colours.hue(step), colours.low, 0.4)
        canvas.oval(x, y, 16 * part, 5 * part, fleck)
    for lamp in range(4):
        part = (lamp + 1) / 4.6
        x, y = goal[0] + side * wide * 0.34 * part**1.4, goal[1] - high * 0.44 * part**1.4
        canvas.veil(x, y + 30 * part, 90 * part, colours.light, 0.2)
        canvas.oval(x, y + 30 * part, 46 * part, 15 * part, mix(colours.light, colours.accent, 0.2))
    x, y = goal[0] + side * wide * 0.3, goal[1] - high * 0.05
    canvas.slab(x - 76, y - 36, 152, 56, tone(colours.ink, 0.24), round_by=10)
    canvas.slab(x - 58, y - 19, 94, 9, colours.light, round_by=4)
    canvas.slab(x - 58, y - 2, 60, 7, colours.accent, round_by=3)


def _train(stage: Stage, goal: Point, side: int) -> None:
    """The front of the train, and its side running to the vanishing point."""
    canvas, colours = stage.canvas, stage.palette
    wide, high = stage.width, stage.height
    unit = min(wide, high) / 1000
    tall = unit * stage.between(360, 510)
    x, foot, half = wide / 2 + side * wide * stage.between(0.18, 0.29), high * 0.92, tall * 0.4
    metal = mix(colours.paper, tone(colours.high, 0.72, vivid=0.4), 0.4)
    dark = tone(metal, 0.56)
    near = x - side * half * 0.72
    flank = [
        (near, foot - tall * 0.9),
        (goal[0] + side * 12, goal[1] - 34),
        (goal[0] + side * 12, goal[1] + 26),
        (near, foot - 30),
    ]
    canvas.shade(flank, dark, tone(metal, 0.44))
    lit = mix(colours.light, colours.accent, 0.3)
    for window in range(4):
        start, end = (window / 4) ** 0.8 * 0.86 + 0.05, ((window + 0.72) / 4) ** 0.8 * 0.86 + 0.05
        xs = [near + (goal[0] + side * 12 - near) * part for part in (start, end)]
        tops = [
            foot - tall * 0.74 + (goal[1] - 24 - (foot - tall * 0.74)) * part
            for part in (start, end)
        ]
        lows = [
            foot - tall * 0.46 + (goal[1] - 4 - (foot - tall * 0.46)) * part
            for part in (start, end)
        ]
        canvas.polygon(
            [(xs[0], tops[0]), (xs[1], tops[1]), (xs[1], lows[1]), (xs[0], lows[0])], lit
        )
    pen = canvas.at(x, foot, tall)
    pen.oval(0, 1, 44, 5, tone(colours.ink, 0.14))
    pen.blob(
        [
            (0, -100),
            (26, -97),
            (38, -78),
            (41, -30),
            (36, -5),
            (0, -1),
            (-36, -5),
            (-41, -30),
            (-38, -78),
            (-26, -97),
        ],
        metal,
    )
    pen.blob([(20, -97), (38, -78), (41, -30), (36, -5), (22, -3), (30, -40), (28, -76)], dark)
    pen.blob(
        [(0, -88), (22, -85), (30, -68), (29, -48), (0, -44), (-29, -48), (-30, -68), (-22, -85)],
        tone(colours.ink, 0.24),
    )
    pen.blob(
        [(-18, -83), (-6, -85), (-16, -50), (-27, -52), (-27, -68)],
        mix(tone(colours.ink, 0.24), colours.low, 0.35),
    )
    pen.slab(-39, -38, 78, 7, colours.accent, round_by=3)
    for lamp in (-1, 1):
        pen.veil(lamp * 24, -20, 15, colours.light, 0.25)
        pen.disc(lamp * 24, -20, 7, colours.light)
    pen.slab(-12, -97, 24, 6, lit, round_by=3)
