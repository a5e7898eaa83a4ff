"""Woods: trunks in depth, a canopy, light falling into a clearing."""

from __future__ import annotations

from imagelab.sandbox.canvas import Glow, Point
from imagelab.sandbox.colour import RGB, lightness, mix, tone
from imagelab.sandbox.plants import grass, leaf, pine
from imagelab.sandbox.scene_land import fill_below, ridge
from imagelab.sandbox.sky import stars
from imagelab.sandbox.stage import Spot, Stage

_LAYERS = 4
_LEAF_GREEN: RGB = (58, 134, 88)


def paint_forest(stage: Stage) -> Spot:
    """Four rows of trees, each darker than the one behind, around an open middle."""
    canvas, colours, rng = stage.canvas, stage.palette, stage.rng
    clearing = stage.width * rng.uniform(0.28, 0.72)
    light: RGB = mix(colours.light, colours.low, 0.35 if not colours.night else 0.7)
    glows: list[Glow] = [
        (clearing, stage.height * 0.52, stage.height * 0.62, light, 0.85),
        (clearing + rng.choice((-1, 1)) * stage.width * 0.3, 0, stage.height * 0.5, light, 0.5),
    ]
    canvas.backdrop(
        (colours.high, mix(colours.high, colours.low, 0.5), colours.low, colours.far), glows
    )
    if colours.night:
        stars(stage, stage.height * 0.4)
    conifers = stage.says("pine", "fir", "spruce", "taiga", "snow", "snowy") or (
        not stage.says("redwood", "sequoia", "tall", "towering") and rng.random() < 0.4
    )
    for layer in range(_LAYERS):
        near = layer / (_LAYERS - 1)
        _row(stage, near, clearing, conifers=conifers)
    _beams(stage, clearing)
    _frame(stage, conifers=conifers)
    return Spot(clearing, stage.height * 0.9, rng.uniform(340, 470))


def _row(stage: Stage, near: float, clearing: float, *, conifers: bool) -> None:
    rng = stage.rng
    fill = stage.hazy(stage.palette.ground(0.12 + 0.8 * near), 0.45 * (1 - near))
    foot = stage.height * (0.66 + 0.2 * near)
    if not stage.palette.named and not stage.says("autumn", "fall", "snow", "snowy", "winter"):
        fill = mix(fill, tone(_LEAF_GREEN, lightness(fill)), 0.5)
    step = 70 + 90 * near
    gap = 60 + 250 * near
    x = rng.uniform(-step, 0)
    while x < stage.width + step:
        if abs(x - clearing) > gap:
            _tree(stage, x, foot, near, fill, conifers=conifers)
        x += step * rng.uniform(0.55, 1.3)
    if not conifers:
        _canopy(stage, near, fill, clearing)
    line = ridge(stage, foot, 14 + 14 * near)
    floor = mix(fill, stage.palette.hue(round(near * 3)), 0.3)
    fill_below(stage, line, stage.hazy(floor, 0.3 * (1 - near)), floor)


def _tree(stage: Stage, x: float, foot: float, near: float, fill: RGB, *, conifers: bool) -> None:
    rng = stage.rng
    fill = tone(fill, lightness(fill) * rng.uniform(0.93, 1.06))
    if conifers:
        pine(
            stage.canvas,
            x,
            foot + 24,
            stage.height * rng.uniform(0.3, 0.46) * (0.8 + 0.75 * near),
            fill,
        )
        return
    half = (8 + 26 * near) * rng.uniform(0.7, 1.2)
    lean = rng.uniform(-14, 14)
    dark = tone(fill, lightness(fill) * 0.84)
    top, low = -4.0, foot + 26
    trunk: list[Point] = [
        (x + lean - half * 0.66, top),
        (x + lean + half * 0.66, top),
        (x + half * 0.9, low - half * 2),
        (x + half * 1.7, low),
        (x - half * 1.7, low),
        (x - half * 0.9, low - half * 2),
    ]
    stage.canvas.polygon(trunk, fill)
    stage.canvas.polygon(
        [(x + lean + half * 0.2, top), trunk[1], trunk[2], trunk[3], (x + half * 0.4, low)], dark
    )
    if near > 0.3:
        for _ in range(3):
            y = rng.uniform(stage.height * 0.16, foot - 60)
            stage.canvas.line(
                [
                    (x + lean - half * 0.3, y),
                    (x + lean * 0.7 - half * 0.25, y + rng.uniform(20, 60)),
                ],
                dark,
                half * 0.13,
            )


def _canopy(stage: Stage, near: float, fill: RGB, clearing: float) -> None:
    """Leaves hanging into the picture from above, thinner over the clearing."""
    rng = stage.rng
    for _ in range(round((9 + 5 * near) * stage.width / 1000)):
        x = rng.uniform(0, stage.width)
        apart = min(1.0, abs(x - clearing) / (stage.width * 0.4))
        y = stage.height * (0.02 + 0.16 * apart * rng.random() - 0.05 * near)
        size = rng.uniform(46, 92) * (0.75 + 0.5 * near)
        leaves = mix(fill, stage.palette.hue(rng.randrange(3)), 0.3)
        stage.canvas.oval(x, y, size * 1.25, size * 0.72, leaves)
        stage.canvas.oval(
            x - size * 0.3,
            y - size * 0.2,
            size * 0.7,
            size * 0.4,
            tone(leaves, min(0.95, lightness(leaves) + 0.05)),
        )


def _beams(stage: Stage, clearing: float) -> None:
    if stage.palette.night or stage.says("rain", "storm"):
        return
    rng = stage.rng
    side = rng.choice((-1, 1))
    start = clearing + side * stage.width * 0.34
    for index in range(3):
        foot = clearing + (index - 1.1) * 150 * rng.uniform(0.8, 1.2)
        top = start + (index - 1) * 70
        beam = [
            (top - 18, -4),
            (top + 26, -4),
            (foot + 78, stage.height * 0.84),
            (foot - 52, stage.height * 0.84),
        ]
        stage.canvas.breathe(beam, 0.26)


def _frame(stage: Stage, *, conifers: bool) -> None:
    """What stands nearest: grass, and ferns at the edges."""
    dark = tone(stage.palette.near, max(0.17, lightness(stage.palette.near) * 0.72))
    rng = stage.rng
    if not conifers:
        for _ in range(round(7 * stage.width / 1000)):
            side = rng.choice((-1, 1))
            x = stage.width / 2 + side * stage.width * rng.uniform(0.26, 0.52)
            for blade in range(5):
                angle = -1.57 + (blade - 2) * 0.36
                leaf(
                    stage.canvas,
                    (x, stage.height + 10),
                    angle,
                    rng.uniform(70, 130),
                    dark,
                    wide=0.16,
                )
    grass(stage, stage.height + 4, dark, many=80)
