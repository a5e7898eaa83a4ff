"""One call at Cloudflare, and the four envelopes in which its image is known to come."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from imagelab.domain.params import Params
from imagelab.domain.request import Call, Input, Request
from imagelab.providers.cloudflare import PROVIDER
from imagelab.providers.steps import Facts, Fetched, Pay, Send, Step
from tests.providers.tape import PICTURE, played, replied

BASE = "https://api.cloudflare.com/client/v4/accounts/0123456789abcdef0123456789abcdef"
ADDRESS = "https://pub-04a6d208d361438ea01b797e6973bd19.r2.dev/catalog/openai__gpt-image-2/a.png"

PAGES: dict[str, Any] = json.loads(Path(__file__).with_name("cloudflare_pages.json").read_text())

# "Raw response" of https://developers.cloudflare.com/ai/models/openai/gpt-image-2/, and three
# more shapes of the same that other clients have seen.
RUNNER: dict[str, Any] = {
    "gatewayMetadata": {"keySource": "BYOK"},
    "result": {"image": ADDRESS},
    "state": "Completed",
}
V4 = {"success": True, "errors": [], "messages": []}
ENVELOPES: dict[str, dict[str, Any]] = {
    "runner": RUNNER,
    "v4 around runner": {**V4, "result": RUNNER},
    "v4": {**V4, "result": {"image": ADDRESS}},
    "bare": {"image": ADDRESS},
}


def boat_call(
    *,
    native: str = "openai/gpt-image-2",
    prompt: str = "a paper boat",
    params: Params | None = None,
    inputs: tuple[Input, ...] = (),
    extra: Mapping[str, Any] | None = None,
) -> Call:
    """A call for a paper boat."""
    model = native.removeprefix("openai/")
    asked = params or Params()
    request = Request("cloudflare", model, native, prompt, asked, 1, inputs, extra or {})
    return Call("0190-u", "6f1a9f0e-8a55-4c0e-9c57-2f4f3f0f7a11", request, 1)


def sent(call: Call, *, key: str = "t-1") -> Send:
    """The paying request of a call."""
    step = next(PROVIDER.generate(call, key, BASE))
    assert isinstance(step, Pay)
    return step.send


def made(
    document: Any, *, call: Call | None = None, picture: bytes = PICTURE.data, status: int = 200
) -> tuple[list[Step], Facts]:
    """A generation that is answered with the document, played to its end."""
    flow = PROVIDER.generate(call or boat_call(), "t-1", BASE)
    return played(flow, replied(document, status), downloads=[Fetched(picture)])
