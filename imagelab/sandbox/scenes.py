"""From words to a picture: which setting, who stands in it, what lies around."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from imagelab.sandbox.animals import ALIASES, ANIMALS, draw_animal
from imagelab.sandbox.colour import RGB
from imagelab.sandbox.colour_words import COLOURS
from imagelab.sandbox.objects import OBJECT_WORDS, darker, draw_object, smiley
from imagelab.sandbox.palette import named_colours
from imagelab.sandbox.people import draw_figure
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

MAX_OBJECTS = 4
_HOW_FAR_A_TINT_REACHES = 2  # words between a colour and the thing it colours

Thing = tuple[str, RGB | None]  # a word of the tables, and its own colour if the prompt gives one

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

# Setting: how much a word says, and the words.
_SPOKEN: Final[dict[str, tuple[float, str]]] = {
    "land": (
        1.0,
        "mountain hill landscape valley meadow field desert dune canyon peak range cliff "
        "autumn leaf park volcano prairie countryside farm vineyard horizon sunset sunrise nature aurora "
        "glacier savanna tundra waterfall mesa",
    ),
    "road": (1.6, "road highway path trail railway"),
    "forest": (1.3, "forest tree wood woodland jungle redwood grove clearing canopy bamboo pine"),
    "sea": (
        1.1,
        "sea ocean water boat ship sail lake river coast beach island harbor harbour wave "
        "bay underwater reef lagoon fjord sailing whale dolphin shark lighthouse",
    ),
    "pond": (2.0, "pond koi japanese zen bonsai teahouse pagoda"),
    "city": (
        1.2,
        "city street skyline cityscape urban town building skyscraper billboard tokyo "
        "alley downtown village market shop cafe architecture castle bridge cyberpunk",
    ),
    "station": (
        1.5,
        "metro subway station train platform tram railcar locomotive underground transit",
    ),
    "observatory": (1.5, "observatory conservatory greenhouse orrery planetarium dome glasshouse"),
    "room": (
        1.2,
        "room interior bedroom kitchen library office studio living sofa cozy cosy "
        "apartment house cabin fireplace window workshop",
    ),
    "table": (1.5, "table desk still tabletop shelf counter picnic"),
    "pedestal": (2.0, "pedestal sculpture statue plinth trophy museum bust"),
    "flowers": (
        1.1,
        "flower floral botanical rose tulip garden bouquet orchid blossom bloom herb "
        "petal wildflower sunflower daisy lily peony",
    ),
    "portrait": (1.5, "portrait person woman man girl boy queen king lady headshot selfie"),
    "space": (1.4, "space planet galaxy nebula cosmos cosmic universe saturn orbit comet asteroid"),
    "isometric": (3.0, "isometric voxel diorama lego"),
    "abstract": (
        1.6,
        "abstract pattern geometric gradient texture wallpaper swirl marble minimalist "
        "bauhaus shape fractal",
    ),
}
_WEIGHTS: Final = {
    word: (name, weight) for name, (weight, words) in _SPOKEN.items() for word in words.split()
}
_SHEET: Final = frozenset("sticker sheet collection icon spritesheet assortment".split())
_PEOPLE: Final = frozenset(
    "person woman man girl boy figure astronaut samurai wizard detective child traveler traveller "
    "commuter curator explorer hiker fisherman dancer knight robot hero someone".split()
)
_INDOORS: Final = frozenset({"room", "observatory", "station", "table", "plain", "pedestal"})
_WITHOUT_SUBJECT: Final = {word: ("pond",) for word, kind in ALIASES.items() if kind == "fish"}
_HOMES: Final[dict[str, tuple[str, ...]]] = {
    "fish": ("pond",),
    "koi": ("pond",),
    "whale": ("sea",),
    "owl": ("forest", "plain"),
    "ox": ("land", "road"),
    "cat": ("room", "plain"),
    "kitten": ("room", "plain"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be in a picture."""

    setting: str
    animal: Thing | None
    objects: tuple[Thing, ...]
    figure: bool
    sheet: bool


def plan_of(words: Sequence[str], rng: Random, *, clear: bool) -> Plan:
    """Weigh the words; the earlier ones count a little more."""
    animal = next((thing for thing in _things(words, ANIMALS)), None)
    named = [(OBJECT_WORDS[word], tint) for word, tint in _things(words, frozenset(OBJECT_WORDS))]
    objects = tuple({name: (name, tint) for name, tint in reversed(named)}.values())[::-1]
    figure = not _PEOPLE.isdisjoint(words)
    sheet = len(_SHEET & set(words)) > (1 if animal else 0) and not figure
    setting = _heaviest(words)
    if not setting:
        setting = _home(animal, objects, rng, figure=figure)
    if setting == "portrait" and animal:
        setting = "plain"
    return Plan(setting, animal, objects, figure and setting != "portrait", sheet)


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


def _things(words: Sequence[str], known: frozenset[str]) -> list[Thing]:
    """Known words in order, each with the colour said shortly before it."""
    found = []
    for index, word in enumerate(words):
        if word in known:
            before = words[max(0, index - _HOW_FAR_A_TINT_REACHES) : index]
            tints = named_colours([w for w in before if w not in known or w in COLOURS])
            found.append((word, tints[-1] if tints else None))
    return found


def _heaviest(words: Sequence[str]) -> str:
    scores: dict[str, float] = {}
    for index, word in enumerate(words):
        name, weight = _WEIGHTS.get(word, ("", 0.0))
        scores[name] = scores.get(name, 0.0) + weight * (1 + 1 / (2 + index / 8))
    scores.pop("", None)
    return max(scores, key=lambda name: scores[name], default="")


def _home(animal: Thing | None, objects: tuple[Thing, ...], rng: Random, *, figure: bool) -> str:
    if animal:
        return rng.choice(_HOMES.get(animal[0], ("land", "plain", "forest")))
    if figure:
        return rng.choice(("plain", "land", "city"))
    return "table" if objects else "abstract"


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
