"""Animals that do not sit: standing, in profile, on a branch, in the water."""

from __future__ import annotations

import math

from imagelab.sandbox.animal_parts import DARK, EARS, HORNS, NOSE, Fur
from imagelab.sandbox.canvas import Canvas, Point, mirrored
from imagelab.sandbox.colour import RGB, lightness, mix, tone


def standing(pen: Canvas, fur: Fur, kind: str) -> None:
    """Standing, facing us: legs, a broad body, the head low before it."""
    if kind in ("horse", "deer"):
        _slender(pen, fur, kind)
        return
    coat = fur.coat
    dark = tone(coat, lightness(coat) * 0.82)
    pen.shadow(0, -0.5, 38, 4.5, mix(DARK, coat, 0.25))
    for side in (-1, 1):
        pen.slab(side * 22 - 5, -34, 10, 33, tone(coat, lightness(coat) * 0.7), round_by=3)
        pen.slab(side * 13 - 5.5, -36, 11, 36, dark, round_by=3)
        pen.slab(side * 13 - 5.5, -5.5, 11, 5.5, DARK, round_by=2)
    pen.blob(mirrored([(0, -84), (18, -80), (31, -64), (31, -40), (20, -26), (0, -22)]), coat)
    if kind == "sheep":
        for step in range(12):
            angle = step * math.pi / 6
            pen.disc(27 * math.cos(angle), -54 + 25 * math.sin(angle), 11, coat)
    else:
        pen.blob(mirrored([(0, -62), (16, -58), (17, -40), (9, -27), (0, -24)]), dark)
    if kind == "cow":
        pen.blob([(12, -78), (26, -70), (28, -54), (18, -52), (10, -62)], (92, 70, 62))
        pen.blob([(-28, -52), (-22, -60), (-16, -50), (-20, -38), (-27, -40)], (92, 70, 62))
    head = pen.at(0, -62, 100)
    HORNS[fur.horns](head)
    EARS[fur.ears](head.at(0, 6, 82), coat if kind != "sheep" else fur.belly, fur.belly)
    face = fur.belly if kind == "sheep" else coat
    head.blob(mirrored([(0, -20), (11, -19), (16, -10), (12, 8), (12, 22), (7, 28), (0, 29)]), face)
    if kind == "ox":
        head.blob(mirrored([(0, -24), (10, -21), (9, -12), (4, -7), (0, -5)]), dark)
    head.blob(
        mirrored([(0, 10), (10, 12), (13, 20), (9, 28), (0, 30)]),
        tone(fur.belly, min(0.95, lightness(fur.belly) + 0.04)),
    )
    for side in (-1, 1):
        head.oval(side * 10.4, -3, 2.2, 2.8, DARK)
        head.disc(side * 10.4 + 0.7, -4, 0.8, (255, 255, 255))
        head.oval(side * 5, 19.5, 2.0, 1.5, NOSE)
    head.curve([(-5, 25), (0, 26.5), (5, 25)], NOSE, 0.9)


def _slender(pen: Canvas, fur: Fur, kind: str) -> None:
    """Standing in profile, facing right: long legs, an arched neck."""
    coat = fur.coat
    dark = tone(coat, lightness(coat) * 0.82)
    mane = tone(coat, max(0.24, lightness(coat) * 0.55)) if kind == "horse" else dark
    pen.shadow(0, -0.5, 38, 4, mix(DARK, coat, 0.25))
    for x, fill in ((-16, dark), (15, dark), (-26, coat), (26, coat)):
        pen.polygon([(x - 5, -38), (x + 4.4, -38), (x + 2, -4), (x - 2, -4)], fill)
        pen.slab(x - 2.8, -5, 5.8, 5, DARK, round_by=1.5)
    if kind == "horse":
        pen.blob([(-29, -54), (-38, -48), (-43, -24), (-37, -14), (-34, -34), (-27, -44)], mane)
    else:
        pen.blob([(-28, -56), (-36, -58), (-34, -48), (-28, -46)], fur.belly)
    pen.blob(
        [
            (-31, -42),
            (-28, -57),
            (-10, -59),
            (12, -58),
            (30, -58),
            (33, -40),
            (22, -30),
            (0, -27),
            (-22, -30),
        ],
        coat,
    )
    pen.blob([(-20, -30), (0, -27), (20, -30), (10, -34), (-10, -34)], fur.belly)
    pen.blob([(16, -56), (24, -78), (32, -88), (42, -82), (37, -66), (33, -44), (22, -42)], coat)
    if kind == "horse":
        pen.blob([(12, -56), (18, -74), (27, -93), (34, -90), (28, -78), (24, -60)], mane)
    pen.polygon([(29, -88), (29, -101), (36, -90)], dark)
    pen.blob([(29, -90), (40, -91), (56, -76), (57, -69), (50, -67), (38, -74), (30, -78)], coat)
    pen.blob([(52, -76), (58, -72), (56, -67), (50, -67)], fur.belly)
    pen.disc(41, -83, 1.9, DARK)
    pen.disc(54.6, -71.4, 0.9, NOSE)
    if kind == "deer":
        for reach in (0, 5):
            pen.curve(
                [(33 + reach, -90), (27 + reach, -104), (33 + reach, -116)], (150, 108, 76), 2.2
            )
            pen.line([(28 + reach, -103), (21 + reach, -111)], (150, 108, 76), 2)
        for x, y in ((-18, -51), (-8, -47), (2, -51), (-14, -43), (10, -46)):
            pen.disc(x, y, 1.6, fur.belly)


def whale(pen: Canvas, skin: RGB) -> None:
    """A whale leaping to the right, with its spout."""
    dark, belly = (
        tone(skin, lightness(skin) * 0.82),
        tone(skin, min(0.95, lightness(skin) + 0.24), vivid=0.4),
    )
    pen.blob(
        [(-36, -14), (-58, -34), (-54, -46), (-44, -34), (-38, -44), (-30, -40), (-30, -22)], dark
    )
    pen.blob(
        [(56, -30), (46, -58), (12, -64), (-18, -42), (-40, -20), (-30, -8), (0, -2), (38, -6)],
        skin,
    )
    pen.blob([(56, -28), (38, -6), (2, -2), (-22, -6), (6, -14), (36, -22)], belly)
    for row in range(3):
        pen.curve(
            [(50 - 4 * row, -22 + 5 * row), (30, -14 + 4 * row), (8, -9 + 3 * row)], dark, 0.9
        )
    pen.blob([(14, -16), (4, 4), (-8, 8), (-2, -12)], dark)
    pen.disc(38, -36, 2.6, DARK)
    pen.disc(38.8, -36.8, 0.9, (255, 255, 255))
    for bend in (-12, 0, 12):
        pen.curve([(26, -64), (26 + bend * 0.4, -80), (26 + bend * 1.5, -86)], belly, 2.2)


def perched(pen: Canvas, coat: RGB, ink: RGB) -> None:
    """An owl on a branch."""
    dark, pale = (
        tone(coat, lightness(coat) * 0.8),
        tone(coat, min(0.95, lightness(coat) + 0.2), vivid=0.7),
    )
    pen.slab(-62, -9, 124, 8, mix(ink, (96, 66, 50), 0.5), round_by=4)
    pen.polygon([(-9, -14), (9, -14), (6, 12), (-6, 12)], dark)
    for side in (-1, 1):
        pen.polygon([(side * 8, -84), (side * 27, -99), (side * 27, -72)], dark)
    pen.blob(mirrored([(0, -90), (20, -86), (31, -66), (31, -36), (20, -12), (0, -6)]), coat)
    for side in (-1, 1):
        pen.blob(
            [
                (side * 27, -64),
                (side * 37, -44),
                (side * 31, -18),
                (side * 19, -16),
                (side * 21, -44),
            ],
            dark,
        )
    pen.blob(mirrored([(0, -52), (15, -48), (18, -30), (11, -13), (0, -10)]), pale)
    for row in range(4):
        for column in range(-1 + row % 2, 2):
            x, y = column * 9 - (row % 2) * 4.5, -44 + row * 8
            pen.polygon([(x - 3, y), (x + 3, y), (x, y + 4.5)], dark)
    for side in (-1, 1):
        pen.disc(side * 12.5, -68, 14, pale)
        pen.disc(side * 12, -68, 9.6, (250, 206, 90))
        pen.disc(side * 11.4, -68, 6, DARK)
        pen.disc(side * 11.4 + 2.2, -70.4, 1.9, (255, 255, 255))
        for toe in (-4, 0, 4):
            pen.oval(side * 10 + toe, -7.5, 2.1, 4.2, (226, 156, 60))
    pen.polygon([(-4.4, -63), (4.4, -63), (0, -53)], (240, 156, 50))


def fish(pen: Canvas, skin: RGB, spots: RGB, bend: float) -> None:
    """A koi from above, swimming to the right, bent by some radians; 100 units long."""

    def at(along: float, across: float) -> Point:
        angle = bend * (along / 50)
        return along * math.cos(angle * 0.5), across + along * math.sin(angle)

    fin = tone(skin, min(0.96, lightness(skin) + 0.06))
    pen.blob([at(-30, 0), at(-52, -15), at(-46, 0), at(-54, 13)], fin)
    for side in (-1, 1):
        pen.blob([at(16, side * 9), at(4, side * 26), at(-4, side * 20), at(4, side * 8)], fin)
    body = [at(46, 0), at(38, -9), at(14, -13), at(-14, -8), at(-34, -2)]
    pen.blob([*body, at(-34, 2), at(-14, 8), at(14, 13), at(38, 9)], skin)
    pen.blob([at(30, -8), at(20, -11), at(8, -4), at(18, 5), at(30, 2)], spots)
    pen.blob([at(-2, 2), at(-14, -4), at(-22, 0), at(-12, 6)], spots)
    for side in (-1, 1):
        pen.disc(*at(39, side * 6), 1.6, DARK)
