"""Words that name colours, shade them, or set a mood; data only."""

from __future__ import annotations

from typing import Final

from imagelab.sandbox.colour import RGB


def _hex(codes: str) -> tuple[RGB, ...]:
    return tuple((int(c[:2], 16), int(c[2:4], 16), int(c[4:], 16)) for c in codes.split())


def _table(text: str) -> dict[str, RGB]:
    pairs = (entry.split(":") for entry in text.split())
    return {name: _hex(code)[0] for name, code in pairs}


# Close to the CSS named colours where there is one, https://www.w3.org/TR/css-color-4/#named-colors.
COLOURS: Final = _table(
    """
    red:d62d2d crimson:c21f3a scarlet:e0331f ruby:b3173f maroon:801c2c burgundy:7a1733
    vermilion:e34a2b brick:a8452f rust:b5522b rusty:b5522b copper:b87340 bronze:a9773f
    brass:c2993f terracotta:cc6b49 coral:ff7758 salmon:fa8e78 peach:ffc49b peachy:ffc49b
    apricot:fbb47a orange:f5871f tangerine:f58220 pumpkin:e87722 amber:ffb41f ochre:cc8a2e
    mustard:d9ab2f honey:e5a52b gold:daa520 golden:daa520 gilded:d0a03a yellow:f7d038
    lemon:f7e04b butter:f8e39a brown:8a5a38 chocolate:6b4028 sepia:8a6642 tan:cfa97c
    beige:e6d6b8 sand:dcc493 sandy:dcc493 cream:fbf0d3 creamy:fbf0d3 ivory:faf3df
    white:f6f5f0 pearl:efe9e1 silver:b4bcc4 silvery:b4bcc4 grey:8c9096 gray:8c9096
    slate:66788a charcoal:363b42 black:16181d ebony:22201f obsidian:1a1a22 lime:a6d82e
    chartreuse:b4e02c olive:7f8b36 moss:71863a mossy:71863a sage:a3b899 green:37a34a
    greenish:37a34a emerald:1fa66a jade:2fa57c mint:9fe3c0 minty:9fe3c0 seafoam:93dcc0
    teal:008080 turquoise:30cfc0 aqua:35d6dc cyan:17c8e0 azure:2f8cf0 cobalt:1f4fb5
    blue:2f68d8 bluish:2f68d8 sapphire:1a4fb0 navy:1c2b5e indigo:45309b ultramarine:2f3fb8
    cerulean:2a86c8 violet:8745d6 purple:8436b0 plum:813e7c aubergine:4d2a50 mauve:b78fc4
    lavender:b9a4ea lilac:c8a2dc magenta:d629a5 fuchsia:e22fa0 pink:f58bb0 pinkish:f58bb0
    blush:f3bdb9 fuchsias:e22fa0 raspberry:c92a63 cherry:c81e42 ultraviolet:6a2fe0
    periwinkle:8f95ea cinnamon:b0653a caramel:c8854a coffee:6d4a34 wine:74203f
    """
)

PHRASES: Final[dict[tuple[str, str], RGB]] = {
    ("sky", "blue"): (118, 190, 236),
    ("navy", "blue"): (28, 43, 94),
    ("midnight", "blue"): (28, 36, 92),
    ("royal", "blue"): (50, 84, 214),
    ("baby", "blue"): (150, 200, 240),
    ("powder", "blue"): (170, 208, 230),
    ("steel", "blue"): (70, 130, 180),
    ("electric", "blue"): (30, 110, 255),
    ("blue", "green"): (13, 140, 140),
    ("forest", "green"): (34, 110, 54),
    ("olive", "green"): (127, 139, 54),
    ("hot", "pink"): (255, 80, 160),
    ("rose", "gold"): (214, 150, 138),
    ("burnt", "orange"): (204, 92, 28),
    ("blood", "orange"): (222, 66, 28),
    ("off", "white"): (246, 242, 230),
}

# What a word before a colour does to it: lightness added, chroma times.
SHADES: Final[dict[str, tuple[float, float]]] = {
    "dark": (-0.13, 0.9),
    "deep": (-0.12, 1.0),
    "pale": (0.16, 0.55),
    "light": (0.13, 0.8),
    "pastel": (0.14, 0.6),
    "soft": (0.06, 0.75),
    "dusty": (0.02, 0.55),
    "muted": (0.0, 0.55),
    "bright": (0.05, 1.15),
    "vivid": (0.0, 1.25),
    "electric": (0.03, 1.3),
}

_AUTUMN = _hex("cf5a2c e8a23a 8a3f2c f3c26b d97b3c")
_NEON = _hex("3a1f8f e5259d 18c8e6 7b3ff0 f7d038")
_MOON = _hex("2b3f86 4d6fb0 8aa6d8 1a2350 e8dfae")
_SEA = _hex("2b8fb8 17678f 6cc5c9 f6e2b8 f58a6b")
_WOOD = _hex("7fb069 3f7d58 d9c46a 28573f f0a45b")
_SNOW = _hex("8fb4d8 a9c9e6 5f86b5 eaf3fa f3b38c")
_DUSK = _hex("f2785c 8f4f9e f9b35e 4a3b86 ffd9a0")
_SPRING = _hex("8fcfb0 f59ab5 f7cf6b 5aa882 b9a4ea")
_DESERT = _hex("e8a86a cc6b49 f6d6a8 8a4a4a 5aa6a6")
_DEEP_SEA = _hex("12607d 17b5b0 5b3fc4 0c2f57 7af0d0")
_STORM = _hex("6d8398 4a6076 9fb3c0 2f4052 f2c879")
_AURORA = _hex("1c3a78 2fbf8a 7a4fd0 7df0b0 1a2452")

# Moods lead where no colour is named.
MOODS: Final[dict[str, tuple[RGB, ...]]] = {
    **dict.fromkeys(("autumn", "fall", "autumnal", "harvest", "october", "november"), _AUTUMN),
    **dict.fromkeys(("neon", "cyberpunk", "synthwave", "vaporwave", "holographic", "disco"), _NEON),
    **dict.fromkeys(("moon", "moonlit", "moonlight", "midnight", "nocturnal", "night"), _MOON),
    **dict.fromkeys(("sea", "ocean", "coast", "marine", "beach", "underwater", "nautical"), _SEA),
    **dict.fromkeys(("forest", "wood", "woodland", "jungle", "moss", "redwood", "meadow"), _WOOD),
    **dict.fromkeys(("snow", "snowy", "winter", "ice", "icy", "frost", "frosty", "arctic"), _SNOW),
    **dict.fromkeys(("sunset", "sunrise", "dusk", "dawn", "twilight", "evening"), _DUSK),
    **dict.fromkeys(("spring", "blossom", "floral", "garden", "botanical", "flower"), _SPRING),
    **dict.fromkeys(("desert", "dune", "canyon", "savanna", "western", "mesa"), _DESERT),
    **dict.fromkeys(("bioluminescent", "luminescent", "jellyfish", "abyss"), _DEEP_SEA),
    **dict.fromkeys(("rain", "rainy", "storm", "stormy", "foggy", "fog", "misty"), _STORM),
    **dict.fromkeys(("aurora", "northern"), _AURORA),
}

DARK: Final = frozenset(
    (
        "night",
        "moonlit",
        "moonlight",
        "midnight",
        "nocturnal",
        "dark",
        "neon",
        "cyberpunk",
        "star",
        "starry",
        "starlit",
        "galaxy",
        "nebula",
        "cosmic",
        "aurora",
        "northern",
        "bioluminescent",
        "luminescent",
        "space",
        "planet",
        "cosmos",
        "synthwave",
        "abyss",
        "luminous",
        "firefly",
        "blackout",
    )
)

HARMONIES: Final[tuple[tuple[RGB, ...], ...]] = (
    _hex("3e8e8c f2a65a e4572e f7e3b5 2b4a5e"),
    _hex("6c8ebf f2b5a7 d9667b fbe8d3 34476b"),
    _hex("7a9e7e e8c07d cc6b49 f5ecd7 2f4f4f"),
    _hex("5b5f97 ffc145 ff6b6c fbf3e0 2c2f55"),
    _hex("4a8fa8 f6ae6b 8d5a97 fce7cf 27425e"),
    _hex("e07a5f 3d8c85 f2cc8f f4f1de 3d405b"),
    _hex("9a6fb0 f4a6b8 5fb0b7 fbeaf0 3c2f5c"),
    _hex("d98f4e 6a994e bc4749 f2e8cf 386641"),
    _hex("4d7ea8 e9b872 90a959 f6f1e1 2f3e55"),
    _hex("c85c7d f2a07b 55759c fde8d8 4b2a55"),
    _hex("2a9d8f e9c46a f4a261 fdf3dc 264653"),
    _hex("748cab e5989b b5838d fff0e4 3e4a66"),
)
