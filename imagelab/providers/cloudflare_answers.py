"""Cloudflare's replies read: four envelopes around one image, and its complaints as errors.

Codes and their meaning: https://developers.cloudflare.com/workers-ai/platform/errors/, the
issues named beside them, and for guardrails
https://developers.cloudflare.com/ai-gateway/guardrails/set-up-guardrail/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from imagelab.errors import (
    AuthError,
    Charged,
    InvalidError,
    ModelGoneError,
    OutcomeUnknownError,
    ProtocolError,
    ProviderError,
    QuotaError,
    RateLimitError,
    RefusedError,
)
from imagelab.providers import answers
from imagelab.providers.answers import Complaint, text, whole
from imagelab.providers.steps import Reply

NAME = "cloudflare"
_DEPTH = 4  # envelopes inside one another; two are documented

_MALFORMED = "7000"  # an unreadable envelope, told as a 500 (cloudflare-docs#33336)
_GUARDRAILS = ("2016", "2017")  # of the prompt, of the image
_TIMED_OUT = ("3007", "3008")  # timeout, aborted: the work may be done
_BY_CODE: dict[str, type[ProviderError]] = {
    "2016": RefusedError,
    "2017": RefusedError,
    "3003": InvalidError,
    "3006": InvalidError,
    "3023": AuthError,
    "3036": QuotaError,
    "3040": RateLimitError,
    "3041": AuthError,
    "3042": ModelGoneError,
    "5004": InvalidError,
    "5005": InvalidError,
    "5006": InvalidError,
    "5007": ModelGoneError,
    "5016": AuthError,
    "5018": AuthError,
    "5019": InvalidError,
    _MALFORMED: InvalidError,
    "7003": InvalidError,
    "10000": AuthError,
}
# No page says in which shape OpenAI's own refusals come through, so their words are read.
_POLICY = re.compile(r"moderation|safety|content[ _]policy", re.IGNORECASE)
_SPENT = re.compile(r"spend|budget|credit|billing|quota", re.IGNORECASE)
_FINISHED = re.compile(r"\boutput\b|response blocked", re.IGNORECASE)  # of the finished image


def image(document: object) -> str | None:
    """The image's address or text, in whichever envelope, whatever else is said beside it.

    >>> image({"success": True, "result": {"state": "Completed", "result": {"image": "x"}}})
    'x'
    """
    return next((found for e in _envelopes(document) if (found := text(e.get("image")))), None)


def key_source(document: object) -> str | None:
    """Whose key paid: `BYOK` is the user's own at OpenAI, `Unified` Cloudflare's credits."""
    told = [e.get("gatewayMetadata") for e in _envelopes(document)]
    sources = (text(each.get("keySource")) for each in told if isinstance(each, dict))
    return next((source for source in sources if source), None)


def failure(reply: Reply, key: str = "") -> ProviderError:
    """What a reply without an image means.

    A complete refusal in the vendor's words cost nothing, unless it is of the finished image.
    Anything else may have cost something.
    """
    document = answers.document(reply)
    complaint = _complaint(reply, document)
    kind = _kind(reply, document, complaint)
    charged = _charged(reply, kind, complaint)
    return answers.failure(kind, NAME, complaint, reply, charged=charged, key=key)


def _envelopes(document: object) -> Iterator[Mapping[str, Any]]:
    """The document and what is inside it as `result`, outermost first."""
    for _ in range(_DEPTH):
        if not isinstance(document, dict):
            return
        yield document
        document = document.get("result")


def _complaint(reply: Reply, document: object) -> Complaint | None:
    """The first complaint of any envelope; its code is a number here."""
    told = [c for e in _envelopes(document) for c in answers.complaints(e)]
    first = told[0] if told else answers.complaint_of(reply)
    number = whole(first.details.get("code")) if first else None
    return replace(first, code=str(number)) if first and number is not None else first


def _kind(reply: Reply, document: object, complaint: Complaint | None) -> type[ProviderError]:
    if _refused(reply, complaint):
        return _refusal(reply, complaint)
    if reply.status < 300:
        in_words = any(answers.complaints(e) for e in _envelopes(document))
        return OutcomeUnknownError if in_words else ProtocolError
    return OutcomeUnknownError


def _refusal(reply: Reply, complaint: Complaint | None) -> type[ProviderError]:
    words, code = (complaint.message, complaint.code or "") if complaint else ("", "")
    named = _BY_CODE.get(code) or answers.BY_STATUS.get(reply.status, InvalidError)
    if named is InvalidError and _POLICY.search(f"{words} {code}"):
        return RefusedError
    if reply.status == 429 and _SPENT.search(words):
        return QuotaError  # a spend limit holds until its window ends
    return named


def _refused(reply: Reply, complaint: Complaint | None) -> bool:
    """Whether the vendor turned the request away; a page with such a status may be a proxy's."""
    code = complaint.code if complaint else None
    if code in _TIMED_OUT:
        return False
    if (reply.status == 500 and code == _MALFORMED) or (
        reply.status >= 400 and code in _GUARDRAILS
    ):
        return True
    own_words = complaint is not None or not reply.body or reply.status == 429
    return reply.status in answers.BY_STATUS and own_words


def _charged(reply: Reply, kind: type[ProviderError], complaint: Complaint | None) -> Charged:
    if not _refused(reply, complaint):
        return "unknown"
    finished = complaint is not None and bool(_FINISHED.search(complaint.message))
    return "unknown" if kind is RefusedError and finished else "no"
