"""OpenAI's streamed answers: partial images, then the whole ones, as server-sent events.

Read from `openai` 3.52.0's event types and its reader of streams. Neither they nor the guide
tell of a stream of several images: here they come one after the other, and the last event has
the usage of all.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any, Final

import httpx
from PIL import Image

from imagelab.sandbox.encode import decoded, encoded
from imagelab.sandbox.openai_rules import Order
from imagelab.sandbox.wire import Answer

_COARSE: Final = (32, 16, 8)  # how much coarser each partial image is than the whole
_END: Final = b"data: [DONE]\n\n"
_ERROR: Final = {
    "type": "error",
    "error": {
        "message": "The sandbox was told to fail in the middle.",
        "type": "server_error",
        "param": None,
        "code": None,
    },
}


def events(order: Order, reply: Mapping[str, Any], seconds: float, fault: str | None) -> Answer:
    """The whole reply as a stream, or what a fault leaves of it."""
    spelled = [_spelled(event) for event in _events(order, reply)]
    if fault == "stream_error":
        spelled = [*spelled[:1], _spelled(_ERROR)]
    ends = list(accumulate(map(len, spelled)))
    body = b"".join((*spelled, b"" if fault == "stream_error" else _END))
    cut = (
        {"stream_cut": 1, "stream_cut_late": order.partials + 1}.get(fault or "") if ends else None
    )
    return Answer(
        200,
        body,
        "text/event-stream; charset=utf-8",
        seconds=seconds,
        pauses=tuple(ends),
        breaks=httpx.ReadError if cut else None,
        breaks_after=ends[min(cut, len(ends)) - 1] if cut else None,
    )


def _events(order: Order, reply: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    kind = "image_edit" if order.edit else "image_generation"
    echoed = ("background", "output_format", "quality", "size")
    common = {"created_at": reply["created"]} | {name: reply[name] for name in echoed}
    for position, entry in enumerate(reply["data"], start=1):
        for index in range(order.partials):
            yield {
                "type": f"{kind}.partial_image",
                "partial_image_index": index,
                "b64_json": _rough(entry["b64_json"], order, _COARSE[index]),
                **common,
            }
        last = {"usage": reply["usage"]} if position == len(reply["data"]) else {}
        yield {"type": f"{kind}.completed", "b64_json": entry["b64_json"], **common, **last}


def _rough(coded: str, order: Order, coarse: int) -> str:
    """The picture as it was on the way: the same, without its details."""
    try:
        image = decoded(base64.b64decode(coded))
    except (OSError, ValueError):  # a fault had it be none
        return coded
    small = image.resize((max(1, image.width // coarse), max(1, image.height // coarse)))
    blurred = small.resize(image.size, Image.Resampling.BILINEAR)
    return base64.b64encode(encoded(blurred, order.format, order.compression)).decode()


def _spelled(event: Mapping[str, Any]) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
