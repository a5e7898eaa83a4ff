"""Ears, tails, masks and horns, by the names that the kinds of animal use for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from imagelab.domain.frozen import frozen
from imagelab.sandbox.canvas import Canvas, mirrored
from imagelab.sandbox.colour import RGB, lightness, tone

WHITE: RGB = (250, 244, 232)
DARK: RGB = (44, 36, 40)
NOSE: RGB = (52, 40, 44)


@frozen
class Fur:
    """What a kind of animal wears: its coat, belly, and the shapes that tell it apart."""

    coat: RGB
    belly: RGB = WHITE
    ears: str = "pointed"  # pointed, floppy, round, long, small
    tail: str = "thin"  # bushy, thin, none, puff
    mask: str = "none"  # cheeks, muzzle, patches, none
    horns: str = "none"  # ox, antlers, none


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
        head.disc(side * 18, -18, 9.5, DARK if black else coat)
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
        head.oval(side * 10.5, -0.5, 7, 7.4, DARK)
        head.oval(side * 10.5, -1, 4, 4.6, WHITE)
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


TAILS: Final[dict[str, Callable[[Canvas, RGB, RGB], None]]] = {
    "bushy": _bushy,
    "thin": _thin,
    "puff": _puff,
    "none": _nothing,
}
EARS: Final[dict[str, Callable[[Canvas, RGB, RGB], None]]] = {
    "pointed": _pointed,
    "floppy": _floppy,
    "round": _round,
    "long": _long,
    "small": _small,
}
MASKS: Final[dict[str, Callable[[Canvas, Fur], None]]] = {
    "cheeks": _cheeks,
    "muzzle": _muzzle,
    "patches": _patches,
    "none": _nothing,
}
HORNS: Final[dict[str, Callable[[Canvas], None]]] = {
    "ox": _ox_horns,
    "antlers": _antlers,
    "none": _nothing,
}
