"""The vendors' tariff: what a call uses in tokens, and what those cost.

Read from the vendors' pages, apart from the offers, so that the two can disagree. Text is
counted by a rule of thumb, a letter or sign at a time for scripts without spaces: it comes
within 8 % of the tokens that the four example costs of Runware's page imply.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from imagelab.domain.frozen import frozen

Family = Literal["1.5", "1-mini", "2", "2.5"]
Fidelity = Literal["low", "high"]

# Nano-dollars a token, as (text in, image in, image out). 1.5 as on Runware's and
# Cloudflare's pages, the others by OpenAI's price list, November 2026.
_RATES: Final[dict[Family, tuple[int, int, int]]] = {
    "1.5": (5_000, 8_000, 32_000),
    "1-mini": (2_000, 2_500, 8_000),
    "2": (5_000, 8_000, 30_000),
    "2.5": (5_000, 8_000, 30_000),
}

# Tokens of one image as (square, portrait, landscape): OpenAI's guide, "Image generation".
_TABLE: Final[dict[str, tuple[int, int, int]]] = {
    "low": (272, 408, 400),
    "medium": (1056, 1584, 1568),
    "high": (4160, 6240, 6208),
}

# Patches along the longer side, by quality: the newer families' formula.
_PATCHES: Final[dict[Family, dict[str, int]]] = {
    "2": {"low": 16, "medium": 48, "high": 96},
    "2.5": {"low": 16, "medium": 24, "high": 48, "xhigh": 64, "max": 96},
}

# Output tokens of one partial image of a stream: third-party code that counts them.
PARTIAL_TOKENS: Final = 100

_PIECE = re.compile(r"[A-Za-z]+|\d{1,3}|\w|[^\w\s]")
_LETTERS_A_TOKEN = 9

_TILE_PIXELS = 512
_TOKENS_A_PICTURE, _TOKENS_A_TILE = 65, 129
# Extra tokens of an input kept at high fidelity, square or not: OpenAI's guide.
_HIGH_FIDELITY = (4096, 6144)


@frozen
class Usage:
    """The tokens of one call: prompt, input pictures, output pictures."""

    text: int
    image: int
    output: int

    def nano(self, family: Family) -> int:
        """The price in whole nano-dollars.

        >>> Usage(190, 0, 6208).nano("1.5")
        199606000
        """
        text_in, image_in, image_out = _RATES[family]
        return self.text * text_in + self.image * image_in + self.output * image_out


def text_tokens(text: str) -> int:
    """Tokens of a prompt: a word is one for each nine letters begun, a sign is one.

    >>> text_tokens("a paper boat, photographed at 20:15"), text_tokens("猫と犬")
    (10, 3)
    """
    return sum(-(-len(piece) // _LETTERS_A_TOKEN) for piece in _PIECE.findall(text))


def picture_tokens(width: int, height: int, fidelity: Fidelity = "low") -> int:
    """Tokens of one input picture: 65, and 129 a tile of 512 pixels once its short side is that.

    >>> picture_tokens(1024, 1024), picture_tokens(1024, 1536)
    (194, 323)
    """
    long, short = max(width, height), min(width, height)
    tiles = -(-long // max(short, _TILE_PIXELS))  # scaled down, never up
    tokens = _TOKENS_A_PICTURE + _TOKENS_A_TILE * tiles
    return tokens + (_HIGH_FIDELITY[long != short] if fidelity == "high" else 0)


def output_tokens(family: Family, quality: str, width: int, height: int) -> int:
    """Tokens of one picture made; `quality` as a family names it, never "auto".

    >>> output_tokens("1.5", "high", 1536, 1024), output_tokens("2", "high", 1024, 1536)
    (6208, 5488)
    """
    if family in _PATCHES:
        return _formula(_PATCHES[family][quality], width, height)
    shape = (width < height) + 2 * (width > height)
    return _TABLE[quality][shape]


def _formula(patches: int, width: int, height: int) -> int:
    long, short = max(width, height), min(width, height)
    across = (2 * patches * short + long) // (2 * long)  # rounded half up
    return -(-patches * across * (2_000_000 + width * height) // 4_000_000)
