"""Instruments and keepsakes: what an observatory, a rover or a badge collection is made of."""

from __future__ import annotations

import math

from imagelab.sandbox.canvas import Canvas
from imagelab.sandbox.colour import RGB, darker, lighter, mix, tone
from imagelab.sandbox.palette import Palette


def telescope(pen: Canvas, palette: Palette, fill: RGB) -> None:
    pen.slab(-36, -34, 72, 34, lighter(fill, 0.06), round_by=4)
    for column in range(4):
        pen.slab(-30 + column * 16, -26, 10, 16, palette.hue(1), round_by=4)
    pen.polygon(_dome(0, -34, 38), fill)
    pen.polygon([(x, y) for x, y in _dome(0, -34, 38) if x >= 8] + [(8, -34)], darker(fill, 0.08))
    pen.polygon([(2, -34), (12, -34), (12, -71), (2, -71)], tone(palette.ink, 0.25))
    pen.line([(7, -56), (30, -94)], palette.accent, 10)
    pen.line([(24, -84), (31, -96)], lighter(palette.accent), 13)
    pen.slab(-40, -38, 80, 6, darker(fill), round_by=3)


def _dome(x: float, y: float, size: float) -> list[tuple[float, float]]:
    return [
        (x + size * math.cos(a * math.pi / 24), y - size * math.sin(a * math.pi / 24))
        for a in range(25)
    ]


def rover(pen: Canvas, palette: Palette, fill: RGB) -> None:
    pen.line([(16, -50), (16, -82)], darker(fill), 3)
    pen.slab(4, -94, 24, 15, fill, round_by=5)
    pen.disc(16, -86, 4.5, palette.hue(1))
    pen.polygon([(-34, -60), (-22, -82), (-14, -62)], palette.hue(1))
    pen.polygon([(-24, -60), (-10, -76), (-3, -60)], lighter(palette.hue(1)))
    pen.slab(-44, -60, 88, 26, fill, round_by=8)
    pen.slab(-38, -48, 76, 6, palette.accent, round_by=3)
    for x in (-31, 0, 31):
        pen.disc(x, -15, 15, tone(palette.ink, 0.28))
        pen.disc(x, -15, 6.5, lighter(fill))


def moon_panel(pen: Canvas, palette: Palette, fill: RGB) -> None:
    pen.slab(-40, -92, 80, 92, fill, round_by=10)
    pen.slab(-34, -86, 68, 80, tone(palette.ink, 0.27), round_by=7)
    pen.disc(2, -50, 26, palette.light)
    pen.disc(13, -56, 23, tone(palette.ink, 0.27))
    for x, y, size in ((20, -62, 2.6), (14, -40, 1.8), (24, -28, 2.2), (-24, -74, 2.0)):
        pen.disc(x, y, size, palette.accent)
    pen.line([(-24, -15), (24, -15)], palette.hue(1), 3)


def clipboard(pen: Canvas, palette: Palette, fill: RGB) -> None:
    pen.slab(-35, -92, 70, 92, fill, round_by=7)
    pen.slab(-28, -84, 56, 77, palette.paper, round_by=3)
    pen.slab(-14, -98, 28, 14, darker(palette.accent), round_by=5)
    chart = [(-18, -66), (-6, -52), (8, -62), (17, -40), (3, -30)]
    pen.line(chart, palette.hue(1), 2)
    for x, y in chart:
        pen.disc(x, y, 3.6, palette.accent)
    pen.line([(-18, -18), (14, -18)], mix(palette.paper, palette.ink, 0.4), 2.4)


def bolt(pen: Canvas, palette: Palette, fill: RGB) -> None:
    pen.slab(-10, -60, 20, 60, lighter(fill), round_by=4)
    for row in range(6):
        pen.line([(-10, -6 - row * 8), (10, -10 - row * 8)], darker(fill), 2.4)
    pen.polygon([(-26, -76), (-14, -94), (14, -94), (26, -76), (14, -58), (-14, -58)], fill)
    pen.polygon([(26, -76), (14, -58), (-14, -58), (-8, -68)], darker(fill))
    pen.disc(0, -77, 7, palette.accent)


def patch(pen: Canvas, palette: Palette, fill: RGB) -> None:
    pen.disc(0, -46, 46, palette.accent)
    pen.disc(0, -46, 41, fill)
    pen.disc(-12, -56, 13, palette.light)
    pen.oval(4, -40, 34, 9, darker(fill))
    pen.polygon(
        [(-30, -22), (-10, -50), (4, -32), (14, -44), (31, -22), (18, -9), (-18, -9)],
        palette.hue(1),
    )


def planet(pen: Canvas, palette: Palette, fill: RGB) -> None:
    pen.disc(0, -48, 31, fill)
    pen.blob([(-29, -58), (0, -50), (29, -58), (31, -48), (0, -40), (-31, -48)], lighter(fill))
    pen.blob([(-27, -34), (0, -27), (27, -34), (20, -24), (0, -18), (-20, -24)], darker(fill))
    pen.curve(
        [(-29, -56), (-47, -43), (-30, -36), (0, -38), (30, -52), (47, -64), (29, -62)],
        palette.accent,
        4.5,
    )


def gear(pen: Canvas, palette: Palette, fill: RGB) -> None:
    for tooth in range(8):
        angle = tooth * math.pi / 4
        pen.line([(0, -46), (42 * math.cos(angle), -46 + 42 * math.sin(angle))], fill, 15)
    pen.disc(0, -46, 34, fill)
    pen.disc(0, -46, 24, lighter(fill))
    pen.disc(0, -46, 12, palette.hue(1))


def thermos(pen: Canvas, palette: Palette, fill: RGB) -> None:
    pen.slab(-17, -98, 34, 22, palette.hue(1), round_by=6)
    pen.slab(-22, -78, 44, 78, fill, round_by=8)
    pen.slab(6, -78, 16, 78, darker(fill, 0.07), round_by=7)
    pen.slab(-22, -68, 44, 5, palette.accent)
    dots = [(-12, -50), (-3, -38), (9, -46), (4, -24), (-9, -18)]
    pen.line(dots, mix(palette.paper, fill, 0.4), 1.2)
    for x, y in dots:
        pen.disc(x, y, 2.6, palette.paper)
