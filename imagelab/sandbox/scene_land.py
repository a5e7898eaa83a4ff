"""Open country: ridges behind ridges, mountains, dunes, meadows, a road."""

from __future__ import annotations

import math

from imagelab.sandbox.canvas import Point
from imagelab.sandbox.colour import RGB, lightness, mix, tone
from imagelab.sandbox.plants import grass, pine, round_tree
from imagelab.sandbox.sky import birds, paint_sky
from imagelab.sandbox.stage import Spot, Stage

_SNOW = ("snow", "snowy", "snowing", "winter", "ice", "icy", "frost", "frosty", "arctic")
_PEAKS = ("mountain", "peak", "alp", "alpine", "summit", "cliff", "glacier", "everest")
_STEP = 16.0  # units between two points of a ridge


def paint_land(stage: Stage) -> Spot:
    """Ridges from pale to deep under a sky; a subject stands on the nearest but one."""
    rng = stage.rng
    horizon = stage.height * rng.uniform(0.42, 0.7)
    light = paint_sky(stage, horizon)
    if stage.says(*_PEAKS) or rng.random() < 0.35:
        _peaks(stage, horizon)
    if not stage.palette.night and rng.random() < 0.6:
        birds(stage, stage.width - light[0], horizon * rng.uniform(0.3, 0.6))
    _ridges(stage, horizon)
    _foreground(stage)
    return Spot(stage.width * rng.uniform(0.26, 0.74), stage.height * 0.93, rng.uniform(330, 470))


def paint_road(stage: Stage) -> Spot:
    """A long straight road to the horizon between flat fields."""
    canvas, colours, rng = stage.canvas, stage.palette, stage.rng
    horizon = stage.height * rng.uniform(0.42, 0.54)
    paint_sky(stage, horizon)
    _peaks(stage, horizon, small=True)
    ground = _snowy(stage, colours.mid)
    wide, high = stage.width, stage.height
    field = [(0, horizon), (wide, horizon), (wide, high), (0, high)]
    canvas.shade(field, stage.hazy(ground, 0.6), ground)
    goal = wide * rng.uniform(0.44, 0.56)
    road = mix(colours.ink, colours.low, 0.42)
    half = wide * rng.uniform(0.3, 0.4)
    canvas.shade(
        [
            (goal - 6, horizon),
            (goal + 6, horizon),
            (wide / 2 + half, high),
            (wide / 2 - half, high),
        ],
        stage.hazy(road, 0.65),
        road,
    )
    for step in range(9):
        _dash(stage, goal, horizon, step)
    for step in range(7):
        _roadside(stage, goal, horizon, half, step)
    return Spot(wide / 2, high * 0.88, min(500, high * 0.48))


def ridge(stage: Stage, base: float, swing: float, *, rough: float = 0.0) -> list[Point]:
    """The upper line of a hill across the picture, left to right."""
    rng = stage.rng
    waves = [
        (swing / (n + 1), rng.uniform(0.5, 1.2) * (n + 1) * 0.0042, rng.uniform(0, 6.3))
        for n in range(3)
    ]
    count = math.ceil(stage.width / _STEP) + 1
    return [
        (
            i * _STEP,
            base
            - sum(size * math.sin(i * _STEP * speed + start) for size, speed, start in waves)
            - rng.uniform(0, rough),
        )
        for i in range(count)
    ]


def fill_below(stage: Stage, line: list[Point], top: RGB, bottom: RGB) -> None:
    """Land from a ridge down to the lower edge."""
    low = stage.height + 4
    stage.canvas.shade([*line, (line[-1][0], low), (0, low)], top, bottom)


def _peaks(stage: Stage, horizon: float, *, small: bool = False) -> None:
    """A range of faceted mountains, lit from one side, white on top where it is cold."""
    rng, colours = stage.rng, stage.palette
    snowy = stage.says(*_SNOW, *_PEAKS)
    for row in range(2):
        base = stage.hazy(colours.ground(0.12 + row * 0.22), 0.42 - row * 0.25)
        x = rng.uniform(-160, 0)
        while x < stage.width + 120:
            high = horizon * rng.uniform(0.3, 0.66 if row else 0.72) * (0.4 if small else 1)
            half = high * rng.uniform(0.75, 1.05)
            _peak(stage, (x, horizon - high), half, horizon + 60, base, snowy=snowy)
            x += half * rng.uniform(0.8, 1.5)


def _peak(stage: Stage, top: Point, half: float, foot: float, base: RGB, *, snowy: bool) -> None:
    (x, y), rng, canvas = top, stage.rng, stage.canvas
    high = foot - y
    spine = [(x, y)]
    for step in range(1, 6):
        part = step / 5
        spine.append((x + rng.uniform(-0.13, 0.16) * half * (step < 5), y + high * part))
    shadow = tone(base, lightness(base) * 0.86)
    canvas.shade([(x, y), (x + half, foot), (x - half, foot)], base, stage.hazy(base, 0.55))
    canvas.shade([*spine, (x + half, foot)], shadow, stage.hazy(shadow, 0.55))
    if snowy:
        snow = mix(stage.palette.paper, stage.palette.low, 0.12)
        drop = [0.34, 0.22, 0.31, 0.2, 0.3]
        rim = [(x + half * 0.34 * (1 - i / 2), y + high * drop[i]) for i in range(5)]
        canvas.polygon(
            [
                (x, y),
                (x + half * drop[0], y + high * drop[0]),
                *rim[1:4],
                (x - half * drop[4], y + high * drop[4]),
            ],
            snow,
        )
        canvas.polygon(
            [(x, y), (x + half * drop[0], y + high * drop[0]), rim[1], spine[1]],
            mix(snow, shadow, 0.3),
        )


def _ridges(stage: Stage, horizon: float) -> None:
    rng, colours = stage.rng, stage.palette
    count = rng.randint(3, 5)
    dry = stage.says("desert", "dune", "beach", "canyon", "mesa")
    for index in range(count):
        near = index / (count - 1)
        base = horizon + (stage.height * 0.9 - horizon) * near**1.25
        fill = _snowy(stage, stage.hazy(colours.ground(0.12 + 0.88 * near), 0.3 * (1 - near)))
        line = ridge(stage, base, rng.uniform(26, 70))
        if 0 < index < count - 1 and not dry:
            _wood(stage, line, fill, near)
        fill_below(stage, line, fill, stage.hazy(fill, 0.42 * (1 - near * 0.8)))


def _wood(stage: Stage, line: list[Point], fill: RGB, near: float) -> None:
    """Trees along a ridge in clumps, drawn before the land that hides their feet."""
    rng = stage.rng
    kind = pine if stage.says("pine", "mountain", "snow", "snowy", "fir", "alpine") else None
    kind = kind or rng.choice((pine, pine, None))
    dark = tone(fill, lightness(fill) * 0.8, vivid=1.05)
    for _ in range(rng.randint(2, 4)):
        middle = rng.randrange(len(line))
        for _ in range(rng.randint(3, 6)):
            x, y = line[(middle + rng.randint(-5, 5)) % len(line)]
            high = rng.uniform(0.7, 1.25) * (46 + 74 * near)
            leaves = mix(dark, stage.palette.hue(rng.randrange(4)), 0.18)
            if kind:
                kind(stage.canvas, x, y + 10, high, leaves)
            else:
                round_tree(stage.canvas, x, y + 8, high, leaves, tone(fill, 0.25, vivid=0.6))


def _foreground(stage: Stage) -> None:
    rng, colours = stage.rng, stage.palette
    dark = _snowy(stage, tone(colours.near, lightness(colours.near) * 0.86))
    if stage.says("desert", "dune", "beach", "snow", "snowy"):
        return
    grass(stage, stage.height + 4, dark, many=90)
    if stage.says("meadow", "flower", "field", "spring", "summer") or rng.random() < 0.4:
        for _ in range(round(stage.width * 0.04)):
            x, y = rng.uniform(0, stage.width), stage.height - rng.uniform(6, 80)
            stage.canvas.disc(x, y, rng.uniform(3, 7), colours.hue(rng.randrange(5)))


def _snowy(stage: Stage, fill: RGB) -> RGB:
    if not stage.says(*_SNOW):
        return fill
    colours = stage.palette
    white = tone(colours.high, 0.86, vivid=0.7) if colours.night else colours.paper
    return mix(fill, white, 0.66)


def _dash(stage: Stage, goal: float, horizon: float, step: int) -> None:
    """A dash of the middle line, longer and wider the nearer it is."""
    start, end = (step / 9) ** 2.2, ((step + 0.5) / 9) ** 2.2
    x = [goal + (stage.width / 2 - goal) * part for part in (start, end)]
    y = [horizon + (stage.height - horizon) * part for part in (start, end)]
    half = [9 * part + 0.4 for part in (start, end)]
    corners = [
        (x[0] - half[0], y[0]),
        (x[0] + half[0], y[0]),
        (x[1] + half[1], y[1]),
        (x[1] - half[1], y[1]),
    ]
    stage.canvas.polygon(corners, mix(stage.palette.paper, stage.palette.accent, 0.2))


def _roadside(stage: Stage, goal: float, horizon: float, half: float, step: int) -> None:
    part = (step + 1) / 7
    part **= 2.1
    y = horizon + (stage.height - horizon) * part
    for side in (-1, 1):
        x = goal + (stage.width / 2 - goal) * part + side * (half * 1.25 * part + 18)
        fill = stage.hazy(tone(stage.palette.near, 0.34), 0.55 * (1 - part))
        if stage.rng.random() < 0.75:
            pine(stage.canvas, x + side * stage.between(0, 90) * part, y, 40 + 330 * part, fill)
