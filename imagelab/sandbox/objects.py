"""Things to hold and collect, drawn in a box 100 units wide and high, standing on y = 0."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from imagelab.sandbox import instruments
from imagelab.sandbox.canvas import Canvas, mirrored
from imagelab.sandbox.colour import RGB, darker, lighter, mix, tone
from imagelab.sandbox.palette import Palette
from imagelab.sandbox.plants import daisy, leaf

Drawing = Callable[[Canvas, Palette, RGB], None]  # pen, palette, main colour


def draw_object(pen: Canvas, name: str, palette: Palette, fill: RGB) -> None:
    """The thing a word names; TypeError never, KeyError for a name not in OBJECTS."""
    OBJECTS[name](pen, palette, fill)


def _mug(pen: Canvas, palette: Palette, fill: RGB) -> None:
    pen.ring(33, -38, 17, 20, darker(fill), 8)
    pen.slab(-34, -74, 68, 74, fill, round_by=13)
    pen.slab(14, -70, 20, 66, darker(fill, 0.07), round_by=10)
    pen.oval(0, -73, 34, 7.5, lighter(fill))
    pen.oval(0, -72, 29, 5.4, tone(palette.ink, 0.35))
    pen.slab(-34, -24, 68, 6, lighter(fill))


def smiley(pen: Canvas, ink: RGB) -> None:
    """Two eyes and a smile around (0, 0)."""
    for side in (-1, 1):
        pen.oval(side * 16, -12, 5, 8, ink)
    pen.curve([(-26, 10), (-14, 24), (0, 28), (14, 24), (26, 10)], ink, 6)


def _ball(pen: Canvas, palette: Palette, fill: RGB) -> None:
    pen.disc(0, -36, 36, darker(fill))
    pen.disc(-3, -39, 32, fill)
    pen.oval(-13, -53, 10, 7, mix(fill, palette.paper, 0.55))


def _book(pen: Canvas, palette: Palette, fill: RGB) -> None:
    pen.blob(
        [
            (-50, -8),
            (-48, -52),
            (-26, -57),
            (0, -50),
            (26, -57),
            (48, -52),
            (50, -8),
            (26, -12),
            (0, -3),
            (-26, -12),
        ],
        fill,
    )
    for side in (-1, 1):
        page = [
            (0, -10),
            (side * 1, -47),
            (side * 24, -54),
            (side * 44, -50),
            (side * 45, -13),
            (side * 24, -18),
        ]
        pen.polygon(page, palette.paper if side < 0 else darker(palette.paper, 0.05))
        for row in range(4):
            y = -42 + row * 7
            pen.line(
                [(side * 8, y + 1), (side * 36, y - 4)], mix(palette.paper, palette.ink, 0.35), 1.6
            )
    pen.line([(0, -48), (0, -8)], darker(fill), 2)


def _lamp(pen: Canvas, palette: Palette, fill: RGB) -> None:
    pen.slab(-22, -6, 44, 6, darker(fill), round_by=3)
    pen.slab(-3, -56, 6, 52, darker(fill))
    pen.polygon([(-22, -96), (22, -96), (38, -52), (-38, -52)], fill)
    pen.polygon([(4, -96), (22, -96), (38, -52), (12, -52)], darker(fill, 0.06))
    pen.oval(0, -52, 38, 3.5, mix(palette.light, fill, 0.25))


def _vase(pen: Canvas, palette: Palette, fill: RGB) -> None:
    for index, angle in enumerate((-2.1, -1.57, -1.05)):
        x, y = 44 * math.cos(angle), -52 + 46 * math.sin(angle)
        pen.line([(0, -48), (x, y)], tone(palette.mid, 0.45), 2.4)
        leaf(pen, (x * 0.5, -50 + (y + 50) * 0.5), angle + 0.7, 18, tone(palette.mid, 0.5))
        daisy(pen, x, y, 15, palette.hue(index + 1), palette.light)
    pen.blob(mirrored([(0, -50), (10, -50), (9, -42), (24, -24), (19, -4), (10, 0), (0, 0)]), fill)
    pen.blob([(6, -48), (10, -50), (9, -42), (24, -24), (19, -4), (8, 0), (14, -22)], darker(fill))
    pen.curve([(-20, -26), (0, -21), (20, -26)], lighter(fill), 3)


def _bottle(pen: Canvas, palette: Palette, fill: RGB) -> None:
    pen.slab(-9, -94, 18, 18, darker(fill, 0.2), round_by=3)
    pen.blob(mirrored([(0, -80), (8, -78), (9, -68), (23, -56), (24, -6), (14, 0), (0, 0)]), fill)
    pen.slab(9, -56, 12, 52, darker(fill, 0.07), round_by=6)
    pen.slab(-20, -44, 40, 26, palette.paper, round_by=3)
    for row in range(3):
        pen.line(
            [(-13, -38 + row * 7), (13 - row * 5, -38 + row * 7)],
            mix(palette.ink, palette.paper, 0.4),
            1.8,
        )


def _flower_pot(pen: Canvas, palette: Palette, fill: RGB) -> None:
    for index in range(7):
        leaf(
            pen,
            (0, -38),
            -2.75 + index * 0.39,
            44 + 12 * (index % 2),
            tone(palette.mid, 0.46 + 0.07 * (index % 2)),
            wide=0.2,
        )
    pen.polygon([(-25, -42), (25, -42), (18, 0), (-18, 0)], fill)
    pen.polygon([(6, -42), (25, -42), (18, 0), (4, 0)], darker(fill, 0.07))
    pen.slab(-29, -48, 58, 11, lighter(fill, 0.05), round_by=3)


def _fruit(pen: Canvas, palette: Palette, fill: RGB) -> None:
    pen.blob(mirrored([(0, -58), (16, -66), (33, -50), (32, -22), (15, -1), (0, -4)]), fill)
    pen.blob([(10, -62), (33, -50), (32, -22), (14, -1), (22, -24), (20, -48)], darker(fill, 0.08))
    pen.curve([(0, -58), (3, -72), (10, -78)], tone(palette.ink, 0.35), 4)
    leaf(pen, (4, -68), -0.5, 30, tone(palette.mid, 0.52))


def _candle(pen: Canvas, palette: Palette, fill: RGB) -> None:
    pen.oval(0, -4, 30, 6, darker(palette.accent))
    pen.slab(-12, -62, 24, 58, lighter(fill, 0.08), round_by=4)
    pen.slab(3, -60, 9, 55, fill, round_by=4)
    pen.line([(0, -62), (0, -70)], tone(palette.ink, 0.3), 2)
    pen.blob([(0, -98), (8, -82), (5, -70), (-5, -70), (-8, -82)], (255, 190, 70))
    pen.blob([(0, -88), (4, -79), (2, -72), (-3, -72), (-4, -79)], (255, 240, 190))


def _lantern(pen: Canvas, palette: Palette, fill: RGB) -> None:
    pen.ring(0, -90, 9, 9, darker(fill), 3)
    pen.polygon([(-24, -72), (24, -72), (12, -86), (-12, -86)], darker(fill))
    pen.slab(-21, -72, 42, 62, mix(palette.light, (255, 206, 110), 0.6), round_by=5)
    pen.disc(0, -40, 11, (255, 246, 214))
    for x in (-21, -3, 15):
        pen.slab(x, -72, 6, 62, fill)
    pen.slab(-27, -12, 54, 12, darker(fill), round_by=4)


def _gem(pen: Canvas, palette: Palette, fill: RGB) -> None:
    pen.polygon([(-40, -58), (-22, -84), (22, -84), (40, -58), (0, -4)], fill)
    pen.polygon([(-40, -58), (-16, -58), (0, -4)], darker(fill, 0.07))
    pen.polygon([(40, -58), (16, -58), (0, -4)], darker(fill, 0.14))
    pen.polygon([(-22, -84), (22, -84), (16, -58), (-16, -58)], mix(fill, palette.paper, 0.35))


def _bowl(pen: Canvas, palette: Palette, fill: RGB) -> None:
    for x, index in ((-18, 1), (16, 2), (-1, 3)):
        pen.disc(x, -48 - 8 * (index == 3), 17, palette.hue(index))
        pen.disc(x - 5, -54 - 8 * (index == 3), 4, mix(palette.hue(index), palette.paper, 0.5))
    pen.polygon(
        [
            (48 * math.cos(a * math.pi / 20), -42 + 42 * math.sin(a * math.pi / 20))
            for a in range(21)
        ],
        fill,
    )
    pen.slab(-50, -47, 100, 9, lighter(fill), round_by=4)


OBJECTS: Final[dict[str, Drawing]] = {
    "mug": _mug,
    "ball": _ball,
    "book": _book,
    "lamp": _lamp,
    "vase": _vase,
    "bottle": _bottle,
    "thermos": instruments.thermos,
    "telescope": instruments.telescope,
    "rover": instruments.rover,
    "moonpanel": instruments.moon_panel,
    "clipboard": instruments.clipboard,
    "bolt": instruments.bolt,
    "patch": instruments.patch,
    "planet": instruments.planet,
    "gear": instruments.gear,
    "plant": _flower_pot,
    "fruit": _fruit,
    "candle": _candle,
    "lantern": _lantern,
    "gem": _gem,
    "bowl": _bowl,
}
OBJECT_WORDS: Final[dict[str, str]] = {
    **{name: name for name in OBJECTS},
    **dict.fromkeys(("cup", "teacup", "coffee", "tea", "pot", "teapot"), "mug"),
    **dict.fromkeys(("sphere", "orb", "balloon"), "ball"),
    **dict.fromkeys(("novel", "notebook", "diary", "tome", "novel"), "book"),
    **dict.fromkeys(("bouquet", "pottery", "jug", "amphora"), "vase"),
    **dict.fromkeys(("jar", "perfume", "potion", "wine", "apothecary"), "bottle"),
    **dict.fromkeys(("apple", "pear", "peach", "lemon", "orange", "pumpkin", "cherry"), "fruit"),
    **dict.fromkeys(("succulent", "cactus", "houseplant", "fern"), "plant"),
    **dict.fromkeys(("crystal", "diamond", "jewel"), "gem"),
    **dict.fromkeys(("instrument", "machine", "engine", "clockwork", "cog"), "gear"),
    **dict.fromkeys(("map", "panel", "crescent"), "moonpanel"),
    **dict.fromkeys(("badge", "emblem", "pin"), "patch"),
    **dict.fromkeys(("chart",), "clipboard"),
    **dict.fromkeys(("dome",), "telescope"),
    **dict.fromkeys(("salad", "soup", "breakfast", "noodle", "ramen"), "bowl"),
}
