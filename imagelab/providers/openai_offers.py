"""What OpenAI's Images API sells, as data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from imagelab.domain.offer import Fact, Offer, SizeRule
from imagelab.domain.prices import Prices

GUIDE = "https://platform.openai.com/docs/guides/image-generation"
READ = date(2026, 11, 20)
ENDS = date(2026, 12, 1)  # of gpt-image-1.5 and gpt-image-1-mini

SHAPES = {"square": "1024x1024", "portrait": "1024x1536", "landscape": "1536x1024"}
SIZES = ("auto", *SHAPES.values())
ANY_SIZE = SizeRule(step=16, longest=3840, ratio=3, least=655_360, most=8_294_400)

_USUAL = ("auto", "low", "medium", "high")
_BASIS = "OpenAI's price a token, read 2026-11-20"

# Output tokens a picture of the 1 family. Source: OpenAI, "Image generation" guide.
_TOKENS = {
    ("low", "1024x1024"): 272,
    ("low", "1024x1536"): 408,
    ("low", "1536x1024"): 400,
    ("medium", "1024x1024"): 1056,
    ("medium", "1024x1536"): 1584,
    ("medium", "1536x1024"): 1568,
    ("high", "1024x1024"): 4160,
    ("high", "1024x1536"): 6240,
    ("high", "1536x1024"): 6208,
}
# Qualities as the formula of domain.prices takes them; inferred from published prices.
_GRID_2 = {"low": 16, "medium": 48, "high": 96}
_GRID_25 = {"low": 16, "medium": 24, "high": 48, "xhigh": 64, "max": 96}

_FACTS = (
    Fact("parameters and their values", "the openai package 3.52.0, its types", READ),
    Fact("dollars a token", "LiteLLM 1.109.1, its price table", READ),
    Fact("tokens an input image", "OpenAI, guide “Images and vision”", READ),
    Fact("100 output tokens a partial picture", "third-party code", READ),
)
_FACTS_1 = (*_FACTS, Fact("output tokens a picture", GUIDE, READ))
_FACTS_2 = (
    *_FACTS,
    Fact("output tokens a picture: a formula that gives the published prices", GUIDE, READ),
    Fact("sizes: 16-pixel steps, 3:1, 655,360 to 8,294,400 pixels", GUIDE, READ),
)
_ENDING = Fact("shut down on 2026-12-01", "LiteLLM 1.109.1, its price table", READ)
_PREVIEW = Fact(
    "background='transparent' is a preview: look whether the image has an alpha channel",
    "OpenAI's OpenAPI document of 2026-08-20; its guide still says not supported",
    READ,
)


def _choices(
    qualities: tuple[str, ...] = _USUAL, fidelity: tuple[str, ...] = ()
) -> Mapping[str, tuple[str, ...]]:
    common = {
        "size": SIZES,
        "quality": qualities,
        "background": ("auto", "opaque", "transparent"),
        "format": ("png", "jpeg", "webp"),
        "moderation": ("auto", "low"),
    }
    return common | ({"input_fidelity": fidelity} if fidelity else {})


def _offer(
    model: str,
    prices: Prices,
    choices: Mapping[str, tuple[str, ...]],
    facts: tuple[Fact, ...],
    *,
    size_rule: SizeRule | None = None,
    dated: str = "",
    ends: date | None = None,
    default: bool = False,
) -> Offer:
    return Offer(
        provider="openai",
        model=model,
        native=model,
        choices=choices,
        prices=prices,
        shapes=SHAPES,
        size_rule=size_rule,
        compression=(0, 100),
        n_max=10,
        prompt_length=(1, 32_000),
        inputs_max=16,
        mask=True,
        previews=3,
        dated=(f"{model}-{dated}",) if dated else (),
        ends=ends,
        default=default,
        links=(GUIDE,),
        facts=facts,
    )


def _by_size(grid: Mapping[str, int]) -> Prices:
    return Prices(
        basis=_BASIS,
        grid=grid,
        text_in=Decimal(5),
        image_in=Decimal(8),
        image_out=Decimal(30),
    )


OFFERS = (
    _offer(
        "gpt-image-2",
        _by_size(_GRID_2),
        _choices(),
        (*_FACTS_2, _PREVIEW),
        dated="2026-04-21",
        size_rule=ANY_SIZE,
        default=True,
    ),
    _offer(
        "gpt-image-2.5-flare",
        _by_size(_GRID_25),
        _choices((*_USUAL, "xhigh", "max")),
        _FACTS_2,
        dated="2026-09-08",
        size_rule=ANY_SIZE,
    ),
    _offer(
        "gpt-image-2.5-sunburst",
        _by_size(_GRID_25),
        _choices((*_USUAL, "xhigh", "max")),
        _FACTS_2,
        dated="2026-09-08",
        size_rule=ANY_SIZE,
    ),
    _offer(
        "gpt-image-1.5",
        Prices(
            basis=_BASIS,
            tokens=_TOKENS,
            text_in=Decimal(5),
            image_in=Decimal(8),
            image_out=Decimal(32),
            text_out=Decimal(10),
        ),
        _choices(fidelity=("low", "high")),
        (*_FACTS_1, _ENDING),
        dated="2025-12-16",
        ends=ENDS,
    ),
    _offer(
        "gpt-image-1-mini",
        Prices(
            basis=_BASIS,
            tokens=_TOKENS,
            text_in=Decimal(2),
            image_in=Decimal("2.5"),
            image_out=Decimal(8),
        ),
        _choices(fidelity=("low",)),
        (*_FACTS_1, _ENDING),
        ends=ENDS,
    ),
)


def elsewhere(model: str) -> Offer:
    """What a server that is not OpenAI's, and speaks its API, may be asked for under this name.

    Nobody knows what it takes or what it costs, so every word of the API is let through, no
    parameter is sent that was not said, and there is no price.
    """
    return Offer(
        provider="openai",
        model=model,
        native=model,
        choices={
            **_choices((*_USUAL, "xhigh", "max", "standard", "hd"), ("low", "high")),
            "style": ("vivid", "natural"),
        },
        prices=Prices(basis="another server than OpenAI's; what it costs is not known"),
        shapes=SHAPES,
        size_rule=SizeRule(step=1, longest=99_999, ratio=99_999, least=1, most=10**10),
        compression=(0, 100),
        n_max=10,
        prompt_length=(1, 10**6),
        inputs_max=16,
        mask=True,
        previews=3,
    )
