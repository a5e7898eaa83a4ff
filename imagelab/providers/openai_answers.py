"""What comes back from OpenAI's Images API or a server that speaks it: images, bill, and trouble.

Every image that came is kept, whatever came beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from imagelab.domain.money import Cost
from imagelab.domain.request import Call
from imagelab.errors import DownloadError, ProtocolError, ProviderError
from imagelab.providers import answers, bills
from imagelab.providers.inline import image_bytes
from imagelab.providers.openai_errors import failure
from imagelab.providers.openai_offers import OFFERS
from imagelab.providers.steps import Facts, Fetched, Flow, Head, Image, Keep, Reply, fetch

NAME = "openai"
BASE = "https://api.openai.com/v1"

# Our word for each field that an answer may echo.
ECHOED = {
    "size": "size",
    "quality": "quality",
    "background": "background",
    "output_format": "format",
}


def settled(call: Call, key: str, base: str, reply: Reply) -> Flow[Facts]:
    """The images of a whole reply, and the bill; the vendor's failure if it holds neither."""
    document = answers.document(reply)
    entries = images_in(document)
    said = document if isinstance(document, dict) and (entries or reply.status < 300) else {}
    cost = bill(call, base, said, len(entries))
    if not entries and cost is None:
        raise failure(reply, key)
    problems: list[ProviderError] = []
    for index, entry in enumerate(entries):
        problems += yield from kept(index, entry, base)
    if len(entries) < call.n:
        problems.append(short(call, len(entries), reply))
    return Facts(cost, raw(said.get("usage")), used(said), next(iter(problems), None))


def images_in(document: object) -> list[Mapping[str, Any]]:
    """The entries of `data` in their places, once any of them holds an image."""
    data = document.get("data") if isinstance(document, dict) else None
    if not isinstance(data, list):
        return []
    entries: list[Mapping[str, Any]] = [entry if isinstance(entry, dict) else {} for entry in data]
    return entries if any(place(entry) for entry in entries) else []


def place(entry: Mapping[str, Any]) -> str | None:
    """The image of an entry as text, or where it is."""
    return answers.text(entry.get("b64_json")) or answers.text(entry.get("url"))


def kept(index: int, entry: Mapping[str, Any], base: str) -> Flow[list[ProviderError]]:
    """Keep the image of one entry; what is in the way if it cannot be."""
    data = yield from _image(entry, base)
    if isinstance(data, ProviderError):
        return [data]
    revised = answers.text(entry.get("revised_prompt"))
    yield Keep(index, Image(data, reported={"revised_prompt": revised} if revised else {}))
    return []


def used(said: Mapping[str, Any]) -> dict[str, Any]:
    """What was really applied, in our words."""
    return {
        ours: word for theirs, ours in ECHOED.items() if (word := answers.text(said.get(theirs)))
    }


def bill(call: Call, base: str, said: Mapping[str, Any], n: int) -> Cost | None:
    """By the tokens used, without them by the price list; unknown where OpenAI does not bill.

    Another server has prices of its own, whatever it counts.
    """
    if not at_home(base):
        return None
    usage = said.get("usage")
    offer = next((o for o in OFFERS if o.called(call.request.native)), None)
    most = bills.credible(offer, call)
    cost = bills.computed(usage, offer, read_images=bool(call.request.images), most=most)
    if cost is None and usage is None and n:
        return bills.estimated(offer, call, used(said), n)
    return cost


def at_home(base: str) -> bool:
    """Whether it is OpenAI itself that answers there."""
    return base.rstrip("/") == BASE


def raw(usage: object) -> str | None:
    """The vendor's own count, for the ledger; decimals become text."""
    try:
        return json.dumps(usage, default=str)[:2000] if isinstance(usage, dict) else None
    except RecursionError:
        return None


def short(call: Call, came: int, head: Head) -> ProtocolError:
    """The error of a call that was answered with too few images."""
    return ProtocolError(
        NAME,
        f"{came} of the {call.n} images asked for came",
        status=head.status,
        request_id=head.request_id,
        charged="unknown",
    )


def _image(entry: Mapping[str, Any], base: str) -> Flow[bytes | ProviderError]:
    coded, url = answers.text(entry.get("b64_json")), answers.text(entry.get("url"))
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
