"""OpenAI's Images API, and servers that speak it: one open request, nothing to ask afterwards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

from imagelab.domain.money import Cost
from imagelab.domain.offer import Offer
from imagelab.domain.request import Call, canonical
from imagelab.errors import (
    DownloadError,
    OutcomeUnknownError,
    ProtocolError,
    ProviderError,
    RateLimitError,
    RequestError,
)
from imagelab.providers import answers, bills
from imagelab.providers.body import FormBody, JsonBody
from imagelab.providers.extra import merge_extra
from imagelab.providers.inline import image_bytes
from imagelab.providers.openai_errors import failure
from imagelab.providers.openai_offers import OFFERS
from imagelab.providers.provider import Provider
from imagelab.providers.steps import (
    Facts,
    Fetched,
    Flow,
    Image,
    Keep,
    Reply,
    Send,
    Verdict,
    fetch,
    pay,
)

NAME = "openai"
BASE = "https://api.openai.com/v1"

# Our word for each field that the reply may echo, and for each that may be sent.
_ECHOED = {
    "size": "size",
    "quality": "quality",
    "background": "background",
    "output_format": "format",
}
_FIELDS = _ECHOED | {
    "output_compression": "compression",
    "moderation": "moderation",
    "input_fidelity": "input_fidelity",
}
_OWNED = _FIELDS | {
    "model": "model",
    "prompt": "prompt",
    "n": "n",
    "style": "style",
    "image": "images",
    "image[]": "images",
    "images": "images",
    "mask": "mask",
    "stream": "",
    "partial_images": "",
}
# Models that always answer in base64 and refuse to be asked for it.
_ALWAYS_BASE64 = ("gpt-image-", "chatgpt-image-")


class OpenAI:
    """The provider; see `provider.Provider` for what each flow owes."""

    name = NAME
    title = "OpenAI"
    key_variable = "OPENAI_API_KEY"
    base_variable = "OPENAI_BASE_URL"
    base_url = BASE
    offers: tuple[Offer, ...] = OFFERS
    askable = False
    repeatable: timedelta | None = None

    def generate(self, call: Call, key: str, base: str) -> Flow[Facts]:
        """One POST; the images are in its reply."""
        reply = yield from pay(_paying(call, key, base))
        return (yield from _settled(call, key, base, reply))

    def resume(self, call: Call, key: str, base: str) -> Flow[Facts]:
        """There is nothing to ask: always OutcomeUnknownError."""
        del key, base
        yield from ()
        raise OutcomeUnknownError(
            NAME,
            f"call {call.uuid} was sent and its answer was lost, and the API keeps no record to "
            "ask for; look at the account's usage page, then settle() or resend() the generation",
            charged="unknown",
        )

    def cancel(self, call: Call, key: str, base: str) -> Flow[bool]:
        """Nothing can be stopped."""
        del call, key, base
        yield from ()
        return False

    def find(self, call: Call, key: str, base: str) -> Flow[tuple[str, ...]]:
        """Nothing can be found."""
        del call, key, base
        yield from ()
        return ()

    def verdict(self, reply: Reply) -> Verdict:
        """A reply with images was charged; a rate limit was not, and may be tried again."""
        if _items(answers.document(reply)):
            return Verdict("yes")
        error = failure(reply)
        if not isinstance(error, RateLimitError):
            return Verdict(error.charged)
        again = error.charged == "no" and (error.retry_after or 0) <= answers.PATIENCE_S
        return Verdict(error.charged, again=again, after=error.retry_after)


PROVIDER: Provider = OpenAI()


def _paying(call: Call, key: str, base: str) -> Send:
    """The request as it goes out; RequestError for what this API has no field for."""
    request = call.request
    _check(call)
    given = request.params.given()
    fields = {theirs: given[ours] for theirs, ours in _FIELDS.items() if ours in given}
    document = {"model": request.native, "prompt": request.prompt, "n": call.n} | fields
    if base.rstrip("/") != BASE and not request.native.startswith(_ALWAYS_BASE64):
        document["response_format"] = "b64_json"
    merged = merge_extra(document, request.extra, _OWNED)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    path = "edits" if request.images else "generations"
    body = _form(call, merged) if request.images else JsonBody(merged)
    return Send("POST", f"{base.rstrip('/')}/images/{path}", headers, body)


def _check(call: Call) -> None:
    request, params = call.request, call.request.params
    who = f"{request.provider}/{request.model}"
    if params.compression is not None and params.format not in ("jpeg", "webp"):
        raise RequestError(f"{who} takes compression= only with format='jpeg' or 'webp'")
    if request.images and params.moderation is not None:
        raise RequestError(f"{who} takes moderation= only without images=")
    if params.input_fidelity is not None and not request.images:
        raise RequestError(f"{who} takes input_fidelity= only with images=")


def _form(call: Call, merged: Mapping[str, Any]) -> FormBody:
    fields = {k: v if isinstance(v, str) else canonical(v) for k, v in merged.items()}
    files = [("image[]", image) for image in call.request.images]
    files += [("mask", call.request.mask)] if call.request.mask else []
    return FormBody(fields, tuple(files))


def _settled(call: Call, key: str, base: str, reply: Reply) -> Flow[Facts]:
    """Keep every image that came, whatever came beside it, and read the bill."""
    document = answers.document(reply)
    items = _items(document)
    said = document if isinstance(document, dict) and (items or reply.status < 300) else {}
    used = {
        ours: word for theirs, ours in _ECHOED.items() if (word := answers.text(said.get(theirs)))
    }
    cost = _bill(call, base, said.get("usage"), used, len(items))
    if not items and cost is None:
        raise failure(reply, key)
    problems = yield from _kept(items, base)
    if len(items) < call.n:
        problems.append(_short(call, len(items), reply))
    return Facts(cost, _raw(said.get("usage")), used, next(iter(problems), None))


def _items(document: object) -> list[Mapping[str, Any]]:
    """The entries of `data` in their places, once any of them holds an image."""
    data = document.get("data") if isinstance(document, dict) else None
    if not isinstance(data, list):
        return []
    items: list[Mapping[str, Any]] = [item if isinstance(item, dict) else {} for item in data]
    return items if any(_place(item) for item in items) else []


def _place(item: Mapping[str, Any]) -> str | None:
    return answers.text(item.get("b64_json")) or answers.text(item.get("url"))


def _bill(call: Call, base: str, usage: object, used: Mapping[str, Any], n: int) -> Cost | None:
    """By the tokens used; without them by the price list, but only where OpenAI itself bills."""
    offer = next((o for o in OFFERS if o.native == call.request.native), None)
    most = bills.credible(offer, call)
    cost = bills.computed(usage, offer, read_images=bool(call.request.images), most=most)
    if cost is None and usage is None and n and base.rstrip("/") == BASE:
        return bills.estimated(offer, call, used, n)
    return cost


def _kept(items: list[Mapping[str, Any]], base: str) -> Flow[list[ProviderError]]:
    problems: list[ProviderError] = []
    for index, item in enumerate(items):
        data = yield from _image(item, base)
        if isinstance(data, ProviderError):
            problems.append(data)
            continue
        revised = answers.text(item.get("revised_prompt"))
        yield Keep(index, Image(data, reported={"revised_prompt": revised} if revised else {}))
    return problems


def _image(item: Mapping[str, Any], base: str) -> Flow[bytes | ProviderError]:
    coded, url = answers.text(item.get("b64_json")), answers.text(item.get("url"))
    if coded or (url and url.startswith("data:")):
        data = image_bytes(coded or url or "")
        return data or ProtocolError(NAME, "an image came in no readable base64", charged="yes")
    if not url:
        return ProtocolError(NAME, "an entry of the answer has no image", charged="unknown")
    try:
        got = yield from fetch(urljoin(f"{base.rstrip('/')}/", url))
    except ValueError:
        return DownloadError(NAME, f"an image's address is not one: {url[:60]!r}", charged="yes")
    if isinstance(got, Fetched):
        return got.data
    return DownloadError(NAME, f"an image could not be fetched: {got.reason}", charged="yes")


def _short(call: Call, came: int, reply: Reply) -> ProtocolError:
    return ProtocolError(
        NAME,
        f"{came} of the {call.n} images asked for came",
        status=reply.status,
        request_id=reply.request_id,
        charged="unknown",
    )


def _raw(usage: object) -> str | None:
    """The vendor's own count, for the ledger; decimals become text."""
    try:
        return json.dumps(usage, default=str)[:2000] if isinstance(usage, dict) else None
    except RecursionError:
        return None
