"""What a vendor says went wrong, in whatever shape it says it, and the error it becomes.

Nothing here raises on a foreign document: what cannot be read is None or empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from imagelab.domain.frozen import frozen
from imagelab.domain.redaction import redacted
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
from imagelab.providers.steps import Reply

LONGEST_WORDS = 300  # characters of a vendor's own words in a message
PATIENCE_S = 120  # a longer Retry-After is for a person to decide

# What each error says around the vendor's own words: what happened, and what to do.
_SENTENCES: dict[type[ProviderError], tuple[str, str]] = {
    AuthError: ("did not accept the key", "check the key and what it may do"),
    QuotaError: ("has no money or quota left for this key", "add credit at the provider"),
    RefusedError: ("will not make this image", "change the prompt or the input images"),
    InvalidError: ("did not accept the request", "change what it names"),
    ModelGoneError: ("does not have this model", "choose another from lab.models()"),
    RateLimitError: ("had too many requests", "try again later"),
    UnavailableError: ("could not do the work", "try again later"),
    CancelledError: ("cancelled the work", "send it again if it is still wanted"),
    ProtocolError: ("gave an answer that is not understood", "the reply is kept as it came"),
    OutcomeUnknownError: (
        "gave no answer that settles the call, which may have been billed",
        "look at the account's usage page, then settle() or resend() the generation",
    ),
}

# What a refusal's status means where nothing else is said of it; a vendor may mean more by one.
BY_STATUS: dict[int, type[ProviderError]] = {
    400: InvalidError,
    401: AuthError,
    402: QuotaError,
    403: AuthError,
    404: InvalidError,
    405: InvalidError,
    413: InvalidError,
    415: InvalidError,
    422: InvalidError,
    429: RateLimitError,
}


@frozen
class Complaint:
    """One thing a vendor says went wrong, in its own words."""

    message: str
    code: str | None = None
    kind: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict, repr=False)


def document(reply: Reply) -> Any:  # noqa: ANN401 - a foreign document has any shape
    """The reply's JSON, or None when it is not JSON."""
    try:
        return reply.json("")
    except ProtocolError:
        return None


def complaint_of(reply: Reply) -> Complaint | None:
    """The first complaint of a reply, plain text included.

    None when it holds none, or is a page of something that stands in between.
    """
    found = complaints(document(reply))
    return found[0] if found else _plain_text(reply)


def complaints(said: object) -> tuple[Complaint, ...]:
    """Every complaint in a document, in the spellings vendors use.

    >>> complaints({"errors": [{"code": "invalidModel", "message": "no such model"}]})
    (Complaint(message='no such model', code='invalidModel', kind=None),)
    """
    if not isinstance(said, dict):
        return ()
    listed = said.get("errors")
    entries = [*(listed if isinstance(listed, list) else []), said.get("error"), said.get("detail")]
    entries += [said] if text(said.get("message")) else []
    found = [_complaint(entry) for entry in entries if entry]
    return tuple(complaint for complaint in found if complaint)


def failure(
    kind: type[ProviderError],
    provider: str,
    complaint: Complaint | None,
    reply: Reply,
    *,
    charged: Charged,
    key: str = "",
) -> ProviderError:
    """The typed error for a reply; a key, or what opens an address, is taken out if quoted."""
    happened, advice = _SENTENCES[kind]
    if kind is ProtocolError and charged == "unknown":
        advice += f", and it may have been billed; {_SENTENCES[OutcomeUnknownError][1]}"
    words = complaint.message if complaint else ""
    hidden = redacted(words.replace(key, "…") if key else words)
    said = f": {hidden[:LONGEST_WORDS]!r}" if hidden else ""
    error = kind(
        provider,
        f"{happened}{said}; {advice}",
        status=reply.status,
        code=complaint.code if complaint else None,
        request_id=reply.request_id,
        charged=charged,
    )
    if isinstance(error, RateLimitError):
        error.retry_after = retry_after(reply.headers)
    return error


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds until the vendor wants to be asked again; a date is read against its own clock.

    >>> retry_after({"retry-after": "20"}), retry_after({"retry-after-ms": "1500"})
    (20.0, 1.5)
    """
    milliseconds = _seconds(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    said = headers.get("retry-after")
    then, now = _moment(said), _moment(headers.get("date"))
    if then and now:
        return max((then - now).total_seconds(), 0.0)
    return _seconds(said)


def text(value: object) -> str | None:
    """A value if it is a text with something in it."""
    return value if isinstance(value, str) and value else None


def whole(value: object) -> int | None:
    """A value if it is a whole number that a database column holds."""
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if abs(value) < 2**63 else None


def _complaint(entry: object) -> Complaint | None:
    match entry:
        case str():
            return Complaint(entry)
        case dict():
            words = (
                text(entry.get("message"))
                or text(entry.get("msg"))
                or text(entry.get("detail"))
                or text(entry.get("title"))
            )
            code = text(entry.get("code")) or text(entry.get("errorCode"))
            kind = text(entry.get("type"))
            known = words or code or kind
            return Complaint(known, _short(code), _short(kind), entry) if known else None
        case [(str() | dict()) as first, *_]:
            return _complaint(first)
        case _:
            return None


def _short(word: str | None) -> str | None:
    return word[:100] if word else None


def _plain_text(reply: Reply) -> Complaint | None:
    try:
        words = reply.body[: 4 * LONGEST_WORDS].decode().strip()
    except UnicodeDecodeError:
        return None
    page = words[:1] in "<{[" or "html" in reply.headers.get("content-type", "")
    return None if page else Complaint(words)


def _seconds(said: str | None) -> float | None:
    # Only plain digits: float() would also read "nan", "-1" and "1e9".
    digits = (said or "").strip().replace(".", "", 1)
    return float(said or "") if digits.isascii() and digits.isdigit() else None


def _moment(said: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(said or "")
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
