"""The lab's side of a batch: how far it is, waiting for it, and seeing that somebody sends it."""

from __future__ import annotations

import concurrent.futures
import logging
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial

from imagelab import clock
from imagelab.catalog import batch_standing, batches
from imagelab.catalog.batches import Batch
from imagelab.domain.batch import BatchRow, Standing
from imagelab.domain.quote import Quote
from imagelab.errors import ImagelabError
from imagelab.handles.batch_cards import batch_progress_card, so_far
from imagelab.jobs.batches import Feeder
from imagelab.jobs.owner import abandoned
from imagelab.jobs.progress import Sight, progress
from imagelab.jobs.waiting import Work, wait, waiting
from imagelab.lab.engine import Engine

TakeUp = Callable[[Collection[int]], Feeder | None]

_AT_ONCE = 1000  # rows in one read
_LOOK_SECONDS = 0.2
_ADOPT_SECONDS = 2.0  # between looks for a process that died
_PATIENCE_SECONDS = 5.0  # for what was never sent to be ended as such
_log = logging.getLogger(__name__)


class BatchShelf:
    """What `handles.BatchBacking` asks for; `take_up` becomes the one who sends, if nobody does."""

    def __init__(
        self,
        engine: Engine,
        batch: Batch,
        quote: Quote,
        feeder: Feeder | None,
        take_up: TakeUp,
    ) -> None:
        self._engine, self._number = engine, batch.id
        self._quote, self._feeder = quote, feeder
        self._take_up: TakeUp | None = take_up
        self._started = clock.monotonic()
        self._looked_at = self._asked_at = float("-inf")
        if feeder is not None:
            engine.at_close(partial(_say_left, engine, batch, feeder.done))

    def standing(self) -> Standing:
        with self._engine.catalog.reading() as db:
            found = batches.one(db, self._number)
            standing = batch_standing.standing(db, self._number)
        fed = found.status == "open" and not abandoned(found.owner, found.hold)
        return replace(standing, fed=fed)

    def rows(self, count: int) -> list[BatchRow]:
        found: list[BatchRow] = []
        for start in range(0, count, _AT_ONCE):  # so that no read holds a writer up
            with self._engine.catalog.reading() as db:
                found += batch_standing.rows_of(db, self._number, start, start + _AT_ONCE)
        return found

    def generation_at(self, position: int) -> int | None:
        with self._engine.catalog.reading() as db:
            return batch_standing.generation_at(db, self._number, position)

    def wait(self, timeout: float | None) -> None:
        wait(self._work(), timeout, progress())

    async def waiting(self) -> None:
        await waiting(self._work(), progress(awaited=True))

    def cancel(self) -> int:
        number = self._number
        dropped = self._engine.writer.write(lambda db: batches.cancel(db, number)).result()
        with self._engine.catalog.reading() as db:
            begun = {generation for generation, _ in batch_standing.in_flight(db, number)}
        jobs = [job for job in self._engine.runner.open_jobs() if job.generation in begun]
        return dropped + sum(job.cancel() for job in jobs if not job.cancelled)

    def _work(self) -> Work:
        return Work(f"b{self._number}", self._settled, self._seen, self._left)

    def _settled(self, seconds: float) -> bool:
        """Whether all of it has ended; what stopped our own sending is raised."""
        if self._feeder is not None:
            if seconds:
                concurrent.futures.wait([self._feeder.done], timeout=seconds)
            if not self._feeder.done.done():
                return False
            feeder, self._feeder = self._feeder, None  # waiting again may take up what it left
            feeder.done.result()
            seconds = 0
        if clock.monotonic() - self._looked_at >= _LOOK_SECONDS:
            self._looked_at = clock.monotonic()
            standing = self.standing()
            if not standing.open:
                self._looked_at = float("-inf")
                self._take_up = None  # and with it the pictures its rows start from
                return True
            self._look_after(standing)
        clock.sleep(seconds)
        return False

    def _look_after(self, standing: Standing) -> None:
        """Go on with what a process left that died; MissingKeyError if nobody can."""
        if clock.monotonic() - self._asked_at < _ADOPT_SECONDS:
            return
        self._asked_at = clock.monotonic()
        unsent = adopt_left(self._engine, self._number)
        if self._take_up and (standing.waiting or unsent) and not standing.fed:
            self._feeder = self._take_up(unsent)
            if self._feeder is not None:
                self._feeder.go()

    def _seen(self) -> Sight:
        standing, seconds = self.standing(), clock.monotonic() - self._started
        name = f"b{self._number}"
        return Sight(
            so_far(name, standing, self._quote, seconds),
            batch_progress_card(name, standing, self._quote, seconds),
        )

    def _left(self) -> str:
        """What an interrupt leaves, and how to take it up or drop it."""
        name, standing = f"b{self._number}", self.standing()
        if not standing.open:
            return f"stopped waiting; {name} has ended meanwhile: {standing.status}"
        return (
            f"stopped waiting; {name} goes on in the background, "
            f"{standing.ended:,} of {standing.rows:,} and {standing.spent} so far: the same "
            "call with wait=False hands it back, .wait() waits again, .cancel() drops what was "
            "not sent"
        )


def settle_left(engine: Engine, fingerprint: str) -> None:
    """Let what a process left of an equal batch come to its end, as far as that is at once.

    A row whose intent was kept and never sent ends as cancelled, and is then sent anew.
    """
    with engine.catalog.reading() as db:
        found = batches.newest(db, fingerprint)
    if found is None or (found.status == "open" and not abandoned(found.owner, found.hold)):
        return
    try:
        adopt_left(engine, found.id)
    except ImagelabError as error:  # no key: those stay as they are
        _log.warning("b%d: some of it stays open: %s", found.id, error)
    deadline = clock.monotonic() + _PATIENCE_SECONDS
    while _has_queued(engine, found.id) and clock.monotonic() < deadline:
        clock.sleep(0.02)


def adopt_left(engine: Engine, batch: int) -> list[int]:
    """Go on with the generations of a batch that nobody carries; those that were never sent.

    MissingKeyError says which key is missing.
    """
    with engine.catalog.reading() as db:
        statuses = dict(batch_standing.in_flight(db, batch))
    left = [orphan for orphan in engine.orphans() if orphan.generation in statuses]
    for orphan in left:
        engine.adopt(orphan)
    return [o.generation for o in left if statuses[o.generation] == "queued"]


def _say_left(engine: Engine, batch: Batch, done: concurrent.futures.Future[None]) -> None:
    """What closing leaves unsent is said to whoever closes; nothing if another one sends it."""
    with engine.catalog.reading() as db:
        found, waiting_rows = (
            batches.one(db, batch.id),
            batch_standing.standing(db, batch.id).waiting,
        )
    if waiting_rows and (not done.done() or abandoned(found.owner, found.hold)):
        print(  # noqa: T201 - said to whoever closes
            f"b{batch.id}: {waiting_rows:,} of its rows were not sent; the same call sends them"
        )


def _has_queued(engine: Engine, batch: int) -> bool:
    with engine.catalog.reading() as db:
        return any(status == "queued" for _, status in batch_standing.in_flight(db, batch))
