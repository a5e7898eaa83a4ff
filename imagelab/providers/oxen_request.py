"""What Oxen is sent: a body for its queue or for an image at once, and its free questions."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from imagelab.domain.request import Call, Input
from imagelab.errors import RequestError
from imagelab.imaging.mask import white_where_clear
from imagelab.providers.body import DataUri, JsonBody
from imagelab.providers.extra import merge_extra
from imagelab.providers.oxen_offers import FIELDS
from imagelab.providers.steps import Send

# As model objects spell `endpoint`: https://docs.oxen.ai/inference-api/reference/models/overview
QUEUE, AT_ONCE = "/queue", "/images/generate"

_WORDS = {
    "format": "output_format",
    "quality": "quality",
    "background": "background",
    "input_fidelity": "input_fidelity",
}
_OWNED = {
    "model": "model",
    "prompt": "prompt",
    "input_image": "images",
    "mask_url": "mask",
    "num_generations": "n",
    "size": "size",
} | {theirs: ours for ours, theirs in _WORDS.items()}


def paying(call: Call, key: str, base: str) -> Send:
    """The paying request. RequestError for `extra` that is ours, and for several at once."""
    body = JsonBody(_document(call))
    return Send("POST", f"{base}/ai{_endpoint(call)}", headers(key), body)


def at_once(call: Call) -> bool:
    """Whether `extra` asks for the way that blocks until its one image is there."""
    return _endpoint(call) == AT_ONCE


def question(path: str, key: str, base: str, *, method: Literal["GET", "DELETE"] = "GET") -> Send:
    return Send(method, f"{base}/{path}", headers(key))


def listening(key: str, base: str) -> Send:
    """The account's stream of events."""
    return question("events", key, base)


def headers(key: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {key}"} if key else {}


def asked_fields(call: Call) -> dict[str, Any]:
    """The fields of the body that a queued generation is told to repeat, images left out."""
    fields = _document(call)
    for ours in ("input_image", "mask_url", "num_generations", "model", "prompt"):
        fields.pop(ours, None)
    return fields


def _endpoint(call: Call) -> str:
    named = call.request.extra.get("endpoint", QUEUE)
    if named not in (QUEUE, AT_ONCE):
        raise RequestError(f"extra={{'endpoint': {named!r}}} is not one of {QUEUE!r}, {AT_ONCE!r}")
    if named == AT_ONCE and call.n > 1:
        raise RequestError(
            f"oxen makes one image a call at {AT_ONCE!r}, and n={call.n} was asked; use n=1, or "
            "leave endpoint out of extra= for the queue, which makes four"
        )
    return str(named)


def _document(call: Call) -> dict[str, Any]:
    request, given = call.request, call.request.params.given()
    fields: dict[str, Any] = {"model": request.native, "prompt": request.prompt}
    fields |= {theirs: given[ours] for ours, theirs in _WORDS.items() if ours in given}
    sized = FIELDS[request.native][given["size"]] if "size" in given else {}
    fields |= sized
    if request.images:
        fields["input_image"] = [image.url or DataUri(image) for image in request.images]
    if request.mask:
        fields["mask_url"] = DataUri(_mask(request.mask))
    if call.n > 1:
        fields["num_generations"] = call.n
    extra = {name: value for name, value in request.extra.items() if name != "endpoint"}
    return merge_extra(fields, extra, _OWNED | dict.fromkeys(sized, "size"))


def _mask(mask: Input) -> Input:
    """The mask as the page wants it, white where to edit; before it is read it is not known."""
    if not mask.data:
        return mask
    data = white_where_clear(mask.data)
    return replace(mask, sha256=hashlib.sha256(data).hexdigest(), data=data, url=None)
