"""What Cloudflare Workers AI sells of OpenAI's image models, as data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from imagelab.domain.offer import Fact, Offer
from imagelab.domain.prices import Prices

PAGE_2 = "https://developers.cloudflare.com/ai/models/openai/gpt-image-2/"
PAGE_1 = "https://developers.cloudflare.com/ai/models/openai/gpt-image-1.5/"
READ = date(2026, 11, 20)

SHAPES_2 = {"square": "1024x1024", "portrait": "1024x1536", "landscape": "1536x1024"}
SIZES_1 = ("256x256", "512x512", "1024x1024", "1792x1024", "1024x1792")

_CATALOG = "Cloudflare's documentation, its catalog of models"
_GATEWAY = "https://developers.cloudflare.com/ai-gateway/configuration/request-handling/"
_GUIDE = "https://platform.openai.com/docs/guides/image-generation"
_QUALITIES = ("auto", "low", "medium", "high")
_BASIS = "Cloudflare's price a token, read 2026-11-20"

# Output tokens a picture: OpenAI's guide for the sizes it has. It has no others, so what the
# page's other sizes take is not known: tall and wide ones are put between OpenAI's nearest
# size and the rule that gives the printed numbers, small ones between their share of the
# square's pixels and the whole square.
_TOKENS = {
    ("low", "256x256"): 272,
    ("low", "512x512"): 272,
    ("low", "1024x1024"): 272,
    ("low", "1024x1536"): 408,
    ("low", "1536x1024"): 400,
    ("low", "1792x1024"): 464,
    ("low", "1024x1792"): 476,
    ("medium", "256x256"): 1056,
    ("medium", "512x512"): 1056,
    ("medium", "1024x1024"): 1056,
    ("medium", "1024x1536"): 1584,
    ("medium", "1536x1024"): 1568,
    ("medium", "1792x1024"): 1824,
    ("medium", "1024x1792"): 1848,
    ("high", "256x256"): 4160,
    ("high", "512x512"): 4160,
    ("high", "1024x1024"): 4160,
    ("high", "1024x1536"): 6240,
    ("high", "1536x1024"): 6208,
    ("high", "1792x1024"): 7232,
    ("high", "1024x1792"): 7280,
}
_FEWEST = {
    ("low", "256x256"): 17,
    ("low", "512x512"): 68,
    ("low", "1792x1024"): 400,
    ("low", "1024x1792"): 408,
    ("medium", "256x256"): 66,
    ("medium", "512x512"): 264,
    ("medium", "1792x1024"): 1568,
    ("medium", "1024x1792"): 1584,
    ("high", "256x256"): 260,
    ("high", "512x512"): 1040,
    ("high", "1792x1024"): 6208,
    ("high", "1024x1792"): 6240,
}


def _offer(
    model: str,
    page: str,
    prices: Prices,
    choices: Mapping[str, tuple[str, ...]],
    shapes: Mapping[str, str],
    facts: tuple[Fact, ...],
    *,
    default: bool = False,
) -> Offer:
    return Offer(
        provider="cloudflare",
        model=model,
        native=f"openai/{model}",
        choices=choices,
        prices=prices,
        shapes=shapes,
        prompt_length=(1, 32_000),
        inputs_max=16,
        default=default,
        links=(page,),
        facts=(
            Fact("parameters and their values, 16 input images, one image a call", page, READ),
            Fact("dollars a token; the page leads to the dashboard instead", _CATALOG, READ),
            Fact("prompts of 32,000 characters: OpenAI's limit, the page names none", page, READ),
            Fact("Cloudflare's credits pay, or your own key at OpenAI: keySource", page, READ),
            Fact(
                "the gateway is told to try once; no page says that it heeds this", _GATEWAY, READ
            ),
            *facts,
        ),
    )


OFFERS = (
    _offer(
        "gpt-image-2",
        PAGE_2,
        Prices(
            basis=_BASIS,
            grid={"low": 16, "medium": 48, "high": 96},
            text_in=Decimal(5),
            image_in=Decimal(8),
            image_out=Decimal(30),
        ),
        {
            "size": ("auto", *SHAPES_2.values()),
            "quality": _QUALITIES,
            "background": ("auto", "opaque"),
            "format": ("png", "jpeg", "webp"),
        },
        SHAPES_2,
        (
            Fact(
                "background='transparent' stands among the values, and the head of the page says "
                "it is not supported",
                PAGE_2,
                READ,
            ),
            Fact("output tokens: a formula that gives OpenAI's published prices", _GUIDE, READ),
        ),
        default=True,
    ),
    _offer(
        "gpt-image-1.5",
        PAGE_1,
        Prices(
            basis=_BASIS,
            tokens=_TOKENS,
            fewest=_FEWEST,
            text_in=Decimal(5),
            image_in=Decimal(8),
            image_out=Decimal(32),
            text_out=Decimal(10),
        ),
        {"size": SIZES_1, "quality": _QUALITIES, "style": ("vivid", "natural")},
        {"square": "1024x1024"},
        (
            Fact("output tokens of 1024x1024; OpenAI sells no other size of these", _GUIDE, READ),
            Fact("what the other sizes cost is on no page: their quotes are wide", PAGE_1, READ),
            Fact("OpenAI ends its own on 2026-12-01; the page names no end here", PAGE_1, READ),
        ),
    ),
)
