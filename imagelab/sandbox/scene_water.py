"""Water: an open sea with boats and islands, and a garden pond seen from above the bank."""

from __future__ import annotations

import math

from imagelab.sandbox.animal_poses import fish
from imagelab.sandbox.canvas import Point
from imagelab.sandbox.colour import RGB, lightness, mix, tone
from imagelab.sandbox.plants import grass, leaf, pine, round_tree
from imagelab.sandbox.scene_land import fill_below, ridge
from imagelab.sandbox.sky import birds, paint_sky
from imagelab.sandbox.stage import Spot, Stage


def paint_sea(stage: Stage) -> Spot:
    """A horizon, the light's path on the water, bands of waves, and what floats on them."""
    canvas, colours, rng = stage.canvas, stage.palette, stage.rng
    horizon = stage.height * rng.uniform(0.42, 0.58)
    light = paint_sky(stage, horizon)
    if not colours.night and rng.random() < 0.6:
        birds(stage, stage.width - light[0], horizon * 0.45)
    for row in range(rng.randint(1, 2)):
        _island(stage, horizon, row)
    corners: list[Point] = [
        (0, horizon),
        (stage.width, horizon),
        (stage.width, stage.height),
        (0, stage.height),
    ]
    canvas.shade(corners, stage.hazy(colours.mid, 0.55), colours.mid)
    _glitter(stage, light[0], horizon)
    _waves(stage, horizon)
    boat_x = stage.width * rng.choice((rng.uniform(0.2, 0.36), rng.uniform(0.62, 0.8)))
    boat_y = horizon + (stage.height - horizon) * rng.uniform(0.22, 0.4)
    _boat(stage, boat_x, boat_y, rng.uniform(150, 230))
    if rng.random() < 0.6:
        _boat(stage, stage.width - boat_x, horizon + 14, 52)
    return Spot(stage.width / 2, stage.height * 0.86, 380)


def paint_pond(stage: Stage) -> Spot:
    """Still water between planted banks, a stone lantern, stones, lily pads and fish."""
    canvas, colours, rng = stage.canvas, stage.palette, stage.rng
    horizon = stage.height * rng.uniform(0.3, 0.38)
    paint_sky(stage, horizon)
    fill_below(
        stage,
        ridge(stage, horizon - 20, 40),
        stage.hazy(colours.far, 0.5),
        stage.hazy(colours.far, 0.3),
    )
    for index in range(round(9 * stage.width / 1000)):
        x = stage.width * (index + rng.random()) / (9 * stage.width / 1000)
        fill = mix(colours.ground(rng.uniform(0.25, 0.7)), colours.hue(index), 0.35)
        kind = rng.random()
        if kind < 0.6:
            round_tree(
                canvas,
                x,
                horizon + 60,
                rng.uniform(150, 260),
                stage.hazy(fill, 0.25),
                stage.hazy(colours.ink, 0.25),
            )
        else:
            pine(canvas, x, horizon + 60, rng.uniform(170, 270), stage.hazy(fill, 0.2))
    bank = ridge(stage, horizon + 50, 18)
    fill_below(stage, bank, colours.ground(0.42), colours.ground(0.6))
    water = _pond_line(stage, horizon)
    pool: RGB = (74, 148, 160) if not colours.named else colours.mid
    canvas.shade(water, mix(colours.low, pool, 0.7), mix(pool, colours.near, 0.3))
    _pond_life(stage, horizon)
    stone_lantern(stage, stage.width * rng.choice((0.17, 0.83)), stage.height * 0.66, 330)
    for side in (0.0, 1.0):
        for blade in range(9):
            x = stage.width * side + (blade - 4) * 30
            canvas.line(
                [
                    (x, stage.height + 6),
                    (x + rng.uniform(-30, 30), stage.height - rng.uniform(80, 190)),
                ],
                colours.near,
                5,
            )
    grass(stage, stage.height + 4, colours.near, many=26)
    return Spot(stage.width * 0.5, stage.height * 0.93, 380)


def stone_lantern(stage: Stage, x: float, foot: float, size: float) -> None:
    """A garden lantern of stone with a lit window."""
    pen = stage.canvas.at(x, foot, size)
    stone = mix(tone(stage.palette.mid, 0.62, vivid=0.3), (140, 140, 138), 0.5)
    dark, pale = tone(stone, lightness(stone) - 0.13), tone(stone, lightness(stone) + 0.1)
    pen.oval(0, 0, 26, 5, dark)
    pen.polygon([(-14, 0), (14, 0), (8, -10), (-8, -10)], stone)
    pen.slab(-6, -46, 12, 38, stone)
    pen.slab(0, -46, 6, 38, dark)
    pen.slab(-15, -53, 30, 8, pale, round_by=2)
    pen.slab(-11, -73, 22, 20, stone)
    pen.slab(-6, -70, 12, 14, mix(stage.palette.accent, (255, 226, 150), 0.6), round_by=3)
    pen.line([(0, -70), (0, -56)], dark, 1.6)
    pen.polygon([(-26, -70), (-22, -74), (-6, -86), (6, -86), (22, -74), (26, -70)], dark)
    pen.polygon([(-26, -70), (-22, -74), (-6, -86), (0, -86), (0, -70)], stone)
    pen.disc(0, -89, 5, pale)


def _island(stage: Stage, horizon: float, row: int) -> None:
    rng = stage.rng
    x, half = stage.width * rng.uniform(0.05, 0.95), rng.uniform(160, 420)
    fill = stage.hazy(stage.palette.ground(0.25 + 0.2 * row), 0.4 - 0.18 * row)
    high = half * rng.uniform(0.16, 0.42)
    hump = [
        (-1.0, 0.0),
        (-0.72, 0.4),
        (-0.35, 1.0),
        (0.05, 0.72),
        (0.4, 0.86),
        (0.75, 0.3),
        (1.0, 0.0),
    ]
    stage.canvas.polygon([(x + a * half, horizon + 2 - b * high) for a, b in hump], fill)
    shade = tone(fill, lightness(fill) * 0.88)
    stage.canvas.polygon(
        [(x + a * half, horizon + 2 - b * high) for a, b in [*hump[2:], (0.1, 0.0)]], shade
    )


def _glitter(stage: Stage, x: float, horizon: float) -> None:
    rng, deep = stage.rng, stage.height - horizon
    for step in range(26):
        part = (step / 26) ** 1.5
        y, half = horizon + 6 + deep * 0.9 * part, (10 + 130 * part) * rng.uniform(0.3, 1.0)
        shift = rng.uniform(-40, 40) * part
        fill = mix(stage.palette.light, stage.palette.mid, 0.1 + 0.5 * part)
        stage.canvas.slab(
            x + shift - half, y, 2 * half, 3 + 8 * part, fill, round_by=1.5 + 4 * part
        )


def _waves(stage: Stage, horizon: float) -> None:
    rng, colours = stage.rng, stage.palette
    deep = stage.height - horizon
    for row in range(4):
        base = horizon + deep * (0.46 + 0.17 * row)
        start, long = rng.uniform(0, 6.3), rng.uniform(110, 190)
        high = 10 + 7 * row
        line = [
            (i * 14.0, base - high * abs(math.sin(i * 14 / long + start)) ** 1.3)
            for i in range(math.ceil(stage.width / 14) + 2)
        ]
        fill = mix(colours.mid, colours.near, 0.2 + 0.25 * row)
        if row == 1:
            fill = mix(fill, colours.accent, 0.3)
        crest = tone(fill, min(0.95, lightness(fill) + 0.1))
        fill_below(stage, [(x, y - 5) for x, y in line], crest, crest)
        fill_below(stage, line, fill, mix(fill, colours.near, 0.3))


def _boat(stage: Stage, x: float, y: float, size: float) -> None:
    colours = stage.palette
    pen = stage.canvas.at(x, y, size, flip=stage.rng.random() < 0.5)
    hull = tone(colours.accent, 0.45)
    stage.canvas.glaze(
        [
            (x - size * 0.45, y),
            (x + size * 0.45, y),
            (x + size * 0.2, y + size * 0.5),
            (x - size * 0.2, y + size * 0.5),
        ],
        hull,
        0.22,
    )
    pen.line([(0, -8), (0, -96)], tone(colours.ink, 0.3), 2.2)
    pen.blob([(3, -92), (26, -60), (44, -18), (3, -16)], colours.paper)
    pen.polygon([(-3, -84), (-3, -16), (-32, -16)], mix(colours.accent, colours.paper, 0.3))
    pen.polygon([(-44, -12), (48, -12), (34, 4), (-32, 4)], hull)
    pen.polygon([(-44, -12), (48, -12), (46, -8.5), (-42, -8.5)], colours.paper)


def _pond_line(stage: Stage, horizon: float) -> list[Point]:
    rng = stage.rng
    top, wide = horizon + 105, stage.width
    upper = [
        (wide * part, top + rng.uniform(-14, 40) + 60 * abs(part - 0.5))
        for part in (-0.1, 0.1, 0.3, 0.5, 0.7, 0.9, 1.1)
    ]
    return [*upper, (wide * 1.1, stage.height + 8), (-wide * 0.1, stage.height + 8)]


def _pond_life(stage: Stage, horizon: float) -> None:
    rng, colours, canvas = stage.rng, stage.palette, stage.canvas
    top = horizon + 190
    ripple = mix(colours.low, colours.paper, 0.4)
    for _ in range(7):
        x, y = rng.uniform(0, stage.width), rng.uniform(top, stage.height - 40)
        canvas.line([(x - rng.uniform(20, 70), y), (x + rng.uniform(20, 70), y)], ripple, 3)
    places = [(0.3, 0.45), (0.52, 0.75), (0.68, 0.4), (0.42, 0.2)]
    for index, (across, down) in enumerate(places[: rng.randint(3, 4)]):
        x = stage.width * (across + rng.uniform(-0.06, 0.06))
        y = top + (stage.height - top) * (down + rng.uniform(-0.06, 0.06))
        skin: RGB = (colours.accent, colours.paper, (240, 104, 48))[index % 3]
        fish(
            canvas.at(x, y, rng.uniform(95, 135), flip=rng.random() < 0.5),
            skin,
            mix(skin, (236, 84, 40), 0.7),
            rng.uniform(-0.6, 0.6),
        )
    for _ in range(5):
        x, y = (
            stage.width * rng.choice((rng.uniform(0.04, 0.3), rng.uniform(0.7, 0.96))),
            rng.uniform(top + 60, stage.height - 90),
        )
        size = rng.uniform(28, 56)
        pad = tone(mix(colours.mid, (74, 150, 88), 0.8), 0.56)
        canvas.oval(x, y, size, size * 0.42, tone(pad, lightness(pad) - 0.1))
        canvas.oval(x, y - 4, size, size * 0.42, pad)
        if rng.random() < 0.5:
            for blade in range(5):
                leaf(
                    canvas, (x, y - 4), -2.5 + blade * 0.47, size * 0.62, colours.hue(2), wide=0.24
                )
