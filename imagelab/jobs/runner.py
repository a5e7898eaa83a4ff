"""The runner: carries intents to their end on the background loop, call by call."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from imagelab import killpoints
from imagelab.catalog import budget, journal, staging
from imagelab.catalog.catalog import Catalog
from imagelab.domain.life import Ending, Intent
from imagelab.domain.request import Call
from imagelab.errors import CatalogError, ProviderError, RefusedError
from imagelab.jobs.call_journal import CallJournal
from imagelab.jobs.job import Job
from imagelab.jobs.looker import Looker
from imagelab.jobs.loop import BackgroundLoop
from imagelab.jobs.owner import carry, put_down, this_process
from imagelab.jobs.recovery import release
from imagelab.jobs.writer import Writer
from imagelab.providers.driver import drive
from imagelab.providers.payment import UnsentError
from imagelab.providers.steps import Facts, Flow, Provider, Reply
from imagelab.providers.wire import Wire

CALLS_AT_ONCE = 8  # for each provider
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    """An account at a provider: its wire, its address, and the key that pays."""

    provider: Provider
    wire: Wire
    key: str
    base: str


class Runner:
    """Starts jobs and keeps them until they are settled."""

    def __init__(
        self, catalog: Catalog, loop: BackgroundLoop, writer: Writer, looker: Looker
    ) -> None:
        self._catalog, self._loop = catalog, loop
        self._writer, self._looker = writer, looker
        self._limits: dict[str, asyncio.Semaphore] = {}
        self.jobs: dict[str, Job] = {}

    def start(self, intent: Intent, account: Account) -> Job:
        """Make the intent durable, then carry it; nothing is sent if the intent is not kept.

        The budget is held against it in the same transaction; BudgetError leaves nothing behind.
        """
        begun = self._writer.do(lambda: self._begun(intent, account))
        try:
            return begun.result()
        except KeyboardInterrupt:  # before anybody has a handle on it: what is not sent is dropped
            begun.add_done_callback(_cancelled)
            raise

    def resume(
        self, generation: int, uuid: str, account: Account, calls: list[tuple[Call, str]]
    ) -> Job:
        """Go on with the open calls of a generation that was claimed; nothing is paid.

        Each call comes with its state. One whose reply is staged is replayed from it; one
        that was never sent ends as cancelled. Its owner has `carry`-ed it.
        """
        job = Job(uuid, generation, sum(call.n for call, _ in calls), resumed=True)
        self._carry(job, account, calls)
        return job

    def open_jobs(self) -> list[Job]:
        """The jobs that are not settled yet."""
        return [job for job in list(self.jobs.values()) if not job.done.done()]

    def _begun(self, intent: Intent, account: Account) -> Job:
        """On the writer's thread, where no interrupt can part the intent from its job."""
        carry(intent.uuid)
        try:
            generation = self._writer.transaction(lambda db: _intended(db, intent))
            killpoints.reach("intent")
            unsafe = {call.uuid for call in intent.calls}
            job = Job(intent.uuid, generation, intent.request.n, calls=unsafe)
            self._carry(job, account, [(call, "intent") for call in intent.calls])
        except BaseException:
            put_down(intent.uuid)
            raise
        return job

    def _carry(self, job: Job, account: Account, calls: Sequence[tuple[Call, str]]) -> None:
        self.jobs[job.uuid] = job
        self._loop.submit(self._carried(job, account, calls))

    async def _carried(self, job: Job, account: Account, calls: Sequence[tuple[Call, str]]) -> None:
        """Carry it to its end; whatever stops it before, somebody else may take it up."""
        stopped: BaseException | None = None
        try:
            outcomes = await asyncio.gather(
                *(self._call(job, account, call, state) for call, state in calls),
                return_exceptions=True,
            )
            stopped = next((o for o in outcomes if isinstance(o, BaseException)), None)
        except asyncio.CancelledError as error:
            stopped = error
        try:
            if stopped is not None:
                stopped = await self._left(job, stopped)
        finally:  # whatever the disk does, nobody waits for ever
            put_down(job.uuid)
            self.jobs.pop(job.uuid, None)
            job.finish(stopped)

    async def _left(self, job: Job, stopped: BaseException) -> BaseException:
        """Let go of a generation that is not settled; the error for those who wait."""
        if isinstance(stopped, asyncio.CancelledError):
            stopped = CatalogError(
                f"the lab was closed while g{job.generation} was under way; open it again, and "
                "what can be taken up is"
            )
        else:
            _log.error("generation g%d could not be settled: %s", job.generation, stopped)
            if isinstance(stopped, OSError):
                stopped = CatalogError(
                    f"g{job.generation} was stopped by the disk and stays open: {stopped}"
                )
        mine = this_process()
        with contextlib.suppress(CatalogError, OSError):  # it is free when this process ends
            await self._writer.writing(lambda db: release(db, job.uuid, mine))
        return stopped

    async def _call(self, job: Job, account: Account, call: Call, state: str) -> None:
        told = self._journal(job, call)
        async with self._limit(account.provider.name):
            ending = await self._ending(job, account, call, state, told)
        await told.settle(ending)
        killpoints.reach("done")
        job.safe(call.uuid)
        if ending.state in ("done", "cancelled") or ending.charged == "no":
            folder = self._catalog.staging
            with contextlib.suppress(OSError):  # the next opening clears it away
                await self._writer.doing(lambda: staging.remove(folder, call.uuid))

    async def _ending(
        self, job: Job, account: Account, call: Call, state: str, told: CallJournal
    ) -> Ending:
        if not (job.resumed or job.begin()):
            return UNSENT
        reply = await self._staged(call) if job.resumed else None
        if job.resumed and reply is None and state == "intent":
            return UNSENT
        asks = account.provider.resume if job.resumed and not reply else account.provider.generate
        return await self._driven(job, account, asks(call, account.key, account.base), reply, told)

    async def _staged(self, call: Call) -> Reply | None:
        folder = self._catalog.staging
        raw = await self._writer.doing(lambda: staging.staged(folder, call.uuid))
        return Reply(raw.status, raw.headers, raw.body) if raw else None

    async def _driven(
        self,
        job: Job,
        account: Account,
        flow: Flow[Facts],
        reply: Reply | None,
        told: CallJournal,
    ) -> Ending:
        try:
            facts = await drive(
                flow,
                account.wire,
                told,
                account.provider.verdict,
                provider=account.provider.name,
                base=account.base,
                staged=reply,
                paid=job.resumed,
            )
        except UnsentError:
            return UNSENT
        except ProviderError as error:
            return _after_error(error)
        return _after_facts(facts, told)

    def _journal(self, job: Job, call: Call) -> CallJournal:
        return CallJournal(
            call.uuid,
            self._writer,
            self._catalog.staging,
            arrived=self._arrival(job),
            shown=lambda fraction: setattr(job, "fraction", fraction),
            late=lambda: job.cancelled,
            safe=job.safe,
        )

    def _arrival(self, job: Job) -> Callable[[str], None]:
        def arrived(sha256: str) -> None:
            job.count()
            self._looker.look_later(sha256)

        return arrived

    def _limit(self, provider: str) -> asyncio.Semaphore:
        return self._limits.setdefault(provider, asyncio.Semaphore(CALLS_AT_ONCE))


def _cancelled(begun: concurrent.futures.Future[Job]) -> None:
    if not begun.exception():
        begun.result().cancelled = True


def _intended(db: sqlite3.Connection, intent: Intent) -> int:
    budget.check(db, intent.quote.high, intent.quote.offer)
    return journal.record_intent(db, intent)


UNSENT = Ending(
    "cancelled",
    "no",
    error_kind="CancelledError",
    error="cancelled before it was sent; nothing was billed for that",
)


def _after_error(error: ProviderError) -> Ending:
    # A refusal is an answer, even where it does not say whether it was charged.
    unknown = error.charged == "unknown" and not isinstance(error, RefusedError)
    return Ending(
        state="unknown" if unknown else "failed",
        charged=error.charged,
        error_kind=type(error).__name__,
        error=str(error),
    )


def _after_facts(facts: Facts, told: CallJournal) -> Ending:
    problem = facts.problem or told.problem
    ending = Ending("done", facts.charged, facts.cost, facts.raw, facts.used)
    if problem is None:
        return ending
    return replace(ending, state="failed", error_kind=type(problem).__name__, error=str(problem))
