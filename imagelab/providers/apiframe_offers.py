"""What Apiframe sells of OpenAI's image models, as data; prices are its own credits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from imagelab.domain.offer import Fact, Offer
from imagelab.domain.prices import Prices

PAGE = "https://apiframe.ai/docs/images/gpt-image/gpt-image-1-5"
OLDER = "https://docs-v2.apiframe.ai/docs/images/gpt-image-2"
SPEC = "https://github.com/apiframe-ai/apiframe-nodejs-sdk/blob/main/openapi.json"
READ = date(2026, 11, 20)

SHAPES = {"square": "1024x1024", "portrait": "1024x1536", "landscape": "1536x1024"}
RATIOS = {"1024x1024": "1:1", "1024x1536": "2:3", "1536x1024": "3:2"}

# Credits a picture, whatever its aspect ratio; what is left to the service is billed as high.
_CREDITS = {"low": 4, "medium": 9, "high": 24, "auto": 24}
_QUALITIES = ("auto", "low", "medium", "high")
_FORMATS = ("webp", "png", "jpeg")
_WEBHOOK = frozenset({"webhookUrl", "webhookEvents"})
_COMMON = (
    Fact("prompts of 1 to 2,000 characters, 1 to 10 images a call", SPEC, READ),
    Fact("3:2 and 2:3 are taken to be 1536x1024 and 1024x1536: no page says so", PAGE, READ),
    Fact("16 input images at most: OpenAI's limit, the page names none", PAGE, READ),
    Fact("without format= images come as WebP", PAGE, READ),
    Fact("images lie at their addresses for 24 hours, uploads for one or two", SPEC, READ),
)

OFFERS = (
    Offer(
        provider="apiframe",
        model="gpt-image-1.5",
        native="gpt-image-1.5",
        choices={
            "size": tuple(SHAPES.values()),
            "quality": _QUALITIES,
            "background": ("auto", "transparent", "opaque"),
            "format": _FORMATS,
            "input_fidelity": ("low", "high"),
        },
        prices=Prices(
            basis="Apiframe's credits an image, read 2026-11-20",
            unit="credits",
            images={(q, s): Decimal(n) for q, n in _CREDITS.items() for s in RATIOS},
        ),
        shapes=SHAPES,
        costless=_WEBHOOK,
        n_max=10,
        prompt_length=(1, 2_000),
        inputs_max=16,
        default=True,
        links=(PAGE,),
        facts=(
            Fact("parameters and their values, credits a picture by quality", PAGE, READ),
            *_COMMON,
        ),
    ),
    Offer(
        provider="apiframe",
        model="gpt-image-2",
        native="gpt-image-2",
        choices={
            "size": tuple(SHAPES.values()),
            "quality": _QUALITIES,
            "background": ("auto", "opaque"),
            "format": _FORMATS,
            "moderation": ("auto", "low"),
        },
        prices=Prices(
            basis="no page tells Apiframe's credits for gpt-image-2; a job tells them afterwards",
            unit="credits",
        ),
        shapes=SHAPES,
        costless=_WEBHOOK,
        n_max=10,
        prompt_length=(1, 2_000),
        inputs_max=16,
        links=(SPEC,),
        facts=(
            Fact("parameters and their values; no credits", SPEC, READ),
            Fact(
                "an older page has 4, 9 and 23 credits; its neighbour of gpt-image-1.5 has other "
                "prices than the page of today, so these are not quoted",
                OLDER,
                READ,
            ),
            *_COMMON,
        ),
    ),
)
