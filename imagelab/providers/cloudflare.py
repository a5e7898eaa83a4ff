"""Cloudflare Workers AI, its catalog of OpenAI's models: one open request, one image at an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from imagelab.domain.money import Cost
from imagelab.domain.offer import Offer
from imagelab.domain.request import Call, canonical
from imagelab.errors import (
    DownloadError,
    ProtocolError,
    ProviderError,
    RateLimitError,
)
from imagelab.providers import answers, bills, cloudflare_answers as told
from imagelab.providers.arrived import arrived
from imagelab.providers.body import DataUri, JsonBody
from imagelab.providers.cloudflare_offers import OFFERS
from imagelab.providers.extra import merge_extra
from imagelab.providers.inline import image_bytes
from imagelab.providers.plug_in import OneAnswer
from imagelab.providers.provider import Provider
from imagelab.providers.steps import (
    Facts,
    Failed,
    Flow,
    Image,
    Keep,
    PostponedError,
    Reply,
    Send,
    Verdict,
    fetch,
    pay,
)

_FIELDS = {
    "size": "size",
    "quality": "quality",
    "style": "style",
    "background": "background",
    "output_format": "format",
}
_OWNED = {
    "model": "model",
    "input.prompt": "prompt",
    "input.images": "images",
    "input.image": "images",
    "input.mask": "mask",
    "input.n": "n",
    "input.stream": "",
    "input.partial_images": "",
} | {f"input.{theirs}": ours for theirs, ours in _FIELDS.items()}
# Beside `model` the page has `input` and nothing else, so these would be sent to no effect.
_OWNED |= {
    path.removeprefix("input."): ours for path, ours in _OWNED.items() if path.startswith("input.")
}


class Cloudflare(OneAnswer):
    """The provider; see `provider.Provider` for what each flow owes."""

    name = told.NAME
    title = "Cloudflare"
    key_variable = "CLOUDFLARE_API_TOKEN"
    account_variable = "CLOUDFLARE_ACCOUNT_ID"
    base_variable = "CLOUDFLARE_BASE_URL"
    base_url = "https://api.cloudflare.com/client/v4"
    offers: tuple[Offer, ...] = OFFERS
    elsewhere = "look for that id in the metadata of the AI Gateway's log"

    def account_base(self, base: str, account: str) -> str:
        """The base of one account's API."""
        return f"{base.rstrip('/')}/accounts/{account}"

    def generate(self, call: Call, key: str, base: str) -> Flow[Facts]:
        """One POST; the address of the image is in its reply.

        PostponedError while that address does not answer: the image is paid for and there.
        """
        reply = yield from pay(_paying(call, key, base))
        document = answers.document(reply)
        found = told.image(document)
        if found is None:
            raise told.failure(reply, key)
        source = told.key_source(document)
        data = yield from _image(found)
        if isinstance(data, ProviderError):
            return Facts(_bill(call, {}), _raw(source), problem=data)
        used = arrived(data)
        yield Keep(0, Image(data, reported={"keySource": source} if source else {}))
        return Facts(_bill(call, used), _raw(source), used)

    def verdict(self, reply: Reply) -> Verdict:
        """A reply with an image was charged; a rate limit was not, and may be tried again."""
        if told.image(answers.document(reply)):
            return Verdict("yes")
        error = told.failure(reply)
        if not isinstance(error, RateLimitError):
            return Verdict(error.charged)
        again = error.charged == "no" and (error.retry_after or 0) <= answers.PATIENCE_S
        return Verdict(error.charged, again=again, after=error.retry_after)


PROVIDER: Provider = Cloudflare()


def _paying(call: Call, key: str, base: str) -> Send:
    """The request as it goes out; `base` is that of the account."""
    request = call.request
    given = request.params.given()
    fields: dict[str, Any] = {"prompt": request.prompt}
    fields |= {theirs: given[ours] for theirs, ours in _FIELDS.items() if ours in given}
    if request.images:
        fields["images"] = [DataUri(image) for image in request.images]
    document = merge_extra({"model": request.native, "input": fields}, request.extra, _OWNED)
    return Send("POST", f"{base}/ai/run", _headers(call, key), JsonBody(document))


def _headers(call: Call, key: str) -> Mapping[str, str]:
    """The key, and what the gateway in between is told.

    It may try up to five times by itself, each of which may be billed, and may answer an equal
    request with the image of an earlier one; the id is for finding the call in its log.
    https://developers.cloudflare.com/ai-gateway/configuration/request-handling/
    """
    told_gateway = {
        "cf-aig-max-attempts": "1",
        "cf-aig-skip-cache": "true",
        "cf-aig-metadata": canonical({"imagelab": call.uuid}),
    }
    return ({"Authorization": f"Bearer {key}"} if key else {}) | told_gateway


def _image(found: str) -> Flow[bytes | ProviderError]:
    """The bytes of the image; how long its address holds is not stated, so at once."""
    if not found.startswith(("https://", "http://")):
        data = image_bytes(found)
        return data or ProtocolError(
            told.NAME,
            "the image came neither at an address nor in readable base64; it was billed",
            charged="yes",
        )
    got = yield from fetch(found)
    if not isinstance(got, Failed):
        return got.data or _undelivered("it is empty")
    if not got.gone:
        raise PostponedError(_undelivered(got.reason))
    return _undelivered(got.reason)


def _undelivered(reason: str) -> DownloadError:
    said = f"the image was made and billed, and its address does not give it: {reason}"
    return DownloadError(told.NAME, said, charged="yes")


def _bill(call: Call, used: Mapping[str, Any]) -> Cost | None:
    """By the price list, for no reply tells a price; unknown where the vendor chose the quality.

    An image of a size that has no price is counted as the size that was asked for.
    """
    offer = next((o for o in OFFERS if o.native == call.request.native), None)
    return bills.estimated(offer, call, used, 1) or bills.estimated(offer, call, {}, 1)


def _raw(source: str | None) -> str | None:
    return canonical({"keySource": source}) if source else None
