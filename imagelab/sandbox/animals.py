"""Animals as flat shapes, 100 units tall, standing on y = 0; kinds are tables, not drawings."""

from __future__ import annotations

from typing import Final

from imagelab.sandbox.animal_parts import DARK, EARS, MASKS, NOSE, TAILS, WHITE, Fur
from imagelab.sandbox.animal_poses import fish, perched, standing, whale
from imagelab.sandbox.canvas import Canvas, mirrored
from imagelab.sandbox.colour import RGB, lightness, mix, tone

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
        standing(pen, _tinted(STANDING[kind], tint), kind)
    elif kind == "fish":
        fish(pen.at(0, -46, 120), tint or (238, 112, 56), WHITE, 0.0)
    elif kind == "whale":
        whale(pen, tint or (84, 124, 164))
    else:
        perched(pen, tint or (150, 108, 78), ink)


def _tinted(fur: Fur, tint: RGB | None) -> Fur:
    if tint is None:
        return fur
    belly = tone(tint, min(0.96, lightness(tint) + 0.25), vivid=0.45)
    return Fur(tint, belly, fur.ears, fur.tail, fur.mask, fur.horns)


def _seated(pen: Canvas, fur: Fur, kind: str) -> None:
    """Sitting, facing us: tail, body, paws, head."""
    coat = fur.coat
    dark, pale = tone(coat, lightness(coat) * 0.86), tone(coat, min(0.97, lightness(coat) + 0.06))
    pen.shadow(4, -0.5, 36, 4, mix(DARK, coat, 0.25))
    TAILS[fur.tail](pen, coat, fur.belly)
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
    EARS[fur.ears](head, coat, fur.belly)
    head.blob(mirrored([(0, -22), (14, -20), (23, -8), (24, 4), (14, 14), (0, 19)]), coat)
    if kind == "tiger":
        for side in (-1, 1):
            for y in (-4, 3, 9):
                head.polygon([(side * 24, y - 1.6), (side * 14, y), (side * 24, y + 1.6)], DARK)
        head.polygon([(-2, -22), (2, -22), (0, -10)], DARK)
    MASKS[fur.mask](head, fur)
    _face(head, 10.5, -1.0)


def _face(head: Canvas, apart: float, eyes: float) -> None:
    for side in (-1, 1):
        head.oval(side * apart, eyes, 2.7, 3.4, DARK)
        head.disc(side * apart + 0.9, eyes - 1.2, 0.95, (255, 255, 255))
    head.blob([(-3.6, 8.4), (3.6, 8.4), (1.6, 11.6), (-1.6, 11.6)], NOSE)
    head.curve([(-4.6, 13.6), (-2.2, 15), (0, 12.6), (2.2, 15), (4.6, 13.6)], NOSE, 1.0)
