"""What Runware sells, as data."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from imagelab.domain.offer import Fact, Offer
from imagelab.domain.prices import Prices

PAGE = "https://runware.ai/docs/models/openai-gpt-image-1-5"
READ = date(2026, 11, 20)

SHAPES = {"square": "1024x1024", "portrait": "1024x1536", "landscape": "1536x1024"}

# Dollars a picture as the page prints them, so each is right to half of its last digit.
_IMAGES = {
    ("low", "1024x1024"): Decimal("0.009"),
    ("low", "1024x1536"): Decimal("0.013"),
    ("low", "1536x1024"): Decimal("0.013"),
    ("medium", "1024x1024"): Decimal("0.034"),
    ("medium", "1024x1536"): Decimal("0.051"),
    ("medium", "1536x1024"): Decimal("0.05"),
    ("high", "1024x1024"): Decimal("0.133"),
    ("high", "1024x1536"): Decimal("0.20"),
    ("high", "1536x1024"): Decimal("0.199"),
}

# Who is told, how long an address lives, and whether there is one.
_COSTLESS = frozenset({"webhookURL", "ttl", "outputType"})

OFFERS = (
    Offer(
        provider="runware",
        model="gpt-image-1.5",
        native="openai:4@1",
        choices={
            "size": tuple(SHAPES.values()),
            "quality": ("auto", "low", "medium", "high"),
            "background": ("auto", "opaque", "transparent"),
            "format": ("jpeg", "png", "webp"),
        },
        prices=Prices(
            basis="Runware's price an image and a token, read 2026-11-20",
            images=_IMAGES,
            rounding=Decimal("0.0005"),
            text_in=Decimal(5),
            image_in=Decimal(8),
            anew=True,
        ),
        shapes=SHAPES,
        costless=_COSTLESS,
        defaults={"size": "1024x1024"},
        compression=(20, 99),
        n_max=20,
        prompt_length=(2, 32_000),
        inputs_max=16,
        default=True,
        links=(PAGE,),
        facts=(
            Fact("parameters, sizes, prompt length, images a call", PAGE, READ),
            Fact("dollars a picture, to a tenth of a cent; dollars a token read", PAGE, READ),
            Fact("each result has its price: what is read may be counted in every one", PAGE, READ),
            Fact("without format= images come as JPG, at quality 95", PAGE, READ),
            Fact("16 input images at most: OpenAI's limit, the page names none", PAGE, READ),
        ),
    ),
)
