"""Animals as flat shapes, 100 units tall, standing on y = 0; kinds are tables, not drawings."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from imagelab.sandbox.canvas import Canvas, Point, mirrored
from imagelab.sandbox.colour import RGB, lightness, mix, tone

_WHITE: RGB = (250, 244, 232)
_DARK: RGB = (44, 36, 40)
_NOSE: RGB = (52, 40, 44)


@dataclass(frozen=True, slots=True)
class Fur:
    """What a kind of animal wears: its coat, belly, and the shapes that tell it apart."""

    coat: RGB
    belly: RGB = _WHITE
    ears: str = "pointed"  # pointed, floppy, round, long, small
    tail: str = "thin"  # bushy, thin, none, puff
    mask: str = "none"  # cheeks, muzzle, patches, none
    horns: str = "none"  # ox, antlers, none


SEATED: Final[dict[str, Fur]] = {
    "fox": Fur((226, 112, 48), tail="bushy", mask="cheeks"),
    "wolf": Fur((124, 132, 146), (222, 224, 228), tail="bushy", mask="cheeks"),
    "dog": Fur((214, 160, 88), (246, 224, 184), ears="floppy", tail="bushy", mask="muzzle"),
    "cat": Fur((118, 110, 122), (236, 230, 226), mask="muzzle"),
    "tiger": Fur((236, 140, 50), ears="round", mask="muzzle"),
    "lion": Fur((222, 168, 84), (246, 224, 178), ears="round", mask="muzzle"),
    "bear": Fur((128, 86, 58), (206, 168, 128), ears="round", tail="none", mask="muzzle"),
    "panda": Fur((246, 242, 236), (246, 242, 236), ears="round", tail="none", mask="patches"),
    "raccoon": Fur((138, 138, 146), (226, 226, 228), ears="round", tail="bushy", mask="patches"),
    "rabbit": Fur((206, 182, 160), ears="long", tail="puff", mask="muzzle"),
    "mouse": Fur((164, 158, 162), (236, 226, 222), ears="round", mask="muzzle"),
}
STANDING: Final[dict[str, Fur]] = {
    "ox": Fur((122, 82, 60), (218, 196, 172), ears="floppy", horns="ox"),
    "cow": Fur((232, 222, 208), (240, 206, 194), ears="floppy", horns="ox"),
    "horse": Fur((142, 92, 60), (206, 170, 136), ears="small"),
    "deer": Fur((184, 126, 80), (240, 222, 194), ears="floppy", horns="antlers"),
    "sheep": Fur((244, 238, 226), (96, 84, 84), ears="floppy"),
}
ALIASES: Final[dict[str, str]] = {
    **dict.fromkeys(("puppy", "retriever", "hound", "corgi", "terrier", "labrador", "pup"), "dog"),
    **dict.fromkeys(("kitten", "kitty", "tabby", "feline"), "cat"),
    **dict.fromkeys(("bunny", "hare"), "rabbit"),
    **dict.fromkeys(("bull", "oxen", "buffalo", "bison", "yak"), "ox"),
    **dict.fromkeys(("pony", "stallion", "unicorn", "donkey"), "horse"),
    **dict.fromkeys(("stag", "elk", "moose", "reindeer", "fawn"), "deer"),
    **dict.fromkeys(("lamb", "goat"), "sheep"),
    **dict.fromkeys(("owlet", "penguin", "raven", "crow", "parrot", "bird", "robin"), "owl"),
    **dict.fromkeys(("koi", "goldfish", "carp", "salmon"), "fish"),
    **dict.fromkeys(("shark", "dolphin", "orca"), "whale"),
    "cub": "bear",
    "leopard": "tiger",
}
ANIMALS: Final = frozenset({*SEATED, *STANDING, *ALIASES, "owl", "fish", "whale"})


def draw_animal(pen: Canvas, word: str, tint: RGB | None, ink: RGB) -> None:
    """The animal a word names, in its own colours or in `tint`."""
    kind = ALIASES.get(word, word)
    if kind in SEATED:
        _seated(pen, _tinted(SEATED[kind], tint), kind)
    elif kind in STANDING:
        _standing(pen, _tinted(STANDING[kind], tint), kind)
    elif kind == "fish":
        fish(pen.at(0, -46, 120), tint or (238, 112, 56), _WHITE, 0.0)
    elif kind == "whale":
        whale(pen, tint or (84, 124, 164))
    else:
        _perched(pen, tint or (150, 108, 78), ink)


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
        pen.disc(*at(39, side * 6), 1.6, _DARK)


def _tinted(fur: Fur, tint: RGB | None) -> Fur:
    if tint is None:
        return fur
    belly = tone(tint, min(0.96, lightness(tint) + 0.25), vivid=0.45)
    return Fur(tint, belly, fur.ears, fur.tail, fur.mask, fur.horns)


def _seated(pen: Canvas, fur: Fur, kind: str) -> None:
    """Sitting, facing us: tail, body, paws, head."""
    coat = fur.coat
    dark, pale = tone(coat, lightness(coat) * 0.86), tone(coat, min(0.97, lightness(coat) + 0.06))
    pen.shadow(4, -0.5, 36, 4, mix(_DARK, coat, 0.25))
    _TAILS[fur.tail](pen, coat, fur.belly)
    pen.blob(mirrored([(0, -58), (13, -52), (20, -34), (26, -16), (25, -3), (12, 0), (0, 0)]), coat)
    pen.blob([(21, -22), (30, -14), (30, -3), (20, 0), (14, -8)], dark)
    pen.blob([(-21, -22), (-30, -14), (-30, -3), (-20, 0), (-14, -8)], dark)
    pen.blob(mirrored([(0, -54), (9, -46), (10, -30), (7, -18), (0, -14)]), fur.belly)
    for side in (-1, 1):
        pen.slab(side * 7.5 - 5.5, -30, 11, 29, pale, round_by=5)
        pen.oval(side * 7.5, -2.8, 6.8, 3.6, fur.belly)
    if kind == "lion":
        pen.disc(0, -72, 33, (150, 88, 44))
        pen.disc(0, -72, 29, (176, 108, 54))
    head = pen.at(0, -72, 100)
    _EARS[fur.ears](head, coat, fur.belly)
    head.blob(mirrored([(0, -22), (14, -20), (23, -8), (24, 4), (14, 14), (0, 19)]), coat)
    if kind == "tiger":
        for side in (-1, 1):
            for y in (-4, 3, 9):
                head.polygon([(side * 24, y - 1.6), (side * 14, y), (side * 24, y + 1.6)], _DARK)
        head.polygon([(-2, -22), (2, -22), (0, -10)], _DARK)
    _MASKS[fur.mask](head, fur)
    _face(head, 10.5, -1.0)


def _face(head: Canvas, apart: float, eyes: float) -> None:
    for side in (-1, 1):
        head.oval(side * apart, eyes, 2.7, 3.4, _DARK)
        head.disc(side * apart + 0.9, eyes - 1.2, 0.95, (255, 255, 255))
    head.blob([(-3.6, 8.4), (3.6, 8.4), (1.6, 11.6), (-1.6, 11.6)], _NOSE)
    head.curve([(-4.6, 13.6), (-2.2, 15), (0, 12.6), (2.2, 15), (4.6, 13.6)], _NOSE, 1.0)


def _standing(pen: Canvas, fur: Fur, kind: str) -> None:
    """Standing, facing us: legs, a broad body, the head low before it."""
    if kind in ("horse", "deer"):
        _slender(pen, fur, kind)
        return
    coat = fur.coat
    dark = tone(coat, lightness(coat) * 0.82)
    pen.shadow(0, -0.5, 38, 4.5, mix(_DARK, coat, 0.25))
    for side in (-1, 1):
        pen.slab(side * 22 - 5, -34, 10, 33, tone(coat, lightness(coat) * 0.7), round_by=3)
        pen.slab(side * 13 - 5.5, -36, 11, 36, dark, round_by=3)
        pen.slab(side * 13 - 5.5, -5.5, 11, 5.5, _DARK, round_by=2)
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
    _HORNS[fur.horns](head)
    _EARS[fur.ears](head.at(0, 6, 82), coat if kind != "sheep" else fur.belly, fur.belly)
    face = fur.belly if kind == "sheep" else coat
    head.blob(mirrored([(0, -20), (11, -19), (16, -10), (12, 8), (12, 22), (7, 28), (0, 29)]), face)
    if kind == "ox":
        head.blob(mirrored([(0, -24), (10, -21), (9, -12), (4, -7), (0, -5)]), dark)
    head.blob(
        mirrored([(0, 10), (10, 12), (13, 20), (9, 28), (0, 30)]),
        tone(fur.belly, min(0.95, lightness(fur.belly) + 0.04)),
    )
    for side in (-1, 1):
        head.oval(side * 10.4, -3, 2.2, 2.8, _DARK)
        head.disc(side * 10.4 + 0.7, -4, 0.8, (255, 255, 255))
        head.oval(side * 5, 19.5, 2.0, 1.5, _NOSE)
    head.curve([(-5, 25), (0, 26.5), (5, 25)], _NOSE, 0.9)


def _slender(pen: Canvas, fur: Fur, kind: str) -> None:
    """Standing in profile, facing right: long legs, an arched neck."""
    coat = fur.coat
    dark = tone(coat, lightness(coat) * 0.82)
    mane = tone(coat, max(0.24, lightness(coat) * 0.55)) if kind == "horse" else dark
    pen.shadow(0, -0.5, 38, 4, mix(_DARK, coat, 0.25))
    for x, fill in ((-16, dark), (15, dark), (-26, coat), (26, coat)):
        pen.polygon([(x - 5, -38), (x + 4.4, -38), (x + 2, -4), (x - 2, -4)], fill)
        pen.slab(x - 2.8, -5, 5.8, 5, _DARK, round_by=1.5)
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
    pen.disc(41, -83, 1.9, _DARK)
    pen.disc(54.6, -71.4, 0.9, _NOSE)
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
    pen.disc(38, -36, 2.6, _DARK)
    pen.disc(38.8, -36.8, 0.9, (255, 255, 255))
    for bend in (-12, 0, 12):
        pen.curve([(26, -64), (26 + bend * 0.4, -80), (26 + bend * 1.5, -86)], belly, 2.2)


def _perched(pen: Canvas, coat: RGB, ink: RGB) -> None:
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
        pen.disc(side * 11.4, -68, 6, _DARK)
        pen.disc(side * 11.4 + 2.2, -70.4, 1.9, (255, 255, 255))
        for toe in (-4, 0, 4):
            pen.oval(side * 10 + toe, -7.5, 2.1, 4.2, (226, 156, 60))
    pen.polygon([(-4.4, -63), (4.4, -63), (0, -53)], (240, 156, 50))


def _bushy(pen: Canvas, coat: RGB, tip: RGB) -> None:
    pen.blob(
        [(16, -4), (34, -4), (50, -16), (53, -36), (44, -52), (41, -36), (32, -22), (18, -16)],
        tone(coat, lightness(coat) * 0.92),
    )
    pen.blob([(53.4, -33), (44, -53), (41.4, -38), (46, -33), (49, -28)], tip)


def _thin(pen: Canvas, coat: RGB, _tip: RGB) -> None:
    pen.curve(
        [(18, -5), (36, -6), (44, -18), (38, -30), (43, -40)], tone(coat, lightness(coat) * 0.86), 6
    )


def _puff(pen: Canvas, _coat: RGB, tip: RGB) -> None:
    pen.disc(27, -10, 9, tip)


def _nothing(*_: object) -> None:
    """For animals that lack the part."""


def _pointed(head: Canvas, coat: RGB, _belly: RGB) -> None:
    for side in (-1, 1):
        head.polygon([(side * 6, -18), (side * 19, -40), (side * 24, -6)], coat)
        head.polygon(
            [(side * 11, -19), (side * 18.4, -33), (side * 21, -12)], tone(coat, 0.3, vivid=0.6)
        )


def _floppy(head: Canvas, coat: RGB, _belly: RGB) -> None:
    dark = tone(coat, lightness(coat) * 0.8)
    for side in (-1, 1):
        head.blob(
            [
                (side * 13, -18),
                (side * 26, -17),
                (side * 33, -2),
                (side * 29, 11),
                (side * 22, 4),
                (side * 18, -8),
            ],
            dark,
        )


def _round(head: Canvas, coat: RGB, _belly: RGB) -> None:
    black = lightness(coat) > 0.9
    for side in (-1, 1):
        head.disc(side * 18, -18, 9.5, _DARK if black else coat)
        head.disc(side * 18, -17, 5.2, tone(coat, 0.4 if not black else 0.3, vivid=0.8))


def _long(head: Canvas, coat: RGB, _belly: RGB) -> None:
    for side in (-1, 1):
        head.blob(
            [
                (side * 5, -16),
                (side * 5, -38),
                (side * 13, -52),
                (side * 19, -38),
                (side * 16, -14),
            ],
            coat,
        )
        head.blob(
            [
                (side * 8, -18),
                (side * 9, -36),
                (side * 13, -45),
                (side * 15.4, -36),
                (side * 13, -18),
            ],
            (240, 186, 180),
        )


def _small(head: Canvas, coat: RGB, _belly: RGB) -> None:
    for side in (-1, 1):
        head.polygon([(side * 6, -22), (side * 15, -42), (side * 17, -18)], coat)


def _cheeks(head: Canvas, fur: Fur) -> None:
    for side in (-1, 1):
        head.blob(
            [
                (side * 24, 3),
                (side * 14, 3),
                (side * 3, 7),
                (0, 18.6),
                (side * 13, 14.4),
                (side * 21, 9),
            ],
            fur.belly,
        )
    head.blob(mirrored([(0, 2), (5, 6), (6, 13), (0, 18)]), fur.belly)


def _muzzle(head: Canvas, fur: Fur) -> None:
    head.oval(0, 11, 11, 8, fur.belly)
    head.blob(mirrored([(0, -18), (3, -10), (4.5, 2), (0, 8)]), fur.belly)


def _patches(head: Canvas, fur: Fur) -> None:
    for side in (-1, 1):
        head.oval(side * 10.5, -0.5, 7, 7.4, _DARK)
        head.oval(side * 10.5, -1, 4, 4.6, _WHITE)
    head.oval(0, 11, 9, 6.5, fur.belly)


def _ox_horns(head: Canvas) -> None:
    for side in (-1, 1):
        head.blob(
            [
                (side * 9, -18),
                (side * 24, -20),
                (side * 33, -32),
                (side * 32, -42),
                (side * 26, -30),
                (side * 10, -26),
            ],
            (236, 220, 190),
        )


def _antlers(head: Canvas) -> None:
    bone: RGB = (150, 108, 76)
    for side in (-1, 1):
        head.curve(
            [(side * 6, -18), (side * 12, -32), (side * 24, -38), (side * 27, -52)], bone, 3.2
        )
        head.line([(side * 13, -32), (side * 12, -46)], bone, 2.6)
        head.line([(side * 22, -37), (side * 34, -40)], bone, 2.6)


_TAILS: Final[dict[str, Callable[[Canvas, RGB, RGB], None]]] = {
    "bushy": _bushy,
    "thin": _thin,
    "puff": _puff,
    "none": _nothing,
}
_EARS: Final[dict[str, Callable[[Canvas, RGB, RGB], None]]] = {
    "pointed": _pointed,
    "floppy": _floppy,
    "round": _round,
    "long": _long,
    "small": _small,
}
_MASKS: Final[dict[str, Callable[[Canvas, Fur], None]]] = {
    "cheeks": _cheeks,
    "muzzle": _muzzle,
    "patches": _patches,
    "none": _nothing,
}
_HORNS: Final[dict[str, Callable[[Canvas], None]]] = {
    "ox": _ox_horns,
    "antlers": _antlers,
    "none": _nothing,
}
