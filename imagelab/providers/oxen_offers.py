"""What Oxen.ai sells of OpenAI's image models, as data; its prices are in its model objects only."""

from __future__ import annotations

from datetime import date

from imagelab.domain.offer import Fact, Offer
from imagelab.domain.prices import Prices

PAGE_2 = "https://docs.oxen.ai/inference-api/reference/models/gpt-image-2"
PAGE_1 = "https://docs.oxen.ai/inference-api/reference/models/gpt-image-1-5"
QUEUE = "https://docs.oxen.ai/inference-api/reference/async_queue"
READ = date(2026, 11, 20)

SHAPES = {"square": "1024x1024", "portrait": "1024x1536", "landscape": "1536x1024"}

# How each size is asked for: by a word, or by a shape and a class of resolution.
FIELDS_1 = {"auto": {"size": "auto"}} | {pixels: {"size": word} for word, pixels in SHAPES.items()}
FIELDS_2 = {
    "auto": {"aspect_ratio": "auto"},
    "1024x1024": {"aspect_ratio": "1:1", "resolution": "1K"},
    "1024x1536": {"aspect_ratio": "2:3", "resolution": "1K"},
    "1536x1024": {"aspect_ratio": "3:2", "resolution": "1K"},
    "2048x2048": {"aspect_ratio": "1:1", "resolution": "2K"},
    "2048x1152": {"aspect_ratio": "16:9", "resolution": "2K"},
    "1152x2048": {"aspect_ratio": "9:16", "resolution": "2K"},
    "3840x2160": {"aspect_ratio": "16:9", "resolution": "4K"},
    "2160x3840": {"aspect_ratio": "9:16", "resolution": "4K"},
}
FIELDS = {"gpt-image-1-5": FIELDS_1, "gpt-image-2": FIELDS_2}

_COSTLESS = frozenset({"endpoint", "target_namespace"})  # by which way, and in whose name
_FORMATS = ("png", "jpeg", "webp")
_UNPRICED = Prices(
    basis="no page of Oxen's tells a price; lab.models(refresh=True) reads it from the API"
)
_COMMON = (
    Fact("one to four images a call, made one by one", QUEUE, READ),
    Fact("prices are told by the model object of the API alone, by no page", QUEUE, READ),
)


def _facts(page: str, *facts: str) -> tuple[Fact, ...]:
    read = (
        "sizes, formats, input images",
        "16 input images and prompts of 32,000 characters: OpenAI's limits, the page names none",
    )
    return (*(Fact(about, page, READ) for about in (*read, *facts)), *_COMMON)


OFFERS = (
    Offer(
        provider="oxen",
        model="gpt-image-2",
        native="gpt-image-2",
        choices={
            "size": tuple(FIELDS_2),
            "quality": ("low", "medium", "high"),
            "format": _FORMATS,
        },
        prices=_UNPRICED,
        shapes=SHAPES,
        n_max=4,
        costless=_COSTLESS,
        inputs_max=16,
        mask=True,
        default=True,
        links=(PAGE_2, QUEUE),
        facts=_facts(
            PAGE_2,
            "sizes are asked for as aspect_ratio and resolution; the pixels are OpenAI's for them, "
            "the page names none. extra= takes the other ratios, where size= is left out",
            "without size= and quality= images come as 16:9, 2K and high",
        ),
    ),
    Offer(
        provider="oxen",
        model="gpt-image-1.5",
        native="gpt-image-1-5",
        choices={"size": tuple(FIELDS_1), "format": _FORMATS},
        prices=_UNPRICED,
        shapes=SHAPES,
        n_max=4,
        costless=_COSTLESS,
        inputs_max=16,
        links=(PAGE_1, QUEUE),
        facts=_facts(
            PAGE_1,
            "quality, background and input fidelity stand in the text of the page and not among "
            "its parameters; they are taken where the model object lists them",
            "OpenAI ends its own on 2026-12-01; the page names no end here",
        ),
    ),
)
