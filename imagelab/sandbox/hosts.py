"""Where the vendors' APIs are, which is what the sandbox answers for."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

OPENAI: Final = "api.openai.com"
RUNWARE: Final = "api.runware.ai"
CLOUDFLARE: Final = "api.cloudflare.com"
APIFRAME: Final = "api.apiframe.ai"
OXEN: Final = "hub.oxen.ai"
_ALL = (OPENAI, RUNWARE, CLOUDFLARE, APIFRAME, OXEN)


def answers_for(base: str) -> bool:
    """Whether the sandbox speaks as the vendor whose API is at this address.

    >>> answers_for("https://api.runware.ai/v1"), answers_for("https://api.example.com")
    (True, False)
    """
    return urlsplit(base).hostname in _ALL
