"""The runner: carries intents to their end on the background loop, call by call."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import logging
import sqlite3
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from imagelab import killpoints
from imagelab.catalog import staging
from imagelab.catalog.catalog import Catalog
from imagelab.domain.frozen import frozen
from imagelab.domain.life import Ending, Intent, OpenCall
from imagelab.errors import CatalogError, ProviderError
from imagelab.jobs.account import Account
from imagelab.jobs.call_journal import CallJournal, HeldBackError, UnmarkedError
from imagelab.jobs.endings import UNSENT, after_error, after_facts, held_back, unposted
from imagelab.jobs.job import Job
from imagelab.jobs.last_image import hold_last
from imagelab.jobs.looker import Looker
from imagelab.jobs.loop import BackgroundLoop
from imagelab.jobs.owner import carry, put_down, this_process
from imagelab.jobs.recording import StandsInError, recorded
from imagelab.jobs.recovery import release, word_of_unsent
from imagelab.jobs.repeating import repeatable_since, settles
from imagelab.jobs.writer import Writer
from imagelab.providers.driver import drive
from imagelab.providers.payment import UnsentError
from imagelab.providers.provider import Provider
from imagelab.providers.steps import Facts, Flow, PostponedError, Reply
from imagelab.providers.taking_up import taken_up

Record = Callable[[sqlite3.Connection, Intent], int]

CALLS_AT_ONCE = 8  # for a provider that says nothing else by `at_once`
_log = logging.getLogger(__name__)


@frozen
class Begun:
    """A generation and its job; no job where an equal generation stands in for it."""

    generation: int
    job: Job | None


class Runner:
    """Starts jobs and keeps them until they are settled."""

    def __init__(
        self, catalog: Catalog, loop: BackgroundLoop, writer: Writer, looker: Looker
    ) -> None:
        self._catalog, self._loop = catalog, loop
        self._writer, self._looker = writer, looker
        self._limits: dict[str, asyncio.Semaphore] = {}
        self._stopped = False
        self.jobs: dict[str, Job] = {}

    def start(self, intent: Intent, account: Account) -> Begun:
        """Make the intent durable, then carry it; nothing is sent if the intent is not kept.

        The budget is held against it in the same transaction; BudgetError leaves nothing behind,
        and so does the CatalogError of a lab that was closed first.
        """
        begun = self._writer.do(lambda: self.begin(intent, account, recorded))
        try:
            job = begun.result()
        except StandsInError as equal:
            return Begun(equal.generation, None)
        except StoppedError:
            raise CatalogError(
                "the lab was closed before this was recorded; open it again and repeat the call"
            ) from None
        except KeyboardInterrupt:  # before anybody has a handle on it: what is not sent is dropped
            begun.add_done_callback(_cancelled)
            raise
        return Begun(job.generation, job)

    def begin(self, intent: Intent, account: Account, record: Record) -> Job:
        """Start it on the writer's thread, where no interrupt can part the intent from its job.

        `record` writes the intent, and what belongs to it, in one transaction; what it raises
        leaves nothing behind. StoppedError after `stop`.
        """
        if self._stopped:
            raise StoppedError
        carry(intent.uuid)
        try:
            generation = self._writer.transaction(lambda db: record(db, intent))
            killpoints.reach("intent")
            unsafe = {call.uuid for call in intent.calls}
            job = Job(intent.uuid, generation, intent.request.n, calls=unsafe)
            self._carry(job, account, [OpenCall(call, "intent") for call in intent.calls])
        except BaseException:
            put_down(intent.uuid)
            raise
        return job

    def resume(
        self,
        generation: int,
        uuid: str,
        account: Account,
        calls: Sequence[OpenCall],
        *,
        repeat: bool = False,
        late: bool = False,
    ) -> Job:
        """Go on with the open calls of a generation that was claimed.

        One whose reply is staged is replayed from it; one that was never sent ends as
        cancelled. Nothing is paid, but that with `repeat` a vendor that knows our id, and not
        the call, is sent the same POST once more, also where its reply proved nothing. Its
        owner has `carry`-ed it.
        """
        images = sum(opened.call.n for opened in calls)
        job = Job(uuid, generation, images, resumed=True, repeat=repeat, late=late)
        self._carry(job, account, calls)
        return job

    def stop(self) -> None:
        """Begin nothing more. On the writer's thread: what is begun there is begun whole, or not."""
        self._stopped = True

    def open_jobs(self) -> list[Job]:
        """The jobs that are not settled yet."""
        return [job for job in list(self.jobs.values()) if not job.done.done()]

    def _carry(self, job: Job, account: Account, calls: Sequence[OpenCall]) -> None:
        self.jobs[job.uuid] = job
        self._loop.submit(self._carried(job, account, calls))

    async def _carried(self, job: Job, account: Account, calls: Sequence[OpenCall]) -> None:
        """Carry it to its end; whatever stops it before, somebody else may take it up."""
        stopped: BaseException | None = None
        try:
            outcomes = await asyncio.gather(
                *(self._call(job, account, opened) for opened in calls),
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
        elif isinstance(stopped, HeldBackError):  # ours still, so that our pulse takes it up
            return CatalogError(str(stopped))
        elif isinstance(stopped, PostponedError):
            stopped = stopped.why
            stopped.add_note(f"g{job.generation} stays open; lab.recover() asks for it again")
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

    async def _call(self, job: Job, account: Account, opened: OpenCall) -> None:
        call = opened.call
        told = self._journal(job, call.uuid)
        async with self._limit(account.provider):
            ending = await self._ending(job, account, opened, told)
        await (told.settle_unsent if told.unmarked else told.settle)(ending)
        killpoints.reach("done")
        job.safe(call.uuid)
        if ending.state in ("done", "cancelled") or ending.charged == "no":
            folder = self._catalog.staging
            with contextlib.suppress(OSError):  # the next opening clears it away
                await self._writer.doing(lambda: staging.remove(folder, call.uuid))

    async def _ending(
        self, job: Job, account: Account, opened: OpenCall, told: CallJournal
    ) -> Ending:
        provider, call = account.provider, opened.call
        if not job.resumed:
            if not job.begin(call.uuid):
                return UNSENT
            flow = provider.generate(call, account.key, account.base)
            return await self._driven(job, account, flow, told)
        reply, cut = await self._staged(call.uuid)
        since = repeatable_since(provider, opened) if job.repeat else None
        if reply and (since is None or settles(provider, reply)):
            flow = provider.generate(call, account.key, account.base)
            return await self._driven(job, account, flow, told, reply, cut=cut)
        if why := await self._writer.doing(lambda: word_of_unsent(self._catalog, call.uuid)):
            return held_back(why)
        if opened.state == "intent":
            return UNSENT
        flow = taken_up(provider, call, account.key, account.base, repeat=since is not None)
        return await self._driven(job, account, flow, told, since=since)

    async def _staged(self, call: str) -> tuple[Reply | None, bool]:
        """What an earlier run staged, and whether that is a stream without its end."""
        folder = self._catalog.staging
        raw = await self._writer.doing(lambda: staging.staged(folder, call))
        return (Reply(raw.status, raw.headers, raw.body), raw.cut) if raw else (None, False)

    async def _driven(
        self,
        job: Job,
        account: Account,
        flow: Flow[Facts],
        told: CallJournal,
        reply: Reply | None = None,
        *,
        cut: bool = False,
        since: timedelta | None = None,
    ) -> Ending:
        run = partial(
            drive,
            wire=account.wire,
            journal=told,
            verdict=account.provider.verdict,
            provider=account.provider.name,
            base=account.base,
            staged=reply,
            cut=cut,
            paid=job.resumed,
            since=since,
        )
        try:
            facts = await hold_last(flow, told, run)
        except UnmarkedError as error:
            if job.resumed:  # the earlier run sent it
                raise error.why from error
            return unposted(error.why, job.generation)
        except UnsentError:
            if job.resumed:  # the earlier run sent it
                raise asyncio.CancelledError from None
            return UNSENT
        except ProviderError as error:
            return after_error(error, sent_before=since is not None)
        return after_facts(facts, told.problem)

    def _journal(self, job: Job, call: str) -> CallJournal:
        return CallJournal(
            call,
            self._writer,
            self._catalog.staging,
            arrived=self._arrival(job),
            shown=job.show,
            late=lambda: job.cancelled or job.late,
            safe=job.safe,
        )

    def _arrival(self, job: Job) -> Callable[[str], None]:
        def arrived(sha256: str) -> None:
            job.count()
            self._looker.look_later(sha256)

        return arrived

    def _limit(self, provider: Provider) -> asyncio.Semaphore:
        most: int = getattr(provider, "at_once", CALLS_AT_ONCE)
        return self._limits.setdefault(provider.name, asyncio.Semaphore(most))


class StoppedError(Exception):
    """Nothing more is begun, since the lab is being closed."""


def _cancelled(begun: concurrent.futures.Future[Job]) -> None:
    if not begun.exception():
        begun.result().cancelled = True
