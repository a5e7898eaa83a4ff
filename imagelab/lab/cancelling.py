"""Cancelling: what was not sent is dropped, and the vendor is asked to stop what was."""

from __future__ import annotations

from imagelab.catalog.requests import open_calls
from imagelab.domain.life import OpenCall
from imagelab.jobs.job import Job
from imagelab.jobs.runner import Account
from imagelab.lab.engine import Engine
from imagelab.providers.driver import drive
from imagelab.providers.journal import NoJournal


def cancel(engine: Engine, generation: int, provider: str, job: Job | None) -> bool:
    """True if nothing will be charged: all that was sent the vendor took back before it began.

    A ProviderError where the vendor cannot be asked; what was not sent is dropped all the same.
    """
    if job is not None and job.cancel():
        return True
    with engine.catalog.reading() as db:
        calls = open_calls(db, generation)
    sent = [opened for opened in calls if opened.state != "intent"]
    asked = [opened for opened in sent if opened.call.remote]
    if not asked:
        return not sent and not _arrived(engine, generation)
    account = engine.accounts.account(provider)
    free = [_taken_back(engine, account, opened) for opened in asked]
    return all(free) and len(asked) == len(sent) and not _arrived(engine, generation)


def _taken_back(engine: Engine, account: Account, opened: OpenCall) -> bool:
    provider = account.provider
    flow = provider.cancel(opened.call, account.key, account.base)
    return engine.loop.submit(
        drive(
            flow,
            account.wire,
            NoJournal(),
            provider.verdict,
            provider=provider.name,
            base=account.base,
            paid=True,
        )
    ).result()


def _arrived(engine: Engine, generation: int) -> bool:
    """Whether any of its calls was charged already."""
    with engine.catalog.reading() as db:
        found = db.execute(
            "SELECT 1 FROM call WHERE generation = ? AND state IN ('done', 'failed', 'unknown') "
            "AND charged != 'no'",
            (generation,),
        ).fetchone()
    return found is not None
