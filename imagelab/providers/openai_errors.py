"""OpenAI's refusals and failures as typed errors, and whether each cost anything."""

from __future__ import annotations

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
from imagelab.providers.answers import Complaint
from imagelab.providers.steps import Reply

# Codes and types of the error object. Sources: the openai package 3.52.0 and OpenAI's
# OpenAPI document; those of money, key and model by habit of its other routes.
_BY_CODE: dict[str, type[ProviderError]] = {
    "moderation_blocked": RefusedError,
    "content_policy_violation": RefusedError,
    "image_generation_user_error": RefusedError,
    "insufficient_quota": QuotaError,
    "billing_hard_limit_reached": QuotaError,
    "billing_not_active": QuotaError,
    "invalid_api_key": AuthError,
    "model_not_found": ModelGoneError,
    "rate_limit_exceeded": RateLimitError,
}
_BY_STATUS = answers.BY_STATUS | {409: InvalidError}


def failure(reply: Reply, key: str = "") -> ProviderError:
    """What a reply without images means.

    A complete 4xx in the vendor's words cost nothing, unless moderation stopped the
    finished image. Anything else may have cost something.
    """
    complaint = answers.complaint_of(reply)
    kind = _kind(reply, complaint)
    charged = _charged(reply, kind, complaint)
    return answers.failure(kind, "openai", complaint, reply, charged=charged, key=key)


def broken_off(event: Reply, key: str = "") -> ProviderError:
    """What an error in the middle of a stream means; until then it was work, and may be billed."""
    complaint = answers.complaint_of(event)
    kind = (_named(complaint) if complaint else None) or OutcomeUnknownError
    return answers.failure(kind, "openai", complaint, event, charged="unknown", key=key)


def _kind(reply: Reply, complaint: Complaint | None) -> type[ProviderError]:
    named = _named(complaint) if complaint else None
    if _refused(reply, complaint):
        return named or _gone(reply, complaint) or _BY_STATUS[reply.status]
    return (named or ProtocolError) if reply.status < 300 else OutcomeUnknownError


def _refused(reply: Reply, complaint: Complaint | None) -> bool:
    """Whether the vendor turned the request away; a page with such a status may be a proxy's."""
    own_words = complaint is not None or not reply.body or reply.status == 429
    return reply.status in _BY_STATUS and own_words


def _named(complaint: Complaint) -> type[ProviderError] | None:
    return _BY_CODE.get(complaint.code or "") or _BY_CODE.get(complaint.kind or "")


def _gone(reply: Reply, complaint: Complaint | None) -> type[ProviderError] | None:
    about_it = complaint is not None and "model" in complaint.message.lower()
    return ModelGoneError if reply.status == 404 and about_it else None


def _charged(reply: Reply, kind: type[ProviderError], complaint: Complaint | None) -> Charged:
    if not _refused(reply, complaint):
        return "unknown"
    details = complaint.details.get("moderation_details") if complaint else None
    stage = details.get("moderation_stage", "input") if isinstance(details, dict) else "input"
    return "unknown" if kind is RefusedError and stage != "input" else "no"
