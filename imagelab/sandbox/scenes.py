"""A plan put on canvas: the setting first, then its subject, then the weather."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from imagelab.sandbox.animals import ALIASES, draw_animal
from imagelab.sandbox.colour import darker
from imagelab.sandbox.objects import draw_object, smiley
from imagelab.sandbox.people import draw_figure
from imagelab.sandbox.plan import MAX_OBJECTS, Plan, Thing
from imagelab.sandbox.scene_abstract import paint_abstract, paint_isometric, paint_space
from imagelab.sandbox.scene_city import paint_city, paint_station
from imagelab.sandbox.scene_close import (
    paint_flowers,
    paint_pedestal,
    paint_plain,
    paint_portrait,
    paint_sheet,
    paint_table,
)
from imagelab.sandbox.scene_forest import paint_forest
from imagelab.sandbox.scene_land import paint_land, paint_road
from imagelab.sandbox.scene_room import paint_observatory, paint_room
from imagelab.sandbox.scene_water import paint_pond, paint_sea
from imagelab.sandbox.stage import Spot, Stage
from imagelab.sandbox.weather import paint_weather

SETTINGS: Final[dict[str, Callable[[Stage], Spot]]] = {
    "land": paint_land,
    "road": paint_road,
    "forest": paint_forest,
    "sea": paint_sea,
    "pond": paint_pond,
    "city": paint_city,
    "station": paint_station,
    "observatory": paint_observatory,
    "room": paint_room,
    "table": paint_table,
    "plain": paint_plain,
    "pedestal": paint_pedestal,
    "flowers": paint_flowers,
    "portrait": paint_portrait,
    "space": paint_space,
    "isometric": paint_isometric,
    "abstract": paint_abstract,
}

_INDOORS: Final = frozenset({"room", "observatory", "station", "table", "plain", "pedestal"})
_WITHOUT_SUBJECT: Final = {word: ("pond",) for word, kind in ALIASES.items() if kind == "fish"}


def paint_scene(stage: Stage, plan: Plan) -> None:
    """The whole picture on an empty canvas."""
    if plan.sheet:
        paint_sheet(stage, [name for name, _ in plan.objects])
        return
    spot = SETTINGS[plan.setting](stage)
    if plan.setting not in _WITHOUT_SUBJECT.get(plan.animal[0] if plan.animal else "", ()):
        paint_subject(stage, plan, spot)
    paint_weather(stage, indoors=plan.setting in _INDOORS)


def paint_subject(stage: Stage, plan: Plan, spot: Spot) -> bool:
    """Who or what the prompt is about, at its place; False if there is no such thing."""
    if plan.animal:
        word, tint = plan.animal
        flip = stage.rng.random() < 0.5
        pen = stage.canvas.at(spot.x, spot.y, spot.size, flip=flip)
        draw_animal(pen, word, tint, stage.palette.ink)
        if "book" in dict(plan.objects):
            draw_object(
                stage.canvas.at(spot.x, spot.y + 6, spot.size * 0.42),
                "book",
                stage.palette,
                stage.palette.accent,
            )
    elif plan.figure:
        draw_figure(stage, stage.canvas.at(spot.x, spot.y, spot.size))
    elif stage.says("smiley", "emoji") and not plan.objects:
        _smiley(stage, spot)
    elif plan.setting in ("table", "plain", "pedestal"):
        _arrange(stage, plan, spot)
    else:
        return False
    return True


def _smiley(stage: Stage, spot: Spot) -> None:
    yellow = (250, 204, 72)
    size = spot.size * 0.36
    draw_object(stage.canvas.at(spot.x, spot.y, spot.size), "ball", stage.palette, yellow)
    smiley(stage.canvas.at(spot.x, spot.y - size, spot.size * 0.62), (120, 78, 30))


def _arrange(stage: Stage, plan: Plan, spot: Spot) -> None:
    """Things side by side on the ground, none hiding another."""
    wanted = plan.objects[:MAX_OBJECTS] or _chosen(stage)
    room = min(spot.size, stage.width * 0.86 / len(wanted))
    for index, (name, tint) in enumerate(wanted):
        x = spot.x + (index - (len(wanted) - 1) / 2) * room * 1.02
        size = room * stage.between(0.84, 1.0)
        y = spot.y + stage.between(-0.02, 0.06) * size
        shadow = stage.palette.ground(0.86)
        stage.canvas.shadow(x + size * 0.06, y - 2, size * 0.46, size * 0.06, shadow)
        fill = tint or stage.palette.hue(index)
        draw_object(stage.canvas.at(x, y, size), name, stage.palette, fill)
        if name == "mug" and stage.says("smiley", "smile", "smiling"):
            smiley(stage.canvas.at(x, y - size * 0.4, size * 0.5), darker(fill, 0.3))


def _chosen(stage: Stage) -> tuple[Thing, ...]:
    names = ["vase", "mug", "book", "lamp", "fruit", "bowl", "candle", "plant", "bottle"]
    picked = sorted(names, key=lambda _: stage.rng.random())[: stage.rng.randint(2, 3)]
    return tuple((name, None) for name in picked)
