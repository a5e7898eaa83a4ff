"""What the driver makes durable for one call, each step on the writer thread before it goes on."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from imagelab import killpoints
from imagelab.catalog import arrivals, journal, staging, unsent
from imagelab.catalog.blobs import Blob
from imagelab.catalog.staging import StagedReply
from imagelab.domain.arrival import Arrival
from imagelab.domain.life import Ending
from imagelab.errors import CatalogError, DamagedImageError
from imagelab.imaging.sniff import sniff
from imagelab.jobs.owner import this_process
from imagelab.jobs.writer import Writer
from imagelab.providers.journal import finished
from imagelab.providers.steps import Head, Image, Keep, Reply, Send

T = TypeVar("T")


class UnmarkedError(Exception):
    """The catalog did not take that a call was about to be posted, so it was not."""

    def __init__(self, why: Exception) -> None:
        self.why = why
        super().__init__(str(why))


class HeldBackError(Exception):
    """That a call was not posted is not in the catalog yet, only on a note."""


class CallJournal:
    """The durable side of one call in flight.

    An image whose bytes are none is put aside beside the catalog, and `problem` says so;
    the call's other images go on.
    """

    def __init__(
        self,
        call: str,
        writer: Writer,
        folder: Path,
        *,
        arrived: Callable[[str], None],
        shown: Callable[[float | None, bytes | None], None],
        late: Callable[[], bool],
        safe: Callable[[str], None],
    ) -> None:
        self._call, self._writer, self._folder = call, writer, folder
        self._arrived, self._shown, self._late, self._safe = arrived, shown, late, safe
        self._unmarked: Head | None = None
        self._streaming = False
        self.problem: DamagedImageError | None = None
        self.unmarked: Exception | None = None
        self._last: Keep | None = None

    async def sent(self, send: Send, sha256: str) -> None:
        """The intent becomes `sent`; from here on, no answer means not knowing.

        UnmarkedError where that failed, whether it is durable or not: nothing is posted.
        """
        record = send.body.record() if send.body else ""
        try:
            await self._writer.doing(lambda: staging.prepare(self._folder))
            await self._writer.writing(
                lambda db: journal.mark_sent(
                    db, self._call, send.method, send.url, record, sha256, owner=this_process()
                )
            )
        except (CatalogError, OSError, sqlite3.Error) as error:
            self.unmarked = error
            raise UnmarkedError(error) from error
        killpoints.reach("sent")

    async def staged(self, reply: Reply) -> None:
        """The raw reply is on disk; the catalog is told with whatever it is told next.

        The file is the truth of it, and looked for first by whoever takes the call up.
        """
        raw = StagedReply(reply.status, reply.headers, reply.body)
        stage = staging.end_stream if self._streaming else staging.stage
        await self._writer.insisting(lambda: stage(self._folder, self._call, raw))
        self._unmarked = self._unmarked if self._streaming else reply

    async def streamed(self, head: Head, at: int, part: bytes, *, whole: bool) -> None:
        """What came of a stream is on disk, and durable once `whole` events are in it."""
        raw = StagedReply(head.status, head.headers, part)
        await self._writer.insisting(
            lambda: staging.stage_stream(self._folder, self._call, raw, at, durable=whole)
        )
        if not self._streaming:
            self._unmarked, self._streaming = head, True

    async def partial(self, reply: Reply) -> None:
        """What came of a reply that was cut off is kept for a look, if the disk has room for it."""
        with contextlib.suppress(OSError):
            await self._writer.doing(self._aside(self._call, reply.body))

    async def accepted(self, remote: tuple[str, ...]) -> None:
        """The vendor's ids are in the catalog."""
        await self._written(lambda db: journal.mark_accepted(db, self._call, remote))
        killpoints.reach("accepted")
        self._safe(self._call)

    async def claimed(self, remote: tuple[str, ...], least: int, most: int) -> tuple[str, ...]:
        """Ids that were found by looking are in the catalog as this call's, if they can only be."""
        ours = await self._written(
            lambda db: journal.claim_remote(db, self._call, remote, least, most)
        )
        if ours:
            killpoints.reach("accepted")
            self._safe(self._call)
        return ours

    async def keep(self, index: int, image: Image) -> None:
        """One image and its row are in the catalog."""
        found = await self._arrived_as(index, image)
        if found:
            arrival, blob = found
            await self._written(lambda db: arrivals.keep_image(db, self._call, arrival, blob))
            self._told_kept(blob)

    def hold(self, keep: Keep) -> bool:
        """Have the call's last image kept by what settles it; False if it is no image."""
        try:
            sniff(keep.image.data)
        except DamagedImageError:
            return False
        self._last = keep
        return True

    async def settle(self, ending: Ending) -> None:
        """How the call ended and what it cost is in the catalog, with the image that was held.

        A cancelled task still waits for that image.
        """
        if self._last is None:
            await self._settled(ending, None)
        else:
            await finished(self._settled(ending, self._last))

    async def _settled(self, ending: Ending, held: Keep | None) -> None:
        last = await self._arrived_as(held.index, held.image) if held else None

        def step(db: sqlite3.Connection) -> None:
            if last:
                arrivals.keep_image(db, self._call, *last)
            journal.settle_call(db, self._call, ending)

        await self._written(step)
        if last:
            self._told_kept(last[1])

    async def _arrived_as(self, index: int, image: Image) -> tuple[Arrival, Blob] | None:
        """What is written of an image; None if it is none, and its bytes are put aside."""
        try:
            header = sniff(image.data)
        except DamagedImageError as error:
            aside = f"{self._call}-{index}"
            await self._writer.insisting(self._aside(aside, image.data))
            kept = staging.part_path(self._folder, aside).name
            self.problem = DamagedImageError(
                f"what came as an image cannot be kept as one: {error}; its bytes are kept beside "
                f"the catalog, in staging/{kept}"
            )
            return None
        blob = await self._writer.doing(  # hashing takes a millisecond or more: off the loop
            lambda: Blob.of(image.data, header.format, header.width, header.height)
        )
        arrival = Arrival(
            index=index,
            remote=image.remote,
            seed=image.seed,
            flagged=image.flagged,
            cost=image.cost,
            late=self._late(),
            reported=image.reported,
        )
        return arrival, blob

    def _told_kept(self, blob: Blob) -> None:
        killpoints.reach("kept")
        self._arrived(blob.sha256)

    async def settle_unsent(self, ending: Ending) -> None:
        """That the call was never posted is in the catalog, if it is this process's still.

        HeldBackError where the catalog does not take it now: a note has it, and whoever takes the
        call up, in this process or a later one, writes it.
        """
        assert self.unmarked is not None
        try:
            ours = await self._writer.writing(
                lambda db: unsent.settle_unsent(db, self._call, ending, owner=this_process())
            )
        except (CatalogError, OSError, sqlite3.Error) as error:
            with contextlib.suppress(OSError):  # no disk takes anything: it ends as unknown
                await self._writer.doing(
                    lambda: staging.stage_unsent(self._folder, self._call, ending.error or "")
                )
            raise HeldBackError(ending.error) from error
        if not ours:
            raise self.unmarked

    async def show(self, fraction: float | None, preview: bytes | None = None) -> None:
        """Progress, as far as the vendor tells it."""
        self._shown(fraction, preview)

    async def _written(self, step: Callable[[sqlite3.Connection], T]) -> T:
        """One transaction, insisted on, with the word that the reply is staged before it."""
        reply = self._unmarked

        def steps(db: sqlite3.Connection) -> T:
            if reply is not None:
                journal.mark_staged(db, self._call, reply.status, reply.request_id)
            return step(db)

        done = await self._writer.insist_writing(steps)
        self._unmarked = None
        return done

    def _aside(self, name: str, data: bytes) -> Callable[[], None]:
        """The work of keeping bytes that are no reply and no image."""
        return lambda: staging.stage_part(self._folder, name, data)
