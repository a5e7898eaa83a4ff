"""Feeding a batch: its rows become generations one after the other, a few under way at once."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence

from imagelab.catalog import batches, journal
from imagelab.catalog.batches import Batch, NotWaitingError
from imagelab.domain.frozen import frozen
from imagelab.domain.life import Intent
from imagelab.errors import CatalogError
from imagelab.jobs.account import Account
from imagelab.jobs.job import Job
from imagelab.jobs.loop import BackgroundLoop
from imagelab.jobs.owner import put_down
from imagelab.jobs.runner import Runner, StoppedError
from imagelab.jobs.writer import Writer

AT_ONCE = 16  # generations of a batch under way
_TOLD_SECONDS = 1.0  # until rows are sent although nobody could be told what they will cost
_log = logging.getLogger(__name__)


@frozen
class Turn:
    """A row that is reserved: what is recorded and carried when its turn comes."""

    position: int
    intent: Intent
    account: Account


class Feeder:
    """Sends the rows of one batch, which this process owns and has `carry`-ed.

    `done` ends when all of them are settled, or with what stopped the sending; what is left
    then waits for anybody who takes the batch up.
    """

    def __init__(
        self,
        batch: Batch,
        turns: Sequence[Turn],
        runner: Runner,
        writer: Writer,
    ) -> None:
        self._batch, self._turns = batch, deque(turns)
        self._runner, self._writer = runner, writer
        self._told: concurrent.futures.Future[None] = concurrent.futures.Future()
        self.done: concurrent.futures.Future[None] = concurrent.futures.Future()

    def start(self, loop: BackgroundLoop) -> None:
        """Begin in the background, once `go` is said or a second is over."""
        loop.submit(self._fed())

    def go(self) -> None:
        """Whoever asked was told what it will cost."""
        if not self._told.done():
            self._told.set_result(None)

    async def _fed(self) -> None:
        stopped: BaseException | None = None
        try:
            await asyncio.wait([asyncio.wrap_future(self._told)], timeout=_TOLD_SECONDS)
            await self._feed()
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - told to whoever waits
            stopped = self._in_words(error)
        try:
            await self._let_go(stopped)
        finally:  # also where the loop ends meanwhile: what nobody holds can be taken up
            put_down(self._batch.hold)
            if stopped is None:
                self.done.set_result(None)
            else:
                self.done.set_exception(stopped)

    async def _feed(self) -> None:
        loop = asyncio.get_running_loop()
        slots = asyncio.Semaphore(AT_ONCE)

        def free(_: object) -> None:
            loop.call_soon_threadsafe(slots.release)

        while self._turns:
            await slots.acquire()
            turn = self._turns.popleft()  # and with it the pictures it starts from
            try:
                job = await self._writer.doing(self._begin(turn))
            except NotWaitingError:  # it was cancelled, or another one sends it
                slots.release()
                break
            job.done.add_done_callback(free)
        for _ in range(AT_ONCE):
            await slots.acquire()

    def _begin(self, turn: Turn) -> Callable[[], Job]:
        def record(db: sqlite3.Connection, intent: Intent) -> int:
            generation = journal.record_intent(db, intent)
            batches.begin(db, self._batch, turn.position, generation)
            return generation

        return lambda: self._runner.begin(turn.intent, turn.account, record)

    async def _let_go(self, stopped: BaseException | None) -> None:
        let_go = batches.end if stopped is None else batches.release
        with contextlib.suppress(CatalogError):  # then it is free when this process ends
            await self._writer.writing(lambda db: let_go(db, self._batch))

    def _in_words(self, error: BaseException) -> CatalogError:
        if isinstance(error, asyncio.CancelledError | StoppedError):
            return CatalogError(
                f"the lab was closed while b{self._batch.id} was under way; open it again, and the "
                "same call sends the rows that are left"
            )
        _log.error("b%d was stopped: %s", self._batch.id, error)
        return CatalogError(
            f"b{self._batch.id} was stopped and its other rows were not sent: {error}; the same "
            "call goes on with them"
        )
