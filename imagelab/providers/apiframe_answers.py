"""Apiframe's replies read: its complaints as errors, and what a job says of itself.

Statuses, fields and error bodies: the openapi.json and the sources of Apiframe's own Node
package (apiframe-nodejs-sdk, 2026-07-16), which tells of no codes, only of words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from imagelab.domain.frozen import frozen
from imagelab.domain.money import Cost
from imagelab.errors import (
    AuthError,
    Charged,
    InvalidError,
    ModelGoneError,
    OutcomeUnknownError,
    ProtocolError,
    ProviderError,
    RefusedError,
    UnavailableError,
)
from imagelab.providers import answers, bills
from imagelab.providers.answers import Complaint, text
from imagelab.providers.steps import Reply

NAME = "apiframe"
MOST_CREDITS = Decimal(10**12)  # more is no balance
OTHER_BODY = 409  # the key was used with another body

_POLICY = re.compile(r"moderation|safety|content[ _]policy|not allowed|nsfw", re.IGNORECASE)
_DONE, _FAILED = "COMPLETED", ("FAILED", "CANCELLED")


@frozen
class Job:
    """What a job says of itself; `images` are the addresses of its results."""

    id: str
    status: str
    images: tuple[str, ...] = ()
    progress: float | None = None
    complaint: Complaint | None = None
    credits: object = None
    expired: bool = False

    @property
    def done(self) -> bool:
        """Whether nothing more is to come of it; a status that no page knows may still change."""
        return self.status in (_DONE, *_FAILED)

    @property
    def failed(self) -> bool:
        return self.status in _FAILED


def job_id(document: object) -> str | None:
    """The id under which a request was taken on.

    >>> job_id({"jobId": "0b5c", "status": "QUEUED"})
    '0b5c'
    """
    return text(document.get("jobId")) if isinstance(document, dict) else None


def job(document: object, name: str) -> Job | None:
    """The job of that id, where the document is one."""
    if not isinstance(document, dict) or text(document.get("id")) != name:
        return None
    status = text(document.get("status"))
    if status is None:
        return None
    said = answers.complaints({"error": document.get("error")})
    return Job(
        name,
        status.upper(),
        _images(document.get("result")),
        _share(document.get("progress")),
        said[0] if said else None,
        document.get("creditCost"),
        document.get("expired") is True,
    )


def jobs(document: object) -> list[Mapping[str, Any]] | None:
    """The entries of a list of jobs; None where there is no list."""
    listed = document.get("jobs") if isinstance(document, dict) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else None


def next_page(document: object) -> str | None:
    """Where a list of jobs goes on, if it does."""
    more = isinstance(document, dict) and document.get("hasMore") is True
    return text(document.get("nextCursor")) if more and isinstance(document, dict) else None


def credits_left(document: object) -> Cost | None:
    """What is left to the team, as `GET /me` has it.

    >>> str(credits_left({"user": {}, "team": {"credits": 976, "plan": "pro"}, "apiKey": {}}))
    '976 credits'
    """
    team = document.get("team") if isinstance(document, dict) else None
    left = team.get("credits") if isinstance(team, dict) else None
    return bills.reported(left, MOST_CREDITS, "credits")


def moment(said: object) -> datetime | None:
    """A time as the vendor writes it; None without a zone, for nobody knows whose it is."""
    try:
        found = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def refusal(reply: Reply, key: str = "") -> ProviderError:
    """What a reply means that takes no job on.

    Turned away in the vendor's own words it cost nothing; what stands in between may have
    sent any other, so that one may have cost something.
    """
    complaint = _complaint(reply)
    kind = _kind(reply, complaint)
    charged: Charged = "unknown" if kind in (OutcomeUnknownError, ProtocolError) else "no"
    return answers.failure(kind, NAME, complaint, reply, charged=charged, key=key)


def locked_out(reply: Reply, key: str) -> ProviderError | None:
    """The error of a free question that was refused for its key: it says nothing of the job."""
    if reply.status not in (401, 403):
        return None
    complaint = _complaint(reply)
    return answers.failure(AuthError, NAME, complaint, reply, charged="unknown", key=key)


def failure(told: Job, reply: Reply, key: str) -> ProviderError:
    """The error for a job that was taken on and failed; whether it is billed is not known.

    The vendor's FAQ says that its credits are given back, users report that they are not.
    """
    words = told.complaint.message if told.complaint else ""
    kind = RefusedError if _POLICY.search(words) else UnavailableError
    return answers.failure(kind, NAME, told.complaint, reply, charged="unknown", key=key)


def _kind(reply: Reply, complaint: Complaint | None) -> type[ProviderError]:
    if reply.status < 300:
        return ProtocolError
    own_words = complaint is not None or not reply.body or reply.status == 429
    if reply.status not in answers.BY_STATUS or not own_words:
        return OutcomeUnknownError
    named = answers.BY_STATUS[reply.status]
    wrong = complaint.details if complaint else {}
    return ModelGoneError if named is InvalidError and "model" in wrong else named


def _complaint(reply: Reply) -> Complaint | None:
    """The words of a reply, with the fields it names and the credits it misses."""
    document, first = answers.document(reply), answers.complaint_of(reply)
    if first is None or not isinstance(document, dict):
        return first
    details = document.get("details")
    if isinstance(details, dict) and details:
        named = "; ".join(f"{field}: {_words(said)}" for field, said in details.items())
        return replace(first, message=f"{first.message} ({named})", details=details)
    needs, has = document.get("creditsRequired"), document.get("creditsAvailable")
    if needs is not None and has is not None:
        words = f"{first.message} ({needs} credits required, {has} available)"
        return replace(first, message=words)
    return first


def _words(said: object) -> str:
    return ", ".join(map(str, said)) if isinstance(said, list) else str(said)


def _images(result: object) -> tuple[str, ...]:
    listed = result.get("images") if isinstance(result, dict) else None
    return tuple(filter(None, map(text, listed))) if isinstance(listed, list) else ()


def _share(progress: object) -> float | None:
    hundredths = answers.whole(progress)
    return None if hundredths is None else min(max(hundredths, 0), 100) / 100
