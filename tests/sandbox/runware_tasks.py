"""Tasks as a client of Runware writes them, and its page with documented ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

# https://runware.ai/docs/models/openai-gpt-image-1-5: its examples with their answers.
EXAMPLES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "runware_page.json").read_text()
)["examples"]

ID = "6f1a9f0e-8a55-4c0e-9c57-2f4f3f0f7a11"
OTHER = "0b5c0a1e-1111-4222-8333-444455556666"

BOAT: dict[str, Any] = {
    "taskType": "imageInference",
    "taskUUID": ID,
    "model": "openai:4@1",
    "positivePrompt": "a paper boat on a slate table",
    "width": 1024,
    "height": 1024,
    "providerSettings": {"openai": {"quality": "low", "background": "opaque"}},
}
LATER = {**BOAT, "deliveryMethod": "async", "includeCost": True}
POLL = {"taskType": "getResponse", "taskUUID": ID}
DETAILS = {"taskType": "getTaskDetails", "taskUUID": ID}

# A task of low quality, 0.3 s at pace 1, takes 3000 s: it is still running when a test looks.
VERY_SLOW = 10_000.0
