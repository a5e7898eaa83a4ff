"""What falls, drifts and glows in front of a scene."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from imagelab.sandbox.colour import RGB, mix, tone
from imagelab.sandbox.plants import leaf
from imagelab.sandbox.stage import Stage


def paint_weather(stage: Stage, *, indoors: bool = False) -> None:
    """Every kind of weather the prompt speaks of; under a roof nothing falls or drifts."""
    kinds = [WEATHER[word] for word in sorted(stage.words) if word in WEATHER]
    if indoors:
        kinds = [kind for kind in kinds if kind not in (_snow, _rain, _mist)]
    for kind in dict.fromkeys(kinds):
        kind(stage)


def _snow(stage: Stage) -> None:
    rng, white = stage.rng, mix(stage.palette.paper, (255, 255, 255), 0.5)
    for _ in range(round(150 * stage.width * stage.height / 1e6)):
        x, y, size = (
            rng.uniform(0, stage.width),
            rng.uniform(0, stage.height),
            2 + 6 * rng.random() ** 2.5,
        )
        stage.canvas.disc(x, y, size, white)


def _rain(stage: Stage) -> None:
    rng, slant = stage.rng, stage.rng.uniform(0.12, 0.26)
    fill = mix(stage.palette.low, stage.palette.paper, 0.55)
    for _ in range(round(150 * stage.width * stage.height / 1e6)):
        x, y, long = (
            rng.uniform(-60, stage.width),
            rng.uniform(-40, stage.height),
            rng.uniform(18, 64),
        )
        drop = [
            (x, y),
            (x + 2.2, y),
            (x + 2.2 + long * slant, y + long),
            (x + long * slant, y + long),
        ]
        stage.canvas.glaze(drop, fill, rng.uniform(0.3, 0.6))


def _mist(stage: Stage) -> None:
    """Long soft banks of fog, thickest around the middle."""
    rng = stage.rng
    for bank in range(5):
        y = stage.height * (0.44 + 0.11 * bank + rng.uniform(-0.04, 0.04))
        x, half = stage.width * rng.uniform(0.1, 0.9), stage.width * rng.uniform(0.35, 0.7)
        high = stage.height * rng.uniform(0.035, 0.07)
        turn = [step * math.pi / 16 for step in range(32)]
        oval = [(x + half * math.cos(a), y + high * math.sin(a)) for a in turn]
        stage.canvas.breathe(oval, 0.34)


def _leaves(stage: Stage) -> None:
    rng = stage.rng
    warm: tuple[RGB, ...] = ((214, 98, 42), (236, 162, 58), (178, 62, 46), (222, 128, 48))
    for index in range(round(46 * stage.width / 1000)):
        high = rng.random()
        x, y = (
            rng.uniform(0, stage.width),
            stage.height * (high if index % 3 else 0.86 + 0.14 * high),
        )
        fill = mix(rng.choice(warm), stage.palette.hue(index), 0.35)
        leaf(stage.canvas, (x, y), rng.uniform(0, 6.28), rng.uniform(18, 40), fill, wide=0.36)


def _petals(stage: Stage) -> None:
    rng = stage.rng
    for _ in range(round(36 * stage.width / 1000)):
        x, y = rng.uniform(0, stage.width), rng.uniform(0, stage.height)
        fill = mix(tone(stage.palette.accent, 0.84), (250, 196, 208), 0.4)
        leaf(stage.canvas, (x, y), rng.uniform(0, 6.28), rng.uniform(10, 20), fill, wide=0.4)


def _lights(stage: Stage) -> None:
    rng = stage.rng
    for _ in range(round(24 * stage.width / 1000)):
        x, y = rng.uniform(0, stage.width), stage.height * rng.uniform(0.2, 0.95)
        size = rng.uniform(2.5, 6)
        fill = mix(stage.palette.light, stage.palette.accent, rng.uniform(0, 0.4))
        stage.canvas.veil(x, y, size * 3.4, fill, 0.16)
        stage.canvas.disc(x, y, size, fill)


WEATHER: Final[dict[str, Callable[[Stage], None]]] = {
    **dict.fromkeys(("snow", "snowing", "snowfall", "blizzard", "snowflake"), _snow),
    **dict.fromkeys(("rain", "rainy", "storm", "drizzle", "raining"), _rain),
    **dict.fromkeys(("mist", "misty", "fog", "foggy", "haze", "hazy", "steam", "smoke"), _mist),
    **dict.fromkeys(("autumn", "fall", "autumnal", "october"), _leaves),
    **dict.fromkeys(("petal", "sakura", "blossom", "confetti"), _petals),
    **dict.fromkeys(
        ("firefly", "bioluminescent", "magical", "sparkle", "enchanted", "glowing", "ember"),
        _lights,
    ),
}
