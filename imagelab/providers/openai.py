"""OpenAI's Images API, and servers that speak it: one open request, nothing to ask afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from imagelab.domain.offer import Offer
from imagelab.domain.request import Call, canonical
from imagelab.errors import OutcomeUnknownError, RateLimitError, RequestError
from imagelab.providers import answers
from imagelab.providers.body import FormBody, JsonBody
from imagelab.providers.extra import merge_extra
from imagelab.providers.openai_answers import BASE, ECHOED, NAME, at_home, images_in, settled
from imagelab.providers.openai_errors import failure
from imagelab.providers.openai_offers import OFFERS, elsewhere
from imagelab.providers.openai_stream import streamed
from imagelab.providers.provider import Provider
from imagelab.providers.steps import Facts, Flow, Reply, Send, Verdict, pay, stream

# Our word for each field that may be sent.
_FIELDS = ECHOED | {
    "output_compression": "compression",
    "moderation": "moderation",
    "input_fidelity": "input_fidelity",
    "style": "style",
}
_OWNED = _FIELDS | {
    "model": "model",
    "prompt": "prompt",
    "n": "n",
    "image": "images",
    "image[]": "images",
    "images": "images",
    "mask": "mask",
    "stream": "",
    "partial_images": "previews",
}
# Bytes a file may have, by the openai package's types; its guide lets a mask be larger.
_IMAGE_BYTES, _MASK_BYTES = 50_000_000, 4_000_000
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
        """One POST; the images are in its reply, or in its events where previews are wanted.

        A server that knows no events gives a reply all the same.
        """
        send = _paying(call, key, base)
        if not call.request.params.previews:
            reply = yield from pay(send)
            return (yield from settled(call, key, base, reply))
        head = yield from stream(send)
        if isinstance(head, Reply):
            return (yield from settled(call, key, base, head))
        return (yield from streamed(call, key, base, head))

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

    def offer_elsewhere(self, model: str) -> Offer:
        """What another server that speaks this API may be asked for."""
        return elsewhere(model)

    def verdict(self, reply: Reply) -> Verdict:
        """A reply with images was charged; a rate limit was not, and may be tried again."""
        if images_in(answers.document(reply)):
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
    if at_home(base):
        _check_sizes(call)
    given = request.params.given()
    fields = {theirs: given[ours] for theirs, ours in _FIELDS.items() if ours in given}
    document = {"model": request.native, "prompt": request.prompt, "n": call.n} | fields
    if not at_home(base) and not request.native.startswith(_ALWAYS_BASE64):
        document["response_format"] = "b64_json"
    if request.params.previews:
        document |= {"stream": True, "partial_images": request.params.previews}
    merged = merge_extra(document, request.extra, _OWNED)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    path = "edits" if request.images else "generations"
    body = _form(call, merged, base) if request.images else JsonBody(merged)
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


def _check_sizes(call: Call) -> None:
    """Refuse files that OpenAI would; another server has limits of its own."""
    for place, image in enumerate(call.request.images):
        if len(image.data) >= _IMAGE_BYTES:
            raise RequestError(
                f"images[{place}] has {len(image.data):,} bytes; OpenAI takes less than "
                f"{_IMAGE_BYTES:,}: save it smaller, or as WebP or JPEG"
            )
    mask = call.request.mask
    if mask and len(mask.data) >= _MASK_BYTES:
        raise RequestError(
            f"mask= has {len(mask.data):,} bytes as PNG; OpenAI takes less than {_MASK_BYTES:,}: "
            "only its alpha counts, so make it of one colour"
        )


def _form(call: Call, merged: Mapping[str, Any], base: str) -> FormBody:
    fields = {k: v if isinstance(v, str) else canonical(v) for k, v in merged.items()}
    images = call.request.images
    # As the openai package spells it, and OpenAI takes both: some servers know no list.
    name = "image" if len(images) == 1 and not at_home(base) else "image[]"
    files = [(name, image) for image in images]
    files += [("mask", call.request.mask)] if call.request.mask else []
    return FormBody(fields, tuple(files))
