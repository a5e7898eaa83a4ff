"""Price lists, and the interval in which the bill of a call will lie.

OpenAI's image models are sold by tokens everywhere: so many a picture, by quality and
size, and a few for the prompt and the input images. Resellers print the first part
as dollars a picture. Both forms are here as data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from decimal import Decimal

from imagelab.domain.frozen import frozen
from imagelab.domain.money import Cost, Unit
from imagelab.domain.params import Params, pixels

MILLION = Decimal(1_000_000)

# A token is at least one byte and at most one word; English runs at 4 to 5 bytes a token.
_BYTES_LIKELY = 4.5
_USUAL = "1024x1024"  # where the vendor chooses; no source says which it takes how often
# Input images: 65 tokens and 129 a 512-pixel tile once the short side is scaled down to
# 512; high fidelity adds 4,160 (square) or 6,240. Source: OpenAI, "Images and vision"
# guide. Other readings of it have 4,096 and scale up too: they are in low and high.
_BASE, _TILE, _TILE_PIXELS = 65, 129, 512
_FAITHFUL_LEAST, _FAITHFUL_SQUARE, _FAITHFUL = 4_096, 4_160, 6_240
_PREVIEW = 100  # output tokens of a picture shown before the image is done, by third-party code


@frozen
class Interval:
    """What a call will cost: at least, most likely, at most; dollars or credits."""

    low: Decimal
    likely: Decimal
    high: Decimal

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.likely + other.likely, self.high + other.high)

    def times(self, n: int) -> Interval:
        return Interval(self.low * n, self.likely * n, self.high * n)


NOTHING = Interval(Decimal(0), Decimal(0), Decimal(0))


@frozen
class Prices:
    """What an offer costs, in US dollars or in the vendor's own credits (`unit`).

    `images`: the price of a picture by (quality, size), printed to within `rounding`; a list
    that prices `auto`, as quality or as size, leaves nothing of it open.
    `tokens`: output tokens a picture by (quality, size), sold at `image_out` a million.
    `grid`: the same by formula, for offers that take any size. One of the three is given,
    or none where no page tells a price; `basis` then says so.
    `fewest`: where nobody says how many tokens a picture takes, the least that is possible;
    `tokens` then holds the most.
    `text_in`, `image_in`, `text_out`: dollars a million tokens. With none of all these there
    is no price to go by.
    """

    basis: str
    unit: Unit = "usd"
    images: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    rounding: Decimal = Decimal(0)
    tokens: Mapping[tuple[str, str], int] = field(default_factory=dict)
    grid: Mapping[str, int] = field(default_factory=dict)
    fewest: Mapping[tuple[str, str], int] = field(default_factory=dict)
    text_in: Decimal = Decimal(0)
    image_in: Decimal = Decimal(0)
    image_out: Decimal = Decimal(0)
    text_out: Decimal = Decimal(0)
    anew: bool = False  # prompt and inputs may be read once for every picture, not once a call

    @property
    def known(self) -> bool:
        """Whether there is any price to go by."""
        return bool(self.images or self.tokens or self.grid)

    @property
    def qualities(self) -> tuple[str, ...]:
        """The qualities that have a price."""
        named = (quality for quality, _ in [*self.images, *self.tokens])
        return tuple(dict.fromkeys([*self.grid, *named]))

    def cost(self, amount: Decimal) -> Cost:
        """An amount by this list, in its unit."""
        return Cost(amount, self.unit, "estimated")

    def of_usage(self, text_in: int, image_in: int, image_out: int, text_out: int = 0) -> Decimal:
        """Dollars for tokens the vendor says were used."""
        used = (
            text_in * self.text_in
            + image_in * self.image_in
            + image_out * self.image_out
            + text_out * self.text_out
        )
        return used / MILLION


def estimate(
    prices: Prices, params: Params, prompt: str, n: int, inputs: Sequence[tuple[int, int]]
) -> Interval:
    """The bill of one call of n images, before it is sent; inputs are (width, height).

    LookupError for a quality or size that is not priced, and where nothing is.
    """
    if not prices.known:
        raise LookupError(prices.basis)
    once = _reading(prices, params, prompt, inputs)
    reading = replace(once.times(n), low=once.low) if prices.anew else once
    return (_pictures(prices, params) + _previews(prices, params)).times(n) + reading


def _previews(prices: Prices, params: Params) -> Interval:
    """The rough pictures of one image; fewer may come than were asked for."""
    most = (params.previews or 0) * _PREVIEW * prices.image_out / MILLION
    return Interval(Decimal(0), most, most)


def span(prices: Prices) -> Interval | None:
    """One picture from hardly a prompt, over everything that may be chosen; None if unpriced."""
    return _over(prices, prices.qualities, _all_sizes(prices)) if prices.known else None


def _pictures(prices: Prices, params: Params) -> Interval:
    """One picture; where the vendor chooses quality or size, the whole range it may choose."""
    if not prices.known:
        raise LookupError(prices.basis)
    return _over(prices, _qualities(prices, params.quality), _sizes(prices, params.size))


def _over(prices: Prices, qualities: Sequence[str], sizes: Sequence[str]) -> Interval:
    """Likely is the middle quality and the square; the ends hold whatever is chosen."""
    every = [_cell(prices, quality, size) for quality in qualities for size in sizes]
    usual = [
        _cell(prices, quality, _USUAL if _USUAL in sizes else sizes[0]) for quality in qualities
    ]
    likely = sorted(usual)[len(usual) // 2]
    least = min(every + [_least(prices, quality, size) for quality in qualities for size in sizes])
    return Interval(max(least - prices.rounding, Decimal(0)), likely, max(every) + prices.rounding)


def _least(prices: Prices, quality: str, size: str) -> Decimal:
    fewest = prices.fewest.get((quality, size))
    return _cell(prices, quality, size) if fewest is None else fewest * prices.image_out / MILLION


def _cell(prices: Prices, quality: str, size: str) -> Decimal:
    if (quality, size) in prices.images:
        return prices.images[quality, size]
    tokens = prices.tokens.get((quality, size)) or grid_tokens(prices.grid[quality], *pixels(size))
    return tokens * prices.image_out / MILLION


def _qualities(prices: Prices, quality: str | None) -> Sequence[str]:
    left_open = quality in (None, "auto") and "auto" not in prices.qualities
    return prices.qualities if left_open else [quality or "auto"]


def _sizes(prices: Prices, size: str | None) -> Sequence[str]:
    listed = _all_sizes(prices)
    left_open = size in (None, "auto") and "auto" not in listed
    return listed if left_open else [size or "auto"]


def _all_sizes(prices: Prices) -> Sequence[str]:
    listed = dict.fromkeys(s for _, s in [*prices.images, *prices.tokens])
    return list(listed) or ["1024x1024", "1024x1536", "1536x1024"]


def _reading(
    prices: Prices, params: Params, prompt: str, inputs: Sequence[tuple[int, int]]
) -> Interval:
    """Prompt and input images, which every call reads once."""
    reading = _priced(_text_tokens(prompt), prices.text_in)
    for width, height in inputs:
        seen = input_tokens(width, height, params.input_fidelity)
        reading = reading + _priced(seen, prices.image_in)
    return reading


def _priced(tokens: Interval, dollars_a_million: Decimal) -> Interval:
    low, likely, high = (
        count * dollars_a_million / MILLION for count in (tokens.low, tokens.likely, tokens.high)
    )
    return Interval(low, likely, high)


def _text_tokens(prompt: str) -> Interval:
    words, length = len(prompt.split()), len(prompt.encode(errors="replace"))
    likely = min(max(words, round(length / _BYTES_LIKELY)), length)
    return Interval(Decimal(words), Decimal(likely), Decimal(length))


def input_tokens(width: int, height: int, fidelity: str | None) -> Interval:
    """Tokens for reading one input image (OpenAI's rule, see above).

    Where nobody says the fidelity, low is likely, since it is the documented default, and
    high is possible.

    >>> input_tokens(1024, 1536, "low").likely, input_tokens(1024, 1536, None).high
    (Decimal('323'), Decimal('6563'))
    """
    long, short = max(width, height), max(1, min(width, height))
    fewest, most = -(-long // max(short, _TILE_PIXELS)), -(-long // short)
    full = _FAITHFUL_SQUARE if width == height else _FAITHFUL
    told, feared = fidelity == "high", fidelity != "low"
    return Interval(
        Decimal(_BASE + _TILE * fewest + told * _FAITHFUL_LEAST),
        Decimal(_BASE + _TILE * fewest + told * full),
        Decimal(_BASE + _TILE * most + feared * full),
    )


def grid_tokens(quality: int, width: int, height: int) -> int:
    """Output tokens of gpt-image-2 and later for any size.

    The formula is inferred: it reproduces OpenAI's published prices a picture.

    >>> grid_tokens(16, 1024, 1024), grid_tokens(96, 1024, 1536)
    (196, 5488)
    """
    long, short = max(width, height), min(width, height)
    side = (2 * quality * short + long) // (2 * long)
    return -(-quality * side * (2_000_000 + width * height) // 4_000_000)
