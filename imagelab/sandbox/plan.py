"""What a prompt asks to see: a setting, who stands in it, what lies around."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from imagelab.domain.frozen import frozen
from imagelab.sandbox.animals import ANIMALS
from imagelab.sandbox.colour import RGB
from imagelab.sandbox.colour_words import COLOURS
from imagelab.sandbox.objects import OBJECT_WORDS
from imagelab.sandbox.palette import named_colours

MAX_OBJECTS = 4
_HOW_FAR_A_TINT_REACHES = 2  # words between a colour and the thing it colours

Thing = tuple[str, RGB | None]  # a word of the tables, and its own colour if the prompt gives one

# Setting: how much a word says, and the words.
_SPOKEN: Final[dict[str, tuple[float, str]]] = {
    "land": (
        1.0,
        """
        mountain hill landscape valley meadow field desert dune canyon peak range cliff
        autumn leaf park volcano prairie countryside farm vineyard horizon sunset sunrise
        nature aurora glacier savanna tundra waterfall mesa
        """,
    ),
    "road": (
        1.6,
        """
        road highway path trail railway
        """,
    ),
    "forest": (
        1.3,
        """
        forest tree wood woodland jungle redwood grove clearing canopy bamboo pine
        """,
    ),
    "sea": (
        1.1,
        """
        sea ocean water boat ship sail lake river coast beach island harbor harbour wave bay
        underwater reef lagoon fjord sailing whale dolphin shark lighthouse
        """,
    ),
    "pond": (
        2.0,
        """
        pond koi japanese zen bonsai teahouse pagoda
        """,
    ),
    "city": (
        1.2,
        """
        city street skyline cityscape urban town building skyscraper billboard tokyo alley
        downtown village market shop cafe architecture castle bridge cyberpunk
        """,
    ),
    "station": (
        1.5,
        """
        metro subway station train platform tram railcar locomotive underground transit
        """,
    ),
    "observatory": (
        1.5,
        """
        observatory conservatory greenhouse orrery planetarium dome glasshouse
        """,
    ),
    "room": (
        1.2,
        """
        room chair corner interior bedroom kitchen library office studio living sofa cozy cosy apartment
        house cabin fireplace window workshop
        """,
    ),
    "table": (
        1.5,
        """
        table desk still tabletop shelf counter picnic
        """,
    ),
    "pedestal": (
        2.0,
        """
        pedestal sculpture statue plinth trophy museum bust
        """,
    ),
    "flowers": (
        1.1,
        """
        flower floral botanical rose tulip garden bouquet orchid blossom bloom herb petal
        wildflower sunflower daisy lily peony
        """,
    ),
    "portrait": (
        1.5,
        """
        portrait person woman man girl boy queen king lady headshot selfie
        """,
    ),
    "space": (
        1.4,
        """
        space planet galaxy nebula cosmos cosmic universe saturn orbit comet asteroid
        """,
    ),
    "isometric": (
        3.0,
        """
        isometric voxel diorama lego
        """,
    ),
    "abstract": (
        1.6,
        """
        abstract pattern geometric gradient texture wallpaper swirl marble minimalist
        bauhaus shape fractal
        """,
    ),
}
_WEIGHTS: Final = {
    word: (name, weight) for name, (weight, words) in _SPOKEN.items() for word in words.split()
}
_SHEET: Final = frozenset(("sticker", "sheet", "collection", "icon", "spritesheet", "assortment"))
_PEOPLE: Final = frozenset(
    (
        "person",
        "woman",
        "man",
        "girl",
        "boy",
        "figure",
        "astronaut",
        "samurai",
        "wizard",
        "detective",
        "child",
        "traveler",
        "traveller",
        "commuter",
        "curator",
        "explorer",
        "hiker",
        "fisherman",
        "dancer",
        "knight",
        "robot",
        "hero",
        "someone",
    )
)
_HOMES: Final[dict[str, tuple[str, ...]]] = {
    "fish": ("pond",),
    "koi": ("pond",),
    "whale": ("sea",),
    "owl": ("forest", "plain"),
    "ox": ("land", "road"),
    "cat": ("room", "plain"),
    "kitten": ("room", "plain"),
}


@frozen
class Plan:
    """What will be in a picture."""

    setting: str
    animal: Thing | None
    objects: tuple[Thing, ...]
    figure: bool
    sheet: bool


def plan_of(words: Sequence[str], rng: Random) -> Plan:
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
