"""The one POST that costs money: sent once, which means accepted at most once.

A request that never left may be sent again, and so may one that the vendor provably did
not accept, or would know again by our own id. Any other that ends without an answer is an
unknown outcome, and nobody but the user resolves it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from imagelab import killpoints
from imagelab.domain.frozen import frozen
from imagelab.errors import CancelledError, OutcomeUnknownError, ProviderError, UnavailableError
from imagelab.providers.journal import Journal, finished
from imagelab.providers.retry import Patience
from imagelab.providers.steps import Pay, Reply, Verdict
from imagelab.providers.wire import Exchange, Wire, exchange

LONGEST_REFUSAL = 100_000  # bytes; what is longer is staged before anyone reads it
_BUSY = "it was too busy to take it again"


class UnsentError(CancelledError):
    """Cancelled while provably nothing of the call had been taken on; it is free."""


@dataclass(slots=True)
class Payment:
    """The attempts at one intent; `unanswered` means that one of them may have arrived.

    `doubtful` means that one was turned away by an answer that may have been charged.
    `content` is the media type and the bytes, the same at every attempt.
    """

    provider: str
    wire: Wire
    journal: Journal
    verdict: Callable[[Reply], Verdict]
    step: Pay
    content: tuple[str, bytes]
    came: Exchange = field(default_factory=Exchange)
    unanswered: bool = False
    doubtful: bool = False
    unkept: Exception | None = None
    streams: bool = False
    reading: asyncio.Task[None] | None = None

    async def reply(self) -> Reply:
        """The complete reply, durable before it is returned.

        With `streams`, an answer of events is returned as far as it came, and `reading` goes
        on with it; nothing of that is durable yet.

        UnavailableError when nothing left this machine, OutcomeUnknownError when something
        did and no answer came. A cancellation is UnsentError if nothing was taken on. It stays
        one if the reply is durable, or the vendor can be asked for the work by our id.
        """
        try:
            reply = await self._answered()
        except asyncio.CancelledError:
            await self._interrupted()
            raise
        return reply if self.reading else await self._staged(reply)

    async def _answered(self) -> Reply:
        patience = _Patiences.of(self.step.repeatable)
        while True:
            reply = await self._attempt()
            if reply and self.reading:
                return reply
            refusal = self._refusal(reply)
            if reply and not refusal and not self._says_nothing_of_earlier(reply):
                return reply
            self.doubtful = self.doubtful or bool(refusal and refusal.charged != "no")
            await self._keep_partial()
            wait = None if reply and not refusal else self._wait(patience, refusal)
            if wait is None:
                break
            await asyncio.sleep(wait * self.wire.pace)
        if reply and not self.unanswered and not self._says_nothing_of_earlier(reply):
            return reply
        turned_away = "it was turned away when it was sent again"
        raise self._failure(self.came.trouble or (_BUSY if refusal else turned_away))

    async def _attempt(self) -> Reply | None:
        """The complete reply to sending it now, if there is one."""
        # In a sandbox nobody sees the moment of leaving, so it counts as left from the start.
        self.came = Exchange(left=self.wire.inside)
        try:
            await self._exchanged()
        finally:
            self.unanswered = self.unanswered or (self.came.left and not self.came.whole)
        return self.came.reply if self.came.whole or self.reading else None

    async def _exchanged(self) -> None:
        exchanging = exchange(
            self.wire.paying, self.step.send, self.wire.pay, self.came, content=self.content
        )
        if not self.streams:
            await exchanging
            return
        reading = asyncio.create_task(exchanging)
        try:
            while not (self.came.ended or self.came.streams):
                self.came.news.clear()
                await self.came.news.wait()
        except asyncio.CancelledError:
            await stopped(reading)
            raise
        self.reading = reading if self.came.streams else None

    def _refusal(self, reply: Reply | None) -> Verdict | None:
        """The verdict on a complete reply, if it lets the same intent be sent once more."""
        if reply is None or len(reply.body) > LONGEST_REFUSAL:
            return None
        try:
            verdict = self.verdict(reply)
        except Exception:  # noqa: BLE001 - a reply that nobody understands is still to be staged
            return None
        free = verdict.charged == "no" or self.step.repeatable is not None
        return verdict if verdict.again and free else None

    def _says_nothing_of_earlier(self, reply: Reply) -> bool:
        """Whether a repeat was turned away free, while an earlier attempt may have been charged."""
        if not (self.unanswered or self.doubtful) or len(reply.body) > LONGEST_REFUSAL:
            return False
        try:
            return self.verdict(reply).charged == "no"
        except Exception:  # noqa: BLE001 - a reply that nobody understands is still to be staged
            return False

    def _wait(self, patience: _Patiences, refusal: Verdict | None) -> float | None:
        if refusal:
            return patience.refused.wait(refusal.after)
        if self.unanswered:
            return patience.lost.wait() if patience.lost else None
        return patience.unsent.wait() if self.came.passing else None

    async def _keep_partial(self) -> None:
        if self.came.whole or self.came.reply is None:
            return
        try:
            await finished(self.journal.partial(self.came.reply))
        except Exception as error:  # noqa: BLE001 - the unknown outcome is the greater news
            self.unkept = error

    async def _staged(self, reply: Reply) -> Reply:
        killpoints.reach("posted")
        await finished(self.journal.staged(reply))
        return reply

    async def _interrupted(self) -> None:
        """Keep what came before the cancellation; raise what is known to have become of it."""
        reply = self.came.reply if self.came.whole else None
        refusal = self._refusal(reply)
        if reply and not refusal:
            await self._staged(reply)
        elif self.unanswered:
            # A second cancellation: the bytes are kept by then, and the outcome is still news.
            with suppress(asyncio.CancelledError):
                await self._keep_partial()
            if self.step.repeatable is None:
                raise self._failure("the call was interrupted") from None
        elif not (self.doubtful or (refusal and refusal.charged != "no")):
            raise unsent(self.provider) from None

    def _failure(self, why: str) -> ProviderError:
        if not (self.unanswered or self.doubtful):
            said = f"nothing was sent: {why}; nothing was billed, try again later"
            return UnavailableError(self.provider, said, charged="no")
        error = unanswered(self.provider, why, self.came.reply)
        if self.unkept:
            error.add_note(f"what came of the answer could not be kept: {self.unkept}")
        return error


def unanswered(provider: str, why: str, reply: Reply | None) -> OutcomeUnknownError:
    """The error of a call that was sent, and whose answer is not whole."""
    return OutcomeUnknownError(
        provider,
        f"the request was sent and no whole answer came ({why}), so it may have been billed; "
        "look at the provider's usage page, then call settle() or resend() on the generation",
        status=reply.status if reply else None,
        request_id=reply.request_id if reply else None,
        charged="unknown",
    )


async def stopped(reading: asyncio.Task[None]) -> None:
    """End the reading of an answer, whoever else is interrupted meanwhile."""
    reading.cancel()
    await finished(_ended(reading))


async def _ended(reading: asyncio.Task[None]) -> None:
    await asyncio.wait({reading})


def unsent(provider: str) -> UnsentError:
    """The error of a call that was cancelled before the vendor had any of it."""
    return UnsentError(provider, "cancelled before it was sent; nothing was billed for that")


@frozen
class _Patiences:
    """How often one intent is sent again, by what became of the attempt before."""

    unsent: Patience
    refused: Patience
    lost: Patience | None

    @classmethod
    def of(cls, window: timedelta | None) -> _Patiences:
        lost = (
            Patience(8, first_s=2, longest_s=60, within_s=window.total_seconds())
            if window
            else None
        )
        return cls(
            unsent=Patience(2, first_s=1, longest_s=5, within_s=30),
            refused=Patience(3, first_s=2, longest_s=60),
            lost=lost,
        )
