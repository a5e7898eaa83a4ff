"""People: a bust for portraits, and a small standing figure."""

from __future__ import annotations

from imagelab.sandbox.canvas import Canvas, mirrored
from imagelab.sandbox.colour import RGB, lightness, mix, tone
from imagelab.sandbox.plants import daisy
from imagelab.sandbox.stage import Stage

_SKINS: tuple[RGB, ...] = (
    (244, 204, 172),
    (226, 172, 132),
    (190, 132, 94),
    (140, 92, 66),
    (104, 70, 54),
)


def draw_bust(stage: Stage, x: float, foot: float, size: float) -> None:
    """A head with hair, flowers and a gown, `size` units from shoulder line to crown."""
    rng, colours = stage.rng, stage.palette
    pen = stage.canvas.at(x, foot, size, flip=rng.random() < 0.5)
    skin = rng.choice(_SKINS)
    shade = tone(skin, lightness(skin) - 0.07)
    hair = tone(
        rng.choice((colours.ink, colours.near, (120, 66, 40), (52, 40, 48))),
        rng.uniform(0.24, 0.42),
    )
    gown = colours.hue(rng.randrange(2))
    long = rng.random() < 0.6
    pen.blob(
        mirrored(
            [
                (0, -96),
                (20, -92),
                (27, -72),
                (27 if long else 20, -46),
                (33 if long else 14, -18),
                (0, -14),
            ]
        ),
        hair,
    )
    pen.blob(mirrored([(0, -38), (12, -34), (36, -26), (48, -10), (52, 10), (0, 12)]), gown)
    pen.blob(mirrored([(0, -34), (9, -33), (14, -27), (0, -14)]), skin)
    pen.slab(-8, -50, 16, 20, shade, round_by=4)
    for fold in (-30, -18, 18, 30):
        pen.curve(
            [(fold * 0.5, -20), (fold, -6), (fold * 1.2, 10)],
            tone(gown, lightness(gown) + 0.08),
            1.3,
        )
    pen.curve([(-16, -27), (-8, -18), (0, -15), (8, -18), (16, -27)], colours.accent, 2)
    pen.disc(0, -13, 3.4, colours.light)
    pen.blob(mirrored([(0, -88), (14, -84), (17.5, -68), (13, -52), (6, -44.5), (0, -43)]), skin)
    _features(pen, tone(skin, lightness(skin) - 0.2), hair)
    pen.blob(
        [
            (-2, -92),
            (12, -92),
            (20, -80),
            (18, -68),
            (12, -78),
            (-2, -83),
            (-13, -77),
            (-18, -64),
            (-21, -78),
            (-14, -90),
        ],
        hair,
    )
    for index, (right, up) in enumerate(((-19, -82), (-21, -73), (-13, -90))):
        daisy(pen, right, up, 7.5 - index, tone(colours.hue(index + 1), 0.76), colours.light)


def _features(pen: Canvas, line: RGB, hair: RGB) -> None:
    for side in (-1, 1):
        pen.curve([(side * 4, -68), (side * 7.5, -66.6), (side * 11, -68.4)], hair, 1.5)
        pen.curve([(side * 3.6, -73.4), (side * 7.5, -75.2), (side * 11.4, -73.4)], hair, 1.2)
        pen.oval(side * 10, -59, 3.4, 2.2, mix(line, (236, 110, 100), 0.5))
    pen.curve([(0.5, -67), (-1.6, -60), (1.2, -58.6)], line, 1.0)
    pen.blob(
        [(-4.4, -52.6), (-1.6, -54), (0, -53.3), (1.6, -54), (4.4, -52.6), (0, -49.8)],
        (190, 74, 76),
    )


def draw_figure(stage: Stage, pen: Canvas) -> None:
    """Someone in a long coat, seen from the front, 100 units tall; with an umbrella in the rain."""
    rng, colours = stage.rng, stage.palette
    skin = rng.choice(_SKINS)
    suited = stage.says("astronaut", "robot", "cosmonaut", "knight", "diver")
    coat = (
        colours.paper
        if suited
        else tone(colours.hue(rng.randrange(3)), 0.46 if colours.night else 0.52, vivid=1.1)
    )
    dark, edge = tone(coat, lightness(coat) - 0.12), tone(colours.accent, 0.82)
    trousers = tone(colours.ink, 0.25)
    pen.shadow(0, 0, 24, 3, tone(colours.ink, 0.2))
    for side in (-1, 1):
        pen.slab(side * 6 - 4.5, -28, 9, 27, trousers, round_by=3)
        pen.slab(side * 7 - 5.5, -5, 11, 5, tone(colours.ink, 0.18), round_by=2)
        pen.blob(
            [
                (side * 10, -72),
                (side * 17, -66),
                (side * 20, -44),
                (side * 18, -36),
                (side * 12, -40),
            ],
            dark,
        )
        pen.disc(side * 17.6, -36, 3, skin)
    pen.blob(mirrored([(0, -76), (9, -75), (14, -68), (15, -46), (19, -20), (0, -18)]), coat)
    pen.line([(0, -72), (0, -19)], dark, 1.4)
    pen.curve([(-17, -21), (0, -19), (17, -21)], edge, 1.4)
    pen.polygon([(-7, -76), (0, -64), (7, -76)], edge)
    pen.slab(-3, -80, 6, 8, tone(skin, lightness(skin) - 0.08))
    pen.disc(0, -88, 9.4, tone(colours.ink, 0.28))
    pen.oval(0, -86, 7.4, 8.4, skin)
    pen.blob(
        [(-9.4, -86), (-8, -96), (0, -99), (8, -96), (9.4, -86), (4, -92), (-4, -92)],
        tone(colours.ink, 0.28),
    )
    for side in (-1, 1):
        pen.oval(side * 3, -85.5, 0.9, 1.2, tone(colours.ink, 0.2))
    if suited:
        _helmet(pen, coat, edge)
    elif stage.says("rain", "rainy", "umbrella"):
        _umbrella(pen, colours.accent)


def _helmet(pen: Canvas, shell: RGB, glass: RGB) -> None:
    pen.slab(-9, -62, 18, 14, tone(shell, 0.75), round_by=3)
    for index in range(3):
        pen.disc(-5 + 5 * index, -55, 1.6, glass)
    pen.disc(0, -89, 15, shell)
    pen.oval(1, -88, 11, 9.4, tone(glass, 0.3))
    pen.oval(-2.6, -91, 4.4, 3, glass)


def _umbrella(pen: Canvas, fill: RGB) -> None:
    pen.line([(18, -36), (18, -118)], tone(fill, 0.3), 1.6)
    pen.blob(
        [
            (-20, -103),
            (-8, -116),
            (18, -123),
            (44, -116),
            (56, -103),
            (38, -106),
            (18, -104),
            (-2, -106),
        ],
        fill,
    )
    pen.blob(
        [(18, -123), (44, -116), (56, -103), (38, -106), (18, -104), (30, -112)],
        tone(fill, lightness(fill) - 0.1),
    )
