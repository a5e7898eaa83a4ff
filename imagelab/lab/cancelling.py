"""Cancelling: what was not sent is dropped, and the vendor is asked to stop what was."""

from __future__ import annotations

import sqlite3

from imagelab.catalog.requests import open_calls
from imagelab.domain.life import OpenCall
from imagelab.jobs.account import Account
from imagelab.jobs.job import Job
from imagelab.lab.engine import Engine
from imagelab.providers.questions import asked


def cancel(engine: Engine, generation: int, provider: str, job: Job | None) -> bool:
    """True if nothing will be charged: all that was sent the vendor took back before it began.

    A call whose answer is still out cannot be stopped, and may be asked about again. A
    ProviderError where the vendor does not answer; what was not sent is dropped all the same.
    """
    if job is not None and job.cancel():
        return True
    with engine.catalog.reading() as db:
        calls = open_calls(db, generation)
        free = not _charged(db, generation)
    begun = job.begun if job is not None else set()
    sent = [o for o in calls if o.state != "intent" or o.call.uuid in begun]
    known = [opened for opened in sent if opened.call.remote]
    account = engine.accounts.account(provider) if known else None
    for opened in known:
        assert account is not None
        free = _taken_back(engine, account, opened) and free
    return free and len(known) == len(sent)


def _taken_back(engine: Engine, account: Account, opened: OpenCall) -> bool:
    provider = account.provider
    flow = provider.cancel(opened.call, account.key, account.base)
    question = asked(flow, account.wire, provider=provider.name, base=account.base)
    return engine.loop.submit(question).result()


def _charged(db: sqlite3.Connection, generation: int) -> bool:
    """Whether any of its calls has ended that was charged, or may have been."""
    found = db.execute(
        "SELECT 1 FROM call WHERE generation = ? AND charged != 'no' "
        "AND state IN ('done', 'failed', 'unknown')",
        (generation,),
    ).fetchone()
    return found is not None
