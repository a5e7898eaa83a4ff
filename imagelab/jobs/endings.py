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
