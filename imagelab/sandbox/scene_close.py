"""Near things: a still life on a table, flowers on paper, a portrait, a plain stage."""

from __future__ import annotations

import math

from imagelab.sandbox.colour import RGB, lightness, mix, tone
from imagelab.sandbox.objects import OBJECTS, draw_object
from imagelab.sandbox.people import draw_bust
from imagelab.sandbox.plants import bell, daisy, leaf, orchid, stem, tulip
from imagelab.sandbox.sky import spark
from imagelab.sandbox.stage import Spot, Stage


def paint_table(stage: Stage) -> Spot:
    """A table before a softly lit wall."""
    canvas, colours, rng = stage.canvas, stage.palette, stage.rng
    edge = stage.height * rng.uniform(0.56, 0.74)
    side = rng.choice((0.16, 0.28, 0.72, 0.84))
    dim = rng.random() < 0.4 or colours.night
    wall = tone(colours.high, min(lightness(colours.high), 0.48)) if dim else colours.low
    light = mix(colours.light, colours.low, 0.3)
    canvas.backdrop(
        (colours.high, mix(colours.high, wall, 0.7), wall),
        [(stage.width * side, edge * 0.4, stage.width * 0.5, light, 0.7)],
    )
    for pane in range(2):
        x = stage.width * side - 190 + pane * 170
        slant = 60 if side < 0.5 else -60
        canvas.glaze(
            [
                (x, edge * 0.14),
                (x + 150, edge * 0.14),
                (x + 150 + slant, edge * 0.78),
                (x + slant, edge * 0.78),
            ],
            colours.light,
            0.3,
        )
    wood = (
        mix(tone(colours.mid, 0.6), (186, 128, 84), 0.8)
        if stage.says("wood", "wooden", "oak", "table")
        else colours.mid
    )
    canvas.shade(
        [(0, edge), (stage.width, edge), (stage.width, stage.height), (0, stage.height)],
        tone(wood, lightness(wood) + 0.06),
        tone(wood, lightness(wood) - 0.1),
    )
    canvas.slab(0, edge - 3, stage.width, 8, tone(wood, lightness(wood) + 0.13))
    for _ in range(9):
        x, y = rng.uniform(0, stage.width), rng.uniform(edge + 20, stage.height)
        canvas.line(
            [(x, y), (x + rng.uniform(90, 300), y + rng.uniform(-4, 4))],
            tone(wood, lightness(wood) - 0.05),
            2.5,
        )
    return Spot(
        stage.width * rng.uniform(0.4, 0.6),
        edge + (stage.height - edge) * rng.uniform(0.25, 0.55),
        min(rng.uniform(330, 520), edge * 0.7),
    )


def paint_plain(stage: Stage) -> Spot:
    """A seamless studio wall with one large disc behind the subject."""
    canvas, colours, rng = stage.canvas, stage.palette, stage.rng
    x = stage.width * rng.uniform(0.36, 0.64)
    floor = stage.height * rng.uniform(0.72, 0.78)
    canvas.backdrop(
        (colours.high, mix(colours.high, colours.low, 0.7)),
        [(x, floor * 0.5, stage.width * 0.6, colours.light, 0.4)],
    )
    canvas.disc(
        x + rng.uniform(-60, 60),
        floor * rng.uniform(0.52, 0.62),
        min(stage.width, floor) * rng.uniform(0.33, 0.42),
        tone(colours.accent, max(0.66, lightness(colours.accent))),
    )
    canvas.shade(
        [(0, floor), (stage.width, floor), (stage.width, stage.height), (0, stage.height)],
        colours.mid,
        tone(colours.mid, lightness(colours.mid) - 0.08),
    )
    return Spot(x, floor + (stage.height - floor) * 0.5, min(560, stage.height * 0.5))


def paint_pedestal(stage: Stage) -> Spot:
    """A stone pedestal in studio light."""
    spot = paint_plain(stage)
    canvas, foot = stage.canvas, stage.height * 0.95
    stone = mix(stage.palette.paper, stage.palette.high, 0.14)
    dark = tone(stone, lightness(stone) - 0.12)
    top = stage.height * 0.7
    canvas.oval(spot.x, foot, 200, 26, tone(stage.palette.mid, 0.32))
    canvas.slab(spot.x - 118, top, 236, foot - top, stone)
    canvas.slab(spot.x + 46, top, 72, foot - top, dark)
    for step in range(4):
        x = spot.x - 90 + step * 52
        canvas.curve(
            [(x, top + 20), (x + 22, top + 70), (x + 6, top + 120), (x + 26, foot - 30)],
            tone(stone, lightness(stone) - 0.06),
            2,
        )
    canvas.slab(spot.x - 150, top - 30, 300, 34, stone, round_by=6)
    canvas.slab(spot.x - 150, foot - 26, 300, 30, stone, round_by=6)
    return Spot(spot.x, top - 30, min(430, top * 0.66))


def paint_flowers(stage: Stage) -> Spot:
    """Stems with blossoms of several kinds, filling the sheet from below."""
    canvas, colours, rng = stage.canvas, stage.palette, stage.rng
    night = colours.night
    back = colours.high if night else mix(colours.paper, colours.low, 0.35)
    canvas.backdrop(
        (back, mix(back, colours.low, 0.3), mix(back, colours.low, 0.8)),
        [
            (
                stage.width * rng.uniform(0.3, 0.7),
                stage.height * 0.4,
                stage.width * 0.55,
                colours.light,
                0.5,
            )
        ],
    )
    count = max(6, round(8.5 * stage.width / 1000))
    green = mix((58, 134, 88), tone(colours.mid, 0.5), 0.16)
    order = sorted(range(count), key=lambda _: rng.random())
    for place, index in enumerate(order):
        depth = place / count
        x = stage.width * (index + 0.5 + rng.uniform(-0.25, 0.25)) / count
        y = stage.height * (0.16 + 0.42 * rng.random() + 0.12 * depth)
        fill = tone(green, 0.72 - 0.3 * depth if not night else 0.42 + 0.14 * depth)
        _flower(
            stage,
            (stage.width / 2 + (x - stage.width / 2) * 0.75, x),
            y,
            fill,
            index,
            84 + 58 * rng.random(),
        )
    for blade in range(round(16 * stage.width / 1000)):
        angle = -1.57 + rng.uniform(-0.75, 0.75)
        fill = tone(green, rng.uniform(0.34, 0.52))
        leaf(
            canvas,
            (stage.width * (blade + rng.random()) / (16 * stage.width / 1000), stage.height + 24),
            angle,
            rng.uniform(120, 260),
            fill,
            wide=0.15,
        )
    return Spot(stage.width / 2, stage.height * 0.93, 360)


def paint_portrait(stage: Stage) -> Spot:
    """Head and shoulders before a halo with rays and ornaments."""
    canvas, colours, rng = stage.canvas, stage.palette, stage.rng
    wide, high = stage.width, stage.height
    x, y = wide * rng.uniform(0.47, 0.53), high * 0.4
    canvas.backdrop(
        (colours.high, mix(colours.high, colours.low, 0.6), colours.mid),
        [(x, y, high * 0.6, colours.light, 0.45)],
    )
    size = min(wide, high * 0.8)
    reach = size * rng.uniform(0.32, 0.37)
    rays = rng.choice((16, 20, 24, 32))
    for ray in range(rays):
        angle = ray * 2 * math.pi / rays
        spread = math.pi / rays * 0.5
        far = max(wide, high)
        points = [
            (x, y),
            (x + far * math.cos(angle - spread), y + far * math.sin(angle - spread)),
            (x + far * math.cos(angle + spread), y + far * math.sin(angle + spread)),
        ]
        canvas.polygon(points, mix(colours.high, colours.low, 0.62))
    canvas.disc(x, y, reach * 1.12, tone(colours.accent, 0.62))
    canvas.disc(x, y, reach * 1.06, colours.paper)
    canvas.disc(x, y, reach, mix(colours.accent, colours.low, 0.25))
    for bead in range(24):
        angle = bead * math.pi / 12
        canvas.disc(
            x + reach * 1.2 * math.cos(angle),
            y + reach * 1.2 * math.sin(angle),
            7 if bead % 2 else 11,
            colours.hue(bead % 3),
        )
    draw_bust(stage, x, high * 1.02, size * 0.92)
    for _ in range(9):
        spark(
            stage,
            rng.uniform(0, wide),
            rng.uniform(0, high * 0.7),
            rng.uniform(8, 18),
            colours.light,
        )
    return Spot(wide * 0.8, high * 0.96, 220)


def _flower(
    stage: Stage, ends: tuple[float, float], y: float, green: RGB, index: int, size: float
) -> None:
    canvas, colours = stage.canvas, stage.palette
    foot, x = ends
    stem(canvas, (foot, stage.height + 10), (x, y), green, 6)
    for step in range(3):
        part = 0.28 + 0.2 * step
        at = (foot + (x - foot) * (1 - part) ** 0.8, stage.height + (y - stage.height) * part)
        side = -1 if (step + index) % 2 else 1
        leaf(canvas, at, -1.57 + side * 0.95, size * 1.15, green, wide=0.24)
    fill = colours.hue(index)
    fill = tone(fill, min(max(lightness(fill), 0.58), 0.86))
    kind = stage.rng.randrange(4)
    if kind == 0:
        daisy(canvas, x, y, size, fill, colours.hue(index + 1))
    elif kind == 1:
        tulip(canvas, x, y, size, fill)
    elif kind == 2:
        orchid(canvas, x, y, size, fill, colours.hue(index + 1))
    else:
        bell(canvas, x, y, size, fill)


def paint_sheet(stage: Stage, names: list[str]) -> Spot:
    """Isolated things in a tidy grid, in the order the prompt names them."""
    canvas, colours, rng = stage.canvas, stage.palette, stage.rng
    rows = max(2, round(3 * math.sqrt(stage.height / stage.width)))
    columns = max(2, round(3 * math.sqrt(stage.width / stage.height)))
    others = sorted((name for name in OBJECTS if name not in names), key=lambda _: rng.random())
    shown = sorted([*names, *others][: rows * columns], key=lambda _: rng.random())
    if canvas.surface.cover is None:
        _panels(stage, rows, columns)
    for index, name in enumerate(shown):
        across = stage.width * (0.04 + 0.92 * (index % columns + 0.5) / columns)
        down = stage.height * (0.02 + 0.93 * (index // columns + 0.5) / rows)
        size = min(stage.width / columns, stage.height / rows) * rng.uniform(0.6, 0.7)
        draw_object(canvas.at(across, down + size * 0.5, size), name, colours, colours.hue(index))
    for _ in range(rows * columns):
        x = stage.width * rng.randrange(1, columns) / columns * 0.92 + stage.width * 0.04
        y = stage.height * (0.04 + 0.9 * rng.random())
        spark(stage, x, y, rng.uniform(10, 20), colours.accent)
    return Spot(stage.width / 2, stage.height / 2, 0)


def _panels(stage: Stage, rows: int, columns: int) -> None:
    """A sheet with a pale panel behind every thing, here and there a deep one."""
    canvas, colours, rng = stage.canvas, stage.palette, stage.rng
    sheet = rng.choice((colours.paper, colours.hue(0), colours.hue(1), colours.near))
    canvas.backdrop((sheet, mix(sheet, colours.low, 0.25)))
    wide, high = stage.width * 0.92 / columns, stage.height * 0.93 / rows
    for index in range(rows * columns):
        left = stage.width * 0.04 + index % columns * wide
        top = stage.height * 0.02 + index // columns * high
        lively = colours.hue(rng.randrange(5))
        fill = tone(lively, rng.choice((0.94, 0.88, 0.76)), vivid=0.6)
        gap = wide * 0.04
        canvas.slab(left + gap, top + gap, wide - 2 * gap, high - 2 * gap, fill, round_by=26)
