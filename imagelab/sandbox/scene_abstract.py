"""What is painted where the words name no scene: bands, arcs, orbits; and blocks in isometry."""

from __future__ import annotations

import math

from imagelab.sandbox.canvas import Point, smooth
from imagelab.sandbox.colour import RGB, lightness, mix, tone
from imagelab.sandbox.sky import stars
from imagelab.sandbox.stage import Spot, Stage


def paint_abstract(stage: Stage) -> Spot:
    """One of four compositions by chance."""
    stage.rng.choice((_bands, _arcs, _orbits, _tiles))(stage)
    return Spot(stage.width / 2, stage.height * 0.9, 420)


def paint_space(stage: Stage) -> Spot:
    """Planets over a field of stars, one of them ringed."""
    canvas, colours, rng = stage.canvas, stage.palette, stage.rng
    deep = tone(colours.high, 0.24)
    x, y = stage.width * rng.uniform(0.2, 0.8), stage.height * rng.uniform(0.2, 0.8)
    reach = max(stage.width, stage.height)
    canvas.backdrop(
        (deep, mix(deep, colours.low, 0.4), deep),
        [
            (x, y, reach * 0.5, colours.mid, 0.8),
            (stage.width - x, stage.height - y, reach * 0.4, colours.accent, 0.6),
        ],
    )
    stars(stage, stage.height, many=130)
    _globe(stage, (x, stage.height - y * 0.9), rng.uniform(150, 230), colours.hue(0))
    canvas.ring(x, stage.height - y * 0.9, 330, 62, mix(colours.accent, colours.paper, 0.3), 9)
    _globe(stage, (stage.width - x, y * 0.8), rng.uniform(50, 90), colours.hue(1))
    _globe(stage, (stage.width * rng.random(), stage.height * 1.22), 420, colours.hue(2))
    return Spot(stage.width / 2, stage.height * 0.94, 380)


def paint_isometric(stage: Stage) -> Spot:
    """Blocks of different heights on a tilted square, with trees and windows."""
    canvas, colours, rng = stage.canvas, stage.palette, stage.rng
    canvas.backdrop(
        (mix(colours.high, colours.low, 0.35), colours.low),
        [(stage.width / 2, stage.height * 0.45, 620, colours.light, 0.5)],
    )
    count = 6
    half = min(stage.width, stage.height * 1.3) * 0.47 / count
    top: Point = (stage.width / 2, stage.height * 0.56 - half * 0.56 * (count - 1))
    across, down = half * count, half * count * 0.56
    middle = stage.height * 0.56
    slab = [(top[0] - across, middle), (top[0], middle + down), (top[0] + across, middle)]
    base = tone(colours.near, 0.36)
    canvas.polygon(
        [
            *slab,
            (top[0] + across, middle + 46),
            (top[0], middle + down + 46),
            (top[0] - across, middle + 46),
        ],
        base,
    )
    canvas.polygon([*slab, (top[0], middle - down)], mix(colours.paper, colours.mid, 0.35))
    for row in range(count):
        for column in range(count):
            at = (top[0] + (column - row) * half, top[1] + (column + row) * half * 0.56)
            street = row == 3 or column == 2
            tall = 10.0 if street else half * rng.choice((0.2, 0.5, 1.0, 1.5, 2.1))
            fill = (
                mix(colours.paper, colours.mid, 0.25) if street else colours.hue(rng.randrange(5))
            )
            _block(
                stage,
                at,
                half * (1.0 if street else 0.92),
                tall,
                tone(fill, min(max(lightness(fill), 0.5), 0.9)),
            )
    return Spot(stage.width / 2, stage.height * 0.96, 300)


def _bands(stage: Stage) -> None:
    """Flowing ribbons across the picture, each lit along its upper edge."""
    canvas, colours, rng = stage.canvas, stage.palette, stage.rng
    canvas.backdrop(
        (colours.high, colours.low),
        [(stage.width * rng.random(), 0, stage.width * 0.6, colours.light, 0.6)],
    )
    disc = tone(colours.accent, 0.82)
    canvas.disc(
        stage.width * rng.uniform(0.2, 0.8),
        stage.height * rng.uniform(0.16, 0.32),
        rng.uniform(70, 150),
        disc,
    )
    count = rng.randint(6, 8)
    slope, turns = rng.uniform(-320, 320), rng.uniform(0.7, 1.5)
    phase = rng.uniform(0, 6.3)
    for band in range(count):
        part = band / (count - 1)
        fill = mix(colours.hue(band), colours.ground(part), 0.35)
        base = stage.height * (0.26 + 0.74 * part)
        line: list[Point] = []
        for step in range(41):
            across = step / 40
            bend = math.sin(across * 6.283 * turns + phase + band * 0.42) * (96 - 44 * part)
            line.append(
                (across * stage.width, base + slope * (across - 0.5) * (1 - part * 0.5) + bend)
            )
        low = stage.height + 400
        canvas.shade(
            [*line, (stage.width, low), (0, low)],
            tone(fill, min(0.95, lightness(fill) + 0.06)),
            tone(fill, lightness(fill) - 0.12),
        )
        canvas.line(line, tone(fill, min(0.97, lightness(fill) + 0.16)), 4)


def _arcs(stage: Stage) -> None:
    """Quarter rainbows growing from the corners and edges."""
    canvas, colours, rng = stage.canvas, stage.palette, stage.rng
    canvas.backdrop((mix(colours.low, colours.paper, 0.3), colours.low))
    edges = [(rng.choice((0.0, 1.0, rng.random())), rng.choice((0.0, 1.0))) for _ in range(5)]
    corners = [(across * stage.width, down * stage.height) for across, down in edges]
    sizes = [rng.uniform(0.26, 0.68) * max(stage.width, stage.height) for _ in corners]
    for index in sorted(range(5), key=lambda i: -sizes[i]):
        x, y = corners[index]
        size, rings = sizes[index], rng.randint(4, 6)
        for ring in range(rings):
            fill = (
                colours.hue(index + ring)
                if ring % 2 == 0
                else mix(colours.hue(index + ring), colours.paper, 0.4)
            )
            canvas.disc(x, y, size * (1 - ring / rings), fill)
    for _ in range(9):
        canvas.disc(
            rng.uniform(0, stage.width),
            rng.uniform(0, stage.height * 0.5),
            rng.uniform(4, 11),
            colours.hue(rng.randrange(4)),
        )


def _orbits(stage: Stage) -> None:
    """Soft overlapping shapes with fine rings."""
    canvas, colours, rng = stage.canvas, stage.palette, stage.rng
    canvas.backdrop(
        (colours.high, mix(colours.high, colours.low, 0.6), colours.low),
        [(stage.width * 0.5, stage.height * 0.5, 700, colours.light, 0.4)],
    )
    many = 10
    start, turn = rng.uniform(0, 6.3), rng.uniform(1.9, 2.7)
    for index in range(many):
        reach, angle = 0.58 - 0.05 * index, start + index * turn
        x = stage.width * (0.5 + reach * math.cos(angle))
        y = stage.height * (0.5 + reach * math.sin(angle))
        size = rng.uniform(170, 330) * (1.15 - index * 0.07) * max(stage.width, stage.height) / 1000
        count = rng.randint(5, 7)
        shape = [
            (
                x + size * rng.uniform(0.7, 1.15) * math.cos(k * 6.283 / count),
                y + size * rng.uniform(0.7, 1.15) * math.sin(k * 6.283 / count),
            )
            for k in range(count)
        ]
        fill = colours.hue(index)
        outline = smooth(shape, closed=True)
        canvas.shade(
            outline,
            tone(fill, min(0.95, lightness(fill) + 0.06)),
            tone(fill, lightness(fill) - 0.08),
        )
        for ring in (0.72, 0.44):
            inner = [(x + (a - x) * ring, y + (b - y) * ring) for a, b in outline]
            canvas.line([*inner, inner[0]], mix(fill, colours.paper, 0.45), 3)


def _tiles(stage: Stage) -> None:
    """A grid of tiles with quarter circles, half circles and dots."""
    canvas, colours, rng = stage.canvas, stage.palette, stage.rng
    canvas.backdrop((colours.paper,) * 2)
    rows = max(3, round(stage.height / 250))
    columns = max(3, round(stage.width / 250))
    wide, high = stage.width / columns, stage.height / rows
    for row in range(rows):
        for column in range(columns):
            _tile(stage, (column * wide, row * high), (wide, high), rng.randrange(6))


def _tile(stage: Stage, at: Point, size: tuple[float, float], kind: int) -> None:
    canvas, colours, rng = stage.canvas, stage.palette, stage.rng
    (x, y), (wide, high) = at, size
    first = rng.randrange(6)
    back, front = colours.hue(first), colours.hue(first + 1 + rng.randrange(2))
    if front == back:
        front = mix(back, colours.paper, 0.6)
    canvas.slab(x, y, wide + 1, high + 1, back)
    right, down = rng.randrange(2), rng.randrange(2)
    corner = (x + right * wide, y + down * high)
    angles = [step * math.pi / 32 for step in range(17)]
    signs = (1 - 2 * right, 1 - 2 * down)
    for reach, fill in ((1.0, front), (0.5, mix(back, colours.paper, 0.75))):
        if kind < 4:
            fan = [
                (
                    corner[0] + signs[0] * wide * reach * math.cos(a),
                    corner[1] + signs[1] * high * reach * math.sin(a),
                )
                for a in angles
            ]
            canvas.polygon([corner, *fan], fill)
        else:
            canvas.oval(x + wide / 2, y + high / 2, wide * 0.38 * reach, high * 0.38 * reach, fill)


def _globe(stage: Stage, at: Point, size: float, fill: RGB) -> None:
    canvas = stage.canvas
    fill = tone(fill, min(max(lightness(fill), 0.5), 0.8))
    circle = [
        (at[0] + size * math.cos(a * math.pi / 36), at[1] + size * math.sin(a * math.pi / 36))
        for a in range(72)
    ]
    canvas.veil(*at, size * 1.14, fill, 0.18)
    canvas.shade(circle, tone(fill, min(0.95, lightness(fill) + 0.1)), tone(fill, 0.3))
    for down, wide in ((-0.4, 0.75), (0.12, 0.85), (0.42, 0.6)):
        band = tone(fill, lightness(fill) + (0.07 if down < 0 else -0.1))
        canvas.slab(
            at[0] - size * wide,
            at[1] + size * down,
            size * wide * 1.5,
            size * 0.1,
            band,
            round_by=size * 0.05,
        )


def _block(stage: Stage, at: Point, half: float, tall: float, fill: RGB) -> None:
    canvas = stage.canvas
    x, y = at
    flat = half * 0.56
    roof = y - tall
    left, right = tone(fill, lightness(fill) - 0.09), tone(fill, lightness(fill) - 0.2)
    canvas.polygon([(x - half, roof), (x, roof + flat), (x, y + flat), (x - half, y)], left)
    canvas.polygon([(x + half, roof), (x, roof + flat), (x, y + flat), (x + half, y)], right)
    canvas.polygon(
        [(x, roof - flat), (x + half, roof), (x, roof + flat), (x - half, roof)],
        tone(fill, min(0.96, lightness(fill) + 0.05)),
    )
    lit = mix(stage.palette.light, fill, 0.15)
    for floor in range(int(tall / 34)):
        for side in (0.25, 0.6):
            up = roof + 16 + floor * 34
            a = x - half * (1 - side)
            canvas.polygon(
                [
                    (a, up + flat * side),
                    (a + half * 0.2, up + flat * (side + 0.2)),
                    (a + half * 0.2, up + flat * (side + 0.2) + 15),
                    (a, up + flat * side + 15),
                ],
                lit,
            )
    if tall < half * 0.3 and tall > 10:
        canvas.disc(x, roof - 16, half * 0.3, tone(stage.palette.mid, 0.5))
        canvas.disc(x - 5, roof - 22, half * 0.2, tone(stage.palette.mid, 0.6))
