"""Oxen's replies read: the generations of its queue, images given at once, and its complaints.

Shapes and words: https://docs.oxen.ai/inference-api/reference/async_queue and
https://docs.oxen.ai/inference-api/reference/image_generation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from imagelab.errors import (
    AuthError,
    CancelledError,
    Charged,
    InvalidError,
    ModelGoneError,
    OutcomeUnknownError,
    ProtocolError,
    ProviderError,
    QuotaError,
    RateLimitError,
    RefusedError,
    UnavailableError,
)
from imagelab.providers import answers
from imagelab.providers.answers import Complaint, text
from imagelab.providers.steps import Reply

NAME = "oxen"
ENDED = ("succeeded", "failed", "cancelled")
_LONGEST_ID = 200

# The first that fits the words and the type of a complaint.
_WORDS: tuple[tuple[type[ProviderError], str], ...] = (
    (AuthError, r"unauthenticated|unauthorized|invalid (api )?key|forbidden"),
    (QuotaError, r"insufficient (credit|fund|balance)|out of credits|\bquota\b|payment required"),
    (RefusedError, r"moderation|safety system|content[ _]policy|nsfw"),
    (RateLimitError, r"rate[ _]limit|too many requests"),
    (ModelGoneError, r"model not found"),
    (InvalidError, r"invalid_params|must be |cannot be empty|unsupported|not a valid|is required"),
    (InvalidError, r"client error: \w+ for url"),
)
_BY_STATUS: dict[int, type[ProviderError]] = {
    401: AuthError,
    402: QuotaError,
    403: AuthError,
    404: ModelGoneError,
    429: RateLimitError,
}
# Turned away before any work was done, whenever it is said.
_NEVER_CHARGED = (AuthError, QuotaError, RateLimitError, ModelGoneError, InvalidError)


def generations(document: object) -> tuple[str, ...]:
    """The ids of what was queued, in its order.

    >>> generations({"generations": [{"generation_id": "g-1", "status": "queued"}]})
    ('g-1',)
    """
    ids = (generation_id(entry) for entry in entries(document))
    return tuple(dict.fromkeys(each for each in ids if each))


def entries(document: object) -> list[Mapping[str, Any]]:
    """The generations of a reply or a list."""
    listed = document.get("generations") if isinstance(document, dict) else None
    return [e for e in listed if isinstance(e, dict)] if isinstance(listed, list) else []


def generation_id(entry: Mapping[str, Any]) -> str | None:
    """The vendor's id of a generation, if it is one that can stand in an address."""
    found = text(entry.get("generation_id"))
    return found if found and len(found) <= _LONGEST_ID and found.isprintable() else None


def image(document: object) -> str | None:
    """The image of an answer given at once: its address or its base64."""
    listed = document.get("images") if isinstance(document, dict) else None
    first = listed[0] if isinstance(listed, list) and listed else None
    if not isinstance(first, dict):
        return None
    return text(first.get("url")) or text(first.get("b64_json"))


def failure(reply: Reply, key: str = "") -> ProviderError:
    """What a reply to the paying POST means that has neither ids nor an image.

    A complete refusal in the vendor's words cost nothing; anything else may have.
    """
    complaint = answers.complaint_of(reply)
    kind = _kind(reply, complaint)
    unsettled = issubclass(kind, OutcomeUnknownError | ProtocolError)
    charged: Charged = "unknown" if unsettled else "no"
    return answers.failure(kind, NAME, complaint, reply, charged=charged, key=key)


def taken_on_and_failed(entry: Mapping[str, Any], reply: Reply, key: str) -> ProviderError:
    """The error of a generation that was queued and ended without an image.

    No page says what of those is charged: nothing where the words are of a refusal before any
    work, or where it was cancelled before it began.
    """
    if entry.get("status") == "cancelled":
        free = entry.get("started_at", 0) is None
        said = "it was cancelled before it began" if free else "it was cancelled while it was made"
        error = Complaint(said)
        charged: Charged = "no" if free else "unknown"
        return answers.failure(CancelledError, NAME, error, reply, charged=charged, key=key)
    words = text(entry.get("error_message"))
    complaint = Complaint(words) if words else None
    kind = _worded(complaint) or UnavailableError
    charged = "no" if issubclass(kind, _NEVER_CHARGED) else "unknown"
    return answers.failure(kind, NAME, complaint, reply, charged=charged, key=key)


def locked_out(reply: Reply, key: str) -> ProviderError | None:
    """The error of a free question that was refused for its key: it says nothing of the work."""
    if reply.status not in (401, 403):
        return None
    complaint = answers.complaint_of(reply)
    return answers.failure(AuthError, NAME, complaint, reply, charged="unknown", key=key)


def is_missing(reply: Reply) -> bool:
    """Whether it says, as the vendor and no page in between, that there is no such generation."""
    return reply.status == 404 and bool(answers.complaints(answers.document(reply)))


def _kind(reply: Reply, complaint: Complaint | None) -> type[ProviderError]:
    own_words = complaint is not None or not reply.body
    if reply.status == 429 or (400 <= reply.status < 500 and reply.status != 408 and own_words):
        return _worded(complaint) or _BY_STATUS.get(reply.status, InvalidError)
    if reply.status < 300:
        return OutcomeUnknownError if complaint else ProtocolError
    return OutcomeUnknownError


def _worded(complaint: Complaint | None) -> type[ProviderError] | None:
    """The error that a complaint's own words and type mean."""
    if complaint is None:
        return None
    said = f"{complaint.message} {complaint.kind or ''} {complaint.code or ''}"
    found = (kind for kind, words in _WORDS if re.search(words, said, re.IGNORECASE))
    return next(found, None)
