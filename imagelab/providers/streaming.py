"""An answer that arrives as events: on disk before any of them is read, from the wire or from there.

What a cut stream means is up to its flow: it gets every event that was whole, and then
OutcomeUnknownError.
"""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from imagelab.providers.journal import Journal, finished
from imagelab.providers.payment import stopped, unanswered
from imagelab.providers.sse import Event, Events, events_of
from imagelab.providers.steps import Head, Reply
from imagelab.providers.wire import Exchange

_CUT = "the stream of events was cut"


class Streamed(Protocol):
    """Where the events of a call come from."""

    async def next(self) -> Event | None:
        """The next event, None at the end; OutcomeUnknownError where the stream was cut."""
        ...

    async def close(self) -> None:
        """Have what came on disk, and read no more of it."""
        ...


@dataclass(slots=True)
class Live:
    """Events from the wire, where `reading` goes on with the exchange whatever the flow does."""

    provider: str
    journal: Journal
    head: Head
    came: Exchange
    reading: asyncio.Task[None]
    # The wire bounds the whole stream, and so any event of it.
    events: Events = field(default_factory=lambda: Events(largest_bytes=sys.maxsize))
    ready: deque[Event] = field(default_factory=deque)
    taken: int = 0  # of the parts that came
    staged: int = 0  # bytes of them
    interrupted: bool = False
    broken: bool = False

    async def next(self) -> Event | None:
        """An interruption ends the reading; what came before it is given all the same."""
        while not self.ready:
            self.came.news.clear()
            over = self.came.ended
            try:
                await self._stage()
                if over and not self.ready:
                    await self._end()
                    return None
                if not self.ready:
                    await self.came.news.wait()
            except asyncio.CancelledError:
                self.interrupted = True
                await stopped(self.reading)
        return self.ready.popleft()

    async def close(self) -> None:
        """The images of what was not read yet are made from disk by a later run."""
        await stopped(self.reading)
        if not self.broken:
            await self._stage()

    async def _stage(self) -> None:
        parts = self.came.parts[self.taken :]
        if parts:
            await finished(self._keep(parts, self.events.feed(b"".join(parts))))

    async def _keep(self, parts: list[bytes], events: list[Event]) -> None:
        self.broken = True
        part = b"".join(parts)
        await self.journal.streamed(self.head, self.staged, part, whole=bool(events))
        self.broken = False
        self.taken += len(parts)
        self.staged += len(part)
        self.ready += events

    async def _end(self) -> None:
        """Have the whole stream as the reply; OutcomeUnknownError if it is none."""
        reply = self.came.reply
        if reply is None or not self.came.whole:
            why = "the call was interrupted" if self.interrupted else self.came.trouble or _CUT
            raise unanswered(self.provider, why, reply)
        await finished(self.journal.staged(reply))


@dataclass(slots=True)
class Recorded:
    """Events from what an earlier run staged; `cut` if the stream had not come to its end there."""

    provider: str
    reply: Reply
    cut: bool
    events: Iterator[Event] = field(init=False)

    def __post_init__(self) -> None:
        self.events = events_of(self.reply.body)

    async def next(self) -> Event | None:
        """The stream as it came the first time."""
        event = next(self.events, None)
        if event is None and self.cut:
            raise unanswered(self.provider, _CUT, self.reply)
        return event

    async def close(self) -> None:
        """It is on disk already."""
