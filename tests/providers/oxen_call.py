"""One call at Oxen, and its generations as its queue tells of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from imagelab.domain.money import Cost
from imagelab.domain.params import Params
from imagelab.domain.request import Call, Input, Request, Sent
from imagelab.errors import ProviderError
from imagelab.providers.oxen import PROVIDER
from imagelab.providers.steps import Facts, Failed, Fetched, Listen, Pay, Reply, Send, Step
from tests.providers.tape import PICTURE, played, replied

BASE = "https://hub.oxen.ai/api"
PAGES: dict[str, Any] = json.loads(Path(__file__).with_name("oxen_pages.json").read_text())
FOUR_CENTS = Cost(Decimal("0.04"), source="estimated")
AT_ONCE = {"endpoint": "/images/generate"}
SENT_AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
QUEUED_AT = int(SENT_AT.timestamp()) + 1
PROMPT = "a paper boat"


def boat_call(
    n: int = 1,
    *,
    native: str = "gpt-image-1-5",
    prompt: str = PROMPT,
    params: Params | None = None,
    inputs: tuple[Input, ...] = (),
    extra: Mapping[str, Any] | None = None,
    remote: tuple[str, ...] = (),
    price: Cost | None = FOUR_CENTS,
    sent_at: datetime | None = None,
) -> Call:
    """A call for paper boats."""
    asked = params or Params()
    request = Request("oxen", native, native, prompt, asked, n, inputs, extra or {})
    lost = Sent(sent_at, "") if sent_at else None
    return Call("0190-u", "k-1", request, n, remote=remote, sent=lost, price=price)


def sent(call: Call, *, key: str = "x-1") -> Send:
    """The paying request of a call; what is listened to before it is passed over."""
    flow = PROVIDER.generate(call, key, BASE)
    step = next(flow)
    while isinstance(step, Listen):
        step = next(flow)
    assert isinstance(step, Pay)
    return step.send


def queued(*names: str) -> Reply:
    """The answer to what was queued."""
    return replied({"generations": [{"generation_id": n, "status": "queued"} for n in names]})


def entry(name: str, status: str = "succeeded", **told: Any) -> dict[str, Any]:
    """A generation as it stands."""
    made = status == "succeeded"
    return {
        "generation_id": name,
        "model_name": "gpt-image-1-5",
        "prompt": PROMPT,
        "media_type": "image",
        "status": status,
        "result_url": f"https://hub.oxen.ai/api/repos/r/{name}.png" if made else None,
        "error_message": None,
        "enqueued_at": QUEUED_AT,
        "started_at": QUEUED_AT + 1,
        "completed_at": None,
        **told,
    }


def stands(name: str, status: str = "succeeded", **told: Any) -> Reply:
    return replied(entry(name, status, **told))


def listed(*entries: dict[str, Any]) -> Reply:
    return replied({"count": len(entries), "generations": list(entries)})


def made(
    paid: Reply | ProviderError,
    *polls: Reply,
    call: Call | None = None,
    downloads: Iterable[Fetched | Failed] = (PICTURE,),
) -> tuple[list[Step], Facts]:
    """A generation played to its end: what the POST answers, then each free question."""
    flow = PROVIDER.generate(call or boat_call(), "x-1", BASE)
    return played(flow, paid, polls, downloads)
