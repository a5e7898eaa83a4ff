"""Runware's replies read: which entries are images, which are complaints, and what each means."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
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

NAME = "runware"
ACCEPTED_BEFORE = "conflictTaskUUID"

# The first pattern that fits a code in lower case. Sources: Runware's page "Errors" and the
# error table of its Python package runware-sdk 1.8.0. The order counts: a code such as
# providerContentPolicyViolation also fits a later line.
_PATTERNS: tuple[tuple[type[ProviderError], str], ...] = (
    (RefusedError, "*contentpolicy*|sensitivecontent*|nsfw*|promptblocked|imageblocked"),
    (RefusedError, "moderation*|invalidprovidercontent"),
    (RateLimitError, "*ratelimit*"),
    (QuotaError, "*credits|*quota|*balance|paymentrequired"),
    (AuthError, "*apikey|unauthorized|tokenexpired"),
    (UnavailableError, "internalservererror|serviceunavailable|inferenceerror"),
    (UnavailableError, "noavailableserver|modelunavailable|provider*|*timeout|timeout*"),
    (CancelledError, "taskcancelled"),
    (ModelGoneError, "model*notfound|invalidmodel|unsupportedmodel"),
    (UnavailableError, "taskfailedornotfound|*notfound|*expired"),
    (InvalidError, "invalid*|missing*|unsupported*|duplicate*|value*|array*|max*"),
)
_BY_STATUS: dict[int, type[ProviderError]] = {
    401: AuthError,
    402: QuotaError,
    403: AuthError,
    429: RateLimitError,
}
# Turned away before any work was done, whenever it is said.
_NEVER_CHARGED = (RateLimitError, QuotaError, AuthError, ModelGoneError, InvalidError)


def entries(document: object, task: str) -> list[Mapping[str, Any]]:
    """The entries of `data` that are about our task; an image that names none is ours too."""
    return [item for item in _data(document) if _ours(item, task)]


def taken_on(document: object) -> bool:
    """Whether a reply shows that some task was accepted."""
    listed = [item for item in _data(document) if is_image(item) or not _failed(item)]
    named = any(text(item.get("taskUUID")) or is_image(item) for item in listed)
    return named or accepted_before(document)


def response(document: object) -> object:
    """What task details have kept of the task's own answer."""
    kept = [item.get("response") for item in _data(document)]
    return next((answer for answer in kept if isinstance(answer, dict)), None)


def coded(item: Mapping[str, Any]) -> str | None:
    """The image of an entry where it came inside the answer."""
    return text(item.get("imageBase64Data")) or text(item.get("imageDataURI"))


def is_image(item: Mapping[str, Any]) -> bool:
    return bool(coded(item) or text(item.get("imageURL")))


def complaints(document: object, task: str) -> tuple[Complaint, ...]:
    """What is said to have failed of our task, beside `data` or inside it.

    One failure may be told in both places, so the longer of the two lists counts.
    """
    told = [c for c in answers.complaints(document) if _about(c.details, task)]
    outside = [complaint for complaint in told if not _passing(complaint)]
    failed = [item for item in entries(document, task) if not is_image(item) and _failed(item)]
    inside = [(answers.complaints(item) or (Complaint("no reason given"),))[0] for item in failed]
    return tuple(inside if len(inside) > len(outside) else outside)


def accepted_before(document: object) -> bool:
    """Whether the vendor says it already has the task of this id."""
    return any(c.code == ACCEPTED_BEFORE for c in answers.complaints(document))


def missing(complaint: Complaint) -> bool:
    """Whether a complaint may only mean that the task is not known yet."""
    asked = text(complaint.details.get("taskType")) == "getResponse"
    return asked or fnmatchcase((complaint.code or "").lower(), "task*notfound")


def kind_of(complaint: Complaint | None, status: int) -> type[ProviderError]:
    """The error that a code means; by the HTTP status where the code says nothing."""
    code = (complaint.code or "").lower() if complaint else ""
    for kind, patterns in _PATTERNS:
        if any(fnmatchcase(code, pattern) for pattern in patterns.split("|")):
            return kind
    if status >= 500 or status == 408:
        return OutcomeUnknownError
    refused = status >= 400 and complaint is not None
    return _BY_STATUS.get(status, InvalidError if refused else ProtocolError)


def refusal(reply: Reply, document: object, key: str = "") -> ProviderError | None:
    """What a reply to the paying POST turned away; None where the task may have been taken on."""
    complaint = answers.complaint_of(reply)
    kind = kind_of(complaint, reply.status)
    refused = 400 <= reply.status < 500 and reply.status != 408
    in_words = bool(answers.complaints(document)) or (refused and complaint is not None)
    if kind is RateLimitError or (in_words and (kind in _NEVER_CHARGED or refused)):
        late = complaint is not None and _timed_out(complaint)
        return None if late else failure(complaint, reply, charged="no", key=key)
    if in_words and kind in (RefusedError, CancelledError):
        return failure(complaint, reply, charged="unknown", key=key)
    return None


def locked_out(reply: Reply, key: str) -> ProviderError | None:
    """The error of a free question that was refused for its key: it says nothing of the task."""
    if reply.status not in (401, 403):
        return None
    complaint = answers.complaint_of(reply)
    return answers.failure(AuthError, NAME, complaint, reply, charged="unknown", key=key)


def task_failure(complaint: Complaint, reply: Reply, key: str) -> ProviderError:
    """The error for a task that was accepted and then failed; whether it is billed is not said."""
    never = kind_of(complaint, reply.status) in _NEVER_CHARGED
    return failure(complaint, reply, charged="no" if never else "unknown", key=key)


def failure(
    complaint: Complaint | None, reply: Reply, *, charged: Charged, key: str
) -> ProviderError:
    kind = kind_of(complaint, reply.status)
    return answers.failure(kind, NAME, complaint, reply, charged=charged, key=key)


def _timed_out(complaint: Complaint) -> bool:
    code = (complaint.code or "").lower()
    return code.startswith("timeout") or code.endswith("timeout")


def _passing(complaint: Complaint) -> bool:
    """Whether a complaint is about our asking so often, not about the task."""
    return complaint.code == ACCEPTED_BEFORE or kind_of(complaint, 200) is RateLimitError


def _data(document: object) -> list[Mapping[str, Any]]:
    data = document.get("data") if isinstance(document, dict) else None
    listed = data if isinstance(data, list) else [data]
    return [item for item in listed if isinstance(item, dict)]


def _ours(item: Mapping[str, Any], task: str) -> bool:
    named = text(item.get("taskUUID"))
    return named.lower() == task.lower() if named else is_image(item) or _failed(item)


def _about(details: Mapping[str, Any], task: str) -> bool:
    named = text(details.get("taskUUID"))
    return named is None or named.lower() == task.lower()


def _failed(item: Mapping[str, Any]) -> bool:
    return item.get("status") == "error" or bool(answers.complaints(item))
