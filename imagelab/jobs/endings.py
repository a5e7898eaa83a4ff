"""How a call ends: what its flow came to, as what is written of it."""

from __future__ import annotations

from dataclasses import replace

from imagelab.domain.life import Ending
from imagelab.errors import CancelledError, ProviderError, RefusedError
from imagelab.providers.steps import Facts

UNSENT = Ending(
    "cancelled",
    "no",
    error_kind="CancelledError",
    error="cancelled before it was sent; nothing was billed for that",
)


def unposted(why: Exception, generation: int) -> Ending:
    """How a call ended that was not posted, since the catalog did not take that it was to be."""
    told = f"{why.strerror}; see to its disk" if isinstance(why, OSError) else str(why)
    return held_back(
        f"nothing was sent, so nothing was billed: the catalog did not take that g{generation} was "
        f"about to be sent: {told}"
    )


def held_back(why: str) -> Ending:
    """The same, in words that an earlier run left."""
    return Ending("failed", "no", error_kind="CatalogError", error=why)


def after_error(error: ProviderError, *, sent_before: bool) -> Ending:
    """How a call ended that came to no facts.

    A repeat that was turned away says nothing of what the first one came to.
    """
    charged = "unknown" if sent_before and error.charged == "no" else error.charged
    # A refusal is an answer, even where it does not say whether it was charged.
    unknown = charged == "unknown" and not isinstance(error, RefusedError)
    cancelled = charged == "no" and isinstance(error, CancelledError)
    return Ending(
        state="unknown" if unknown else "cancelled" if cancelled else "failed",
        charged=charged,
        error_kind=type(error).__name__,
        error=str(error),
    )


def after_facts(facts: Facts, problem: Exception | None) -> Ending:
    """How a call ended that came to facts; `problem` is that of an image which could not be kept."""
    problem = facts.problem or problem
    ending = Ending("done", facts.charged, facts.cost, facts.raw, facts.used)
    if problem is None:
        return ending
    return replace(ending, state="failed", error_kind=type(problem).__name__, error=str(problem))
