"""Pictures that stand in for the inputs which the vendors' example requests name by URL."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final

import httpx

from imagelab.sandbox.encode import Commission, Format, rendered

# Where a page's inputs live, and what to paint for them: prompt, width, height.
# Runware's GPT Image 1.5 page edits a portrait; Oxen's edits its mascot, cropped to 512x512.
_PLACES: Final[dict[tuple[str, str], tuple[str, int, int]]] = {
    ("assets.runware.ai", "/assets/inputs/"): (
        "Studio portrait of a young woman in a simple linen blouse, soft daylight, plain wall",
        1024,
        1536,
    ),
    ("hub.oxen.ai", "/api/repos/"): (
        "Portrait of Bloxy, a small cheerful blue ox built of blocks, on a plain white backdrop",
        512,
        512,
    ),
}
_FORMATS: Final[dict[str, Format]] = {
    "png": "png",
    "jpg": "jpeg",
    "jpeg": "jpeg",
    "webp": "webp",
}


@lru_cache(maxsize=8)
def stand_in(address: str) -> tuple[bytes, Format] | None:
    """The picture at an input URL of the pages, always the same there; None for any other URL."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        return None
    form = _FORMATS.get(url.path.rpartition(".")[2].lower())
    for (host, folder), (prompt, width, height) in _PLACES.items():
        if form and (url.scheme, url.host) == ("https", host) and url.path.startswith(folder):
            seed = int.from_bytes(hashlib.sha256(url.path.encode()).digest()[:4])
            return rendered(Commission(prompt, seed, width, height, form, compression=90)), form
    return None
