"""Whether a POST of an earlier run may be sent once more: to a vendor that knows our id only."""

from __future__ import annotations

from datetime import timedelta

from imagelab import clock
from imagelab.domain.life import OpenCall
from imagelab.providers.provider import Provider
from imagelab.providers.steps import Reply


def settles(provider: Provider, reply: Reply) -> bool:
    """Whether a reply says anything of the call, or proves nothing and may be asked for again."""
    try:
        verdict = provider.verdict(reply)
    except Exception:  # noqa: BLE001 - what nobody understands is replayed, and fails as it did
        return True
    return verdict.charged != "unknown" or not verdict.again


def repeatable_since(provider: Provider, opened: OpenCall) -> timedelta | None:
    """How long ago the POST was sent that may still be repeated; None if it may not be."""
    if provider.repeatable is None or opened.sent_at is None or opened.call.remote:
        return None
    gone = clock.now() - opened.sent_at
    # A clock that was set back since says nothing.
    return gone if timedelta() <= gone < provider.repeatable else None
