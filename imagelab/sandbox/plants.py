"""Plants: pines, round trees, bare trunks, flowers, leaves, grass."""

from __future__ import annotations

import math

from imagelab.sandbox.canvas import Canvas, Point
from imagelab.sandbox.colour import RGB, lightness, mix, tone
from imagelab.sandbox.stage import Stage


def pine(canvas: Canvas, x: float, foot: float, high: float, fill: RGB) -> None:
    """A conifer of three tiers, its right side in shade."""
    dark = tone(fill, lightness(fill) * 0.82)
    trunk = high * 0.05
    canvas.slab(x - trunk / 2, foot - high * 0.14, trunk, high * 0.15, tone(fill, 0.22, vivid=0.6))
    for tier in range(3):
        top, bottom = foot - high * (1 - tier * 0.24), foot - high * (0.58 - tier * 0.235)
        half = high * (0.13 + tier * 0.055)
        canvas.polygon([(x, top), (x + half, bottom), (x - half, bottom)], fill)
        canvas.polygon([(x, top), (x + half, bottom), (x + half * 0.1, bottom)], dark)


def round_tree(canvas: Canvas, x: float, foot: float, high: float, fill: RGB, wood: RGB) -> None:
    """A broad-leaved tree: a trunk with two boughs and an overlapping crown."""
    top = foot - high * 0.62
    canvas.polygon(
        [
            (x - high * 0.035, foot),
            (x - high * 0.02, top),
            (x + high * 0.02, top),
            (x + high * 0.04, foot),
        ],
        wood,
    )
    canvas.line(
        [(x, foot - high * 0.34), (x + high * 0.13, foot - high * 0.55)], wood, high * 0.022
    )
    canvas.line([(x, foot - high * 0.28), (x - high * 0.12, foot - high * 0.5)], wood, high * 0.022)
    light = tone(fill, min(0.95, lightness(fill) + 0.08))
    dark = tone(fill, lightness(fill) - 0.07)
    puffs: tuple[tuple[float, float, float, RGB], ...] = (
        (-0.2, 0.56, 0.17, dark),
        (0.21, 0.57, 0.18, dark),
        (0.0, 0.68, 0.25, fill),
        (-0.11, 0.72, 0.16, light),
        (0.12, 0.8, 0.12, light),
    )
    for right, up, size, colour in puffs:
        canvas.disc(x + right * high, foot - up * high, size * high, colour)


def grass(stage: Stage, foot: float, fill: RGB, *, many: int = 60) -> None:
    """Blades along a line."""
    rng = stage.rng
    for _ in range(round(many * stage.width / 1000)):
        x, high = rng.uniform(0, stage.width), rng.uniform(14, 46)
        bend = rng.uniform(-14, 14)
        stage.canvas.polygon([(x - 3.5, foot), (x + bend, foot - high), (x + 3.5, foot)], fill)


def leaf(
    canvas: Canvas, at: Point, angle: float, long: float, fill: RGB, *, wide: float = 0.3
) -> None:
    """A pointed leaf from its stalk outwards, with a vein; the angle in radians."""
    sides = [
        (0, 0),
        (0.28, wide * 0.85),
        (0.6, wide * 0.75),
        (1, 0),
        (0.6, -wide * 0.75),
        (0.28, -wide * 0.85),
    ]
    canvas.blob([_turned(at, x * long, y * long, angle) for x, y in sides], fill)
    vein = tone(fill, min(0.96, lightness(fill) + 0.1))
    canvas.line([at, _turned(at, long * 0.86, 0, angle)], vein, max(1.0, long * 0.022))


def stem(canvas: Canvas, foot: Point, head: Point, fill: RGB, pen: float) -> None:
    """A stalk that leaves the ground upright and bends to its head."""
    (ax, ay), (bx, by) = foot, head
    canvas.curve([(ax, ay), (ax + (bx - ax) * 0.18, ay + (by - ay) * 0.45), (bx, by)], fill, pen)


def daisy(canvas: Canvas, x: float, y: float, size: float, fill: RGB, heart: RGB) -> None:
    """An open flower with two rings of petals."""
    for ring, (petals, reach) in enumerate(((10, 1.0), (8, 0.66))):
        colour = tone(fill, min(0.97, lightness(fill) + 0.09 * ring))
        for index in range(petals):
            angle = (index + ring * 0.5) * 2 * math.pi / petals
            _petal(canvas, (x, y), angle, size * reach, 0.3, colour)
    canvas.disc(x, y, size * 0.23, heart)
    canvas.disc(x, y, size * 0.12, tone(heart, lightness(heart) * 0.8))


def tulip(canvas: Canvas, x: float, y: float, size: float, fill: RGB) -> None:
    """A closed cup of three petals."""
    dark, light = tone(fill, lightness(fill) * 0.84), tone(fill, min(0.95, lightness(fill) + 0.08))
    for angle, colour in ((-2.0, dark), (-1.14, dark), (-1.57, light)):
        _petal(canvas, (x, y + size * 0.45), angle, size * 1.15, 0.3, colour)


def bell(canvas: Canvas, x: float, y: float, size: float, fill: RGB) -> None:
    """A spray of small round blossoms."""
    for row in range(5):
        for side in (-1, 1):
            wide = size * (0.1 + 0.085 * row)
            canvas.disc(
                x + side * wide * 0.8,
                y - size * (0.75 - row * 0.32),
                size * (0.12 + 0.035 * row),
                tone(fill, min(0.95, lightness(fill) + 0.05 * side)),
            )
    canvas.disc(x, y - size * 0.95, size * 0.09, fill)


def orchid(canvas: Canvas, x: float, y: float, size: float, fill: RGB, heart: RGB) -> None:
    """Five broad petals and a lip."""
    dark = tone(fill, lightness(fill) * 0.88)
    for angle in (-1.57, 0.6, 2.54):
        _petal(canvas, (x, y), angle, size * 0.95, 0.25, dark)
    for angle in (-0.25, math.pi + 0.25):
        _petal(canvas, (x, y), angle, size, 0.52, fill)
    _petal(canvas, (x, y), 1.57, size * 0.5, 0.42, heart)
    canvas.disc(x, y, size * 0.12, mix(heart, (255, 250, 230), 0.6))


def _petal(canvas: Canvas, at: Point, angle: float, long: float, wide: float, fill: RGB) -> None:
    sides = [
        (0.02, 0),
        (0.45, wide * 0.8),
        (0.82, wide * 0.75),
        (1, 0),
        (0.82, -wide * 0.75),
        (0.45, -wide * 0.8),
    ]
    canvas.blob([_turned(at, x * long, y * long, angle) for x, y in sides], fill)


def _turned(at: Point, along: float, across: float, angle: float) -> Point:
    cosine, sine = math.cos(angle), math.sin(angle)
    return at[0] + along * cosine - across * sine, at[1] + along * sine + across * cosine
